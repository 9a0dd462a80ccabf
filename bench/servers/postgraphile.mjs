// PostGraphile 5 over the gateway's tables, unmodified: without permissions and checks, a booking is an INSERT of the appointment only.
import { createServer } from 'node:http';
import { POOL, sent } from './counted.mjs';
import { postgraphile } from 'postgraphile';
import { PostGraphileAmberPreset } from 'postgraphile/presets/amber';
import { makePgService } from 'postgraphile/adaptors/pg';
import { grafserv } from 'postgraphile/grafserv/node';

const preset = {
  extends: [PostGraphileAmberPreset],
  pgServices: [
    makePgService({
      connectionString: process.env.DATABASE_URL,
      schemas: ['public'],
      poolConfig: POOL,
    }),
  ],
  grafserv: { watch: false, graphqlPath: '/graphql', graphiql: false },
};
const served = postgraphile(preset).createServ(grafserv);
const server = createServer();
await served.addTo(server);
const [graphql] = server.listeners('request');
server
  .removeAllListeners('request')
  .on('request', (request, response) =>
    request.url === '/statements' ? response.end(sent()) : graphql(request, response),
  );
server.listen(0, '127.0.0.1', () =>
  console.log(JSON.stringify({ url: `http://127.0.0.1:${server.address().port}` })),
);
