import { createClient } from 'graphql-ws';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { WebSocket } from 'ws';
import { loadConfig } from '../../src/config';
import { dataSource } from '../../src/data-source';
import { createBusiness } from '../../src/features/access/create-business';
import { followLogs } from '../../src/log/follow-logs';
import { headOf } from '../../src/log/log.service';
import { headsFromText, headsToText, inParts } from '../../src/log/head-notification';
import { runOnAppend } from '../../src/log/run-on-append';
import { connect } from '../../src/db/connect';
import type { Database } from '../../src/db/database';
import { Ids } from '../../src/db/state/ids';
import { sql } from '../../src/db/sql';
import { addClinic, book, type Clinic } from '../support/fixtures/clinic';
import { TestGateway } from '../support/harness/gateway';
import { startProcess, type GatewayProcess } from '../support/harness/process';
import { startProxy, type Proxy } from '../support/harness/proxy';
import { POSTGRES, scratchDatabase, type Scratch } from '../support/harness/scratch';

jest.setTimeout(120_000);

const REDIS = process.env.TEST_REDIS_URL;
if (process.env.REQUIRE_SERVICES === '1' && !REDIS)
  throw new Error('REQUIRE_SERVICES is set, and TEST_REDIS_URL is not.');

describe('notifications between processes', () => {
  it('contain the head of each log, and nothing else', () => {
    const heads = new Map([
      [7, 1_234],
      [9, 56],
    ]);
    expect(headsToText(heads)).toBe('7:1234,9:56');
    expect(headsFromText('7:1234,9:56')).toEqual(heads);
    for (const text of ['', 'x', '7', '7:x', '7:1,', `7:${'9'.repeat(16)}`])
      expect(headsFromText(text)).toBeNull();
  });

  it('fit a notification of PostgreSQL for any number of changed logs', () => {
    const heads = new Map(
      Array.from({ length: 1_000 }, (_, index) => [
        2_000_000_000 + index,
        999_999_999_999_999 - index,
      ]),
    );
    const texts = inParts(heads).map(headsToText);
    for (const text of texts) expect(text.length).toBeLessThan(8_000);
    expect(new Map(texts.flatMap((text) => [...(headsFromText(text) ?? [])]))).toEqual(heads);
  });
});

(POSTGRES && REDIS ? describe : describe.skip)(
  `two processes woken by Redis${POSTGRES && REDIS ? '' : ': left out, TEST_DATABASE_URL or TEST_REDIS_URL is not set'}`,
  () => {
    let scratch: Scratch;
    let proxy: Proxy;
    let servers: GatewayProcess[];
    let gateway: TestGateway;
    let clinic: Clinic;
    let listener: Redis;
    const heard: string[] = [];
    const lines: string[] = [];
    let day = 0;

    beforeAll(async () => {
      scratch = await scratchDatabase('postgres');
      const redis = new URL(REDIS as string);
      proxy = await startProxy(Number(redis.port || 6_379), redis.hostname);
      const db = await connect(
        (role) => dataSource(loadConfig(scratch.env), role),
        () => undefined,
      );
      const key = (
        await createBusiness(db, new Ids(db), Date.now(), { name: 'Awake', timeZone: 'UTC' })
      ).secretKey;
      await db.close();
      listener = new Redis(REDIS as string);
      await listener.subscribe(
        `${new URL(scratch.env.DATABASE_URL as string).pathname.slice(1)}:slotgraph_numbered`,
      );
      listener.on('message', (_channel, text) => heard.push(text));
      const env = {
        ...scratch.env,
        REDIS_URL: Object.assign(new URL(redis), {
          port: String(proxy.port),
          hostname: '127.0.0.1',
        }).href,
      };
      servers = await Promise.all([0, 1].map(() => startProcess(env)));
      for (const { child } of servers)
        child.stdout!.on('data', (chunk) => lines.push(...String(chunk).split('\n')));
      gateway = Object.assign(new TestGateway('postgres'), {
        gateway: { url: servers[0]!.url },
        business: { secretKey: key },
      }) as unknown as TestGateway;
      clinic = await addClinic(gateway, 'w');
    });
    afterAll(async () => {
      listener.disconnect();
      await Promise.all(servers.map((server) => server.kill()));
      await proxy.close();
      await scratch.remove();
    });

    const until = async (done: () => boolean, what: string) => {
      for (
        const end = Date.now() + 20_000;
        !done();
        await new Promise((resolve) => setTimeout(resolve, 5))
      )
        if (Date.now() > end) throw new Error(`timed out waiting for ${what}`);
    };
    const said = (text: string) => lines.filter((line) => line.includes(text)).length;
    /**
     * Books through one process and waits until both deliver the event. Returns the milliseconds
     * from the response to the last delivery.
     */
    const follow = () =>
      servers.map(({ url }) => {
        const ids: string[] = [];
        const client = createClient({
          url: `${url.replace('http', 'ws')}/graphql`,
          webSocketImpl: WebSocket,
          connectionParams: { authorization: `Bearer ${gateway.business.secretKey}` },
          retryAttempts: 0,
        });
        client.subscribe<any>(
          { query: 'subscription { bookingNotifications(after: "0") { appointment { id } } }' },
          {
            next: ({ data }) => ids.push(data.bookingNotifications.appointment.id),
            error: () => undefined,
            complete: () => undefined,
          },
        );
        return { ids, close: () => client.dispose() };
      });
    const booked: string[] = [];
    const bookAndHear = async (followers: ReturnType<typeof follow>) => {
      const { appointment } = await book(
        gateway,
        clinic,
        new Date(Date.UTC(2033, 0, 1, 15) + 86_400_000 * (day += 1)).toISOString(),
      );
      booked.push(appointment.id);
      const begun = performance.now();
      await until(
        () => followers.every(({ ids }) => ids.length === booked.length),
        `booking ${booked.length}`,
      );
      return performance.now() - begun;
    };

    it('contain the head of the log; without Redis they use PostgreSQL, and log that once', async () => {
      const followers = follow();
      await bookAndHear(followers);
      await until(() => heard.length > 0, 'a wake-up in Redis');
      for (const text of heard) expect(headsFromText(text)).not.toBeNull();

      proxy.cut();
      await until(() => said('Redis is unreachable') === 2, 'both to notice');
      const before = heard.length;
      for (let index = 0; index < 5; index += 1)
        expect(await bookAndHear(followers)).toBeLessThan(1_500);
      expect(heard).toHaveLength(before);

      proxy.restore();
      await until(() => said('Redis is reachable again') === 2, 'both to be back');
      await bookAndHear(followers);
      await until(() => heard.length > before, 'a wake-up in Redis again');
      expect([said('Redis is unreachable'), said('Redis is reachable again')]).toEqual([2, 2]);

      // The worst case: nothing signals that notifications are lost.
      proxy.swallow();
      for (let index = 0; index < 3; index += 1)
        expect(await bookAndHear(followers)).toBeLessThan(1_500);
      for (const { ids } of followers) expect(ids).toEqual(booked);
      await Promise.all(followers.map(({ close }) => close()));
    });
  },
);

(POSTGRES ? describe : describe.skip)(
  `what plans as the log grows, in the process that gives the numbers${POSTGRES ? '' : ': left out, TEST_DATABASE_URL is not set'}`,
  () => {
    let scratch: Scratch;
    let db: Database;
    let here: { stop(): Promise<void> }[];
    let there: GatewayProcess;
    let gateway: TestGateway;
    let clinic: Clinic;
    let planned = 0;

    beforeAll(async () => {
      scratch = await scratchDatabase('postgres');
      const config = loadConfig(scratch.env);
      db = await connect(
        (role) => dataSource(config, role),
        () => undefined,
      );
      const { secretKey, business } = await createBusiness(db, new Ids(db), Date.now(), {
        name: 'Planned',
        timeZone: 'UTC',
      });
      const fail = (error: Error) => {
        throw error;
      };
      here = [await followLogs(db, config, pino({ level: 'silent' }), fail)];
      here.unshift(
        runOnAppend(
          db.signals,
          async () => void (planned = await headOf(db, business.rowId)),
          fail,
        ),
      );
      there = await startProcess(scratch.env);
      gateway = Object.assign(new TestGateway('postgres'), {
        gateway: { url: there.url },
        business: { secretKey },
      }) as unknown as TestGateway;
      clinic = await addClinic(gateway, 'p');
    });
    afterAll(async () => {
      for (const one of here) await one.stop();
      await there.kill();
      await db.close();
      await scratch.remove();
    });

    const bookThere = async (day: number) => {
      await book(
        gateway,
        clinic,
        new Date(Date.UTC(2033, 0, 1, 15) + 86_400_000 * day).toISOString(),
      );
      return performance.now();
    };
    const until = async (seq: number, begun: number) => {
      while (planned < seq) await new Promise((resolve) => setTimeout(resolve, 2));
      return performance.now() - begun;
    };
    const quiet = async () => {
      for (let last = -1; last !== planned;) {
        last = planned;
        await new Promise((resolve) => setTimeout(resolve, 1_200));
      }
    };

    it('wake a process for appends of another', async () => {
      await quiet();
      const waits: number[] = [];
      for (let day = 1; day <= 12; day += 1) {
        // At a random moment of the polling interval of one second.
        await new Promise((resolve) => setTimeout(resolve, 83));
        const next = planned + 1;
        waits.push(await until(next, await bookThere(day)));
      }
      expect(Math.max(...waits)).toBeLessThan(600);
      expect(waits.sort((one, other) => one - other)[6]).toBeLessThan(250);
    });

    it('are not required: a process polls within a second', async () => {
      await quiet();
      for (let index = 0; index < 3; index += 1) {
        const next = planned + 1;
        await new Promise((resolve) => setTimeout(resolve, 150 * index));
        const begun = performance.now();
        // Written directly, without a notification.
        await db.transaction((tx) =>
          tx.run(sql`
        INSERT INTO event (business_id, position, type, entity_type, entity_id, appointment_id, occurred_at, actor, actor_role, changes, snapshot)
        SELECT business_id, nextval('event_position'), type, entity_type, entity_id, appointment_id, occurred_at, actor, actor_role, changes, snapshot FROM event ORDER BY position DESC LIMIT 1`),
        );
        expect(await until(next, begun)).toBeLessThan(1_000);
      }
    });
  },
);
