import { Role } from '../../src/context';
import {
  addOnIdsOf,
  selectedLocationsOf,
  servingOf,
} from '../../src/features/reasons/links/active-links';
import {
  addClinic,
  addLocation,
  addReason,
  addStaff,
  change,
  refusal,
  type Clinic,
} from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';
import { numberOf } from '../support/fixtures/ids';

const RULES = `durations { minutes price deposit name text } slotAlignment slotStepMinutes quota quotaType requiresStaffConfirmation
  screeningQuestion { question answers { text passes } } allowWaitList maxWaitListPerClass numberSessions roundRobin customWorkSchedule`;
const PLAIN = {
  durations: [],
  slotAlignment: 'WINDOW',
  slotStepMinutes: null,
  quota: null,
  quotaType: null,
  requiresStaffConfirmation: false,
  screeningQuestion: null,
  allowWaitList: false,
  maxWaitListPerClass: null,
  numberSessions: null,
  roundRobin: null,
  customWorkSchedule: 'ALL_LOCATIONS',
};

onEachDatabase('the rules of a reason', (gateway) => {
  let clinic: Clinic;
  let annex: string;

  beforeAll(async () => {
    clinic = await addClinic(gateway);
    await change(gateway, 'updateReason', { id: clinic.reasonId, slotStepMinutes: null });
    annex = await addLocation(gateway, { locationName: 'Annex', timeZone: 'America/Chicago' });
  });

  const read = (id: string, key?: string) =>
    gateway
      .data(`query ($id: ID!) { reason(id: $id) { ${RULES} } }`, { id }, key ? { key } : {})
      .then(({ reason }) => reason);
  const count = () =>
    gateway.data(
      '{ reasons { totalCount } all: reasons(filter: { types: [SERVICE, ADDON, PERSONAL] }) { totalCount } }',
    );

  it('are stored as given, changed one by one, and have neutral defaults', async () => {
    expect(await read(clinic.reasonId)).toEqual(PLAIN);
    const screeningQuestion = {
      question: 'Are you over 18?',
      answers: [
        { text: 'Yes', passes: true },
        { text: 'No', passes: false },
      ],
    };
    const id = await addReason(gateway, {
      reasonDesc: 'Massage',
      visitMinutes: 60,
      durations: [
        { minutes: 90, price: '110.00', deposit: '20.00' },
        { minutes: 60 },
        { minutes: 30, name: ' Short ' },
      ],
      slotAlignment: 'CLOCK',
      slotStepMinutes: 15,
      quota: 3,
      quotaType: 'WEEK',
      requiresStaffConfirmation: true,
      screeningQuestion,
      allowWaitList: true,
      roundRobin: 'BALANCED',
      customWorkSchedule: 'CUSTOM_SCHEDULE',
    });
    const given = {
      ...PLAIN,
      slotAlignment: 'CLOCK',
      slotStepMinutes: 15,
      quota: 3,
      quotaType: 'WEEK',
      requiresStaffConfirmation: true,
      screeningQuestion,
      allowWaitList: true,
      roundRobin: 'BALANCED',
      customWorkSchedule: 'CUSTOM_SCHEDULE',
      durations: [
        { minutes: 30, price: null, deposit: null, name: 'Short', text: '30 Minutes' },
        { minutes: 60, price: null, deposit: null, name: null, text: '1 Hour' },
        { minutes: 90, price: '110.00', deposit: '20.00', name: null, text: '1 Hour 30 Minutes' },
      ],
    };
    expect(await read(id)).toEqual(given);
    await change(gateway, 'updateReason', {
      id,
      slotStepMinutes: null,
      quota: 5,
      roundRobin: null,
    });
    expect(await read(id)).toEqual({ ...given, slotStepMinutes: null, quota: 5, roundRobin: null });
    await change(gateway, 'updateReason', {
      id,
      durations: [],
      quota: null,
      quotaType: null,
      screeningQuestion: null,
      slotAlignment: 'WINDOW',
      requiresStaffConfirmation: false,
      allowWaitList: false,
      customWorkSchedule: 'ALL_LOCATIONS',
    });
    expect(await read(id)).toEqual(PLAIN);
  });

  it('show clients the screening question without its accepted answers', async () => {
    const id = await addReason(gateway, {
      reasonDesc: 'Screened',
      visitMinutes: 30,
      screeningQuestion: {
        question: 'Allergies?',
        answers: [
          { text: 'None', passes: true },
          { text: 'Some', passes: false },
        ],
      },
    });
    const client = await gateway.key(Role.CLIENT, { clientId: numberOf(clinic.clientId) });
    for (const key of [client, gateway.business.publishableKey]) {
      expect((await read(id, key)).screeningQuestion).toEqual({
        question: 'Allergies?',
        answers: [
          { text: 'None', passes: null },
          { text: 'Some', passes: null },
        ],
      });
    }
    const { createReason } = await gateway.data(
      'mutation { createReason(input: { reasonDesc: "x", visitMinutes: 5 }) { reason { screeningQuestion { question } durations { text } } } }',
    );
    expect(createReason.reason).toEqual({ screeningQuestion: null, durations: [] });
  });

  it('return a duration in the language of the business', async () => {
    const { secretKey } = await gateway.addBusiness({
      name: 'Salon',
      timeZone: 'Europe/Berlin',
      locale: 'de-DE',
      country: 'DE',
      currency: 'EUR',
    });
    const id = await addReason(
      gateway,
      { reasonDesc: 'Farbe', visitMinutes: 60, durations: [{ minutes: 90 }, { minutes: 45 }] },
      secretKey,
    );
    expect((await read(id, secretKey)).durations.map(({ text }: any) => text)).toEqual([
      '45 Minuten',
      '1 Stunde, 30 Minuten',
    ]);
  });

  it.each([
    ['a quota without a type', { quota: 2 }, 'BAD_USER_INPUT', 'quotaType'],
    ['a type without a quota', { quotaType: 'DAY' }, 'BAD_USER_INPUT', 'quota'],
    ['a quota of zero', { quota: 0, quotaType: 'DAY' }, 'BAD_USER_INPUT', 'quota'],
    ['a step of no duration', { slotStepMinutes: 0 }, 'BAD_USER_INPUT', 'slotStepMinutes'],
    ['a step of more than a day', { slotStepMinutes: 1441 }, 'BAD_USER_INPUT', 'slotStepMinutes'],
    [
      'a duration twice',
      { durations: [{ minutes: 30 }, { minutes: 45 }, { minutes: 30 }] },
      'BAD_USER_INPUT',
      '2',
    ],
    ['a negative duration', { durations: [{ minutes: -30 }] }, 'BAD_USER_INPUT', 'minutes'],
    [
      'a negative price of a duration',
      { durations: [{ minutes: 30, price: '-1' }] },
      'BAD_USER_INPUT',
      '0',
    ],
    [
      'too many durations',
      { durations: Array.from({ length: 21 }, (_, index) => ({ minutes: index + 1 })) },
      'BAD_USER_INPUT',
      'durations',
    ],
    [
      'one answer',
      { screeningQuestion: { question: 'x', answers: [{ text: 'a', passes: true }] } },
      'BAD_USER_INPUT',
      'answers',
    ],
    [
      'an answer twice',
      {
        screeningQuestion: {
          question: 'x',
          answers: [
            { text: 'a', passes: true },
            { text: 'a ', passes: false },
          ],
        },
      },
      'BAD_USER_INPUT',
      'answers',
    ],
    [
      'no accepted answer',
      {
        screeningQuestion: {
          question: 'x',
          answers: [
            { text: 'a', passes: false },
            { text: 'b', passes: false },
          ],
        },
      },
      'BAD_USER_INPUT',
      'answers',
    ],
    [
      'no question',
      {
        screeningQuestion: {
          question: ' ',
          answers: [
            { text: 'a', passes: true },
            { text: 'b', passes: false },
          ],
        },
      },
      'BAD_USER_INPUT',
      'question',
    ],
    [
      'durations of time off',
      { reasonType: 'PERSONAL', durations: [{ minutes: 30 }] },
      'RULE_VIOLATED',
      'durations',
    ],
    [
      'hours of an add-on',
      { reasonType: 'ADDON', customWorkSchedule: 'CUSTOM_SCHEDULE' },
      'RULE_VIOLATED',
      'customWorkSchedule',
    ],
    ['sessions of a service', { numberSessions: 5 }, 'RULE_VIOLATED', 'numberSessions'],
    [
      'a waiting list for each class of a service',
      { maxWaitListPerClass: 5 },
      'RULE_VIOLATED',
      'maxWaitListPerClass',
    ],
  ])('refuse %s', async (_name, input, code, field) => {
    const before = await count();
    expect(
      await refusal(gateway, 'createReason', { reasonDesc: 'x', visitMinutes: 30, ...input }),
    ).toEqual([code, field]);
    expect(await count()).toEqual(before);
    if (!('reasonType' in input))
      expect(await refusal(gateway, 'updateReason', { id: clinic.reasonId, ...input })).toEqual([
        code,
        field,
      ]);
    expect(await read(clinic.reasonId)).toEqual(PLAIN);
  });

  it('return priority and weight of staff to staff only', async () => {
    const STAFF = 'reason { serviceStaff { staff { id } active priority weight } }';
    const staff = [
      { staffId: clinic.staffId, priority: 1, weight: 200 },
      { staffId: clinic.otherStaffId },
    ];
    const { reason } = await change(
      gateway,
      'setReasonStaff',
      { reasonId: clinic.reasonId, staff },
      STAFF,
    );
    expect(reason.serviceStaff).toEqual([
      { staff: { id: clinic.staffId }, active: true, priority: 1, weight: 200 },
      { staff: { id: clinic.otherStaffId }, active: true, priority: 0, weight: 100 },
    ]);
    expect(
      (
        await gateway.data(
          'query ($id: ID!) { reason(id: $id) { serviceStaff { priority weight } } }',
          { id: clinic.reasonId },
          { key: gateway.business.publishableKey },
        )
      ).reason.serviceStaff,
    ).toEqual([
      { priority: null, weight: null },
      { priority: null, weight: null },
    ]);
    for (const [field, value] of [
      ['weight', 0],
      ['weight', -5],
      ['priority', -1],
    ] as const) {
      expect(
        await refusal(gateway, 'setReasonStaff', {
          reasonId: clinic.reasonId,
          staff: [{ staffId: clinic.staffId, [field]: value }],
        }),
      ).toEqual(['BAD_USER_INPUT', field]);
    }
    const reasonId = numberOf(clinic.reasonId);
    const serving = async () =>
      (await servingOf(gateway.gateway.db, gateway.business.business.rowId, [reasonId, 999])).get(
        reasonId,
      );
    expect(await serving()).toEqual([
      {
        reasonId,
        staffId: numberOf(clinic.staffId),
        subjectId: expect.any(Number),
        timeZoneCode: 'America/New_York',
        priority: 1,
        weight: 200,
        price: null,
      },
      {
        reasonId,
        staffId: numberOf(clinic.otherStaffId),
        subjectId: expect.any(Number),
        timeZoneCode: 'America/New_York',
        priority: 0,
        weight: 100,
        price: null,
      },
    ]);
    await change(gateway, 'updateStaff', { id: clinic.otherStaffId, acceptsAppointments: false });
    expect(await serving()).toHaveLength(1);
    await change(gateway, 'updateStaff', { id: clinic.otherStaffId, acceptsAppointments: true });
  });

  it('return its locations and add-ons', async () => {
    const { reason } = await change(
      gateway,
      'setReasonLocations',
      {
        reasonId: clinic.reasonId,
        locations: [{ locationId: annex }, { locationId: clinic.locationId, active: false }],
      },
      'reason { serviceLocations { active location { id } reason { id } } }',
    );
    expect(reason.serviceLocations).toEqual([
      { active: false, location: { id: clinic.locationId }, reason: { id: clinic.reasonId } },
      { active: true, location: { id: annex }, reason: { id: clinic.reasonId } },
    ]);
    const oil = await addReason(gateway, {
      reasonDesc: 'Oil',
      reasonType: 'ADDON',
      visitMinutes: 10,
      sortWeight: 2,
    });
    const secret = await addReason(gateway, {
      reasonDesc: 'Secret',
      reasonType: 'ADDON',
      visitMinutes: 5,
      sortWeight: 1,
      allowOnline: false,
    });
    const ADD_ONS = 'reason { addOns { id } }';
    expect(
      (
        await change(
          gateway,
          'setReasonAddOns',
          { reasonId: clinic.reasonId, addOnIds: [oil, secret, oil] },
          ADD_ONS,
        )
      ).reason.addOns,
    ).toEqual([{ id: secret }, { id: oil }]);
    expect(
      (
        await gateway.data(
          'query ($id: ID!) { reason(id: $id) { addOns { id } serviceLocations { location { id } } } }',
          { id: clinic.reasonId },
          { key: gateway.business.publishableKey },
        )
      ).reason,
    ).toEqual({ addOns: [{ id: oil }], serviceLocations: [{ location: { id: annex } }] });
    const user = await gateway.key(Role.STAFF_USER, { staffId: numberOf(clinic.staffId) });
    expect(
      (
        await gateway.data(
          'query ($id: ID!) { reason(id: $id) { addOns { id } } }',
          { id: clinic.reasonId },
          { key: user },
        )
      ).reason.addOns,
    ).toHaveLength(2);

    const found = async (filter: object) =>
      (
        await gateway.data(
          'query ($filter: ReasonFilter) { reasons(filter: $filter) { nodes { id } } }',
          { filter },
        )
      ).reasons.nodes.map(({ id }: any) => id);
    expect(await found({ hasAddOnIds: [oil] })).toEqual([clinic.reasonId]);
    expect(await found({ hasAddOnIds: [clinic.reasonId] })).toEqual([]);
    expect(await found({ addOnsForIds: [clinic.reasonId] })).toEqual([secret, oil]);
    const [businessId, reasonId] = [gateway.business.business.rowId, numberOf(clinic.reasonId)];
    expect((await addOnIdsOf(gateway.gateway.db, businessId, [reasonId])).get(reasonId)).toEqual([
      numberOf(oil),
      numberOf(secret),
    ]);
    expect(
      (await selectedLocationsOf(gateway.gateway.db, businessId, [reasonId])).get(reasonId),
    ).toEqual([numberOf(annex)]);

    expect(
      await refusal(gateway, 'setReasonAddOns', {
        reasonId: clinic.reasonId,
        addOnIds: [clinic.reasonId],
      }),
    ).toEqual(['RULE_VIOLATED', '0']);
    expect(
      await refusal(gateway, 'setReasonAddOns', { reasonId: oil, addOnIds: [secret] }),
    ).toEqual(['RULE_VIOLATED', 'reasonId']);
    expect(
      await refusal(gateway, 'setReasonAddOns', {
        reasonId: clinic.reasonId,
        addOnIds: ['Reason:2147483647'],
      }),
    ).toEqual(['NOT_FOUND', '0']);
    expect(
      await refusal(gateway, 'setReasonLocations', {
        reasonId: clinic.reasonId,
        locations: [{ locationId: 'Location:2147483647' }],
      }),
    ).toEqual(['NOT_FOUND', 'locationId']);
    expect(await found({ hasAddOnIds: [oil] })).toEqual([clinic.reasonId]);
  });

  it('find classes by their sessions and courses by their runs, until they have begun', async () => {
    const [place, other] = [
      await addLocation(gateway, { locationName: 'Studio', timeZone: 'America/New_York' }),
      await addLocation(gateway, { locationName: 'Garden', timeZone: 'America/New_York' }),
    ];
    const [leader, helper] = [
      await addStaff(gateway, 'leader', 'America/New_York', [place, other]),
      await addStaff(gateway, 'helper', 'America/New_York', [place, other]),
    ];
    const found = async (filter: object) =>
      (
        await gateway.data(
          'query ($filter: ReasonFilter) { reasons(filter: $filter) { nodes { reasonDesc } totalCount } }',
          { filter },
        )
      ).reasons;
    const offered = async (filter: object) =>
      (await found({ types: ['CLASS', 'COURSE'], ...filter })).nodes
        .map(({ reasonDesc }: any) => reasonDesc)
        .sort();
    const [yoga, course] = [
      await addReason(gateway, {
        reasonDesc: 'Yoga',
        reasonType: 'CLASS',
        visitMinutes: 60,
        staffIds: [leader, helper],
      }),
      await addReason(gateway, {
        reasonDesc: 'Spanish',
        reasonType: 'COURSE',
        visitMinutes: 60,
        staffIds: [leader, helper],
      }),
    ];
    expect([await offered({ locationIds: [place] }), await offered({ workingOnly: true })]).toEqual(
      [[], []],
    );

    // Past sessions are not bookable.
    await change(gateway, 'createClassSchedule', {
      reasonId: yoga,
      staffId: leader,
      locationId: place,
      capacity: 5,
      start: '2021-01-04T15:00:00Z',
    });
    await change(gateway, 'createCourseSet', {
      reasonId: course,
      staffId: leader,
      locationId: place,
      capacity: 5,
      localStart: '2021-01-05T10:00',
      rrule: 'FREQ=DAILY;COUNT=2',
    });
    expect(await offered({ locationIds: [place] })).toEqual([]);

    const {
      classSchedules: [session],
    } = await change(
      gateway,
      'createClassSchedule',
      {
        reasonId: yoga,
        staffId: leader,
        locationId: place,
        capacity: 5,
        start: '2035-01-04T15:00:00Z',
      },
      'classSchedules { id }',
    );
    await change(gateway, 'createCourseSet', {
      reasonId: course,
      staffId: helper,
      locationId: other,
      capacity: 5,
      localStart: '2035-01-05T10:00',
      rrule: 'FREQ=DAILY;COUNT=2',
    });
    expect([
      await offered({ locationIds: [place] }),
      await offered({ locationIds: [other] }),
      await offered({ locationIds: [place, other] }),
    ]).toEqual([['Yoga'], ['Spanish'], ['Spanish', 'Yoga']]);
    expect(await offered({ workingOnly: true })).toEqual(['Spanish', 'Yoga']);
    expect([
      await offered({ workingOnly: true, staffIds: [leader] }),
      await offered({ workingOnly: true, staffIds: [helper] }),
    ]).toEqual([['Yoga'], ['Spanish']]);
    expect((await found({ locationIds: [place], types: ['CLASS', 'COURSE'] })).totalCount).toBe(1);

    await change(gateway, 'cancelClassSchedule', { id: session.id });
    await change(gateway, 'updateLocation', { id: other, active: false });
    expect(await offered({ locationIds: [place, other] })).toEqual([]);
  });

  it('find reasons at a location: by hours of its staff there, selected locations and own hours', async () => {
    const place = await addLocation(gateway, {
      locationName: 'Pavilion',
      timeZone: 'America/New_York',
    });
    const [here, away] = [
      await addStaff(gateway, 'here', 'America/New_York', [place]),
      await addStaff(gateway, 'away', 'America/New_York', [annex]),
    ];
    const offered = async (filter: object) =>
      (
        await gateway.data(
          'query ($filter: ReasonFilter) { reasons(filter: $filter) { nodes { reasonDesc } totalCount } }',
          { filter },
        )
      ).reasons.nodes.map(({ reasonDesc }: any) => reasonDesc);
    const [first, second] = [
      await addReason(gateway, { reasonDesc: 'First', visitMinutes: 30, staffIds: [here] }),
      await addReason(gateway, { reasonDesc: 'Second', visitMinutes: 30, staffIds: [here, away] }),
    ];
    const hours = (ownerId: string, input: object = {}) =>
      change(
        gateway,
        'createSchedulePeriod',
        {
          ownerId,
          validFrom: '2020-01-01',
          weekdays: ['MONDAY'],
          ranges: [{ start: '09:00', end: '17:00' }],
          ...input,
        },
        'schedulePeriod { id }',
      );
    expect(await offered({ locationIds: [place] })).toEqual([]);
    await hours(here, { validTo: '2021-01-01' });
    await hours(away);
    expect(await offered({ locationIds: [place] })).toEqual([]);
    expect(await offered({ locationIds: [annex] })).toEqual(['Second']);
    const { schedulePeriod } = await hours(here, { reasonId: first });
    expect(await offered({ locationIds: [place] })).toEqual(['First']);
    await change(gateway, 'updateSchedulePeriod', {
      id: schedulePeriod.id,
      reasonId: null,
      locationId: place,
    });
    expect(await offered({ locationIds: [place] })).toEqual(['First', 'Second']);
    expect(await offered({ locationIds: [place], staffIds: [away] })).toEqual(['Second']);
    expect(await offered({ locationIds: [place], staffIds: [away], workingOnly: true })).toEqual(
      [],
    );
    expect(await offered({ staffIds: [here], workingOnly: true })).toEqual(['First', 'Second']);

    await change(gateway, 'updateReason', { id: first, customWorkSchedule: 'SELECTED_LOCATIONS' });
    expect(await offered({ locationIds: [place] })).toEqual(['Second']);
    await change(gateway, 'setReasonLocations', {
      reasonId: first,
      locations: [{ locationId: place }],
    });
    await change(gateway, 'updateReason', { id: second, customWorkSchedule: 'CUSTOM_SCHEDULE' });
    expect(await offered({ locationIds: [place] })).toEqual(['First']);
    await hours(second, { locationId: annex });
    expect(await offered({ locationIds: [place] })).toEqual(['First']);
    await hours(second, { locationId: place });
    expect(await offered({ locationIds: [place] })).toEqual(['First', 'Second']);
    await change(gateway, 'updateReason', { id: second, allowWaitList: true });
    expect(await offered({ locationIds: [place], waitListOnly: true })).toEqual(['Second']);
    await change(gateway, 'updateStaff', { id: here, acceptsAppointments: false });
    expect(await offered({ locationIds: [place] })).toEqual([]);
  });

  it('of a location: the duration of a hold, and the choice of staff if none is named', async () => {
    const LOCATION = 'location { id bookingTimerMinutes roundRobin }';
    const { location } = await change(
      gateway,
      'createLocation',
      { locationName: 'Timed', timeZone: 'UTC', bookingTimerMinutes: 25, roundRobin: 'RANDOM' },
      LOCATION,
    );
    expect(location).toEqual({
      id: expect.any(String),
      bookingTimerMinutes: 25,
      roundRobin: 'RANDOM',
    });
    expect(
      (
        await gateway.data(
          'query ($id: ID!) { location(id: $id) { bookingTimerMinutes roundRobin } }',
          { id: clinic.locationId },
        )
      ).location,
    ).toEqual({ bookingTimerMinutes: 10, roundRobin: 'NONE' });
    expect(
      (
        await change(
          gateway,
          'updateLocation',
          { id: location.id, bookingTimerMinutes: 5, roundRobin: 'COMBINED' },
          LOCATION,
        )
      ).location,
    ).toEqual({ id: location.id, bookingTimerMinutes: 5, roundRobin: 'COMBINED' });
    for (const bookingTimerMinutes of [0, -1, 1441, null])
      expect(
        await refusal(gateway, 'updateLocation', { id: location.id, bookingTimerMinutes }),
      ).toEqual(['BAD_USER_INPUT', 'bookingTimerMinutes']);
    expect(await refusal(gateway, 'updateLocation', { id: location.id, roundRobin: null })).toEqual(
      ['BAD_USER_INPUT', 'roundRobin'],
    );
    expect(
      (
        await gateway.data('query ($id: ID!) { location(id: $id) { bookingTimerMinutes } }', {
          id: location.id,
        })
      ).location.bookingTimerMinutes,
    ).toBe(5);
  });

  it('are changed by administrators only, and never across businesses', async () => {
    const keys = [
      await gateway.key(Role.LOCATION_SUPER_USER, { locationIds: [numberOf(clinic.locationId)] }),
      await gateway.key(Role.STAFF_USER, { staffId: numberOf(clinic.staffId) }),
      await gateway.key(Role.CLIENT, { clientId: numberOf(clinic.clientId) }),
      gateway.business.publishableKey,
    ];
    const { reasonId } = clinic;
    for (const key of keys) {
      for (const [mutation, input] of [
        ['setReasonAddOns', { reasonId, addOnIds: [] }],
        ['setReasonLocations', { reasonId, locations: [] }],
        ['setReasonStaff', { reasonId, staff: [] }],
        ['updateReason', { id: reasonId, quota: 1, quotaType: 'DAY' }],
      ] as const) {
        expect([mutation, await refusal(gateway, mutation, input, key)]).toEqual([
          mutation,
          ['FORBIDDEN', undefined],
        ]);
      }
    }
    const foreign = (
      await gateway.addBusiness({ name: 'Another business', timeZone: 'Europe/Berlin' })
    ).secretKey;
    const theirs = await addClinic(gateway, 'theirs', foreign);
    const oil = await addReason(gateway, {
      reasonDesc: 'Balm',
      reasonType: 'ADDON',
      visitMinutes: 10,
    });
    for (const [mutation, input] of [
      ['setReasonAddOns', { reasonId, addOnIds: [] }],
      ['setReasonLocations', { reasonId, locations: [] }],
    ] as const) {
      expect([mutation, await refusal(gateway, mutation, input, foreign)]).toEqual([
        mutation,
        ['NOT_FOUND', 'reasonId'],
      ]);
    }
    expect(
      await refusal(
        gateway,
        'setReasonAddOns',
        { reasonId: theirs.reasonId, addOnIds: [oil] },
        foreign,
      ),
    ).toEqual(['NOT_FOUND', '0']);
    expect(
      await refusal(
        gateway,
        'setReasonLocations',
        { reasonId: theirs.reasonId, locations: [{ locationId: annex }] },
        foreign,
      ),
    ).toEqual(['NOT_FOUND', 'locationId']);
    const data = await gateway.data(
      'query ($r: ID!, $l: ID!, $a: ID!) { at: reasons(filter: { locationIds: [$l] }) { totalCount } with: reasons(filter: { hasAddOnIds: [$a] }) { totalCount } for: reasons(filter: { addOnsForIds: [$r] }) { totalCount } }',
      { l: annex, a: oil, r: reasonId },
      { key: foreign },
    );
    expect(data).toEqual({
      at: { totalCount: 0 },
      with: { totalCount: 0 },
      for: { totalCount: 0 },
    });
    expect(
      (
        await gateway.data(
          'query ($id: ID!) { reason(id: $id) { addOns { id } serviceStaff { active } } }',
          { id: reasonId },
        )
      ).reason,
    ).toEqual({
      addOns: [expect.anything(), expect.anything()],
      serviceStaff: [{ active: true }, { active: true }],
    });
  });

  it('with all related rows of many reasons take one statement', async () => {
    const { statements } = await gateway.counted(
      '{ reasons(first: 50) { nodes { durations { minutes } serviceStaff { weight } serviceLocations { active location { locationName } } addOns { reasonDesc } } } }',
    );
    expect(statements).toHaveLength(1);
    expect(
      (
        await gateway.counted(
          `{ reasons(first: 50) { nodes { ${RULES.replace('name text', 'name')} } } }`,
        )
      ).statements,
    ).toHaveLength(1);
  });
});
