import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { ApolloServerPlugin } from '@apollo/server';
import { WebSocket } from 'ws';
import { TestGateway } from '../support/harness/gateway';
import { freePort } from '../support/harness/process';

jest.setTimeout(60_000);

const hasCaddy = spawnSync('caddy', ['version']).status === 0;
if (!hasCaddy && process.env.REQUIRE_SERVICES === '1')
  throw new Error('REQUIRE_SERVICES is set, and no caddy is found.');
if (!hasCaddy) console.warn('deploy/Caddyfile is not tested: no caddy is found.');

(hasCaddy ? describe : describe.skip)('deploy/Caddyfile', () => {
  const gateway = new TestGateway('sqlite');
  const home = mkdtempSync(join(tmpdir(), 'slotgraph-caddy-'));
  let caddy: ChildProcess;
  let port: number;
  let seenAddress: string | undefined;
  const addressPlugin: ApolloServerPlugin = {
    async requestDidStart({ contextValue }) {
      seenAddress = (contextValue as { remoteAddress?: string }).remoteAddress;
    },
  };

  const call = (options: object, body?: string): Promise<string> =>
    new Promise((done, reject) => {
      const sent = request(
        { host: '127.0.0.1', port, rejectUnauthorized: false, servername: 'localhost', ...options },
        (response) => {
          let text = '';
          response.on('data', (chunk) => (text += chunk));
          response.on('end', () => done(text));
        },
      ).on('error', reject);
      sent.setHeader('host', `localhost:${port}`);
      sent.end(body);
    });

  beforeAll(async () => {
    gateway.environment = { TRUSTED_PROXIES: '127.0.0.1' };
    gateway.options = { apolloPlugins: [addressPlugin] };
    await gateway.start();
    port = await freePort();
    // Caddy's own authority signs for localhost, and is not added to those that the machine trusts.
    const config = join(home, 'Caddyfile');
    const global = '{\n  admin off\n  skip_install_trust\n  auto_https disable_redirects\n}';
    writeFileSync(config, `${global}\nimport ${resolve('deploy/Caddyfile')}\n`);
    caddy = spawn('caddy', ['run', '--adapter', 'caddyfile', '--config', config], {
      env: {
        PATH: process.env.PATH,
        HOME: home,
        XDG_DATA_HOME: home,
        SITE: `https://localhost:${port}`,
        GATEWAY: `127.0.0.1:${gateway.gateway.port}`,
      },
      stdio: 'ignore',
    });
    for (const until = Date.now() + 20_000; ;) {
      const text = await call({ path: '/readyz' }).catch(() => '');
      if (text.includes('ready')) break;
      if (Date.now() > until) throw new Error('Caddy does not serve.');
      await new Promise((done) => setTimeout(done, 100));
    }
  });
  afterAll(async () => {
    caddy.kill('SIGTERM');
    await gateway.stop();
    rmSync(home, { recursive: true, force: true });
  });

  it('terminates TLS in front of GraphQL', async () => {
    const text = await call(
      { path: '/graphql', method: 'POST', headers: { 'content-type': 'application/json' } },
      JSON.stringify({ query: '{ __typename }' }),
    );

    expect(JSON.parse(text)).toMatchObject({ data: { __typename: 'Query' } });
  });

  it('passes the address of the client on, and not one that the client claims', async () => {
    const headers = { 'content-type': 'application/json', 'x-forwarded-for': '203.0.113.9' };

    await call(
      { path: '/graphql', method: 'POST', headers, localAddress: '127.0.0.2' },
      JSON.stringify({ query: '{ __typename }' }),
    );

    expect(seenAddress).toBe('127.0.0.2');
  });

  it('upgrades WebSockets', async () => {
    const socket = new WebSocket(`wss://localhost:${port}/graphql`, 'graphql-transport-ws', {
      rejectUnauthorized: false,
    });
    const first = await new Promise((done, reject) => {
      socket.on('error', reject);
      socket.on('open', () => socket.send(JSON.stringify({ type: 'connection_init' })));
      socket.on('message', (data) => done(JSON.parse(String(data))));
    });
    socket.close();

    expect(first).toEqual({ type: 'connection_ack' });
  });

  it('passes server-sent events on at once', async () => {
    const query = 'subscription { changes { __typename } }';
    const path = `/graphql/stream?query=${encodeURIComponent(query)}`;
    const headers = {
      accept: 'text/event-stream',
      authorization: `Bearer ${gateway.business.secretKey}`,
      host: `localhost:${port}`,
    };
    const seen = await new Promise<string>((done, reject) => {
      let text = '';
      const sent = request(
        {
          host: '127.0.0.1',
          port,
          rejectUnauthorized: false,
          servername: 'localhost',
          path,
          headers,
        },
        (response) => {
          response.on('data', (chunk) => {
            text += chunk;
            if (!text.includes('event: next')) return;
            sent.destroy();
            done(text);
          });
          void gateway.data(
            'mutation { createLocation(input: { locationName: "A", timeZone: "Europe/Berlin" }) { location { id } } }',
          );
        },
      );
      sent.on('error', (error) => text || reject(error)).end();
    });

    expect(seen).toContain('"changes"');
  });
});
