import type { randomOf } from '../../support/fixtures/random';
import { MINUTE, type Step, type World } from './world';

/** Commands to run next: mostly bookings, and sometimes a change of rules. */
export function stepsOf(
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
      fields: perhaps(0.4, [{ field: { code: 'DIET' }, value: of(['vegan', 'vegan', '']) }]),
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
        period: {
          instants: {
            start: `${day()}T${time()}:00Z`,
            end: new Date(now() + 4 * 24 * 60 * MINUTE).toISOString(),
          },
        },
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
