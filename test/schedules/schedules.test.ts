import { Role } from '../../src/context';
import { schedulesOf } from '../../src/features/schedules/stored-hours';
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

const WEEK = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY'];
const NINE_TO_FIVE = [{ start: '09:00', end: '17:00' }];
const PERIOD =
  'schedulePeriod { id validFrom validTo weekdays weeksOfMonth ranges { start end } location { id } reason { id } modifiedBy }';

onEachDatabase('schedule periods and date overrides', (gateway) => {
  let clinic: Clinic;
  let annex: string;

  beforeAll(async () => {
    clinic = await addClinic(gateway, 'a', undefined, { hours: false });
    annex = await addLocation(gateway, { locationName: 'Annex', timeZone: 'America/Chicago' });
  });

  const add = async (input: object, key?: string): Promise<any> => {
    const { schedulePeriod, userErrors } = await change(
      gateway,
      'createSchedulePeriod',
      {
        ownerId: clinic.staffId,
        validFrom: '2031-01-01',
        weekdays: WEEK,
        ranges: NINE_TO_FIVE,
        ...input,
      },
      PERIOD,
      key,
    );
    expect(userErrors).toEqual([]);
    return schedulePeriod;
  };
  const read = (id: string) =>
    gateway
      .data(`query ($id: ID!) { ${PERIOD.replace('schedulePeriod', 'schedulePeriod(id: $id)')} }`, {
        id,
      })
      .then(({ schedulePeriod }) => schedulePeriod);
  const count = () =>
    gateway.data('{ schedulePeriods { totalCount } dateOverrides { totalCount } }');

  it('are stored for staff, locations, reasons and resources, by weekdays of the month, over midnight and up to 24:00', async () => {
    const period = await add({
      validTo: '2031-06-30',
      weekdays: ['SATURDAY', 'SUNDAY'],
      weeksOfMonth: ['FIRST', 'LAST'],
      locationId: clinic.locationId,
      reasonId: clinic.reasonId,
      ranges: [
        { start: '22:00', end: '02:30' },
        { start: '00:00', end: '24:00' },
        { start: '13:15', end: '13:20' },
      ],
    });
    expect(period).toEqual({
      id: expect.stringMatching(/^SchedulePeriod:\d+$/),
      validFrom: '2031-01-01',
      validTo: '2031-06-30',
      weekdays: ['SATURDAY', 'SUNDAY'],
      weeksOfMonth: ['FIRST', 'LAST'],
      ranges: [
        { start: '00:00', end: '24:00' },
        { start: '13:15', end: '13:20' },
        { start: '22:00', end: '02:30' },
      ],
      location: { id: clinic.locationId },
      reason: { id: clinic.reasonId },
      modifiedBy: 'First key',
    });
    expect(await read(period.id)).toEqual(period);
    const { resource } = await change(
      gateway,
      'createResource',
      { name: 'Hall', locationId: clinic.locationId },
      'resource { id }',
    );
    for (const ownerId of [clinic.locationId, clinic.reasonId, resource.id]) {
      const { id } = await add({ ownerId });
      const owner = await gateway.data(
        'query ($id: ID!) { schedulePeriod(id: $id) { owner { ... on Node { id } } } node(id: $id) { id } }',
        { id },
      );
      expect(owner).toEqual({ schedulePeriod: { owner: { id: ownerId } }, node: { id } });
    }
    const hours =
      '{ schedulePeriods { totalCount nodes { validFrom ranges { start end } } } dateOverrides { totalCount } }';
    const data = await gateway.data(
      `query ($s: ID!, $l: ID!, $r: ID!, $x: ID!) { staffMember(id: $s) ${hours} location(id: $l) ${hours} reason(id: $r) ${hours} resource(id: $x) ${hours} }`,
      { s: clinic.staffId, l: clinic.locationId, r: clinic.reasonId, x: resource.id },
    );
    const own = {
      schedulePeriods: {
        totalCount: 1,
        nodes: [{ validFrom: '2031-01-01', ranges: NINE_TO_FIVE }],
      },
      dateOverrides: { totalCount: 0 },
    };
    expect(data).toEqual({
      staffMember: {
        ...own,
        schedulePeriods: {
          totalCount: 1,
          nodes: [{ validFrom: '2031-01-01', ranges: period.ranges }],
        },
      },
      location: own,
      reason: own,
      resource: own,
    });
  });

  it('are found by owner, location, reason and day', async () => {
    const staffId = await addStaff(gateway, 'finder', 'America/New_York', [
      clinic.locationId,
      annex,
    ]);
    const [first, second, third] = [
      await add({
        ownerId: staffId,
        validFrom: '2032-01-01',
        validTo: '2032-01-31',
        locationId: annex,
      }),
      await add({ ownerId: staffId, validFrom: '2032-02-01', reasonId: clinic.reasonId }),
      await add({ ownerId: annex, validFrom: '2032-03-01' }),
    ];
    const found = async (filter: object) =>
      (
        await gateway.data(
          'query ($filter: SchedulePeriodFilter) { schedulePeriods(filter: $filter) { nodes { id } } }',
          { filter },
        )
      ).schedulePeriods.nodes.map(({ id }: any) => id);
    expect(await found({ ownerIds: [staffId, annex] })).toEqual([first.id, second.id, third.id]);
    expect(await found({ ownerIds: [staffId], locationIds: [annex] })).toEqual([first.id]);
    expect(await found({ locationIds: [annex] })).toEqual([first.id, third.id]);
    expect(await found({ reasonIds: [clinic.reasonId], ownerIds: [staffId] })).toEqual([second.id]);
    expect(await found({ ownerIds: [staffId], from: '2032-01-31', to: '2032-01-31' })).toEqual([
      first.id,
    ]);
    expect(await found({ ownerIds: [staffId], from: '2032-02-01' })).toEqual([second.id]);
    expect(await found({ ids: [third.id] })).toEqual([third.id]);
    expect(await found({ ownerIds: [] })).toEqual([]);
  });

  it('change from a day on and keep earlier days unchanged', async () => {
    const staffId = await addStaff(gateway, 'changer');
    const before = await add({ ownerId: staffId, validTo: '2031-12-31' });
    const { schedulePeriod: later } = await change(
      gateway,
      'updateSchedulePeriod',
      {
        id: before.id,
        effectiveFrom: '2031-07-01',
        ranges: [{ start: '10:00', end: '18:00' }],
        validTo: null,
      },
      PERIOD,
    );
    expect(later).toEqual({
      ...before,
      id: expect.not.stringMatching(before.id),
      validFrom: '2031-07-01',
      validTo: null,
      ranges: [{ start: '10:00', end: '18:00' }],
    });
    expect(await read(before.id)).toEqual({ ...before, validTo: '2031-06-30' });
    const { schedulePeriod: altogether } = await change(
      gateway,
      'updateSchedulePeriod',
      { id: later.id, effectiveFrom: '2031-07-01', weekdays: ['MONDAY'] },
      PERIOD,
    );
    expect(altogether).toEqual({ ...later, weekdays: ['MONDAY'] });
    expect(
      await refusal(gateway, 'updateSchedulePeriod', {
        id: before.id,
        effectiveFrom: '2031-07-01',
      }),
    ).toEqual(['RULE_VIOLATED', 'effectiveFrom']);
    expect(
      await refusal(gateway, 'updateSchedulePeriod', {
        id: before.id,
        effectiveFrom: '2031-02-01',
        validFrom: '2031-02-01',
      }),
    ).toEqual(['BAD_USER_INPUT', 'effectiveFrom']);
    expect(
      await refusal(gateway, 'updateSchedulePeriod', {
        id: before.id,
        effectiveFrom: '2031-02-01',
        validTo: '2031-01-15',
      }),
    ).toEqual(['BAD_USER_INPUT', 'validTo']);
    expect(await read(before.id)).toEqual({ ...before, validTo: '2031-06-30' });
  });

  it('split at a day into two periods with equal hours, once for concurrent requests', async () => {
    const staffId = await addStaff(gateway, 'splitter');
    const before = await add({ ownerId: staffId });
    const SPLIT =
      'periods { earlier { id validFrom validTo ranges { start end } } later { id validFrom validTo ranges { start end } } }';
    const payloads = await Promise.all(
      ['2031-03-01', '2031-04-01', '2031-05-01'].map((date) =>
        change(gateway, 'splitSchedulePeriod', { id: before.id, date }, SPLIT),
      ),
    );
    const [done] = payloads.filter(({ userErrors }) => !userErrors.length);
    for (const payload of payloads) {
      if (payload !== done)
        expect(payload.userErrors).toMatchObject([
          { code: expect.stringMatching(/CONFLICT|RULE_VIOLATED/) },
        ]);
    }
    const { earlier, later } = done.periods;
    expect(earlier).toMatchObject({ id: before.id, validFrom: '2031-01-01', ranges: NINE_TO_FIVE });
    expect(later).toEqual({
      id: expect.any(String),
      validFrom: expect.any(String),
      validTo: null,
      ranges: NINE_TO_FIVE,
    });
    const { nodes } = (
      await gateway.data(
        'query ($ids: [ID!]) { schedulePeriods(filter: { ownerIds: $ids }) { nodes { validFrom validTo } } }',
        { ids: [staffId] },
      )
    ).schedulePeriods;
    // In any order of requests, the parts follow each other without a gap.
    nodes
      .slice(1)
      .forEach((part: any, index: number) =>
        expect(Date.parse(part.validFrom) - Date.parse(nodes[index].validTo)).toBe(86_400_000),
      );
    expect(nodes.at(-1).validTo).toBeNull();
    for (const date of ['2031-01-01', '2030-01-01'])
      expect(await refusal(gateway, 'splitSchedulePeriod', { id: before.id, date })).toEqual([
        'RULE_VIOLATED',
        'date',
      ]);
  });

  it('end before a day, or are deleted', async () => {
    const { id } = await add({});
    const { schedulePeriod } = await change(
      gateway,
      'deleteSchedulePeriod',
      { id, effectiveFrom: '2031-02-01' },
      PERIOD,
    );
    expect(schedulePeriod.validTo).toBe('2031-01-31');
    expect(
      await refusal(gateway, 'deleteSchedulePeriod', { id, effectiveFrom: '2031-02-01' }),
    ).toEqual(['RULE_VIOLATED', 'effectiveFrom']);
    expect((await change(gateway, 'deleteSchedulePeriod', { id }, PERIOD)).schedulePeriod.id).toBe(
      id,
    );
    expect(await read(id)).toBeNull();
    expect(await refusal(gateway, 'deleteSchedulePeriod', { id })).toEqual(['NOT_FOUND', 'id']);
  });

  it('override the hours of a day, once for an owner, a day and a location', async () => {
    const OVERRIDE =
      'dateOverride { id date closed ranges { start end } note location { id } owner { ... on Node { id } } }';
    const staffId = await addStaff(gateway, 'overrider', 'America/New_York', [clinic.locationId]);
    const day = (input: object) =>
      change(
        gateway,
        'createDateOverride',
        { ownerId: staffId, date: '2031-12-24', ranges: [], ...input },
        OVERRIDE,
      );
    const { dateOverride: closed } = await day({ note: 'Christmas' });
    expect(closed).toEqual({
      id: expect.stringMatching(/^DateOverride:\d+$/),
      date: '2031-12-24',
      closed: true,
      ranges: [],
      note: 'Christmas',
      location: null,
      owner: { id: staffId },
    });
    expect((await day({ ranges: NINE_TO_FIVE })).userErrors).toMatchObject([
      { code: 'CONFLICT', path: ['input', 'date'] },
    ]);
    const { dateOverride: here } = await day({
      locationId: clinic.locationId,
      ranges: [{ start: '22:00', end: '01:00' }],
    });
    expect(here).toMatchObject({
      closed: false,
      location: { id: clinic.locationId },
      ranges: [{ start: '22:00', end: '01:00' }],
    });
    const { dateOverride: changed } = await change(
      gateway,
      'updateDateOverride',
      { id: closed.id, ranges: NINE_TO_FIVE, note: null },
      OVERRIDE,
    );
    expect(changed).toEqual({ ...closed, closed: false, ranges: NINE_TO_FIVE, note: null });
    await day({ date: '2031-12-31' });
    const list = async (filter: object) =>
      (
        await gateway.data(
          'query ($filter: DateOverrideFilter) { dateOverrides(filter: $filter) { nodes { date closed } } }',
          { filter },
        )
      ).dateOverrides.nodes;
    expect(await list({ ownerIds: [staffId], from: '2031-12-25' })).toEqual([
      { date: '2031-12-31', closed: true },
    ]);
    expect(
      await list({ ownerIds: [staffId], locationIds: [clinic.locationId], to: '2031-12-25' }),
    ).toEqual([{ date: '2031-12-24', closed: false }]);
    expect(
      (await change(gateway, 'deleteDateOverride', { id: closed.id }, OVERRIDE)).dateOverride,
    ).toEqual(changed);
    expect(await list({ ownerIds: [staffId], to: '2031-12-25' })).toHaveLength(1);
    expect(
      (await Promise.all([1, 2, 3].map(() => day({ date: '2032-12-24' })))).filter(
        ({ userErrors }) => !userErrors.length,
      ),
    ).toHaveLength(1);
  });

  it.each([
    ['an owner that has no hours', { ownerId: 'Client:1' }, 'BAD_USER_INPUT', 'ownerId'],
    ['an unknown owner', { ownerId: 'Staff:2147483647' }, 'NOT_FOUND', 'ownerId'],
    ['a malformed owner', { ownerId: 'me' }, 'BAD_USER_INPUT', 'ownerId'],
    ['an end before the beginning', { validTo: '2030-12-31' }, 'BAD_USER_INPUT', 'validTo'],
    ['no weekdays', { weekdays: [] }, 'BAD_USER_INPUT', 'weekdays'],
    ['a weekday twice', { weekdays: ['MONDAY', 'MONDAY'] }, 'BAD_USER_INPUT', 'weekdays'],
    [
      'a week of the month twice',
      { weeksOfMonth: ['LAST', 'LAST'] },
      'BAD_USER_INPUT',
      'weeksOfMonth',
    ],
    ['no ranges', { ranges: [] }, 'BAD_USER_INPUT', 'ranges'],
    [
      'too many ranges',
      { ranges: Array.from({ length: 25 }, () => NINE_TO_FIVE[0]) },
      'BAD_USER_INPUT',
      'ranges',
    ],
    ['an empty range', { ranges: [{ start: '09:00', end: '09:00' }] }, 'BAD_USER_INPUT', '0'],
    ['a start at 24:00', { ranges: [{ start: '24:00', end: '02:00' }] }, 'BAD_USER_INPUT', '0'],
    ['an unknown location', { locationId: 'Location:2147483647' }, 'NOT_FOUND', 'locationId'],
    ['an unknown reason', { reasonId: 'Reason:2147483647' }, 'NOT_FOUND', 'reasonId'],
  ])('refuse hours with %s', async (_name, input, code, field) => {
    const before = await count();
    expect(
      await refusal(gateway, 'createSchedulePeriod', {
        ownerId: clinic.staffId,
        validFrom: '2031-01-01',
        weekdays: WEEK,
        ranges: NINE_TO_FIVE,
        ...input,
      }),
    ).toEqual([code, field]);
    expect(await count()).toEqual(before);
  });

  it.each(['9:00', '24:01', '25:00', '12:60', '09:00:00', '0900', '', '９:00', 540, null])(
    'refuse %j as a time of day, before execution',
    async (start) => {
      const before = await count();
      const { errors } = await gateway.run(
        'mutation ($input: CreateDateOverrideInput!) { createDateOverride(input: $input) { userErrors { code } } }',
        {
          input: { ownerId: clinic.staffId, date: '2031-01-01', ranges: [{ start, end: '10:00' }] },
        },
      );
      expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
      expect(await count()).toEqual(before);
    },
  );

  it('refuse locations that hours cannot have', async () => {
    const { resource } = await change(
      gateway,
      'createResource',
      { name: 'Lamp', locationId: clinic.locationId },
      'resource { id }',
    );
    const hours = {
      validFrom: '2031-01-01',
      weekdays: WEEK,
      ranges: NINE_TO_FIVE,
      locationId: annex,
    };
    for (const ownerId of [resource.id, clinic.locationId, clinic.staffId]) {
      expect(await refusal(gateway, 'createSchedulePeriod', { ...hours, ownerId })).toEqual([
        'RULE_VIOLATED',
        'locationId',
      ]);
      expect(
        await refusal(gateway, 'createDateOverride', {
          ownerId,
          date: '2031-01-01',
          ranges: [],
          locationId: annex,
        }),
      ).toEqual(['RULE_VIOLATED', 'locationId']);
    }
    expect(
      await refusal(gateway, 'createSchedulePeriod', {
        ...hours,
        ownerId: clinic.reasonId,
        reasonId: clinic.reasonId,
      }),
    ).toEqual(['RULE_VIOLATED', 'reasonId']);
    expect((await add({ ...hours, ownerId: clinic.reasonId })).location).toEqual({ id: annex });
  });

  it('are written by administrators, by location super users at their locations, by staff for themselves; clients see hours of locations', async () => {
    const superUser = await gateway.key(Role.LOCATION_SUPER_USER, {
      locationIds: [numberOf(annex)],
    });
    const helper = await addStaff(gateway, 'helper', 'America/Chicago', [annex, clinic.locationId]);
    const user = await gateway.key(Role.STAFF_USER, { staffId: numberOf(helper) });
    const client = await gateway.key(Role.CLIENT, { clientId: numberOf(clinic.clientId) });
    const hours = { validFrom: '2031-01-01', weekdays: WEEK, ranges: NINE_TO_FIVE };
    const forbidden = async (input: object, key: string) =>
      expect(await refusal(gateway, 'createSchedulePeriod', { ...hours, ...input }, key)).toEqual([
        'FORBIDDEN',
        'ownerId',
      ]);

    const local = await add({ ownerId: helper, locationId: annex }, superUser);
    await add({ ownerId: annex }, superUser);
    await forbidden({ ownerId: helper }, superUser);
    await forbidden({ ownerId: helper, locationId: clinic.locationId }, superUser);
    await forbidden({ ownerId: clinic.locationId }, superUser);
    // The reason is not offered at the super user's location.
    expect(
      await refusal(
        gateway,
        'createSchedulePeriod',
        { ...hours, ownerId: clinic.reasonId },
        superUser,
      ),
    ).toEqual(['NOT_FOUND', 'ownerId']);
    expect(
      await refusal(gateway, 'updateSchedulePeriod', { id: local.id, locationId: null }, superUser),
    ).toEqual(['FORBIDDEN', 'locationId']);
    expect(
      (
        await change(
          gateway,
          'updateSchedulePeriod',
          { id: local.id, validTo: '2031-12-31' },
          '',
          superUser,
        )
      ).userErrors,
    ).toEqual([]);

    const own = await add({ ownerId: helper, modifiedBy: undefined }, user);
    expect(own.modifiedBy).toBe('helper Jones');
    await forbidden({ ownerId: clinic.staffId }, user);
    await forbidden({ ownerId: annex }, user);
    const others = await add({ ownerId: clinic.staffId });
    expect(await refusal(gateway, 'deleteSchedulePeriod', { id: others.id }, user)).toEqual([
      'NOT_FOUND',
      'id',
    ]);
    const seen = async (key: string) =>
      await gateway.data(
        'query ($ids: [ID!]) { schedulePeriods(filter: { ownerIds: $ids }) { nodes { owner { ... on Node { id } } } } staff(filter: { ids: $ids }) { nodes { schedulePeriods { totalCount } } } }',
        {
          ids: [helper, clinic.staffId, annex, clinic.reasonId].filter((id) =>
            id.startsWith('Staff'),
          ),
        },
        { key },
      );
    expect((await seen(user)).schedulePeriods.nodes.map(({ owner }: any) => owner.id)).toEqual([
      helper,
      helper,
    ]);
    expect(
      new Set((await seen(superUser)).schedulePeriods.nodes.map(({ owner }: any) => owner.id)),
    ).toEqual(new Set([helper]));

    await add({ ownerId: annex, reasonId: clinic.reasonId });
    for (const ownerId of [annex, helper])
      await change(gateway, 'createDateOverride', { ownerId, date: '2031-12-26', ranges: [] });
    for (const key of [client, gateway.business.publishableKey]) {
      for (const ownerId of [clinic.staffId, annex, clinic.reasonId]) {
        const code = await refusal(gateway, 'createSchedulePeriod', { ...hours, ownerId }, key);
        expect(code).toEqual(['FORBIDDEN', undefined]);
      }
      expect((await seen(key)).schedulePeriods.nodes).toEqual([]);
      const { location, node, dateOverrides } = await gateway.data(
        'query ($id: ID!, $staff: ID!) { location(id: $id) { schedulePeriods(filter: { to: "2031-12-31" }) { totalCount nodes { ranges { start end } } } } node(id: $staff) { id } dateOverrides { nodes { owner { ... on Node { id } } } } }',
        { id: annex, staff: local.id },
        { key },
      );
      expect(location.schedulePeriods).toEqual({
        totalCount: 1,
        nodes: [{ ranges: NINE_TO_FIVE }],
      });
      expect(node).toBeNull();
      expect(dateOverrides.nodes).toEqual([{ owner: { id: annex } }]);
    }
  });

  it('are never read or written across businesses', async () => {
    const foreign = (
      await gateway.addBusiness({ name: 'Another business', timeZone: 'Europe/Berlin' })
    ).secretKey;
    const theirs = await addClinic(gateway, 'theirs', foreign, { hours: false });
    const { id } = await add({});
    const { dateOverride } = await change(
      gateway,
      'createDateOverride',
      { ownerId: clinic.locationId, date: '2033-01-01', ranges: [] },
      'dateOverride { id }',
    );
    expect(
      await gateway.data(
        'query ($id: ID!, $o: ID!, $ids: [ID!]!, $s: ID!) { schedulePeriod(id: $id) { id } dateOverride(id: $o) { id } nodes(ids: $ids) { id } schedulePeriods(filter: { ownerIds: [$s] }) { totalCount } all: schedulePeriods { totalCount } dateOverrides { totalCount } }',
        { id, o: dateOverride.id, ids: [id, dateOverride.id], s: clinic.staffId },
        { key: foreign },
      ),
    ).toEqual({
      schedulePeriod: null,
      dateOverride: null,
      nodes: [null, null],
      schedulePeriods: { totalCount: 0 },
      all: { totalCount: 0 },
      dateOverrides: { totalCount: 0 },
    });
    const hours = { validFrom: '2031-01-01', weekdays: WEEK, ranges: NINE_TO_FIVE };
    for (const ownerId of [clinic.staffId, clinic.locationId, clinic.reasonId]) {
      expect(
        await refusal(gateway, 'createSchedulePeriod', { ...hours, ownerId }, foreign),
      ).toEqual(['NOT_FOUND', 'ownerId']);
      expect(
        await refusal(
          gateway,
          'createDateOverride',
          { ownerId, date: '2031-01-01', ranges: [] },
          foreign,
        ),
      ).toEqual(['NOT_FOUND', 'ownerId']);
    }
    expect(
      await refusal(
        gateway,
        'createSchedulePeriod',
        { ...hours, ownerId: theirs.staffId, locationId: clinic.locationId },
        foreign,
      ),
    ).toEqual(['NOT_FOUND', 'locationId']);
    expect(
      await refusal(
        gateway,
        'createSchedulePeriod',
        { ...hours, ownerId: theirs.staffId, reasonId: clinic.reasonId },
        foreign,
      ),
    ).toEqual(['NOT_FOUND', 'reasonId']);
    for (const [mutation, input] of [
      ['updateSchedulePeriod', { id, validTo: '2032-01-01' }],
      ['splitSchedulePeriod', { id, date: '2031-06-01' }],
      ['deleteSchedulePeriod', { id }],
      ['updateDateOverride', { id: dateOverride.id, ranges: NINE_TO_FIVE }],
      ['deleteDateOverride', { id: dateOverride.id }],
    ] as const)
      expect([mutation, await refusal(gateway, mutation, input, foreign)]).toEqual([
        mutation,
        ['NOT_FOUND', 'id'],
      ]);
    expect((await read(id)).validTo).toBeNull();
  });

  it('of any number of owners are loaded in two statements, the day before included, and read in one', async () => {
    const staffIds = await Promise.all(
      Array.from({ length: 10 }, (_, index) => addStaff(gateway, `many${index}`)),
    );
    for (const ownerId of staffIds) await add({ ownerId, validTo: '2031-03-31' });
    const reasonId = await addReason(gateway, { reasonDesc: 'With hours', visitMinutes: 30 });
    await add({ ownerId: reasonId });
    for (const date of ['2031-03-29', '2031-03-30', '2031-04-05', '2031-04-06'])
      await change(gateway, 'createDateOverride', { ownerId: staffIds[0], date, ranges: [] });
    const businessId = gateway.business.business.rowId;
    const load = (from: string, to: string) =>
      schedulesOf(
        gateway.gateway.db,
        businessId,
        { staffIds: staffIds.map(numberOf), reasonIds: [numberOf(reasonId)] },
        { from, to },
      );
    const inside = await load('2031-03-31', '2031-04-05');
    expect([inside.periods.length, inside.overrides.map(({ date }) => date)]).toEqual([
      11,
      ['2031-03-30', '2031-04-05'],
    ]);
    expect(inside.periods[0]).toMatchObject({
      staffId: numberOf(staffIds[0]!),
      ranges: [{ start: 540, end: 1020 }],
    });
    expect((await load('2031-04-01', '2031-04-05')).periods).toHaveLength(11);
    expect((await load('2031-04-02', '2031-04-05')).periods).toHaveLength(1);
    expect(
      await schedulesOf(
        gateway.gateway.db,
        businessId,
        {},
        { from: '2031-01-01', to: '2031-12-31' },
      ),
    ).toEqual({ periods: [], overrides: [] });
    expect(
      (
        await gateway.counted(
          '{ staff(first: 50) { nodes { schedulePeriods(first: 5) { nodes { validFrom ranges { start end } location { locationName } } } dateOverrides { totalCount } } } }',
        )
      ).statements,
    ).toHaveLength(1);
  });
});
