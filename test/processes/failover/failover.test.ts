import { loadConfig } from '../../../src/config';
import { dataSource } from '../../../src/data-source';
import { createBusiness } from '../../../src/features/access/create-business';
import { brokenLogs } from '../../../src/log/integrity';
import { breaches } from '../../../src/features/occupancy/integrity';
import { connect } from '../../../src/db/connect';
import { Ids } from '../../../src/db/state/ids';
import { sql } from '../../../src/db/sql';
import { addClinic, BOOK, change, hire, type Clinic } from '../../support/fixtures/clinic';
import { Cluster, SERVERS } from '../../support/harness/cluster';
import { TestGateway } from '../../support/harness/gateway';
import { startProcess, type GatewayProcess } from '../../support/harness/process';
import { startProxy, type Proxy } from '../../support/harness/proxy';
import { WebhookReceiver } from '../../support/harness/webhook-receiver';
import { bookingOf, Follower, gapsOf, Ledger } from './follower';

/** FAILOVERS=10 is the full size. */
const FAILOVERS = Number(process.env.FAILOVERS ?? 2);
const PROCESSES = 2;
const SUBSCRIBERS = 3;
const CALLERS = 6;
/** Pause between two requests of a caller: the load is steady and leaves time for the promotion. */
const PAUSE_MS = 60;
/** Minimum number of acknowledged bookings that the standby does not receive. */
const LOST = 15;

const PATIENCE_MS = 180_000 + 60_000 * FAILOVERS;
jest.setTimeout(PATIENCE_MS);
let deadline = 0;
async function pause(ms: number): Promise<void> {
  if (Date.now() > deadline) throw new Error('The condition did not hold in time.');
  await new Promise((resolve) => setTimeout(resolve, ms));
}
async function until(
  done: () => boolean | Promise<boolean>,
  what: string,
  patienceMs = 30_000,
): Promise<void> {
  for (const end = Date.now() + patienceMs; !(await done()); await pause(20))
    if (Date.now() > end) throw new Error(`timed out waiting for ${what}`);
}

const CREATE_CLIENT = `mutation ($input: CreateClientInput!) {
  createClient(input: $input) { client { id } userErrors { code } }
}`;

(SERVERS ? describe : describe.skip)(
  `a standby that is promoted while it lags${SERVERS ? '' : ': left out, the programs of a PostgreSQL server are missing'}`,
  () => {
    let primary: Cluster;
    let proxy: Proxy;
    let servers: GatewayProcess[];
    let key: string;
    const receiver = new WebhookReceiver();
    const clusters: Cluster[] = [];
    let followers: Follower[] = [];

    beforeAll(async () => {
      primary = await Cluster.create();
      clusters.push(primary);
      await primary.query('postgres', 'CREATE DATABASE slotgraph');
      proxy = await startProxy(primary.port);
      const env = {
        DATABASE_URL: primary.url('slotgraph', proxy.port),
        PORT: '0',
        SEED_DEMO: '0',
        WEBHOOK_ALLOWED_HOSTS: '127.0.0.1',
      };
      const db = await connect(
        (role) => dataSource(loadConfig(env), role),
        () => undefined,
      );
      key = (
        await createBusiness(db, new Ids(db), Date.now(), { name: 'Failover', timeZone: 'UTC' })
      ).secretKey;
      await db.close();
      await receiver.start();
      servers = await Promise.all(Array.from({ length: PROCESSES }, () => startProcess(env)));
    });
    afterAll(async () => {
      await Promise.all(followers.map((follower) => follower.stop()));
      await Promise.all((servers ?? []).map((server) => server.kill()));
      await receiver.stop();
      await proxy?.close();
      for (const cluster of clusters) cluster.remove();
    });

    it(`${FAILOVERS} times under load: issues no id twice, leaves no subscriber silent, and reports every missed event`, async () => {
      deadline = Date.now() + PATIENCE_MS - 10_000;
      const gateway = Object.assign(new TestGateway('postgres'), {
        gateway: { url: servers[0]!.url },
        business: { secretKey: key },
      }) as unknown as TestGateway;
      const clinic: Clinic = await addClinic(gateway, 'failover');
      const staffIds = [
        clinic.staffId,
        await hire(gateway, clinic, 'one'),
        await hire(gateway, clinic, 'two'),
        await hire(gateway, clinic, 'three'),
      ];
      await change(gateway, 'createWebhook', { url: receiver.url, events: ['CREATED'] }, 'secret');

      const ledger = new Ledger();
      const acknowledged = new Map<string, number>();
      let [next, isOver] = [0, false];
      /** Sends one request until either process responds. */
      async function ask(query: string, input: object, index: number): Promise<any> {
        for (let tries = index; ; tries += 1) {
          try {
            const response = await fetch(`${servers[tries % PROCESSES]!.url}/graphql`, {
              method: 'POST',
              headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
              body: JSON.stringify({ query, variables: { input } }),
              signal: AbortSignal.timeout(15_000),
            });
            const { data } = (await response.json()) as any;
            const [payload] = Object.values(data ?? {});
            if (payload) return payload;
          } catch {
            // The idempotency key returns the result on a retry.
          }
          await pause(100);
        }
      }
      const bookNext = async () => {
        const index = next++;
        const staffId = staffIds[index % staffIds.length];
        const start = new Date(
          Date.UTC(2031, 0, 1) + Math.floor(index / staffIds.length) * 3_600_000,
        ).toISOString();
        const input = {
          locationId: clinic.locationId,
          reasonId: clinic.reasonId,
          clientId: clinic.clientId,
          staffId,
          start,
          idempotencyKey: `booking-${index}`,
        };
        const { appointment, userErrors } = await ask(BOOK, input, index);
        if (!appointment) throw new Error(JSON.stringify(userErrors));
        acknowledged.set(appointment.id, Date.now());
        ledger.note(appointment.id, bookingOf(appointment));
        if (index % 5) return;
        const emailAddress = `client-${index}@example.org`;
        const { client } = await ask(
          CREATE_CLIENT,
          { firstName: 'C', lastName: `L${index}`, emailAddress },
          index,
        );
        ledger.note(client.id, emailAddress);
      };
      const callers = Array.from({ length: CALLERS }, async () => {
        for (; !isOver; await pause(PAUSE_MS)) await bookNext();
      });
      followers = servers.flatMap((server) =>
        Array.from({ length: SUBSCRIBERS }, () => new Follower(() => server.url, key, ledger)),
      );
      await until(
        () => followers.every(({ heard }) => heard.size > 20),
        'every follower to receive bookings',
      );

      const lost: number[] = [];
      for (let round = 1; round <= FAILOVERS; round += 1) {
        const { cluster: standby, cut } = await Cluster.standbyOf(primary);
        clusters.push(standby);
        const known = acknowledged.size;
        await until(() => acknowledged.size > known + 20, 'load on a replicated server');
        await cut();
        const replicated = acknowledged.size;
        await until(
          () => acknowledged.size > replicated + LOST,
          'load that the standby does not receive',
        );
        proxy.cut();
        const before = [...acknowledged.keys()];
        await primary.crash();
        await standby.promote();
        primary = standby;
        const rows = await primary.query<{ id: number }>('slotgraph', 'SELECT id FROM appointment');
        const kept = new Set(rows.map(({ id }) => `Appointment:${id}`));
        lost.push(before.filter((id) => !kept.has(id)).length);
        const promotedAt = Date.now();
        proxy.lead(primary.port);

        const heardSince = ({ heard }: Follower) =>
          [...heard].some((id) => (acknowledged.get(id) ?? 0) > promotedAt && !before.includes(id));
        await until(
          () => followers.every(heardSince),
          `every subscriber to hear of promotion ${round}`,
        );
      }
      isOver = true;
      await Promise.all(callers);
      const db = await connect(
        (role) => dataSource(loadConfig({ DATABASE_URL: primary.url('slotgraph') }), role),
        () => undefined,
      );
      const logOf = () =>
        db.all<{ seq: number | null; id: number; type: string }>(sql`
      SELECT seq, appointment_id AS id, type FROM event WHERE type = 'CREATED' ORDER BY position`);
      await until(
        async () => (await logOf()).every(({ seq }) => seq !== null),
        'all events to be numbered',
      );
      const log = await logOf();
      const head = Math.max(...log.map(({ seq }) => seq as number));
      await until(
        () => followers.every(({ stretches }) => stretches.at(-1)!.last >= head),
        'every subscriber to come to the end',
      );
      const delivered = () =>
        receiver.received.map(({ headers, body }) => ({
          messageId: headers['webhook-id'] as string,
          id: JSON.parse(body).data.appointment?.id as string,
        }));
      const missing = () => {
        const told = new Set(delivered().map(({ id }) => id));
        return log.filter(({ id }) => !told.has(`Appointment:${id}`)).length;
      };
      // Waits as long as there is progress: its speed is not under test.
      for (let before = Infinity; missing() > 0;) {
        const now = missing();
        if (now === before) throw new Error(`${now} of ${log.length} events were not delivered`);
        before = now;
        await pause(15_000);
      }
      await Promise.all(followers.map((follower) => follower.stop()));

      // The faults took effect.
      expect(lost).toHaveLength(FAILOVERS);
      expect(Math.min(...lost)).toBeGreaterThan(0);
      expect(followers.map(({ expired }) => expired)).toEqual(followers.map(() => FAILOVERS));

      expect(ledger.reissued).toEqual([]);
      expect(followers.flatMap(({ disorder }) => disorder)).toEqual([]);
      const { epoch } = followers[0]!.stretches.at(-1)!;
      const final = new Map(log.map(({ seq, id }) => [`${epoch}.${seq}`, `Appointment:${id}`]));
      expect(
        gapsOf(
          followers.flatMap(({ stretches }) => stretches),
          final,
        ),
      ).toEqual([]);
      // A webhook message has one id, and no two share one.
      const byMessage = new Ledger();
      for (const { messageId, id } of delivered()) byMessage.note(messageId, id);
      const byAppointment = new Ledger();
      for (const { messageId, id } of delivered()) byAppointment.note(id, messageId);
      expect([byMessage.reissued, byAppointment.reissued]).toEqual([[], []]);
      expect([(await breaches(db)).breaches, await brokenLogs(db)]).toEqual([[], []]);
      await db.close();
    });
  },
);
