import { raw, sql } from '../../../src/db/sql';
import { wentDirectly } from '../../support/fixtures/direct';
import { TestGateway } from '../../support/harness/gateway';
import { POSTGRES } from '../../support/harness/scratch';
import { randomOf, SEED } from '../../support/fixtures/random';
import { expectIntegrity } from '../../support/harness/integrity';
import { stepsOf } from './steps';
import { MINUTE, type Step, type World, makeWorld } from './world';

/** DIRECT_STEPS=2000 is the full size. */
const STEPS = Number(process.env.DIRECT_STEPS ?? 300);
jest.setTimeout(60_000 + 250 * STEPS);
const BEGIN = Date.parse('2031-03-03T08:00:00Z');

const APPOINTMENT = `{
  id version status subStatus { code } start end staffStart staffEnd startTextClient price note
  noPreference clientReminderHours fields { field { id } value } staff { id fullName }
  location { id locationName } reason { id reasonDesc } client { id } coordinatorStaff { id }
  addOnReasons { id } resources { id }
}`;
const ERRORS = `userErrors {
  __typename code message path
  ... on TimeUnavailableError {
    staffIds
    explanation {
      bookable start end
      candidates {
        refusals { rule message row { __typename id } appointments { id } }
        smallestChange { kind start minutes }
      } nearestTimes { start }
    }
  }
}`;
const mutationOf = (name: string, selection: string) =>
  `mutation ($input: ${name[0]!.toUpperCase()}${name.slice(1)}Input!) {
    ${name}(input: $input) { ${selection} }
  }`;

describe.each(['sqlite', ...(POSTGRES ? ['postgres'] : [])] as ('sqlite' | 'postgres')[])(
  'optimistic and locked bookings on %s',
  (dialect) => {
    // Bookings of one staff member follow one another here, and some conflict.
    const [without, within] = [new TestGateway(dialect), new TestGateway(dialect)];
    const worlds: World[] = [];
    let now = BEGIN;
    beforeAll(async () => {
      for (const gateway of [without, within]) {
        [gateway.time, gateway.options] = [now, { backgroundWork: false, contentionBackOffMs: 0 }];
        await gateway.start();
        worlds.push(await makeWorld(gateway));
        gateway.gateway.contention.locksAll = gateway === within;
      }
    });
    afterAll(async () => {
      await Promise.all([without, within].map((gateway) => gateway.stop()));
    });

    async function take(index: number, { mutation, input, by }: Step) {
      const gateway = [without, within][index] as TestGateway;
      const sent: string[] = [];
      const forget = gateway.gateway.signals.statementSent.on((text) => sent.push(text));
      const selection =
        mutation === 'createAppointment'
          ? `appointment ${APPOINTMENT} ${ERRORS}`
          : 'userErrors { code message path }';
      const answer = await gateway
        .run(
          mutationOf(mutation, selection),
          { input },
          { key: (worlds[index] as World).keys[by] as string },
        )
        .finally(forget);
      return {
        answer: JSON.parse(JSON.stringify(answer).replaceAll(/"errorId":"[^"]+"/g, '"errorId":""')),
        sent,
      };
    }

    /**
     * Compares stored rows, except the position of an event in commit order. Claims of expired
     * holds block no booking.
     */
    async function kept({ gateway: { db } }: TestGateway) {
      const rows = (from: string) => db.all(sql`SELECT * FROM ${raw(from)}`);
      return {
        appointments: await rows('appointment ORDER BY id'),
        addOns: await rows('appointment_add_on ORDER BY appointment_id, reason_id'),
        clients: await rows('client ORDER BY id'),
        claims: await rows(
          `claim WHERE expires_at IS NULL OR expires_at > ${now} ORDER BY appointment_id, subject_id`,
        ),
        events: (await rows('event ORDER BY seq')).map((event) => ({ ...event, position: null })),
        // A result is sealed with a new nonce each time: the responses show that both are equal.
        keys: (await rows('idempotency_key ORDER BY actor, key')).map((key) => ({
          ...key,
          answer: null,
        })),
      };
    }

    it(`return and store the same under any changes of rules: ${STEPS} steps of seed ${SEED}`, async () => {
      expect(worlds[0]!.clinic).toEqual(worlds[1]!.clinic);
      const random = randomOf(SEED);
      const made: string[] = [];
      const next = stepsOf(worlds[0] as World, random, made, () => now);
      let [directly, booked] = [0, 0];
      for (let count = 0; count < STEPS; count += 1) {
        const kind = random.next();
        const step = kind < 0.08 ? next.rule() : kind < 0.16 ? next.other() : next.booking();
        if (random.next() < 0.05) without.time = within.time = now += 7 * MINUTE;
        const [one, other] = await Promise.all([take(0, step), take(1, step)]);
        expect({ seed: SEED, count, step, answer: one.answer }).toEqual({
          seed: SEED,
          count,
          step,
          answer: other.answer,
        });
        const payload = one.answer.data?.createAppointment;
        expect(wentDirectly(other.sent)).not.toBe(true);
        if (payload?.appointment) {
          made.push(payload.appointment.id);
          const how = wentDirectly(one.sent);
          if (how !== null) booked += 1;
          if (how) directly += 1;
        }
      }
      await Promise.all([without, within].map((gateway) => gateway.logged()));
      const [one, other] = [await kept(without), await kept(within)];
      expect(one).toEqual(other);
      for (const gateway of [without, within]) await expectIntegrity(gateway);
      // Enough bookings succeeded, and enough of them were optimistic, for a meaningful comparison.
      expect({ seed: SEED, booked: booked > STEPS / 10, directly: directly > booked / 4 }).toEqual({
        seed: SEED,
        booked: true,
        directly: true,
      });
    });
  },
);
