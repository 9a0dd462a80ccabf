import { Role } from '../../../src/context';
import { addOnIdsOf, selectedLocationsOf } from '../../../src/features/reasons/links/active-links';
import { addLocation, addReason, addStaff, change, refusal } from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import type { TestGateway } from '../../support/harness/gateway';
import type { RulesFixture } from './rules.fixture';

export function listsCases(gateway: TestGateway, fixture: RulesFixture): void {
  it('return its locations and add-ons', async () => {
    const { reason } = await change(
      gateway,
      'setReasonLocations',
      {
        reasonId: fixture.clinic.reasonId,
        locations: [
          { locationId: fixture.annex },
          { locationId: fixture.clinic.locationId, active: false },
        ],
      },
      'reason { serviceLocations { active location { id } reason { id } } }',
    );
    expect(reason.serviceLocations).toEqual([
      {
        active: false,
        location: { id: fixture.clinic.locationId },
        reason: { id: fixture.clinic.reasonId },
      },
      { active: true, location: { id: fixture.annex }, reason: { id: fixture.clinic.reasonId } },
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
          { reasonId: fixture.clinic.reasonId, addOnIds: [oil, secret, oil] },
          ADD_ONS,
        )
      ).reason.addOns,
    ).toEqual([{ id: secret }, { id: oil }]);
    expect(
      (
        await gateway.data(
          `query ($id: ID!) {
            reason(id: $id) { addOns { id } serviceLocations { location { id } } }
          }`,
          { id: fixture.clinic.reasonId },
          { key: gateway.business.publishableKey },
        )
      ).reason,
    ).toEqual({ addOns: [{ id: oil }], serviceLocations: [{ location: { id: fixture.annex } }] });
    const user = await gateway.key(Role.STAFF_USER, { staffId: numberOf(fixture.clinic.staffId) });
    expect(
      (
        await gateway.data(
          'query ($id: ID!) { reason(id: $id) { addOns { id } } }',
          { id: fixture.clinic.reasonId },
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
    expect(await found({ hasAddOnIds: [oil] })).toEqual([fixture.clinic.reasonId]);
    expect(await found({ hasAddOnIds: [fixture.clinic.reasonId] })).toEqual([]);
    expect(await found({ addOnsForIds: [fixture.clinic.reasonId] })).toEqual([secret, oil]);
    const [businessId, reasonId] = [
      gateway.business.business.rowId,
      numberOf(fixture.clinic.reasonId),
    ];
    expect((await addOnIdsOf(gateway.gateway.db, businessId, [reasonId])).get(reasonId)).toEqual([
      numberOf(oil),
      numberOf(secret),
    ]);
    expect(
      (await selectedLocationsOf(gateway.gateway.db, businessId, [reasonId])).get(reasonId),
    ).toEqual([numberOf(fixture.annex)]);

    expect(
      await refusal(gateway, 'setReasonAddOns', {
        reasonId: fixture.clinic.reasonId,
        addOnIds: [fixture.clinic.reasonId],
      }),
    ).toEqual(['RULE_VIOLATED', '0']);
    expect(
      await refusal(gateway, 'setReasonAddOns', { reasonId: oil, addOnIds: [secret] }),
    ).toEqual(['RULE_VIOLATED', 'reasonId']);
    expect(
      await refusal(gateway, 'setReasonAddOns', {
        reasonId: fixture.clinic.reasonId,
        addOnIds: ['Reason:2147483647'],
      }),
    ).toEqual(['NOT_FOUND', '0']);
    expect(
      await refusal(gateway, 'setReasonLocations', {
        reasonId: fixture.clinic.reasonId,
        locations: [{ locationId: 'Location:2147483647' }],
      }),
    ).toEqual(['NOT_FOUND', 'locationId']);
    expect(await found({ hasAddOnIds: [oil] })).toEqual([fixture.clinic.reasonId]);
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
          `query ($filter: ReasonFilter) {
            reasons(filter: $filter) { nodes { reasonDesc } totalCount }
          }`,
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
}
