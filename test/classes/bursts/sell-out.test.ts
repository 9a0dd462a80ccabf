import BetterSqlite3 from 'better-sqlite3';
import { Client as PgClient } from 'pg';
import { loadConfig } from '../../../src/config';
import { dataSource } from '../../../src/data-source';
import { createBusiness } from '../../../src/features/access/create-business';
import { claimFindings } from '../../../src/features/appointments/integrity';
import { breaches } from '../../../src/features/occupancy/integrity';
import { connect } from '../../../src/db/connect';
import { Ids } from '../../../src/db/state/ids';
import { addClinic, addReason, change } from '../../support/fixtures/clinic';
import { TestGateway } from '../../support/harness/gateway';
import { startProcess, type GatewayProcess } from '../../support/harness/process';
import { POSTGRES, scratchDatabase, type Scratch } from '../../support/harness/scratch';

jest.setTimeout(180_000);

const WITHOUT_OCCUPANCY_CHECK =
  require.resolve('../../support/preload/without-occupancy-check-seats.cjs');
const BUYERS = 500;
/** A run without a guard needs fewer buyers to oversell. */
const FEWER = 100;
const CAPACITY = 30;

/** Removes the constraint of the database. */
async function dropBackstop({ env }: Scratch): Promise<void> {
  if (env.DATABASE_URL) {
    const client = new PgClient({ connectionString: env.DATABASE_URL });
    await client.connect();
    await client.query('DROP TRIGGER claim_within_capacity ON claim');
    return client.end();
  }
  const file = new BetterSqlite3(`${env.DATA_DIR}/slotgraph.db`);
  file.exec('DROP TRIGGER claim_within_capacity');
  file.close();
}

/** In separate processes: two on PostgreSQL, one on SQLite. */
describe.each(['sqlite', ...(POSTGRES ? ['postgres'] : [])] as ('sqlite' | 'postgres')[])(
  'a class that sells out on %s',
  (dialect) => {
    let scratch: Scratch;
    let key = '';
    let session = '';
    let reason = '';
    let servers: GatewayProcess[] = [];
    const open = () =>
      connect(
        (role) => dataSource(loadConfig(scratch.env), role),
        () => undefined,
      );

    beforeEach(async () => {
      scratch = await scratchDatabase(dialect);
      const db = await open();
      key = (await createBusiness(db, new Ids(db), Date.now(), { name: 'Burst', timeZone: 'UTC' }))
        .secretKey;
      await db.close();
    });
    afterEach(async () => {
      await Promise.all(servers.splice(0).map((server) => server.kill()));
      await scratch.remove();
    });

    const start = async (preload?: string) => {
      for (let index = 0; index < (dialect === 'postgres' ? 2 : 1); index += 1)
        servers.push(await startProcess(scratch.env, preload));
      const gateway = Object.assign(new TestGateway(dialect), {
        gateway: { url: servers[0]!.url },
        business: { secretKey: key },
      }) as TestGateway;
      const { staffId, locationId } = await addClinic(gateway, 'burst');
      reason = await addReason(gateway, {
        reasonDesc: 'Yoga',
        reasonType: 'CLASS',
        visitMinutes: 60,
      });
      session = (
        await change(
          gateway,
          'createClassSchedule',
          {
            reasonId: reason,
            staffId,
            locationId,
            capacity: CAPACITY,
            start: '2031-01-06T14:00:00Z',
          },
          'classSchedules { id }',
        )
      ).classSchedules[0].id;
    };

    interface Outcome {
      seats: number;
      booked: boolean;
      code?: string;
      left?: number;
    }

    const buy = async (index: number): Promise<Outcome> => {
      const seats = 1 + (index % 3);
      for (;;) {
        const response = await fetch(`${servers[index % servers.length]!.url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
          body: JSON.stringify({
            query: `mutation ($input: CreateAppointmentInput!) {
              createAppointment(input: $input) {
                appointment { id } userErrors { code ... on SeatsUnavailableError { seatsLeft } }
              }
            }`,
            variables: { input: { reasonId: reason, classScheduleId: session, seats } },
          }),
        });
        const { data, errors } = (await response.json()) as any;
        // A full queue refuses with BUSY, having written nothing.
        if (errors?.[0].extensions.code === 'BUSY') continue;
        if (errors) throw new Error(JSON.stringify(errors));
        const [refused] = data.createAppointment.userErrors;
        return { seats, booked: !refused, code: refused?.code, left: refused?.seatsLeft };
      }
    };
    const sell = (buyers: number) =>
      Promise.all(Array.from({ length: buyers }, (_, index) => buy(index)));
    const sold = (outcomes: readonly Outcome[]) =>
      outcomes.filter(({ booked }) => booked).reduce((sum, { seats }) => sum + seats, 0);
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
    const verify = async () => {
      await Promise.all(servers.splice(0).map((server) => server.kill()));
      const db = await open();
      try {
        return { over: (await breaches(db)).breaches, findings: await claimFindings(db) };
      } finally {
        await db.close();
      }
    };

    it(`sells exactly ${CAPACITY} seats to ${BUYERS} concurrent buyers of one to three seats, and rejects none while seats are free`, async () => {
      await start();
      const outcomes = await sell(BUYERS);
      expect(sold(outcomes)).toBe(CAPACITY);
      const refused = outcomes.filter(({ booked }) => !booked);
      expect(
        refused.filter(
          ({ code, seats, left }) =>
            code !== 'SEATS_UNAVAILABLE' || left === undefined || seats <= left,
        ),
      ).toEqual([]);
      expect(await backstopHits()).toBe(0);
      expect(await verify()).toEqual({ over: [], findings: [] });
    });

    it('control: sells no more without the check of free seats, by the constraint of the database', async () => {
      await start(WITHOUT_OCCUPANCY_CHECK);
      const outcomes = await sell(FEWER);
      expect(sold(outcomes)).toBe(CAPACITY);
      expect(await backstopHits()).toBeGreaterThan(0);
      expect((await verify()).over).toEqual([]);
    });

    it('control: oversells without all guards, which verify finds', async () => {
      await start(WITHOUT_OCCUPANCY_CHECK);
      await dropBackstop(scratch);
      expect(sold(await sell(FEWER))).toBeGreaterThan(CAPACITY);
      expect((await verify()).over.length).toBeGreaterThan(0);
    });
  },
);
