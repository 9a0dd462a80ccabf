import { loadConfig } from '../../src/config';
import { dataSource } from '../../src/data-source';
import { createBusiness } from '../../src/features/access/create-business';
import { connect } from '../../src/db/connect';
import { Ids } from '../../src/db/state/ids';
import { sql } from '../../src/db/sql';
import { addClinic, BOOK, type Clinic } from '../support/fixtures/clinic';
import { TestGateway } from '../support/harness/gateway';
import { smtpError, startMailServer } from '../support/harness/mail';
import { freePort, startProcess, type GatewayProcess } from '../support/harness/process';
import { POSTGRES, scratchDatabase, type Scratch } from '../support/harness/scratch';

/** CRASH_KILLS=10 is the full size. */
const KILLS = Number(process.env.CRASH_KILLS ?? 2);
const BOOKINGS = 20 * KILLS;

jest.setTimeout(60_000 + 20_000 * KILLS);

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(what: string, done: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 60_000; !(await done()); await pause(20))
    if (Date.now() > end) throw new Error(`never: ${what}`);
}

/** PostgreSQL has two concurrent processes, the embedded database one. */
describe.each(['sqlite', ...(POSTGRES ? ['postgres'] : [])] as ('sqlite' | 'postgres')[])(
  'messages of killed processes, on %s',
  (dialect) => {
    let scratch: Scratch;
    let mail: Awaited<ReturnType<typeof startMailServer>>;
    let envs: Record<string, string>[];
    let servers: GatewayProcess[];
    let key: string;
    let clinic: Clinic;
    let hour = 0;

    const openDatabase = () =>
      connect(
        (role) => dataSource(loadConfig(envs[0]), role),
        () => undefined,
      );
    const restart = async (index: number) => {
      await servers[index]!.kill();
      servers[index] = await startProcess(envs[index]!);
    };

    beforeAll(async () => {
      [scratch, mail] = [await scratchDatabase(dialect), await startMailServer()];
      const ports = await Promise.all((dialect === 'postgres' ? [0, 1] : [0]).map(freePort));
      envs = ports.map((port) => ({
        ...scratch.env,
        PORT: String(port),
        SMTP_URL: mail.url,
        MAIL_FROM: 'office@clinic.example',
        PUBLIC_URL: 'https://clinic.example',
      }));
      const db = await openDatabase();
      key = (await createBusiness(db, new Ids(db), Date.now(), { name: 'Crash', timeZone: 'UTC' }))
        .secretKey;
      await db.close();
      servers = await Promise.all(envs.map((env) => startProcess(env)));
      clinic = await addClinic(
        Object.assign(new TestGateway(dialect), {
          gateway: { url: servers[0]!.url },
          business: { secretKey: key },
        }) as unknown as TestGateway,
        'crash',
      );
    });
    afterAll(async () => {
      await Promise.all(servers.map((server) => server.kill()));
      await mail.stop();
      await scratch.remove();
    });

    /** Books on either process until a response arrives, with one key. */
    async function bookSomewhere(index: number): Promise<string> {
      const { locationId, reasonId, staffId, clientId } = clinic;
      const start = new Date(Date.UTC(2031, 0, 1) + 3_600_000 * (hour += 1)).toISOString();
      const input = {
        locationId,
        reasonId,
        staffId,
        clientId,
        start,
        idempotencyKey: `booking-${index}`,
        clientReminderHours: 0,
        staffReminderHours: 0,
      };
      for (let tries = 0; ; tries += 1) {
        try {
          const response = await fetch(
            `${servers[(index + tries) % servers.length]!.url}/graphql`,
            {
              method: 'POST',
              headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
              body: JSON.stringify({ query: BOOK, variables: { input } }),
            },
          );
          const { data } = (await response.json()) as any;
          if (data?.createAppointment?.appointment) return data.createAppointment.appointment.id;
        } catch {
          // It died: whether it has booked, the key knows.
        }
        await pause(25);
      }
    }

    const settled = async () => {
      const db = await openDatabase();
      const rows = await db.all<{ state: string; count: number }>(
        sql`SELECT state, count(*) AS count FROM message GROUP BY state`,
      );
      await db.close();
      return Object.fromEntries(rows.map(({ state, count }) => [state, count]));
    };
    const idsOf = () => mail.received.map(({ headers }) => headers['message-id'] as string);

    it(`are sent for each of ${BOOKINGS} bookings despite ${KILLS} killed processes, and repeat only messages in flight`, async () => {
      let booked = 0;
      let onItsWay = 0;
      let open = 0;
      mail.state.verdict = async () => {
        open += 1;
        await pause(5);
        open -= 1;
        return null;
      };
      const killer = (async () => {
        for (let mark = 1; mark <= KILLS; mark += 1) {
          await until('bookings', () => booked >= (mark * BOOKINGS) / (KILLS + 1));
          onItsWay += open + 16;
          await restart(mark % servers.length);
        }
      })();
      let next = 0;
      await Promise.all(
        Array.from({ length: 4 }, async () => {
          while (next < BOOKINGS) {
            await bookSomewhere(next++);
            booked += 1;
          }
        }),
      );
      await killer;
      await until('all messages', () => new Set(idsOf()).size >= 2 * BOOKINGS);
      if (dialect === 'postgres') await until('all sent', async () => !(await settled()).PLANNED);
      await pause(300);
      await Promise.all(servers.map((server) => server.kill()));
      expect(await settled()).toEqual({ SENT: 2 * BOOKINGS });
      const ids = idsOf();
      // One for the client and one for the staff member of each booking: no message is duplicated.
      expect(new Set(ids).size).toBe(2 * BOOKINGS);
      const toClient = mail.received.filter(
        ({ envelope }) => envelope.to[0] === 'jsnow-crash@castleblack.mil',
      );
      expect(
        new Set(toClient.map(({ invitation }) => /UID:(\S+)/.exec(invitation as string)?.[1])).size,
      ).toBe(BOOKINGS);
      expect(new Set(toClient.map(({ headers }) => headers['message-id'])).size).toBe(BOOKINGS);
      expect(ids.length - 2 * BOOKINGS).toBeLessThanOrEqual(onItsWay);
    });

    it('are repeated with the same id if the process dies between acceptance by the mail server and its record', async () => {
      mail.received.length = 0;
      servers = await Promise.all(envs.map((env) => startProcess(env)));
      const seen: string[] = [];
      let dying: Promise<unknown> | null = null;
      mail.state.verdict = ({ headers, envelope }) => {
        if (!envelope.to[0]!.startsWith('jsnow')) return null;
        seen.push(headers['message-id'] as string);
        // Both are killed: neither can record that the message was accepted.
        dying ??= Promise.all(servers.map((server) => server.kill()));
        return dying.then(() => null);
      };
      await bookSomewhere(1_000);
      await until('the first attempt', () => dying !== null);
      await dying;
      expect(await settled()).toMatchObject({ PLANNED: expect.any(Number) });
      servers = await Promise.all(envs.map((env) => startProcess(env)));
      await until('the repeat', () => seen.length === 2);
      await until('all sent', async () => dialect === 'sqlite' || !(await settled()).PLANNED);
      await pause(300);
      expect(seen).toEqual([seen[0], seen[0]]);
    });

    it('are sent by any process after a temporary refusal of the mail server', async () => {
      mail.received.length = 0;
      let refused = 0;
      mail.state.verdict = () => ((refused += 1) <= 2 ? smtpError(421, 'Later') : null);
      await bookSomewhere(2_000);
      await until('both refused', () => refused >= 2);
      await pause(200);
      await Promise.all(servers.map((server) => server.kill()));
      expect(await settled()).toMatchObject({ PLANNED: 2 });
      const db = await openDatabase();
      const details = await db.all<{ detail: string }>(
        sql`SELECT detail FROM message WHERE state = 'PLANNED'`,
      );
      await db.transaction((tx) => tx.run(sql`UPDATE job SET run_at = 0 WHERE state = 'WAITING'`));
      await db.close();
      expect(details.map(({ detail }) => /Later/.test(detail))).toEqual([true, true]);
      servers = await Promise.all(envs.map((env) => startProcess(env)));
      await until('both sent', () => mail.received.length === 2);
      await pause(200);
      expect(mail.received).toHaveLength(2);
    });
  },
);
