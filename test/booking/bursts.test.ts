import BetterSqlite3 from 'better-sqlite3';
import { Client as PgClient } from 'pg';
import { connect } from '../../src/db/connect';
import { loadConfig } from '../../src/config';
import { dataSource } from '../../src/data-source';
import { breaches } from '../../src/features/occupancy/integrity';
import { createBusiness } from '../../src/features/access/create-business';
import { Ids } from '../../src/db/state/ids';
import { TestGateway } from '../support/harness/gateway';
import { addClinic, BOOK, type Clinic } from '../support/fixtures/clinic';
import { startProcess, type GatewayProcess } from '../support/harness/process';
import { POSTGRES, scratchDatabase, type Scratch } from '../support/harness/scratch';

jest.setTimeout(120_000);

/** BURSTS=60 is the full size. */
const BURSTS = Number(process.env.BURSTS ?? 15);
const WITHOUT_OCCUPANCY_CHECK = require.resolve('../support/preload/without-occupancy-check.cjs');

/** Removes the constraint of the database. */
async function dropBackstop({ env }: Scratch): Promise<void> {
  if (env.DATABASE_URL) {
    const client = new PgClient({ connectionString: env.DATABASE_URL });
    await client.connect();
    await client.query(
      'DROP TRIGGER claim_within_capacity ON claim; ALTER TABLE claim DROP CONSTRAINT xc_claim_overlap',
    );
    await client.end();
    return;
  }
  const file = new BetterSqlite3(`${env.DATA_DIR}/slotgraph.db`);
  file.exec('DROP TRIGGER claim_within_capacity');
  file.close();
}

describe.each(['sqlite', ...(POSTGRES ? ['postgres'] : [])] as ('sqlite' | 'postgres')[])(
  'bursts on %s',
  (dialect) => {
    let scratch: Scratch;
    let key: string;
    let clinic: Clinic;
    let servers: GatewayProcess[];

    const openDatabase = async () =>
      connect(
        (role) => dataSource(loadConfig(scratch.env), role),
        () => undefined,
      );

    beforeEach(async () => {
      servers = [];
      scratch = await scratchDatabase(dialect);
      const db = await openDatabase();
      key = (await createBusiness(db, new Ids(db), Date.now(), { name: 'Burst', timeZone: 'UTC' }))
        .secretKey;
      await db.close();
    });
    afterEach(async () => {
      await Promise.all(servers.map((server) => server.kill()));
      await scratch.remove();
    });

    /** Two processes on PostgreSQL, one on SQLite. */
    const start = async (preload?: string) => {
      for (let index = 0; index < (dialect === 'postgres' ? 2 : 1); index += 1)
        servers.push(await startProcess(scratch.env, preload));
      const first = Object.assign(new TestGateway(dialect), {
        gateway: { url: servers[0]!.url },
        business: { secretKey: key },
      });
      clinic ??= {} as Clinic;
      clinic = await addClinic(first as TestGateway, 'burst');
    };

    const send = async (index: number, start: string) => {
      const { locationId, reasonId, staffId, clientId } = clinic;
      const response = await fetch(`${servers[index % servers.length]!.url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
        body: JSON.stringify({
          query: BOOK,
          variables: { input: { locationId, reasonId, staffId, clientId, start } },
        }),
      });
      const { data, errors } = (await response.json()) as any;
      return errors
        ? `error ${errors[0].extensions.code}`
        : data.createAppointment.appointment
          ? 'booked'
          : data.createAppointment.userErrors[0].code;
    };
    const burst = async (size: number, start: string) => {
      const counts: Record<string, number> = {};
      for (const outcome of await Promise.all(
        Array.from({ length: size }, (_, index) => send(index, start)),
      ))
        counts[outcome] = (counts[outcome] ?? 0) + 1;
      return counts;
    };
    const verify = async () => {
      await Promise.all(servers.splice(0).map((server) => server.kill()));
      const db = await openDatabase();
      try {
        return await breaches(db);
      } finally {
        await db.close();
      }
    };
    const backstopHits = async () => {
      const answers = await Promise.all(
        servers.map(
          async ({ url }) =>
            ((await (await fetch(`${url}/healthz`)).json()) as { backstopHits: number })
              .backstopHits,
        ),
      );
      return answers.reduce((sum, hits) => sum + hits, 0);
    };

    it('book exactly one of 200 concurrent bookings of one time', async () => {
      await start();
      expect(await burst(200, '2031-01-06T14:00:00Z')).toEqual({
        booked: 1,
        TIME_UNAVAILABLE: 199,
      });
      expect(await backstopHits()).toBe(0);
      expect(await verify()).toEqual({ claims: 1, breaches: [] });
    });

    it(`${BURSTS} bursts of 32 book one each, without a deadlock`, async () => {
      await start();
      for (let day = 0; day < BURSTS; day += 1) {
        const at = new Date(Date.UTC(2031, 1, 1, 14) + day * 86_400_000).toISOString();
        expect([day, await burst(32, at)]).toEqual([day, { booked: 1, TIME_UNAVAILABLE: 31 }]);
      }
      expect(await backstopHits()).toBe(0);
      expect(await verify()).toEqual({ claims: BURSTS, breaches: [] });
    });

    it('control: without the check, the constraint of the database still admits one only', async () => {
      await start(WITHOUT_OCCUPANCY_CHECK);
      expect(await burst(32, '2031-01-06T14:00:00Z')).toEqual({ booked: 1, TIME_UNAVAILABLE: 31 });
      expect(await backstopHits()).toBe(31);
      expect(await verify()).toEqual({ claims: 1, breaches: [] });
    });

    it('control: without any guard bookings collide, and verify finds it', async () => {
      await dropBackstop(scratch);
      await start(WITHOUT_OCCUPANCY_CHECK);
      const { booked } = await burst(32, '2031-01-06T14:00:00Z');
      expect(booked).toBe(32);
      expect((await verify()).breaches.length).toBeGreaterThan(0);
    });
  },
);
