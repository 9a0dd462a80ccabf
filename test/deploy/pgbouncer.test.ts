import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { addClinic, book } from '../support/fixtures/clinic';
import { TestGateway } from '../support/harness/gateway';
import { freePort } from '../support/harness/process';
import { POSTGRES } from '../support/harness/scratch';

jest.setTimeout(60_000);

const hasBouncer = spawnSync('pgbouncer', ['--version']).status === 0;
if (!hasBouncer && process.env.REQUIRE_SERVICES === '1')
  throw new Error('REQUIRE_SERVICES is set, and no pgbouncer is found.');
if (!hasBouncer) console.warn('docs/scaling.md is not tested: no pgbouncer is found.');

/** Starts PgBouncer in front of the test server with the settings of docs/scaling.md. */
async function startBouncer(folder: string, mode: 'session' | 'transaction') {
  const { hostname, port: serverPort, username, password } = new URL(POSTGRES as string);
  const port = await freePort();
  const config = join(folder, `${mode}.ini`);
  writeFileSync(
    config,
    `[databases]
* = host=${hostname} port=${serverPort || 5432} user=${username}${password && ` password=${password}`}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = ${mode}
default_pool_size = 40
ignore_startup_parameters = options,extra_float_digits,statement_timeout
`,
  );
  const asUser = process.getuid?.() === 0 ? ['-u', 'nobody'] : [];
  const child = spawn('pgbouncer', [...asUser, config], { stdio: 'ignore' });
  for (let tries = 0; ; tries += 1) {
    const listens = await new Promise((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () =>
        resolve(false),
      );
      socket.once('connect', () => socket.destroy());
    });
    if (listens) break;
    if (tries === 100) throw new Error('PgBouncer does not listen.');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { child, port };
}

(hasBouncer && POSTGRES ? describe : describe.skip)('PgBouncer', () => {
  const folder = mkdtempSync(join(tmpdir(), 'slotgraph-bouncer-'));
  const children: ChildProcess[] = [];
  const gateway = new TestGateway('postgres');

  beforeAll(async () => {
    chmodSync(folder, 0o755);
    await gateway.start();
  });
  afterAll(async () => {
    await gateway.stop();
    for (const child of children) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  });

  it('with session pooling passes bookings, locks and notifications', async () => {
    const { child, port } = await startBouncer(folder, 'session');
    children.push(child);
    const url = new URL(gateway.scratch.env.DATABASE_URL as string);
    url.port = String(port);
    gateway.scratch.env.DATABASE_URL = url.href;
    await gateway.restart({});
    const subscription = gateway.subscribe(
      'subscription { bookingNotifications(after: "0") { type } }',
    );
    const clinic = await addClinic(gateway);

    await book(gateway, clinic, '2031-01-06T14:00:00Z');

    // The sequencer leads: it holds the advisory lock, numbers the events and hears of them.
    await subscription.atLeast(1);
    await subscription.close();
  });
});
