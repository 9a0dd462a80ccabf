import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { loadConfig } from '../../src/config';
import { dataSource } from '../../src/data-source';
import { createBusiness } from '../../src/features/access/create-business';
import { breaches } from '../../src/features/occupancy/integrity';
import { connect } from '../../src/db/connect';
import { Ids } from '../../src/db/state/ids';
import { raw, sql } from '../../src/db/sql';
import { addClinic, BOOK, hire, type Clinic } from '../support/fixtures/clinic';
import { TestGateway } from '../support/harness/gateway';
import { freePort, startProcess, type GatewayProcess } from '../support/harness/process';
import { POSTGRES, scratchDatabase, type Scratch } from '../support/harness/scratch';

/** CRASH_KILLS=10 is the full size. */
const KILLS = Number(process.env.CRASH_KILLS ?? 3);
const BOOKINGS = 100 * KILLS;
const CLIENTS = 16;

const PATIENCE_MS = 60_000 + 20_000 * KILLS;
jest.setTimeout(PATIENCE_MS);
let deadline = 0;
/**
 * Polls until a condition holds, at most as long as the test may take, so that no loop outlives it.
 */
async function pause(ms: number): Promise<void> {
  if (Date.now() > deadline)
    throw Object.assign(new Error('The condition did not hold in time.'), { fatal: true });
  await new Promise((resolve) => setTimeout(resolve, ms));
}

describe.each(['sqlite', ...(POSTGRES ? ['postgres'] : [])] as ('sqlite' | 'postgres')[])(
  'kill -9 on %s',
  (dialect) => {
    let scratch: Scratch;
    let server: GatewayProcess;
    let key: string;
    let env: Record<string, string>;

    const openDatabase = () =>
      connect(
        (role) => dataSource(loadConfig(env), role),
        () => undefined,
      );

    beforeAll(async () => {
      scratch = await scratchDatabase(dialect);
      env = { ...scratch.env, PORT: String(await freePort()) };
      const db = await openDatabase();
      key = (await createBusiness(db, new Ids(db), Date.now(), { name: 'Crash', timeZone: 'UTC' }))
        .secretKey;
      await db.close();
      server = await startProcess(env);
    });
    afterAll(async () => {
      await server.kill();
      await scratch.remove();
    });

    /** Follows the log over several connections, resuming after the last cursor. */
    function follow() {
      const seen: { cursor: string; id: string }[] = [];
      let stopped = false;
      let connections = 0;
      const loop = async () => {
        while (!stopped) {
          connections += 1;
          const client = createClient({
            url: `${server.url.replace('http', 'ws')}/graphql`,
            webSocketImpl: WebSocket,
            connectionParams: { authorization: `Bearer ${key}` },
            retryAttempts: 0,
          });
          await new Promise<void>((resolve) => {
            client.subscribe<any>(
              {
                query: `subscription ($after: String) {
                  bookingNotifications(after: $after) { cursor appointment { id } }
                }`,
                variables: { after: seen.at(-1)?.cursor ?? '0' },
              },
              {
                next: ({ data }) => {
                  if (data)
                    seen.push({
                      cursor: data.bookingNotifications.cursor,
                      id: data.bookingNotifications.appointment.id,
                    });
                  if (stopped) resolve();
                },
                error: () => resolve(),
                complete: () => resolve(),
              },
            );
          });
          await client.dispose();
          await pause(20);
        }
      };
      const running = loop();
      return { seen, connections: () => connections, stop: () => ((stopped = true), running) };
    }

    it(`${KILLS} times in ${BOOKINGS} bookings loses no acknowledged booking, books none twice, and skips or repeats no event`, async () => {
      deadline = Date.now() + PATIENCE_MS - 10_000;
      const gateway = Object.assign(new TestGateway(dialect), {
        gateway: { url: server.url },
        business: { secretKey: key },
      }) as unknown as TestGateway;
      const clinic: Clinic = await addClinic(gateway, 'crash');
      const staffIds = [clinic.staffId];
      for (let index = 0; index < 4; index += 1)
        staffIds.push(await hire(gateway, clinic, `helper${index}`));

      const acknowledged = new Map<number, string>();
      let unknown = 0;
      /** A client without a response retries with the same key. */
      const bookUntilHeard = async (index: number) => {
        const start = new Date(
          Date.UTC(2031, 0, 1) + Math.floor(index / staffIds.length) * 3_600_000,
        ).toISOString();
        const input = {
          locationId: clinic.locationId,
          reasonId: clinic.reasonId,
          clientId: clinic.clientId,
          staffId: staffIds[index % staffIds.length],
          start,
          idempotencyKey: `booking-${index}`,
        };
        for (;;) {
          try {
            const response = await fetch(`${server.url}/graphql`, {
              method: 'POST',
              headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
              body: JSON.stringify({ query: BOOK, variables: { input } }),
            });
            const { data, errors } = (await response.json()) as any;
            if (data?.createAppointment?.appointment)
              return void acknowledged.set(index, data.createAppointment.appointment.id);
            if (!errors?.every(({ extensions }: any) => extensions.code === 'BUSY'))
              throw Object.assign(new Error(JSON.stringify(data ?? errors)), { fatal: true });
          } catch (error) {
            if ((error as { fatal?: boolean }).fatal) throw error;
            unknown += 1;
          }
          await pause(25);
        }
      };

      const subscriber = follow();
      let next = 0;
      const clients = Array.from({ length: CLIENTS }, async () => {
        while (next < BOOKINGS) await bookUntilHeard(next++);
      });
      let kills = 0;
      const killer = (async () => {
        for (let mark = 1; mark <= KILLS; mark += 1) {
          while (acknowledged.size < (mark * BOOKINGS) / (KILLS + 1)) await pause(5);
          await server.kill();
          kills += 1;
          server = await startProcess(env);
        }
      })();
      await Promise.all([...clients, killer]);
      while (subscriber.seen.length < BOOKINGS) await pause(20);
      // One more event, after which a repeated one would have arrived.
      await fetch(`${server.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
        body: JSON.stringify({
          query:
            'mutation ($id: ID!) { cancelAppointment(input: { id: $id }) { userErrors { code } } }',
          variables: { id: acknowledged.get(0) },
        }),
      });
      while (subscriber.seen.length < BOOKINGS + 1) await pause(20);
      void subscriber.stop();
      await server.kill();

      // The faults took effect: requests were cut off, and the subscriber reconnected.
      expect(kills).toBe(KILLS);
      expect(unknown).toBeGreaterThan(0);
      expect(subscriber.connections()).toBeGreaterThan(KILLS);

      expect(acknowledged.size).toBe(BOOKINGS);
      expect(new Set(acknowledged.values()).size).toBe(BOOKINGS);
      const db = await openDatabase();
      const rows = await db.all<{ id: number }>(sql`SELECT id FROM ${raw('appointment')}`);
      const log = await db.all<{ id: number; type: string; seq: number }>(
        sql`SELECT appointment_id AS id, type, seq FROM ${raw('event')} ORDER BY seq`,
      );
      const events = log.filter(({ id }) => id !== null);
      const { claims, breaches: found } = await breaches(db);
      await db.close();
      const idsOf = (values: readonly string[]) =>
        new Set(values.map((id) => Number(id.split(':')[1])));
      expect(new Set(rows.map((row) => row.id))).toEqual(idsOf([...acknowledged.values()]));
      expect(log.map(({ seq }) => seq)).toEqual(
        Array.from({ length: log.length }, (_, index) => index + 1),
      );
      expect(events).toHaveLength(BOOKINGS + 1);
      expect(new Set(events.filter(({ type }) => type === 'CREATED').map(({ id }) => id))).toEqual(
        idsOf([...acknowledged.values()]),
      );
      expect(subscriber.seen.map(({ cursor }) => Number(cursor))).toEqual(
        events.map(({ seq }) => seq),
      );
      expect(subscriber.seen.map(({ id }) => Number(id.split(':')[1]))).toEqual(
        events.map(({ id }) => id),
      );
      expect({ claims, found }).toEqual({ claims: BOOKINGS - 1, found: [] });
    });
  },
);

describe('SIGTERM and a second process', () => {
  it('stops with exit code 0 on SIGTERM; a second gateway on the same data is refused', async () => {
    const scratch = await scratchDatabase('sqlite', { empty: true });
    const first = await startProcess(scratch.env);
    await expect(startProcess(scratch.env)).rejects.toThrow(
      /Another process is using .*DATABASE_URL/,
    );
    expect(await first.terminate()).toBe(0);
    const again = await startProcess(scratch.env);
    expect(await again.terminate()).toBe(0);
    await scratch.remove();
  });

  it('reports all errors of a configuration in one message', async () => {
    await expect(
      startProcess({
        PORT: 'four',
        LOG_LEVEL: 'loud',
        DATABASE_URL: 'mysql://x',
        DATABASE_POOL: '0',
      }),
    ).rejects.toThrow(/PORT must be a whole number.*\n.*|DATABASE_URL must start/s);
  });
});
