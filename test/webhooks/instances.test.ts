import { Webhook as Verifier } from 'standardwebhooks';
import { loadConfig } from '../../src/config';
import { dataSource } from '../../src/data-source';
import { createBusiness } from '../../src/features/access/create-business';
import { connect } from '../../src/db/connect';
import type { Database } from '../../src/db/database';
import { Ids } from '../../src/db/state/ids';
import { sql, type Sql } from '../../src/db/sql';
import { addClinic, book, change, type Clinic } from '../support/fixtures/clinic';
import { TestGateway } from '../support/harness/gateway';
import { startAppProcess } from '../support/harness/app-process';
import type { GatewayProcess } from '../support/harness/process';
import { WebhookReceiver } from '../support/harness/webhook-receiver';
import { POSTGRES, scratchDatabase, type Scratch } from '../support/harness/scratch';

jest.setTimeout(90_000);

const APPOINTMENTS = 60;
/** Events of each appointment: created and cancelled. */
const EVENTS = APPOINTMENTS * 2;

(POSTGRES ? describe : describe.skip)(
  `webhooks of several processes on one PostgreSQL${POSTGRES ? '' : ': left out, TEST_DATABASE_URL is not set'}`,
  () => {
    let scratch: Scratch;
    let db: Database;
    let processes: GatewayProcess[];
    let gateways: TestGateway[];
    let clinic: Clinic;
    let verifier: Verifier;
    let receipts: { id: string; appointment: string; version: number }[] = [];
    let hour = 0;
    let answersAfterMs = 10;
    const receiver = new WebhookReceiver();

    beforeAll(async () => {
      scratch = await scratchDatabase('postgres');
      const env = { ...scratch.env, WEBHOOK_ALLOWED_HOSTS: '127.0.0.1' };
      db = await connect(
        (role) => dataSource(loadConfig(env), role),
        () => undefined,
      );
      const { secretKey } = await createBusiness(db, new Ids(db), Date.now(), {
        name: 'Several',
        timeZone: 'UTC',
      });
      processes = [
        await startAppProcess(env, { jobLeaseMs: 3_000 }),
        await startAppProcess(env, { jobLeaseMs: 3_000 }),
      ];
      gateways = processes.map(
        ({ url }) =>
          Object.assign(new TestGateway('postgres'), {
            gateway: { url },
            business: { secretKey },
          }) as unknown as TestGateway,
      );
      await receiver.start();
      receiver.reply = async ({ body, headers }) => {
        const { data } = verifier.verify(body, headers as Record<string, string>) as any;
        receipts.push({
          id: headers['webhook-id'] as string,
          appointment: data.appointment.id,
          version: data.appointment.version,
        });
        await new Promise((resolve) => setTimeout(resolve, answersAfterMs));
        return { status: 200 };
      };
      const [one] = gateways as [TestGateway];
      clinic = await addClinic(one, 'several');
      const created = await change(
        one,
        'createWebhook',
        { url: receiver.url, events: ['CREATED', 'CANCELLED'] },
        'secret',
      );
      verifier = new Verifier(created.secret);
    });
    beforeEach(() => (receipts = []));
    afterAll(async () => {
      await Promise.all(processes.map((process) => process.kill()));
      await receiver.stop();
      await db.close();
      await scratch.remove();
    });

    const bookAndCancel = async (gateway: TestGateway) => {
      const { appointment } = await book(
        gateway,
        clinic,
        new Date(Date.UTC(2031, 0, 1) + (hour += 1) * 3_600_000).toISOString(),
      );
      await change(gateway, 'cancelAppointment', { id: appointment.id });
    };
    const through = async () => {
      const left = async () =>
        (
          await db.all<{ planned: number; open: number }>(sql`
      SELECT (SELECT last_seq FROM log_head) - (SELECT position FROM webhook) AS planned, (SELECT count(*) FROM webhook_delivery WHERE state = 'PENDING') AS open`)
        )[0];
      for (
        let last = await left();
        last?.planned || last?.open || new Set(receipts.map(({ id }) => id)).size < EVENTS;
        last = await left()
      )
        await new Promise((resolve) => setTimeout(resolve, 20));
    };
    /**
     * A paused process repeats a message that another has sent meanwhile: a receiver ignores it by
     * its id.
     */
    const inOrder = () => {
      const first = receipts.filter(
        ({ id }, index) => receipts.findIndex((receipt) => receipt.id === id) === index,
      );
      for (const { appointment } of first) {
        const versions = first
          .filter((receipt) => receipt.appointment === appointment)
          .map(({ version }) => version);
        expect(versions).toEqual([...versions].sort());
      }
      expect(
        new Set(receipts.map(({ appointment, version }) => `${appointment} ${version}`)).size,
      ).toBe(EVENTS);
    };
    const workedBy = () =>
      db.all<{ attempts: number; done: number }>(
        sql`SELECT max(attempts) AS attempts, count(*) AS done FROM job WHERE state = 'DONE' AND kind = 'webhook.delivery'`,
      );

    it('arrive once each, in order, without failures', async () => {
      for (let index = 0; index < APPOINTMENTS; index += 1)
        await bookAndCancel(gateways[index % 2] as TestGateway);
      await through();
      expect(receipts).toHaveLength(EVENTS);
      inOrder();
      expect(await workedBy()).toEqual([{ attempts: 1, done: EVENTS }]);
    });

    it('arrive in order when one process pauses: the other takes over, and the late result is ignored', async () => {
      // The first to start is the sequencer and planner, and so holds most of the jobs; bookings go
      // to the other.
      const [leader] = processes as [GatewayProcess, GatewayProcess];
      answersAfterMs = 100;
      const booking = (async () => {
        for (let index = 0; index < APPOINTMENTS; index += 1)
          await bookAndCancel(gateways[1] as TestGateway);
      })();
      while (receipts.length < 5) await new Promise((resolve) => setTimeout(resolve, 5));
      const taken = async (condition: Sql) =>
        (
          await db.all<{ id: number }>(
            sql`SELECT id FROM job WHERE kind = 'webhook.delivery' AND ${condition}`,
          )
        ).map(({ id }) => id);
      const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
      let overtaken: number[] = [];
      for (let tries = 0; tries < 60 && !overtaken.length; tries += 1) {
        if (tries) leader.child.kill('SIGCONT');
        await pause(37 + 10 * tries);
        leader.child.kill('SIGSTOP');
        await pause(200);
        // Within a transaction it would block the other as well.
        if (
          (
            await db.all(
              sql`SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND state LIKE 'idle in transaction%' AND state_change < now() - interval '150 ms'`,
            )
          ).length
        )
          continue;
        // Its jobs stay claimed, though each takes a tenth of a second, until
        // the other claims them.
        let held = await taken(sql`fence = 1 AND state <> 'DONE'`);
        while (held.length && !overtaken.length) {
          await pause(50);
          const still = await taken(sql`fence = 1 AND state <> 'DONE'`);
          held = held.filter((id) => still.includes(id));
          overtaken = await taken(sql`fence > 1`);
        }
      }
      while ((await taken(sql`fence > 1 AND state <> 'DONE'`)).length) await pause(50);
      leader.child.kill('SIGCONT');
      await booking;
      await through();
      inOrder(); // The fault occurred: another process took over the jobs.
      expect(overtaken.length).toBeGreaterThan(0); // The process that takes a job sends it once.
      const [{ times }] = (await db.all<{ times: number }>(
        sql`SELECT sum(fence)::int AS times FROM job WHERE kind = 'webhook.delivery'`,
      )) as [{ times: number }];
      expect(receipts.length).toBeLessThanOrEqual(times - EVENTS);
      const states = await db.all(
        sql`SELECT state, count(*) AS count FROM webhook_delivery GROUP BY state`,
      );
      expect(states).toEqual([{ state: 'DELIVERED', count: 2 * EVENTS }]);
      const recorded = await db.all(
        sql`SELECT delivery_id FROM webhook_attempt GROUP BY delivery_id HAVING count(*) <> max(number) OR count(*) FILTER (WHERE error IS NULL) <> 1`,
      );
      expect(recorded).toEqual([]);
    });
  },
);
