import { addStaff, change, refusal } from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';
import { WEEK, NINE_TO_FIVE, type PeriodsFixture } from './periods.fixture';

export function overridesCases(gateway: TestGateway, fixture: PeriodsFixture): void {
  const { add } = fixture;

  const count = () =>
    gateway.data('{ schedulePeriods { totalCount } dateOverrides { totalCount } }');

  it('override the hours of a day, once for an owner, a day and a location', async () => {
    const OVERRIDE = `dateOverride {
      id date closed ranges { start end } note location { id } owner { ... on Node { id } }
    }`;
    const staffId = await addStaff(gateway, 'overrider', 'America/New_York', [
      fixture.clinic.locationId,
    ]);
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
      locationId: fixture.clinic.locationId,
      ranges: [{ start: '22:00', end: '01:00' }],
    });
    expect(here).toMatchObject({
      closed: false,
      location: { id: fixture.clinic.locationId },
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
          `query ($filter: DateOverrideFilter) {
            dateOverrides(filter: $filter) { nodes { date closed } }
          }`,
          { filter },
        )
      ).dateOverrides.nodes;
    expect(await list({ ownerIds: [staffId], from: '2031-12-25' })).toEqual([
      { date: '2031-12-31', closed: true },
    ]);
    expect(
      await list({
        ownerIds: [staffId],
        locationIds: [fixture.clinic.locationId],
        to: '2031-12-25',
      }),
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
    ['an owner that has no hours', { ownerId: 'Client:1' }, 'INVALID_INPUT', 'ownerId'],
    ['an unknown owner', { ownerId: 'Staff:2147483647' }, 'NOT_FOUND', 'ownerId'],
    ['a malformed owner', { ownerId: 'me' }, 'INVALID_INPUT', 'ownerId'],
    ['an end before the beginning', { validTo: '2030-12-31' }, 'INVALID_INPUT', 'validTo'],
    ['no weekdays', { weekdays: [] }, 'INVALID_INPUT', 'weekdays'],
    ['a weekday twice', { weekdays: ['MONDAY', 'MONDAY'] }, 'INVALID_INPUT', 'weekdays'],
    [
      'a week of the month twice',
      { weeksOfMonth: ['LAST', 'LAST'] },
      'INVALID_INPUT',
      'weeksOfMonth',
    ],
    ['no ranges', { ranges: [] }, 'INVALID_INPUT', 'ranges'],
    [
      'too many ranges',
      { ranges: Array.from({ length: 25 }, () => NINE_TO_FIVE[0]) },
      'INVALID_INPUT',
      'ranges',
    ],
    ['a start at 24:00', { ranges: [{ start: '24:00', end: '02:00' }] }, 'INVALID_INPUT', '0'],
    ['an unknown location', { locationId: 'Location:2147483647' }, 'NOT_FOUND', 'locationId'],
    ['an unknown reason', { reasonId: 'Reason:2147483647' }, 'NOT_FOUND', 'reasonId'],
  ])('refuse hours with %s', async (_name, input, code, field) => {
    const before = await count();
    expect(
      await refusal(gateway, 'createSchedulePeriod', {
        ownerId: fixture.clinic.staffId,
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
        `mutation ($input: CreateDateOverrideInput!) {
          createDateOverride(input: $input) { userErrors { code } }
        }`,
        {
          input: {
            ownerId: fixture.clinic.staffId,
            date: '2031-01-01',
            ranges: [{ start, end: '10:00' }],
          },
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
      { name: 'Lamp', locationId: fixture.clinic.locationId },
      'resource { id }',
    );
    const hours = {
      validFrom: '2031-01-01',
      weekdays: WEEK,
      ranges: NINE_TO_FIVE,
      locationId: fixture.annex,
    };
    for (const ownerId of [resource.id, fixture.clinic.locationId, fixture.clinic.staffId]) {
      expect(await refusal(gateway, 'createSchedulePeriod', { ...hours, ownerId })).toEqual([
        'RULE_VIOLATED',
        'locationId',
      ]);
      expect(
        await refusal(gateway, 'createDateOverride', {
          ownerId,
          date: '2031-01-01',
          ranges: [],
          locationId: fixture.annex,
        }),
      ).toEqual(['RULE_VIOLATED', 'locationId']);
    }
    expect(
      await refusal(gateway, 'createSchedulePeriod', {
        ...hours,
        ownerId: fixture.clinic.reasonId,
        reasonId: fixture.clinic.reasonId,
      }),
    ).toEqual(['RULE_VIOLATED', 'reasonId']);
    expect((await add({ ...hours, ownerId: fixture.clinic.reasonId })).location).toEqual({
      id: fixture.annex,
    });
  });
}
