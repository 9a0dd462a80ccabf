import { connect } from 'node:net';
import { graphqlHttpFixture } from './graphql-http.fixture';
import { costing } from '../../support/harness/costing';

const fixture = graphqlHttpFixture();
const { ask } = fixture;

/**
 * Returns the server's response to raw bytes, until it closes the connection or has sent enough.
 */
const raw = (bytes: string) =>
  new Promise<string>((resolve) => {
    let answer = '';
    const socket = connect(fixture.server.port, '127.0.0.1', () => socket.write(bytes));
    socket
      .on('data', (chunk) => (answer += chunk))
      .on('close', () => resolve(answer))
      .on('error', () => {});
    socket.setTimeout(500, () => socket.destroy());
  });

describe('endpoints beside GraphQL', () => {
  it('report liveness, readiness and metrics, and serve the explorer', async () => {
    const get = async (path: string) => {
      const response = await fetch(`${fixture.server.url}${path}`);
      return [response.status, await response.text()];
    };
    expect(await get('/healthz')).toEqual([200, '{"status":"ok","version":"1.2.3"}']);
    expect(await get('/readyz')).toEqual([200, '{"status":"ready"}']);
    fixture.isReady = false;
    expect(await get('/readyz')).toEqual([503, '{"status":"not ready"}']);
    fixture.isReady = true;
    expect(await get('/metrics')).toEqual([200, 'up 1\n']);
    expect(await get('/')).toEqual([200, 'the page']);
  });

  it('survives garbage, resets and clients that disconnect in the middle of a body', async () => {
    const head = 'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n';
    expect(await raw('\x16\x03\x01 not http at all\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /);
    expect(await raw(`GET / HTTP/1.1\r\nhost: x\r\nbig: ${'x'.repeat(20_000)}\r\n\r\n`)).toMatch(
      /^HTTP\/1.1 431 /,
    );
    expect(await raw('GET // HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1.1 400 /,
    );
    expect(
      await raw('GET // HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n'),
    ).toMatch(/^HTTP\/1.1 404 /);
    expect(await raw(`${head}content-length: 100\r\n\r\n{"query"`)).toBe('');
    expect(await raw(`${head}transfer-encoding: chunked\r\n\r\nzz\r\n`)).toMatch(/^HTTP\/1.1 400 /);
    await new Promise((resolve) => {
      const socket = connect(fixture.server.port, '127.0.0.1', () => {
        socket.write(`${head}content-length: 100\r\n\r\n{"query"`, () => socket.resetAndDestroy());
      }).on('close', resolve);
    });
    expect(await ask('{ hello }')).toEqual({ data: { hello: 'world' }, ...costing(0) });
  });
});
