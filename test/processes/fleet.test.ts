import { loadConfig } from '../../src/config';
import { dataSource } from '../../src/data-source';
import { createBusiness } from '../../src/features/access/create-business';
import { headOf } from '../../src/log/log.service';
import { brokenLogs } from '../../src/log/integrity';
import { connect } from '../../src/db/connect';
import type { Database } from '../../src/db/database';
import { Ids } from '../../src/db/state/ids';
import { sql } from '../../src/db/sql';
import { addClinic, BOOK, type Clinic } from '../support/fixtures/clinic';
import { TestGateway } from '../support/harness/gateway';
import { startProcess, type GatewayProcess } from '../support/harness/process';
import { startProxy, type Proxy } from '../support/harness/proxy';
import { POSTGRES, scratchDatabase, type Scratch } from '../support/harness/scratch';
import { Subscriber } from '../support/harness/subscriber';

const REDIS = process.env.TEST_REDIS_URL;
/** FLEET_BOOKINGS=5000 is the full size. */
const BOOKINGS = Number(process.env.FLEET_BOOKINGS ?? 200);
const SUBSCRIBERS = 200;
const CLIENTS = 8;

jest.setTimeout(60_000 + BOOKINGS * 120);

(POSTGRES && REDIS ? describe : describe.skip)(
  `three processes, ${SUBSCRIBERS} subscribers, ${BOOKINGS} bookings${POSTGRES && REDIS ? '' : ': left out, TEST_DATABASE_URL or TEST_REDIS_URL is not set'}`,
  () => {
    let scratch: Scratch;
    let proxy: Proxy;
    let env: Record<string, string>;
    let db: Database;
    let businessId: number;
    let key: string;
    let clinic: Clinic;
    const servers: (GatewayProcess | null)[] = [null, null, null];
    const subscribers: Subscriber[] = [];
    let hour = 0;

    const alive = () => servers.filter((server) => server !== null).map(({ url }) => url);
    beforeAll(async () => {
      scratch = await scratchDatabase('postgres');
      const redis = new URL(REDIS as string);
      proxy = await startProxy(Number(redis.port || 6_379), redis.hostname);
      env = {
        ...scratch.env,
        REDIS_URL: Object.assign(new URL(redis), {
          port: String(proxy.port),
          hostname: '127.0.0.1',
        }).href,
      };
      db = await connect(
        (role) => dataSource(loadConfig(scratch.env), role),
        () => undefined,
      );
      const made = await createBusiness(db, new Ids(db), Date.now(), {
        name: 'Fleet',
        timeZone: 'UTC',
      });
      [key, businessId] = [made.secretKey, made.business.rowId];
      for (const index of servers.keys()) servers[index] = await startProcess(env);
      clinic = await addClinic(
        Object.assign(new TestGateway('postgres'), {
          gateway: { url: alive()[0] },
          business: { secretKey: key },
        }) as unknown as TestGateway,
        'f',
      );
    });
    afterAll(async () => {
      subscribers.forEach((subscriber) => subscriber.close());
      await Promise.all(servers.map((server) => server?.kill()));
      await proxy.close();
      await db.close();
      await scratch.remove();
    });

    /**
     * Books one time through any process that responds, and retries through another with the same
     * key.
     */
    async function bookOne(number: number): Promise<string> {
      const { locationId, reasonId, clientId, staffId, otherStaffId } = clinic;
      const start = new Date(Date.UTC(2031, 0, 1) + 3_600_000 * (number >> 1)).toISOString();
      const input = {
        locationId,
        reasonId,
        clientId,
        staffId: number % 2 ? staffId : otherStaffId,
        start,
        idempotencyKey: `fleet-${number}`,
      };
      for (
        const end = Date.now() + 60_000;
        Date.now() < end;
        await new Promise((resolve) => setTimeout(resolve, 50))
      ) {
        const urls = alive();
        const url = urls[Math.floor(Math.random() * urls.length)] as string;
        const answer: any = await fetch(`${url}/graphql`, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
          body: JSON.stringify({ query: BOOK, variables: { input } }),
        })
          .then((response) => response.json())
          .catch(() => null);
        const id = answer?.data?.createAppointment?.appointment?.id;
        if (id) return id;
        if (answer?.data?.createAppointment?.userErrors?.length)
          throw new Error(JSON.stringify(answer));
      }
      throw new Error(`no process responded to booking ${number}`);
    }

    async function restart(index: number): Promise<void> {
      const server = servers[index] as GatewayProcess;
      servers[index] = null;
      await server.kill();
      servers[index] = await startProcess(env);
    }

    /**
     * Makes all bookings with several concurrent clients; `at` runs after the given number,
     * concurrently.
     */
    async function bookAll(
      at: Readonly<Record<number, () => Promise<void> | void>>,
    ): Promise<string[]> {
      const ids: string[] = [];
      const beside: (Promise<void> | void)[] = [];
      let next = 0;
      await Promise.all(
        Array.from({ length: CLIENTS }, async () => {
          for (; next < BOOKINGS;) {
            next += 1;
            ids.push(await bookOne((hour += 1)));
            beside.push(at[ids.length]?.());
          }
        }),
      );
      await Promise.all(beside);
      return ids;
    }

    /** Resolves once the sequencer has numbered every committed event. */
    async function numbered(): Promise<void> {
      const waiting = () => db.all(sql`SELECT position FROM event WHERE seq IS NULL`);
      for (const end = Date.now() + 30_000; (await waiting()).length && Date.now() < end;)
        await new Promise((resolve) => setTimeout(resolve, 20));
    }

    async function hearAll(from: number, ids: readonly string[]): Promise<void> {
      await numbered();
      const told = await db.all<{ seq: number; id: number }>(
        sql`SELECT seq, appointment_id AS id FROM event WHERE business_id = ${businessId} AND seq > ${from} ORDER BY seq`,
      );
      expect(new Set(told.map(({ id }) => `Appointment:${id}`))).toEqual(new Set(ids));
      for (
        const end = Date.now() + 30_000;
        subscribers.some(({ cursors }) => cursors.length < told.length) && Date.now() < end;
      )
        await new Promise((resolve) => setTimeout(resolve, 20));
      // Waits a little longer for duplicates.
      await new Promise((resolve) => setTimeout(resolve, 300));
      for (const { cursors, ids: heard } of subscribers) {
        expect(cursors).toEqual(told.map(({ seq }) => seq));
        expect(heard).toEqual(told.map(({ id }) => `Appointment:${id}`));
      }
      expect(await brokenLogs(db)).toEqual([]);
    }

    async function listen(): Promise<number> {
      subscribers.splice(0).forEach((subscriber) => subscriber.close());
      await numbered();
      const from = await headOf(db, businessId);
      for (let index = 0; index < SUBSCRIBERS; index += 1)
        subscribers.push(new Subscriber(alive, key, String(from), index));
      while (subscribers.some(({ connections }) => !connections))
        await new Promise((resolve) => setTimeout(resolve, 10));
      return from;
    }

    const third = Math.floor(BOOKINGS / 3);

    it('deliver each event once and in order to every subscriber while two of the processes are killed and restarted', async () => {
      const from = await listen();
      const ids = await bookAll({ [third]: () => restart(0), [2 * third]: () => restart(1) });
      await hearAll(from, ids);
      // The kills took effect: at least the subscribers of the two processes reconnected.
      expect(
        subscribers.filter(({ connections }) => connections > 1).length,
      ).toBeGreaterThanOrEqual(SUBSCRIBERS / 3);
    });

    it('deliver each event once and in order to all while Redis restarts and a process is killed', async () => {
      const from = await listen();
      const ids = await bookAll({
        [third]: () => proxy.cut(),
        [Math.floor(BOOKINGS / 2)]: () => restart(2),
        [2 * third]: () => proxy.restore(),
      });
      await hearAll(from, ids);
    });
  },
);
