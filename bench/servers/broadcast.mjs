// A bare broadcast: sends the same bytes to every open WebSocket, as often as requested. The upper bound of a fan-out.
import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const { WebSocketServer } = createRequire(join(process.env.GATEWAY, 'package.json'))('ws');
const server = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  const { text, times } = JSON.parse(body);
  for (let round = 0; round < times; round += 1) {
    for (const client of sockets.clients) client.send(text);
    // Events arrive one by one.
    await new Promise((resolve) => setImmediate(resolve));
  }
  response.end();
});
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
server.listen(0, '127.0.0.1', () =>
  console.log(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` })),
);
