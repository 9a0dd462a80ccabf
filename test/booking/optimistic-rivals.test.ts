import { Role } from '../../src/context';
import { raw, sql } from '../../src/db/sql';
import {
  addClient,
  addHours,
  addLocation,
  addReason,
  addStaff,
  change as run,
} from '../support/fixtures/clinic';
import { addRuledClinic, wentDirectly } from '../support/fixtures/direct';
import { TestGateway } from '../support/harness/gateway';
import { POSTGRES } from '../support/harness/scratch';
import { numberOf } from '../support/fixtures/ids';
import { randomOf, SEED } from '../support/fixtures/random';
import { expectIntegrity } from '../support/harness/integrity';

/** DIRECT_STEPS=2000 is the full size. */
const STEPS = Number(process.env.DIRECT_STEPS ?? 300);
jest.setTimeout(60_000 + 250 * STEPS);

const MINUTE = 60_000;
const BEGIN = Date.parse('2031-03-03T08:00:00Z');

const APPOINTMENT = `{
  id version status subStatus { code } start end staffStart staffEnd startTextClient price note noPreference clientReminderHours fields { field { id } value }
  staff { id fullName } location { id locationName } reason { id reasonDesc } client { id } coordinatorStaff { id } addOnReasons { id } resources { id }
}`;
const ERRORS = `userErrors {
  __typename code message path
  ... on TimeUnavailableError {
    staffIds
    explanation { bookable start end candidates { refusals { rule message row { __typename id } appointments { id } } smallestChange { kind start minutes } } nearestTimes { start } }
  }
}`;
const mutationOf = (name: string, selection: string) =>
  `mutation ($input: ${name[0]!.toUpperCase()}${name.slice(1)}Input!) { ${name}(input: $input) { ${selection} } }`;

interface Step {
  readonly mutation: string;
  readonly input: object;
  readonly by: number;
}
type World = Awaited<ReturnType<typeof makeWorld>>;

/** Creates an equal business, including ids, in each gateway. */
async function makeWorld(gateway: TestGateway) {
  const clinic = await addRuledClinic(gateway, 'a');
  const elsewhereId = await addLocation(gateway, {
    locationName: 'Elsewhere',
    timeZone: 'Europe/Amsterdam',
  });
  const farId = await addStaff(gateway, 'far', 'Europe/Amsterdam');
  await addHours(gateway, farId, { ranges: [{ start: '08:00', end: '21:30' }] });
  const staffIds = [clinic.staffId, clinic.otherStaffId, farId];
  const longId = await addReason(gateway, {
    reasonDesc: 'Long',
    visitMinutes: 90,
    bufferAfter: 15,
    price: '120.00',
    durations: [{ minutes: 30, price: '40.00' }],
    staffIds,
  });
  const shyId = await addReason(gateway, {
    reasonDesc: 'Shy',
    visitMinutes: 30,
    apptHrMin: 4,
    requiresStaffConfirmation: true,
    staffIds,
  });
  await run(gateway, 'setReasonStaff', {
    reasonId: longId,
    staff: staffIds.map((staffId, index) => ({
      staffId,
      price: index ? `${100 + index}.00` : null,
    })),
  });
  const otherClientId = await addClient(gateway, {
    firstName: 'Arya',
    lastName: 'Stark',
    emailAddress: 'arya@winterfell.example',
  });
  const keys = [
    gateway.business.secretKey,
    await gateway.key(Role.STAFF_USER, { staffId: numberOf(clinic.staffId) }),
    await gateway.key(Role.LOCATION_SUPER_USER, { locationIds: [numberOf(clinic.locationId)] }),
    await gateway.key(Role.CLIENT, { clientId: numberOf(clinic.clientId) }),
    gateway.business.publishableKey,
  ];
  return {
    keys,
    clinic: { ...clinic, elsewhereId, farId, longId, shyId, otherClientId },
    staffIds,
    locationIds: [clinic.locationId, elsewhereId],
    reasonIds: [clinic.reasonId, clinic.reasonId, longId, shyId, clinic.roomReasonId],
  };
}

/** Commands to run next: mostly bookings, and sometimes a change of rules. */
function stepsOf(
  { clinic, staffIds, locationIds, reasonIds }: World,
  random: ReturnType<typeof randomOf>,
  made: readonly string[],
  now: () => number,
) {
  const { of, int } = random;
  /**
   * Few values, so that bookings and rules meet, around the turn of a year, because schedules are
   * cached by year.
   */
  const day = () =>
    random.next() < 0.15
      ? of(['2031-12-31', '2032-01-01', '2032-01-09', '2032-01-10', '2032-01-12'])
      : `2031-03-${String(4 + int(of([3, 20]))).padStart(2, '0')}`;
  const time = () => `${String(8 + int(9)).padStart(2, '0')}:${of(['00', '15', '30', '45'])}`;
  const perhaps = <T>(chance: number, value: T): T | undefined =>
    random.next() < chance ? value : undefined;
  const [administrator, client, stranger] = [0, 3, 4];
  let by = administrator;

  const booking = (): Step => {
    // Callers usually book more than once.
    if (random.next() < 0.3) by = of([0, 0, 0, 1, 2, 3, 3, 4]);
    const isStaff = by < client;
    const [reasonId, locationId, start] = [
      of(reasonIds),
      perhaps(0.9, of([...locationIds, locationIds[0]])),
      `${day()}T${time()}`,
    ];
    const described = {
      firstName: 'Arya',
      lastName: of(['Stark', 'Stark', 'Snow']),
      emailAddress: 'arya@winterfell.example',
    };
    const input = {
      reasonId,
      locationId,
      staffId: of([...staffIds, clinic.staffId]),
      ...(random.next() < 0.7 ? { start: `${start}:00Z` } : { localStart: start }),
      ...(by === client
        ? {}
        : by === stranger || random.next() < 0.1
          ? { client: described }
          : { clientId: perhaps(0.9, of([clinic.clientId, clinic.otherClientId])) }),
      durationMinutes: isStaff ? perhaps(0.2, of([20, 30, 200])) : undefined,
      addOnReasonIds: perhaps(0.15, [clinic.addOnId]),
      note: perhaps(0.3, of(['“quoted” \\ \\u0000 text', 'null', ''])),
      fields: perhaps(0.4, [{ code: 'DIET', value: of(['vegan', 'vegan', '']) }]),
      coordinatorStaffId: isStaff ? perhaps(0.1, clinic.farId) : undefined,
      idempotencyKey: perhaps(0.3, `key ${int(40)}`),
      override: perhaps(0.02, true),
      price: isStaff ? perhaps(0.1, '9.99') : undefined,
      additionalStaffIds: isStaff ? perhaps(0.03, [clinic.farId]) : undefined,
      screeningAnswer: perhaps(0.5, of(['Yes', 'No'])),
    };
    return {
      mutation: 'createAppointment',
      input: Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)),
      by,
    };
  };
  const change = (mutation: string, input: object): Step => ({
    mutation,
    input,
    by: administrator,
  });
  const range = () =>
    random.next() < 0.3 ? [] : [{ start: '07:00', end: of(['12:00', '15:30', '20:00']) }];
  const bookable = () => of([clinic.reasonId, clinic.longId, clinic.shyId]);
  const ruleOf =
    (values: object, usual: object) =>
    (id: string): [Step, Step] => [
      change('updateReason', { id, ...values }),
      change('updateReason', { id, ...usual }),
    ];
  const staffOf = (reasonId: string, some: typeof staffIds, more: object) =>
    change('setReasonStaff', { reasonId, staff: some.map((staffId) => ({ staffId, ...more })) });
  /** Changes of rules, each with its inverse. */
  const rules: (() => [Step, Step?])[] = [
    ...Array.from({ length: 4 }, () => (): [Step] => [
      change('createDateOverride', {
        ownerId: of([...staffIds, ...locationIds]),
        date: day(),
        ranges: range(),
      }),
    ]),
    () => [change('updateDateOverride', { id: `DateOverride:${1 + int(12)}`, ranges: range() })],
    () => [change('deleteDateOverride', { id: `DateOverride:${1 + int(12)}` })],
    () => [
      change('createSchedulePeriod', {
        ownerId: of([...staffIds, clinic.elsewhereId]),
        validFrom: '2031-03-01',
        weekdays: ['TUESDAY', 'THURSDAY'],
        ranges: [{ start: '05:00', end: '19:00' }],
      }),
    ],
    () => [change('deleteSchedulePeriod', { id: `SchedulePeriod:${4 + int(6)}` })],
    ...['active', 'acceptsAppointments'].map((field) => (): [Step, Step] => {
      const id = of(staffIds);
      return [
        change('updateStaff', { id, [field]: false }),
        change('updateStaff', { id, [field]: true }),
      ];
    }),
    () => [
      change('updateStaff', {
        id: of(staffIds),
        locationIds: of([[], [locationIds[0]], locationIds]),
      }),
    ],
    ...[
      ruleOf({ status: 'DEACTIVE' }, { status: 'ACTIVE' }),
      ruleOf({ allowOnline: false }, { allowOnline: true }),
      ruleOf({ bufferAfter: 45, visitMinutes: 60 }, { bufferAfter: 0 }),
      ruleOf({ bufferBefore: 10, price: '35.50' }, { bufferBefore: 0, price: null }),
      ruleOf({ requiresStaffConfirmation: true, apptHrMin: 30 }, { apptHrMin: 2 }),
      ruleOf({ apptDayMax: 4 }, { apptDayMax: null }),
      ruleOf({ quota: 1, quotaType: 'DAY' }, { quota: null, quotaType: null }),
      ruleOf({ customWorkSchedule: 'SELECTED_LOCATIONS' }, { customWorkSchedule: 'ALL_LOCATIONS' }),
      ruleOf(
        {
          screeningQuestion: {
            question: 'Fit?',
            answers: [
              { text: 'Yes', passes: true },
              { text: 'No', passes: false },
            ],
          },
        },
        { screeningQuestion: null },
      ),
    ].map((rule) => () => rule(bookable())),
    () => [
      change('setReasonLocations', {
        reasonId: bookable(),
        locations: [{ locationId: of(locationIds), active: random.next() < 0.8 }],
      }),
    ],
    () => {
      const reasonId = bookable();
      return [
        staffOf(
          reasonId,
          staffIds.filter(() => random.next() < 0.7),
          { price: '77.00', active: random.next() < 0.7 },
        ),
        staffOf(reasonId, staffIds, {}),
      ];
    },
    () => {
      const reasonId = bookable();
      return [
        change('setReasonResources', {
          reasonId,
          needs: [{ options: [{ id: of([clinic.roomId, clinic.lampId]), units: 1 }] }],
        }),
        change('setReasonResources', { reasonId, needs: [] }),
      ];
    },
    () => [
      change('setReasonAddOns', {
        reasonId: bookable(),
        addOnIds: random.next() < 0.7 ? [clinic.addOnId] : [],
      }),
    ],
    () => [change('updateResource', { id: clinic.roomId, quantity: 1 + int(3) })],
    () => [
      change('updateResource', { id: clinic.lampId, active: false }),
      change('updateResource', { id: clinic.lampId, active: true }),
    ],
    () => {
      const id = of(locationIds);
      return [
        change('updateLocation', { id, active: false }),
        change('updateLocation', { id, active: true }),
      ];
    },
    () => [change('updateLocation', { id: of(locationIds), primary: true })],
    () => [
      change('updateCustomField', { id: clinic.fieldId, required: true }),
      change('updateCustomField', { id: clinic.fieldId, required: false }),
    ],
    () => [change('updateMessageSettings', { clientReminderHours: int(48) })],
    () => {
      const id = of([clinic.clientId, clinic.otherClientId]);
      return [
        change('updateClient', { id, status: 'BLACKLISTED' }),
        change('updateClient', { id, status: 'ACTIVE' }),
      ];
    },
  ];
  const undo: Step[] = [];
  function rule(): Step {
    const back = undo.length && random.next() < 0.3 + 0.2 * undo.length ? undo.shift() : undefined;
    if (back) return back;
    const [step, usual] = of(rules)();
    if (usual) undo.push(usual);
    return step;
  }
  const others: (() => Step)[] = [
    () => change('cancelAppointment', { id: of([...made, 'Appointment:1']) }),
    () =>
      change('createTimeOff', {
        staffIds: [of(staffIds)],
        start: `${day()}T${time()}:00Z`,
        end: new Date(now() + 4 * 24 * 60 * MINUTE).toISOString(),
      }),
    ...Array.from(
      { length: 3 },
      () => () =>
        change('holdAppointment', {
          reasonId: of(reasonIds),
          locationId: locationIds[0],
          staffId: of(staffIds),
          start: `${day()}T${time()}:00Z`,
          clientId: clinic.clientId,
        }),
    ),
  ];
  return { booking, rule, other: () => of(others)() };
}

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
        const [one, other] = [await take(0, step), await take(1, step)];
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
