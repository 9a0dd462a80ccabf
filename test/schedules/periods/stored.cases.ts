import { addStaff, change, refusal } from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';
import { NINE_TO_FIVE, PERIOD, type PeriodsFixture } from './periods.fixture';

export function storedCases(gateway: TestGateway, fixture: PeriodsFixture): void {
  const { add, read } = fixture;

  it('are stored for staff, locations, reasons and resources, by weekdays of the month, over midnight and up to 24:00', async () => {
    const period = await add({
      validTo: '2031-06-30',
      weekdays: ['SATURDAY', 'SUNDAY'],
      weeksOfMonth: ['FIRST', 'LAST'],
      locationId: fixture.clinic.locationId,
      reasonId: fixture.clinic.reasonId,
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
      location: { id: fixture.clinic.locationId },
      reason: { id: fixture.clinic.reasonId },
      modifiedByName: 'First key',
    });
    expect(await read(period.id)).toEqual(period);
    const { resource } = await change(
      gateway,
      'createResource',
      { name: 'Hall', locationId: fixture.clinic.locationId },
      'resource { id }',
    );
    for (const ownerId of [fixture.clinic.locationId, fixture.clinic.reasonId, resource.id]) {
      const { id } = await add({ ownerId });
      const owner = await gateway.data(
        `query ($id: ID!) {
          schedulePeriod(id: $id) { owner { ... on Node { id } } } node(id: $id) { id }
        }`,
        { id },
      );
      expect(owner).toEqual({ schedulePeriod: { owner: { id: ownerId } }, node: { id } });
    }
    const hours = `{
      schedulePeriods { totalCount nodes { validFrom ranges { start end } } }
      dateOverrides { totalCount }
    }`;
    const data = await gateway.data(
      `query ($s: ID!, $l: ID!, $r: ID!, $x: ID!) {
        staffMember(id: $s) ${hours} location(id: $l) ${hours} reason(id: $r) ${hours}
        resource(id: $x) ${hours}
      }`,
      {
        s: fixture.clinic.staffId,
        l: fixture.clinic.locationId,
        r: fixture.clinic.reasonId,
        x: resource.id,
      },
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
      fixture.clinic.locationId,
      fixture.annex,
    ]);
    const [first, second, third] = [
      await add({
        ownerId: staffId,
        validFrom: '2032-01-01',
        validTo: '2032-01-31',
        locationId: fixture.annex,
      }),
      await add({ ownerId: staffId, validFrom: '2032-02-01', reasonId: fixture.clinic.reasonId }),
      await add({ ownerId: fixture.annex, validFrom: '2032-03-01' }),
    ];
    const found = async (filter: object) =>
      (
        await gateway.data(
          `query ($filter: SchedulePeriodFilter) {
            schedulePeriods(filter: $filter) { nodes { id } }
          }`,
          { filter },
        )
      ).schedulePeriods.nodes.map(({ id }: any) => id);
    expect(await found({ ownerIds: [staffId, fixture.annex] })).toEqual([
      first.id,
      second.id,
      third.id,
    ]);
    expect(await found({ ownerIds: [staffId], locationIds: [fixture.annex] })).toEqual([first.id]);
    expect(await found({ locationIds: [fixture.annex] })).toEqual([first.id, third.id]);
    expect(await found({ reasonIds: [fixture.clinic.reasonId], ownerIds: [staffId] })).toEqual([
      second.id,
    ]);
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
    ).toEqual(['INVALID_INPUT', 'effectiveFrom']);
    expect(
      await refusal(gateway, 'updateSchedulePeriod', {
        id: before.id,
        effectiveFrom: '2031-02-01',
        validTo: '2031-01-15',
      }),
    ).toEqual(['INVALID_INPUT', 'validTo']);
    expect(await read(before.id)).toEqual({ ...before, validTo: '2031-06-30' });
  });

  it('split at a day into two periods with equal hours, once for concurrent requests', async () => {
    const staffId = await addStaff(gateway, 'splitter');
    const before = await add({ ownerId: staffId });
    const SPLIT = `earlier { id validFrom validTo ranges { start end } }
      later { id validFrom validTo ranges { start end } }`;
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
    const { earlier, later } = done;
    expect(earlier).toMatchObject({ id: before.id, validFrom: '2031-01-01', ranges: NINE_TO_FIVE });
    expect(later).toEqual({
      id: expect.any(String),
      validFrom: expect.any(String),
      validTo: null,
      ranges: NINE_TO_FIVE,
    });
    const { nodes } = (
      await gateway.data(
        `query ($ids: [ID!]) {
          schedulePeriods(filter: { ownerIds: $ids }) { nodes { validFrom validTo } }
        }`,
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
}
