import { Role } from '../../../src/context';
import { schedulesOf } from '../../../src/features/schedules/stored-hours';
import { addClinic, addReason, addStaff, change, refusal } from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import type { TestGateway } from '../../support/harness/gateway';
import { WEEK, NINE_TO_FIVE, type PeriodsFixture } from './periods.fixture';

export function scopeCases(gateway: TestGateway, fixture: PeriodsFixture): void {
  const { add, read } = fixture;

  it('are written by administrators, by location super users at their locations, by staff for themselves; clients see hours of locations', async () => {
    const superUser = await gateway.key(Role.LOCATION_SUPER_USER, {
      locationIds: [numberOf(fixture.annex)],
    });
    const helper = await addStaff(gateway, 'helper', 'America/Chicago', [
      fixture.annex,
      fixture.clinic.locationId,
    ]);
    const user = await gateway.key(Role.STAFF_USER, { staffId: numberOf(helper) });
    const client = await gateway.key(Role.CLIENT, { clientId: numberOf(fixture.clinic.clientId) });
    const hours = { validFrom: '2031-01-01', weekdays: WEEK, ranges: NINE_TO_FIVE };
    const forbidden = async (input: object, key: string) =>
      expect(await refusal(gateway, 'createSchedulePeriod', { ...hours, ...input }, key)).toEqual([
        'INSUFFICIENT_PERMISSION',
        'ownerId',
      ]);

    const local = await add({ ownerId: helper, locationId: fixture.annex }, superUser);
    await add({ ownerId: fixture.annex }, superUser);
    await forbidden({ ownerId: helper }, superUser);
    await forbidden({ ownerId: helper, locationId: fixture.clinic.locationId }, superUser);
    await forbidden({ ownerId: fixture.clinic.locationId }, superUser);
    // The reason is not offered at the super user's location.
    expect(
      await refusal(
        gateway,
        'createSchedulePeriod',
        { ...hours, ownerId: fixture.clinic.reasonId },
        superUser,
      ),
    ).toEqual(['NOT_FOUND', 'ownerId']);
    expect(
      await refusal(gateway, 'updateSchedulePeriod', { id: local.id, locationId: null }, superUser),
    ).toEqual(['INSUFFICIENT_PERMISSION', 'locationId']);
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

    const own = await add({ ownerId: helper, modifiedByName: undefined }, user);
    expect(own.modifiedByName).toBe('helper Jones');
    await forbidden({ ownerId: fixture.clinic.staffId }, user);
    await forbidden({ ownerId: fixture.annex }, user);
    const others = await add({ ownerId: fixture.clinic.staffId });
    expect(await refusal(gateway, 'deleteSchedulePeriod', { id: others.id }, user)).toEqual([
      'NOT_FOUND',
      'id',
    ]);
    const seen = async (key: string) =>
      await gateway.data(
        `query ($ids: [ID!]) {
          schedulePeriods(filter: { ownerIds: $ids }) { nodes { owner { ... on Node { id } } } }
          staff(filter: { ids: $ids }) { nodes { schedulePeriods { totalCount } } }
        }`,
        {
          ids: [helper, fixture.clinic.staffId, fixture.annex, fixture.clinic.reasonId].filter(
            (id) => id.startsWith('Staff'),
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

    await add({ ownerId: fixture.annex, reasonId: fixture.clinic.reasonId });
    for (const ownerId of [fixture.annex, helper])
      await change(gateway, 'createDateOverride', { ownerId, date: '2031-12-26', ranges: [] });
    for (const key of [client, gateway.business.publishableKey]) {
      for (const ownerId of [fixture.clinic.staffId, fixture.annex, fixture.clinic.reasonId]) {
        const code = await refusal(gateway, 'createSchedulePeriod', { ...hours, ownerId }, key);
        expect(code).toEqual(['FORBIDDEN', undefined]);
      }
      expect((await seen(key)).schedulePeriods.nodes).toEqual([]);
      const { location, node, dateOverrides } = await gateway.data(
        `query ($id: ID!, $staff: ID!) {
          location(id: $id) {
            schedulePeriods(filter: { to: "2031-12-31" }) {
              totalCount nodes { ranges { start end } }
            }
          } node(id: $staff) { id } dateOverrides { nodes { owner { ... on Node { id } } } }
        }`,
        { id: fixture.annex, staff: local.id },
        { key },
      );
      expect(location.schedulePeriods).toEqual({
        totalCount: 1,
        nodes: [{ ranges: NINE_TO_FIVE }],
      });
      expect(node).toBeNull();
      expect(dateOverrides.nodes).toEqual([{ owner: { id: fixture.annex } }]);
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
      { ownerId: fixture.clinic.locationId, date: '2033-01-01', ranges: [] },
      'dateOverride { id }',
    );
    expect(
      await gateway.data(
        `query ($id: ID!, $o: ID!, $ids: [ID!]!, $s: ID!) {
          schedulePeriod(id: $id) { id } dateOverride(id: $o) { id } nodes(ids: $ids) { id }
          schedulePeriods(filter: { ownerIds: [$s] }) { totalCount }
          all: schedulePeriods { totalCount } dateOverrides { totalCount }
        }`,
        { id, o: dateOverride.id, ids: [id, dateOverride.id], s: fixture.clinic.staffId },
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
    for (const ownerId of [
      fixture.clinic.staffId,
      fixture.clinic.locationId,
      fixture.clinic.reasonId,
    ]) {
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
        { ...hours, ownerId: theirs.staffId, locationId: fixture.clinic.locationId },
        foreign,
      ),
    ).toEqual(['NOT_FOUND', 'locationId']);
    expect(
      await refusal(
        gateway,
        'createSchedulePeriod',
        { ...hours, ownerId: theirs.staffId, reasonId: fixture.clinic.reasonId },
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
          `{
            staff(first: 50) {
              nodes {
                schedulePeriods(first: 5) {
                  nodes { validFrom ranges { start end } location { locationName } }
                } dateOverrides { totalCount }
              }
            }
          }`,
        )
      ).statements,
    ).toHaveLength(1);
  });
}
