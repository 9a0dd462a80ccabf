import { readFileSync } from 'node:fs';
import BetterSqlite3 from 'better-sqlite3';
import { Client as PgClient } from 'pg';
import { pino } from 'pino';
import { migrations } from '../../src/db/migrations';
import { addClinic, book } from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';

onEachDatabase('operations', (gateway) => {
  const get = (path: string) => fetch(`${gateway.gateway.url}${path}`);

  it('/healthz reports liveness, versions, the database and the version of the time-zone data', async () => {
    expect(await (await get('/healthz')).json()).toEqual({
      status: 'ok',
      version: JSON.parse(readFileSync('package.json', 'utf8')).version,
      commit: expect.stringMatching(/^[0-9a-f]{40}$/),
      schema: expect.stringMatching(/^[0-9a-f]{12}$/),
      migration: migrations.at(-1)?.name,
      database: gateway.dialect,
      timeZoneData: expect.stringMatching(/^\d{4}[a-z]$/),
      backstopHits: 0,
    });
  });

  it('/readyz reports whether the database responds', async () => {
    expect([(await get('/readyz')).status, await (await get('/readyz')).json()]).toEqual([
      200,
      { status: 'ready' },
    ]);
  });

  it('/metrics counts statements and violations of the occupancy constraint', async () => {
    const sent = async () =>
      Number(
        /slotgraph_sql_statements_total\S* (\d+)/.exec(await (await get('/metrics')).text())?.[1],
      );
    const before = await sent();
    await gateway.counted('{ locations { totalCount } }');
    // The look-up of the key and the count, and background statements.
    expect(await sent()).toBeGreaterThanOrEqual(before + 2);
    expect(await (await get('/metrics')).text()).toMatch(/slotgraph_occupancy_backstop_hits\S* 0/);
  });

  it('/readyz is not ready while writes fail, reports the reason, and writes at most once a second', async () => {
    const probe = async () => {
      // After the second for which an outcome is cached.
      await new Promise((resolve) => setTimeout(resolve, 1_010));
      const response = await get('/readyz');
      return [response.status, await response.json()];
    };
    const readOnly = [503, { status: 'not ready', reason: expect.stringMatching(/read-only/) }];
    const { db } = gateway.gateway;
    if (gateway.dialect === 'sqlite') {
      // The connection that runs transactions.
      const exec = jest.spyOn(BetterSqlite3.prototype, 'exec');
      await db.transaction(async () => undefined);
      const writer = exec.mock.contexts[0] as BetterSqlite3.Database;
      exec.mockRestore();
      writer.pragma('query_only = 1');
      expect(await probe()).toEqual(readOnly);
      writer.pragma('query_only = 0');
    } else {
      const client = new PgClient({ connectionString: gateway.config.databaseUrl as string });
      await client.connect();
      const set = async (value: string) => {
        await client.query(
          `ALTER DATABASE ${new URL(gateway.config.databaseUrl as string).pathname.slice(1)} SET default_transaction_read_only = ${value}`,
        );
        await client.query(
          'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()',
        );
      };
      await set('on');
      await probe();
      expect(await probe()).toEqual(readOnly);
      await client.query('SET default_transaction_read_only = off');
      await set('off');
      await probe();
      await client.end();
    }
    expect(await probe()).toEqual([200, { status: 'ready' }]);

    const seen: string[] = [];
    await new Promise((resolve) => setTimeout(resolve, 1_010));
    const forget = gateway.gateway.signals.statementSent.on(
      (text) => text.includes('readiness') && seen.push(text),
    );
    await Promise.all(Array.from({ length: 20 }, () => get('/readyz')));
    forget();
    expect(seen).toHaveLength(1);
  });

  it('logs each SQL statement at the level trace, without its values', async () => {
    const lines: string[] = [];
    const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
    await gateway.restart({ log });

    await gateway.data(
      'query ($search: String!) { clients(filter: { search: $search }) { totalCount } }',
      { search: 'Canary' },
    );
    await gateway.restart({});

    const statements = lines.filter((line) => JSON.parse(line).msg === 'SQL statement');
    expect(statements.some((line) => JSON.parse(line).sql.includes('FROM "client"'))).toBe(true);
    expect(lines.some((line) => /canary/i.test(line))).toBe(false);
  });

  it('/metrics measures operations by type, name and code, and counts bookings and refusals', async () => {
    const clinic = await addClinic(gateway);
    await book(gateway, clinic, '2031-01-06T14:00:00Z');
    const taken = await gateway.data(
      `mutation ($input: CreateAppointmentInput!) {
        createAppointment(input: $input) { userErrors { code } }
      }`,
      {
        input: {
          reasonId: clinic.reasonId,
          staffId: clinic.staffId,
          clientId: clinic.clientId,
          locationId: clinic.locationId,
          start: '2031-01-06T14:00:00Z',
        },
      },
    );
    expect(taken.createAppointment.userErrors).toEqual([{ code: 'TIME_UNAVAILABLE' }]);
    await gateway.counted('query Named { viewer { role } }');
    await gateway.run('query Unknown { locations { totalCount } }', {}, { key: null });
    const subscription = gateway.subscribe(
      'subscription { bookingNotifications(after: "0") { type } }',
    );
    await subscription.atLeast(1);

    const text = await (await get('/metrics')).text();
    await subscription.close();

    const value = (name: string, labels: Record<string, string>) =>
      Number(
        text
          .split('\n')
          .find(
            (line) =>
              line.startsWith(`${name}{`) &&
              Object.entries(labels).every(([label, of]) => line.includes(`${label}="${of}"`)),
          )
          ?.split(' ')
          .at(-1) ?? -1,
      );
    const count = 'slotgraph_operation_duration_seconds_count';
    expect(value(count, { transport: 'http', type: 'query', operation: 'Named', code: 'OK' })).toBe(
      1,
    );
    expect(value(count, { operation: 'other', code: 'UNAUTHENTICATED' })).toBeGreaterThanOrEqual(1);
    expect(
      value(count, { type: 'mutation', operation: 'anonymous', code: 'OK' }),
    ).toBeGreaterThanOrEqual(1);
    expect(
      value('slotgraph_operation_errors_total', { code: 'UNAUTHENTICATED' }),
    ).toBeGreaterThanOrEqual(1);
    expect(value('slotgraph_booking_events_total', { type: 'CREATED' })).toBeGreaterThanOrEqual(1);
    expect(
      value('slotgraph_commands_total', { subject: 'appointment', code: 'OK' }),
    ).toBeGreaterThanOrEqual(1);
    expect(
      value('slotgraph_commands_total', { subject: 'appointment', code: 'TIME_UNAVAILABLE' }),
    ).toBeGreaterThanOrEqual(1);
    expect(text).toMatch(/slotgraph_log_unnumbered_events\S* \d+/);
    expect(text).toMatch(/slotgraph_log_lag_seconds\S* \d/);
    expect(value('slotgraph_connections', { transport: 'ws' })).toBe(1);
    expect(value('slotgraph_subscriptions', { transport: 'ws' })).toBe(1);
    expect(value('slotgraph_connections', { transport: 'sse' })).toBe(0);
    for (const pool of ['writer', 'reader']) {
      expect(
        value('slotgraph_database_connections', { pool, state: 'idle' }),
      ).toBeGreaterThanOrEqual(0);
      expect(value('slotgraph_database_waiting', { pool })).toBeGreaterThanOrEqual(0);
    }
  });

  it('the log has a line for each operation with business, key and role, and none contains a key', async () => {
    const lines: Record<string, unknown>[] = [];
    await gateway.restart({
      log: pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line)) }),
    });
    await gateway.data('query Mine { viewer { role } }');
    await fetch(`${gateway.gateway.url}/graphql?query=%7B__typename%7D`, {
      headers: { accept: 'application/json' },
    });
    const mine = lines.find(({ operationName }) => operationName === 'Mine');
    expect(mine).toMatchObject({
      msg: 'operation',
      business: gateway.business.business.rowId,
      key: expect.stringMatching(/^key:\d+$/),
      role: 'ADMINISTRATOR',
    });
    const anonymous = lines.find(
      ({ msg, operationName }) => msg === 'operation' && operationName === undefined,
    );
    expect(anonymous).toBeDefined();
    for (const field of ['business', 'key', 'role']) expect(anonymous).not.toHaveProperty(field);
    await gateway.restart({});
  });
});
