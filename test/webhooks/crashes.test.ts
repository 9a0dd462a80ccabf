import { Webhook as Verifier } from 'standardwebhooks';
import { loadConfig } from '../../src/config';
import { dataSource } from '../../src/data-source';
import { createBusiness } from '../../src/features/access/create-business';
import { connect } from '../../src/db/connect';
import { Ids } from '../../src/db/state/ids';
import { sql } from '../../src/db/sql';
import { addClinic, change, hire, type Clinic } from '../support/fixtures/clinic';
import { TestGateway } from '../support/harness/gateway';
import { startAppProcess, type ProcessOptions } from '../support/harness/app-process';
import { freePort, type GatewayProcess } from '../support/harness/process';
import { WebhookReceiver, type ReceivedRequest } from '../support/harness/webhook-receiver';
import { POSTGRES, scratchDatabase, type Scratch } from '../support/harness/scratch';

/** CRASH_KILLS=10 is the full size. */
const KILLS = Number(process.env.CRASH_KILLS ?? 3);
const APPOINTMENTS = 25 * KILLS;
/** Events of each appointment: created, changed twice, cancelled. */
const EACH = 4;
const EVENTS = APPOINTMENTS * EACH;
const PATIENCE_MS = 80_000 + 20_000 * KILLS;
jest.setTimeout(PATIENCE_MS);
const CLIENTS = 8;
const SEED = Number(process.env.TEST_SEED ?? Date.now() % 1_000_000);

/** Marsaglia's xorshift: the same failures for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

interface Receipt {
  readonly id: string;
  readonly appointment: string;
  readonly version: number;
  readonly good: boolean;
}

/**
 * Returns violations in what a receiver got: a missing event, or one that arrived before an earlier
 * one.
 */
function findings(receipts: readonly Receipt[], appointments: number): string[] {
  const found: string[] = [];
  const byAppointment = new Map<string, Receipt[]>();
  for (const receipt of receipts)
    byAppointment.set(receipt.appointment, [
      ...(byAppointment.get(receipt.appointment) ?? []),
      receipt,
    ]);
  if (byAppointment.size !== appointments)
    found.push(`${byAppointment.size} appointments of ${appointments}`);
  for (const [appointment, ofOne] of byAppointment) {
    for (let version = 1; version <= EACH; version += 1) {
      if (!ofOne.some((receipt) => receipt.version === version && receipt.good))
        found.push(`${appointment} version ${version} never arrived`);
    }
    ofOne.forEach(({ version }, index) => {
      const previous = ofOne[index - 1];
      if (previous && previous.version > version)
        found.push(`${appointment} version ${version} came after ${previous.version}`);
    });
  }
  return found;
}

const SHORT: ProcessOptions = {
  jobLeaseMs: 1_000,
  deliveryTimings: { retryDelaysMs: Array(30).fill(20), firstPauseMs: 20, longestPauseMs: 100 },
  outboundTimeoutMs: 250,
};
let deadline = 0;
async function pause(ms: number): Promise<void> {
  if (Date.now() > deadline) throw new Error('The condition did not hold in time.');
  await new Promise((resolve) => setTimeout(resolve, ms));
}

describe.each(['sqlite', ...(POSTGRES ? ['postgres'] : [])] as ('sqlite' | 'postgres')[])(
  'a killed sender and a failing receiver on %s',
  (dialect) => {
    let scratch: Scratch;
    let env: Record<string, string>;
    let server: GatewayProcess;
    const receiver = new WebhookReceiver();

    const openDatabase = () =>
      connect(
        (role) => dataSource(loadConfig(env), role),
        () => undefined,
      );
    const start = () => startAppProcess(env, SHORT);

    beforeAll(async () => {
      scratch = await scratchDatabase(dialect);
      env = { ...scratch.env, PORT: String(await freePort()), WEBHOOK_ALLOWED_HOSTS: '127.0.0.1' };
      await receiver.start();
    });
    afterAll(async () => {
      await server.kill();
      await receiver.stop();
      await scratch.remove();
    });

    it(`${KILLS} times in ${EVENTS} events: each arrives, in order for each appointment, and signed`, async () => {
      deadline = Date.now() + PATIENCE_MS - 10_000;
      const random = randomFrom(SEED);
      const setup = await openDatabase();
      const { secretKey: key } = await createBusiness(setup, new Ids(setup), Date.now(), {
        name: 'Crash',
        timeZone: 'UTC',
      });
      await setup.close();
      server = await start();
      const gateway = Object.assign(new TestGateway(dialect), {
        gateway: { url: server.url },
        business: { secretKey: key },
      }) as unknown as TestGateway;
      const clinic: Clinic = await addClinic(gateway, 'crash');
      const staffIds = [clinic.staffId];
      while (staffIds.length < CLIENTS)
        staffIds.push(await hire(gateway, clinic, `helper${staffIds.length}`));
      const created = await change(
        gateway,
        'createWebhook',
        { url: receiver.url, events: ['CREATED', 'UPDATED', 'CANCELLED'] },
        'secret',
      );
      const verifier = new Verifier(created.secret);

      const receipts: Receipt[] = [];
      const replies: Record<string, number> = {};
      const tries = new Map<string, number>();
      const good = new Set<string>();
      receiver.reply = async ({ body, headers }: ReceivedRequest) => {
        const { data } = verifier.verify(body, headers as Record<string, string>) as any;
        const id = headers['webhook-id'] as string;
        tries.set(id, (tries.get(id) ?? 0) + 1);
        // It fails at random, but not forever.
        const mood = (tries.get(id) as number) > 5 ? 1 : random();
        const reply =
          mood < 0.1
            ? '500'
            : mood < 0.14
              ? 'reset'
              : mood < 0.17
                ? 'hang'
                : mood < 0.21
                  ? 'redirect'
                  : mood < 0.24
                    ? 'late'
                    : 'good';
        replies[reply] = (replies[reply] ?? 0) + 1;
        receipts.push({
          id,
          appointment: data.appointment.id,
          version: data.appointment.version,
          good: reply === 'good',
        });
        if (reply === 'good') good.add(id);
        if (reply === 'late') await new Promise((resolve) => setTimeout(resolve, 400));
        if (reply === 'reset' || reply === 'hang') return reply;
        return {
          status: reply === '500' ? 500 : reply === 'redirect' ? 302 : 200,
          headers: { location: `${receiver.url}/elsewhere` },
        };
      };
      /** Repeats a request with the same idempotency key until it succeeds. */
      const untilHeard = async (mutation: string, input: object): Promise<any> => {
        const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
        const query = `mutation ($input: ${type}!) {
          ${mutation}(input: $input) { appointment { id } userErrors { code message } }
        }`;
        for (;;) {
          try {
            const response = await fetch(`${server.url}/graphql`, {
              method: 'POST',
              headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
              body: JSON.stringify({ query, variables: { input } }),
            });
            const { data } = (await response.json()) as any;
            if (data?.[mutation]?.appointment) return data[mutation].appointment;
            if (data) refused.push(JSON.stringify(data[mutation].userErrors));
          } catch {
            // It was killed meanwhile.
          }
          expect(refused).toEqual([]);
          await pause(25);
        }
      };
      const { locationId, reasonId, clientId } = clinic;
      const refused: string[] = [];
      let next = 0;
      const clients = staffIds.map(async (staffId) => {
        while (next < APPOINTMENTS) {
          const index = next++;
          const startAt = new Date(Date.UTC(2031, 0, 1) + index * 3_600_000).toISOString();
          const { id } = await untilHeard('createAppointment', {
            locationId,
            reasonId,
            clientId,
            staffId,
            start: startAt,
            idempotencyKey: `a${index}`,
          });
          for (const note of ['first', 'second'])
            await untilHeard('updateAppointment', { id, note, idempotencyKey: `${note}${index}` });
          await untilHeard('cancelAppointment', { id, idempotencyKey: `c${index}` });
        }
      });
      const begun = Date.now();
      let kills = 0;
      const killer = (async () => {
        for (let mark = 1; mark <= KILLS; mark += 1) {
          while (good.size < (mark * EVENTS) / (KILLS + 1)) await pause(5);
          await server.kill();
          kills += 1;
          server = await start();
        }
      })();
      await Promise.all([...clients, killer]);
      while (good.size < EVENTS) await pause(20);
      const pending = async () => {
        const { data } = (await (
          await fetch(`${server.url}/graphql`, {
            method: 'POST',
            headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
            body: JSON.stringify({
              query: `{
                webhooks { nodes { deliveries(filter: { states: [PENDING] }) { totalCount } } }
              }`,
            }),
          })
        ).json()) as any;
        return data.webhooks.nodes[0].deliveries.totalCount as number;
      };
      while (await pending()) await pause(50);
      const seconds = (Date.now() - begun) / 1000;
      await server.kill();

      const db = await openDatabase();
      const states = await db.all(
        sql`SELECT state, count(*) AS count FROM webhook_delivery GROUP BY state`,
      );
      const statuses = await db.all<{ status: number | null }>(
        sql`SELECT DISTINCT status FROM webhook_attempt`,
      );
      const events = await db.all(
        sql`SELECT count(*) AS count FROM event WHERE appointment_id IS NOT NULL`,
      );
      await db.close();
      console.log(
        `seed ${SEED}, ${dialect}: ${EVENTS} events, ${receipts.length} receipts in ${seconds.toFixed(1)} s, ${receipts.filter((receipt) => receipt.good).length - EVENTS} good ones twice, ${JSON.stringify(replies)}`,
      );

      // The faults took effect.
      expect(kills).toBe(KILLS);
      expect(Object.keys(replies).sort()).toEqual([
        '500',
        'good',
        'hang',
        'late',
        'redirect',
        'reset',
      ]);
      expect(statuses.map(({ status }) => status)).toEqual(
        expect.arrayContaining([200, 302, 500, null]),
      );
      expect(receiver.received.filter(({ path }) => path.endsWith('elsewhere'))).toEqual([]);

      expect(events).toEqual([{ count: EVENTS }]);
      expect(states).toEqual([{ state: 'DELIVERED', count: EVENTS }]);
      expect(findings(receipts, APPOINTMENTS)).toEqual([]);
      // Control: the checker finds a missing event, and two events of an appointment in the wrong
      // order.
      const last = receipts.findLast(({ version }) => version === EACH) as Receipt;
      expect(
        findings(
          receipts.filter(({ id }) => id !== last.id),
          APPOINTMENTS,
        ),
      ).toEqual([`${last.appointment} version ${EACH} never arrived`]);
      expect(findings([last, ...receipts], APPOINTMENTS).length).toBeGreaterThan(0);
    });
  },
);
