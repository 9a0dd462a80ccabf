import { EventEmitter, once } from 'node:events';
import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { buildSchema } from 'graphql';
import { pino } from 'pino';
import { createServer } from '../../src/http/server';

const bus = new EventEmitter();
let finishSlow: (text: string) => void;
const schema = buildSchema('type Query { hello: String, slow: String }');
schema.getQueryType()!.getFields().slow!.resolve = () =>
  new Promise((resolve) => (finishSlow = resolve) && bus.emit('slow'));

/** A time limit that no test reaches: a server that waits for it does not stop. */
const NEVER_MS = 3_600_000;

const start = (shutdownMs = 5_000) =>
  createServer({
    schema,
    log: pino({ level: 'silent' }),
    host: '127.0.0.1',
    port: 0,
    production: true,
    maxBodyBytes: 1_000,
    corsOrigins: [],
    shutdownMs,
    contextFor: async () => ({}),
    renew: () => ({}),
    ready: async () => {},
    health: () => ({}),
  });

const agent = new Agent({ keepAlive: true });
afterAll(() => agent.destroy());

const ask = (url: string, query: string) =>
  new Promise<string>((resolve, reject) => {
    const request = httpRequest(
      `${url}/graphql`,
      { method: 'POST', agent, headers: { 'content-type': 'application/json' } },
      (response) => {
        let text = '';
        response.on('data', (chunk) => (text += chunk)).on('end', () => resolve(text));
      },
    );
    request.on('error', reject).end(JSON.stringify({ query }));
  });

describe('stopping the server', () => {
  it('lets a running operation finish, then closes its kept-alive connection immediately', async () => {
    const server = await start(NEVER_MS);
    const answer = ask(server.url, '{ slow }');
    await once(bus, 'slow');
    const stopped = server.stop();
    let done = false;
    void stopped.then(() => (done = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(done).toBe(false);
    finishSlow('done');
    expect(await answer).toBe(
      '{"data":{"slow":"done"},"extensions":{"cost":{"requested":0,"available":50000}}}\n',
    );
    await stopped;
  });

  it('closes idle connections immediately and accepts no new ones', async () => {
    const server = await start(NEVER_MS);
    await ask(server.url, '{ hello }');
    const silent = connect(server.port, '127.0.0.1');
    await once(silent, 'connect');
    await server.stop();
    await expect(once(connect(server.port, '127.0.0.1'), 'connect')).rejects.toMatchObject({
      code: 'ECONNREFUSED',
    });
    silent.destroy();
  });

  it('aborts an operation that does not end, and a body that does not arrive', async () => {
    const server = await start(200);
    const broken = expect(ask(server.url, '{ slow }')).rejects.toMatchObject({
      code: 'ECONNRESET',
    });
    await once(bus, 'slow');
    const halfway = connect(server.port, '127.0.0.1', () =>
      halfway.write(
        'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{',
      ),
    );
    const hungUp = new Promise((resolve) => halfway.on('error', () => {}).on('close', resolve));
    await new Promise((resolve) => halfway.on('connect', resolve));
    // Neither ever ends by itself.
    await server.stop();
    await Promise.all([broken, hungUp]);
  });

  it('may run twice', async () => {
    const server = await start();
    await Promise.all([server.stop(), server.stop()]);
  });
});
