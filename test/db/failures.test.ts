import { createServer, type AddressInfo } from 'node:net';
import { Pool } from 'pg';
import { ErrorCode } from '../../src/errors';
import { asBusy } from '../../src/db/errors';
import { raw } from '../../src/db/sql';
import { addClinic } from '../support/fixtures/clinic';
import { TestGateway } from '../support/harness/gateway';
import { POSTGRES } from '../support/harness/scratch';

/** The error of a pool without a free connection. */
async function refusalOf(pool: Pool): Promise<unknown> {
  const client = await pool.connect().catch((error: unknown) => ({ error }));
  return 'error' in client ? client.error : null;
}

describe('an unavailable database is BUSY', () => {
  it('if it accepts a connection and does not respond', async () => {
    const silent = createServer((socket) => socket.resume());
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const pool = new Pool({
      host: '127.0.0.1',
      port: (silent.address() as AddressInfo).port,
      connectionTimeoutMillis: 50,
    });
    expect(asBusy(await refusalOf(pool))).toMatchObject({ code: ErrorCode.BUSY });
    await pool.end();
    await new Promise((resolve) => silent.close(resolve));
  });

  (POSTGRES ? it : it.skip)(
    `where all connections are taken${POSTGRES ? '' : ': left out, TEST_DATABASE_URL is not set'}`,
    async () => {
      const pool = new Pool({ connectionString: POSTGRES, max: 1 });
      const taken = await pool.connect();
      // Only the wait for a free connection is short: under load the first connection takes longer.
      pool.options.connectionTimeoutMillis = 50;
      expect(asBusy(await refusalOf(pool))).toMatchObject({ code: ErrorCode.BUSY });
      taken.release();
      await pool.end();
    },
  );
});

describe('a lost connection is BUSY', () => {
  it.each([
    '08000',
    '08003',
    '08006',
    '57P01',
    '57P02',
    'ECONNRESET',
    'ECONNREFUSED',
    'EPIPE',
    'ETIMEDOUT',
  ])('by the code %s', (code) => {
    expect(asBusy(Object.assign(new Error('lost'), { code }))).toMatchObject({
      code: ErrorCode.BUSY,
      details: { retryable: true },
    });
  });

  it.each([
    'Connection terminated unexpectedly',
    'Connection terminated',
    'Client has encountered a connection error and is not queryable',
  ])('by the message of a client error without a code: %s', (message) => {
    expect(asBusy(new Error(message))).toMatchObject({
      code: ErrorCode.BUSY,
      details: { retryable: true },
    });
  });

  (POSTGRES ? it : it.skip)('where the server ends the session', async () => {
    const pool = new Pool({ connectionString: POSTGRES, max: 1 });
    pool.on('error', () => undefined);
    const client = await pool.connect();
    client.on('error', () => undefined);
    const {
      rows: [{ pid }],
    } = await client.query('SELECT pg_backend_pid() AS pid');
    const other = new Pool({ connectionString: POSTGRES, max: 1 });

    const running = client.query('SELECT pg_sleep(20)').catch((error: unknown) => error);
    await other.query('SELECT pg_terminate_backend($1)', [pid]);
    const later = await running.then(() =>
      client.query('SELECT 1').catch((error: unknown) => error),
    );

    expect([asBusy(await running), asBusy(later)]).toMatchObject([
      { code: ErrorCode.BUSY },
      { code: ErrorCode.BUSY },
    ]);
    client.release(true);
    await Promise.all([pool.end(), other.end()]);
  });
});

describe('a read-only database is WRITES_UNAVAILABLE', () => {
  it.each([
    '25006',
    '53100',
    '58030',
    'SQLITE_FULL',
    'SQLITE_READONLY',
    'SQLITE_READONLY_DBMOVED',
    'SQLITE_IOERR_WRITE',
  ])('by the code %s', (code) => {
    expect(asBusy(Object.assign(new Error('unwritable'), { code }))).toMatchObject({
      code: ErrorCode.WRITES_UNAVAILABLE,
      details: { retryable: true },
    });
  });

  it('if SQLite refuses the write', async () => {
    const gateway = new TestGateway('sqlite');
    await gateway.start();
    const clinic = await addClinic(gateway);
    // SQLite refuses the next page, as on a full disk.
    await gateway.gateway.db.transaction((tx) => tx.all(raw('PRAGMA max_page_count = 1')));
    let refusal: object | undefined;
    for (let count = 0; count < 200 && !refusal; count += 1) {
      const { errors } = await gateway.run(
        'mutation ($input: CreateClientInput!) { createClient(input: $input) { client { id } } }',
        {
          input: { firstName: 'Many', lastName: `${count}`, notes: 'x'.repeat(1_800) },
        },
      );
      refusal = errors?.[0]?.extensions;
    }
    const { data } = await gateway.run('query ($id: ID!) { client(id: $id) { firstName } }', {
      id: clinic.clientId,
    });

    expect(refusal).toMatchObject({ code: 'WRITES_UNAVAILABLE', retryable: true });
    expect(data.client).toEqual({ firstName: 'Jon' });
    await gateway.stop();
  });

  (POSTGRES ? it : it.skip)('whose write PostgreSQL refuses', async () => {
    const pool = new Pool({ connectionString: POSTGRES, max: 1 });
    const client = await pool.connect();
    await client.query('BEGIN READ ONLY');

    const refusal = await client
      .query('CREATE TABLE never (id int)')
      .catch((error: unknown) => error);

    expect(asBusy(refusal)).toMatchObject({ code: ErrorCode.WRITES_UNAVAILABLE });
    await client.query('ROLLBACK');
    client.release();
    await pool.end();
  });
});
