import { Client } from 'pg';
import { startApp, type App } from '../../src/app';
import { raw, sql } from '../../src/db/sql';
import { pino } from 'pino';
import { BOOK, change, hire } from '../support/fixtures/clinic';
import {
  addRuledClinic,
  beforeWriting,
  wentDirectly,
  type RuledClinic,
} from '../support/fixtures/direct';
import { TestGateway } from '../support/harness/gateway';
import { POSTGRES } from '../support/harness/scratch';
import { numberOf } from '../support/fixtures/ids';
import { startProxy, type Proxy } from '../support/harness/proxy';
import { randomOf, SEED } from '../support/fixtures/random';
import { expectIntegrity } from '../support/harness/integrity';

jest.setTimeout(60_000);

(POSTGRES ? describe : describe.skip)(
  `bookings that are written together${POSTGRES ? '' : ': left out, TEST_DATABASE_URL is not set'}`,
  () => {
    const gateway = new TestGateway('postgres');
    let clinic: RuledClinic;
    let people: string[];
    let rival: Client;
    let proxy: Proxy;
    let day = 0;

    // Bookings of one staff member follow one another here, and some conflict.
    beforeAll(async () => {
      await gateway.start();
      const url = new URL(gateway.scratch.env.DATABASE_URL as string);
      rival = new Client({ connectionString: url.href });
      await rival.connect();
      proxy = await startProxy(Number(url.port || 5_432), url.hostname);
      // A transaction waits for a lock without a timeout, unless the statement sets one.
      url.searchParams.set('options', '-c lock_timeout=0');
      gateway.scratch.env.DATABASE_URL = Object.assign(url, {
        port: String(proxy.port),
        hostname: '127.0.0.1',
      }).href;
      await gateway.restart({ backgroundWork: false, contentionBackOffMs: 0 });
      clinic = await addRuledClinic(gateway, 'a');
      people = [clinic.staffId, clinic.otherStaffId];
      for (const name of ['third', 'fourth']) people.push(await hire(gateway, clinic, name));
    });
    afterAll(async () => {
      await rival.end();
      await gateway.stop();
      await proxy.close();
    });
    beforeEach(async () => {
      for (let tries = 0; !(await booked(0, free())).directly; tries += 1)
        if (tries > 2) throw new Error('None of these bookings is optimistic.');
    });
    afterEach(async () => {
      await rival.query('ROLLBACK');
      await expectIntegrity(gateway);
    });

    const free = () => new Date(Date.UTC(2031, 0, (day += 1), 15)).toISOString();
    const inputOf = (person: number, start: string, input: object = {}) => ({
      locationId: clinic.locationId,
      reasonId: clinic.reasonId,
      clientId: clinic.clientId,
      staffId: people[person],
      start,
      ...input,
    });
    async function booked(person: number, start: string) {
      const { data, statements } = await gateway.counted(BOOK, { input: inputOf(person, start) });
      return { ...data.createAppointment, directly: wentDirectly(statements) };
    }
    const send = (person: number, start: string, input: object = {}) =>
      gateway.run(BOOK, { input: inputOf(person, start, input) });
    const idOf = async (answer: ReturnType<typeof send>): Promise<string> => {
      const { data, errors } = await answer;
      return (
        errors?.[0]?.extensions.code ??
        data.createAppointment.appointment?.id ??
        data.createAppointment.userErrors[0].code
      );
    };
    /** Another transaction holds a staff member's time until `rival` ends it. */
    async function lock(person: number): Promise<void> {
      await rival.query('BEGIN');
      await rival.query(
        'SELECT s.id FROM subject s JOIN staff p ON p.subject_id = s.id WHERE p.id = $1 FOR NO KEY UPDATE OF s',
        [numberOf(people[person] as string)],
      );
    }
    const appointmentsAt = async (start: string) =>
      Number(
        (
          await rival.query('SELECT count(*) FROM appointment WHERE start_at = $1', [
            Date.parse(start),
          ])
        ).rows[0].count,
      );

    it('delay only the booking whose time another transaction has locked', async () => {
      const start = free();
      await lock(0);
      beforeWriting(gateway, async () => undefined, 4);
      const [locked, ...others] = people.map((_, person) => idOf(send(person, start)));
      let isAnswered = false;
      void (locked as Promise<string>).then(() => (isAnswered = true));
      for (const id of others) expect(await id).toMatch(/^Appointment:/);
      // Bookings that arrive meanwhile are not delayed either.
      for (const person of [1, 2, 3])
        expect(await idOf(send(person, free()))).toMatch(/^Appointment:/);
      expect(isAnswered).toBe(false);
      await rival.query('COMMIT');
      expect(await locked).toMatch(/^Appointment:/);
    });

    /** Books with a key until a response arrives, as a client with a lost connection does. */
    async function insist(
      person: number,
      start: string,
      idempotencyKey: string,
      tries = 20,
    ): Promise<string> {
      const outcome = await idOf(send(person, start, { idempotencyKey }));
      return outcome.startsWith('Appointment:') || !tries
        ? outcome
        : insist(person, start, idempotencyKey, tries - 1);
    }

    it.each([
      ['before they are written', 'swallow', 0],
      ['after the write and before any response', 'mute', 2],
    ] as const)(
      'all fail if the connection is lost %s, and are booked once on a retry',
      async (_, failure, written) => {
        const start = free();
        let isSent = () => {};
        const statement = new Promise<void>((resolve) => (isSent = resolve));
        const forget = gateway.gateway.signals.statementSent.on(
          (text) => text.startsWith('WITH unchanged AS') && isSent(),
        );
        beforeWriting(gateway, async () => proxy[failure](), 2);
        const sent = Promise.all(
          [0, 1].map((person) =>
            idOf(send(person, start, { idempotencyKey: `${failure} ${person}` })),
          ),
        );
        await statement;
        forget();
        while ((await appointmentsAt(start)) < written) await rival.query('SELECT 1');
        proxy.cut();
        for (const outcome of await sent)
          expect(['BUSY', 'INTERNAL_SERVER_ERROR']).toContain(outcome);
        proxy.restore();
        expect(await appointmentsAt(start)).toBe(written);
        const again = await Promise.all(
          [0, 1].map((person) => insist(person, start, `${failure} ${person}`)),
        );
        const { rows } = await rival.query(
          'SELECT id FROM appointment WHERE start_at = $1 ORDER BY staff_id',
          [Date.parse(start)],
        );
        expect(again).toEqual(rows.map(({ id }) => `Appointment:${id}`));
      },
    );

    describe('by two gateways', () => {
      let other: App;
      let second: TestGateway;
      beforeAll(async () => {
        other = await startApp(gateway.config, {
          log: pino({ level: 'silent' }),
          backgroundWork: false,
        });
        second = Object.assign(new TestGateway('postgres'), {
          gateway: other,
          scratch: gateway.scratch,
          business: gateway.business,
        });
      });
      afterAll(() => other.stop());

      it('use rules that another gateway committed before the request', async () => {
        for (let turn = 0; turn < 10; turn += 1) {
          const [rules, bookings] = turn % 2 ? [gateway, second] : [second, gateway];
          for (const minutes of [30, 60]) {
            await change(rules, 'updateReason', { id: clinic.reasonId, visitMinutes: minutes });
            const made = await Promise.all(
              [0, 1, 2, 3].map(
                async (person) =>
                  (await bookings.data(BOOK, { input: inputOf(person, free()) })).createAppointment
                    .appointment,
              ),
            );
            expect(
              made.map(({ start, end }) => (Date.parse(end) - Date.parse(start)) / 60_000),
            ).toEqual([minutes, minutes, minutes, minutes]);
          }
        }
      });

      it(`never overlap, in bursts on both while rules change: seed ${SEED}`, async () => {
        const random = randomOf(SEED);
        const begin = Date.parse(free());
        day += 20;
        const sent: string[] = [];
        const forget = gateway.gateway.signals.statementSent.on((text) => sent.push(text));
        const counts = { booked: 0, refused: 0 };
        for (let burst = 0; burst < 12; burst += 1) {
          const changes = [second, gateway].map((by, index) =>
            change(by, 'updateReason', {
              id: clinic.reasonId,
              ...(index
                ? { bufferAfter: random.of([0, 15]) }
                : { visitMinutes: random.of([30, 45, 60]) }),
            }),
          );
          const bookings = Array.from({ length: 40 }, async (_, index) => {
            const start = new Date(begin + random.int(400) * 15 * 60_000).toISOString();
            const {
              createAppointment: { appointment, userErrors },
            } = await (index % 2 ? gateway : second).data(BOOK, {
              input: inputOf(random.int(4), start),
            });
            if (appointment) counts.booked += 1;
            else
              expect([userErrors[0].code, (counts.refused += 1)]).toEqual([
                'TIME_UNAVAILABLE',
                expect.any(Number),
              ]);
          });
          await Promise.all([...changes, ...bookings]);
        }
        forget();
        expect(counts.booked).toBeGreaterThan(50);
        expect(counts.refused).toBeGreaterThan(50);
        expect(sent.filter((text) => text.startsWith('WITH unchanged AS')).length).toBeGreaterThan(
          10,
        );
        await expectIntegrity(gateway);
        const [{ count }] = (await gateway.gateway.db.all<{ count: number }>(
          sql`SELECT count(*) AS count FROM ${raw('appointment')} WHERE start_at >= ${begin} AND start_at < ${begin + 400 * 15 * 60_000}`,
        )) as [{ count: number }];
        expect(Number(count)).toBe(counts.booked);
      });
    });
  },
);
