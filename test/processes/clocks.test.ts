import { createBusiness } from '../../src/features/access/create-business';
import { loadConfig } from '../../src/config';
import { dataSource } from '../../src/data-source';
import { clockOf } from '../../src/db/clock';
import { connect } from '../../src/db/connect';
import type { Database } from '../../src/db/database';
import { Ids } from '../../src/db/state/ids';
import { sql } from '../../src/db/sql';
import { addClinic, book, change, type Clinic } from '../support/fixtures/clinic';
import { TestGateway } from '../support/harness/gateway';
import { startProcess, type GatewayProcess } from '../support/harness/process';
import { WebhookReceiver } from '../support/harness/webhook-receiver';
import { POSTGRES, scratchDatabase, type Scratch } from '../support/harness/scratch';

jest.setTimeout(60_000);

const CLOCK_ONE_HOUR_FAST = './test/support/preload/clock-one-hour-fast.cjs';
const MINUTE = 60_000;

(POSTGRES ? describe : describe.skip)(
  `a process whose clock is an hour fast, beside one whose clock is right${POSTGRES ? '' : ': left out, TEST_DATABASE_URL is not set'}`,
  () => {
    let scratch: Scratch;
    let db: Database;
    let processes: GatewayProcess[];
    let gateways: TestGateway[];
    let clinic: Clinic;
    const receiver = new WebhookReceiver();

    beforeAll(async () => {
      scratch = await scratchDatabase('postgres');
      const env = { ...scratch.env, WEBHOOK_ALLOWED_HOSTS: '127.0.0.1' };
      db = await connect(
        (role) => dataSource(loadConfig(env), role),
        () => undefined,
      );
      const { secretKey } = await createBusiness(db, new Ids(db), Date.now(), {
        name: 'Skewed',
        timeZone: 'UTC',
      });
      processes = [await startProcess(env), await startProcess(env, CLOCK_ONE_HOUR_FAST)];
      gateways = processes.map(
        ({ url }) =>
          Object.assign(new TestGateway('postgres'), {
            gateway: { url },
            business: { secretKey },
          }) as unknown as TestGateway,
      );
      clinic = await addClinic(gateways[0] as TestGateway, 'skewed');
      await receiver.start();
    });
    afterAll(async () => {
      await Promise.all(processes.map((process) => process.kill()));
      await receiver.stop();
      await db.close();
      await scratch.remove();
    });

    it('uses the clock of the database: rows carry the correct time', async () => {
      const [right, fast] = gateways as [TestGateway, TestGateway];
      for (const gateway of [fast, right]) {
        const before = Date.now();
        const { appointment } = await book(
          gateway,
          clinic,
          gateway === fast ? '2031-01-06T15:00:00Z' : '2031-01-06T17:00:00Z',
        );
        const [row] = await db.all<{ at: number }>(
          sql`SELECT created_at AS at FROM appointment WHERE id = ${Number(appointment.id.split(':')[1])}`,
        );
        expect(row!.at).toBeGreaterThan(before - 2_000);
        expect(row!.at).toBeLessThan(Date.now() + 2_000);
      }
    });

    it('reclaims no job of another process, and runs no job before it is due', async () => {
      const [right] = gateways as [TestGateway];
      const created = await change(
        right,
        'createWebhook',
        { url: receiver.url, events: ['CREATED'] },
        'webhook { id }',
      );
      // Longer than two polls of the fast process, shorter than a lease; the retry is due after
      // half an hour of real time.
      receiver.reply = async () => {
        await new Promise((resolve) => setTimeout(resolve, 3_000));
        return { status: 503, headers: { 'retry-after': '1800' } };
      };
      await book(right, clinic, '2031-01-07T15:00:00Z');
      const attempts = async () =>
        (
          await db.all<{ attempts: number; fence: number; wait: number }>(sql`
      SELECT attempts, fence, run_at AS wait FROM job WHERE kind = 'webhook.delivery' AND state = 'WAITING' AND attempts > 0`)
        )[0];
      for (
        const end = Date.now() + 20_000;
        !(await attempts());
        await new Promise((resolve) => setTimeout(resolve, 50))
      )
        if (Date.now() > end) throw new Error('never attempted');
      // Both processes look for due and lost jobs each second.
      await new Promise((resolve) => setTimeout(resolve, 2_500));
      expect(receiver.received).toHaveLength(1);
      const settled = (await attempts())!;
      expect(settled).toMatchObject({ attempts: 1, fence: 1 });
      expect(settled.wait - Date.now()).toBeGreaterThan(29 * MINUTE);
      expect(settled.wait - Date.now()).toBeLessThan(31 * MINUTE);
      await change(right, 'deleteWebhook', { id: created.webhook.id });
    });

    it("reads the database's clock from time to time, not for each instant", async () => {
      let asked = 0;
      const counted = new Proxy(db, {
        get: (on, name) =>
          name === 'all'
            ? (...given: never[]) => ((asked += 1), on.all(...(given as unknown as [never])))
            : Reflect.get(on, name),
      }) as Database;
      const real = Date.now;
      Date.now = () => real() + 60 * MINUTE;
      try {
        const clock = await clockOf(counted, (error) => {
          throw error;
        });
        for (let index = 0; index < 100; index += 1)
          expect(Math.abs(clock.now() - real())).toBeLessThan(1_000);
        clock.stop();
      } finally {
        Date.now = real;
      }
      expect(asked).toBe(1);
    });
  },
);
