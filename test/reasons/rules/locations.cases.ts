import { Role } from '../../../src/context';
import {
  addClinic,
  addLocation,
  addReason,
  addStaff,
  change,
  refusal,
} from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import type { TestGateway } from '../../support/harness/gateway';
import { RULES, type RulesFixture } from './rules.fixture';

export function locationsCases(gateway: TestGateway, fixture: RulesFixture): void {
  it('find reasons at a location: by hours of its staff there, selected locations and own hours', async () => {
    const place = await addLocation(gateway, {
      locationName: 'Pavilion',
      timeZone: 'America/New_York',
    });
    const [here, away] = [
      await addStaff(gateway, 'here', 'America/New_York', [place]),
      await addStaff(gateway, 'away', 'America/New_York', [fixture.annex]),
    ];
    const offered = async (filter: object) =>
      (
        await gateway.data(
          `query ($filter: ReasonFilter) {
            reasons(filter: $filter) { nodes { reasonDesc } totalCount }
          }`,
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
    expect(await offered({ locationIds: [fixture.annex] })).toEqual(['Second']);
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
    await hours(second, { locationId: fixture.annex });
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
          { id: fixture.clinic.locationId },
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
      ).toEqual(['INVALID_INPUT', 'bookingTimerMinutes']);
    expect(await refusal(gateway, 'updateLocation', { id: location.id, roundRobin: null })).toEqual(
      ['INVALID_INPUT', 'roundRobin'],
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
      await gateway.key(Role.LOCATION_SUPER_USER, {
        locationIds: [numberOf(fixture.clinic.locationId)],
      }),
      await gateway.key(Role.STAFF_USER, { staffId: numberOf(fixture.clinic.staffId) }),
      await gateway.key(Role.CLIENT, { clientId: numberOf(fixture.clinic.clientId) }),
      gateway.business.publishableKey,
    ];
    const { reasonId } = fixture.clinic;
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
        { reasonId: theirs.reasonId, locations: [{ locationId: fixture.annex }] },
        foreign,
      ),
    ).toEqual(['NOT_FOUND', 'locationId']);
    const data = await gateway.data(
      `query ($r: ID!, $l: ID!, $a: ID!) {
        at: reasons(filter: { locationIds: [$l] }) { totalCount }
        with: reasons(filter: { hasAddOnIds: [$a] }) { totalCount }
        for: reasons(filter: { addOnsForIds: [$r] }) { totalCount }
      }`,
      { l: fixture.annex, a: oil, r: reasonId },
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
          'query ($id: ID!) { reason(id: $id) { addOns { id } serviceStaff { nodes { active } } } }',
          { id: reasonId },
        )
      ).reason,
    ).toEqual({
      addOns: [expect.anything(), expect.anything()],
      serviceStaff: { nodes: [{ active: true }, { active: true }] },
    });
  });

  it('with all related rows of many reasons take one statement', async () => {
    const { statements } = await gateway.counted(
      `{
        reasons(first: 50) {
          nodes {
            durations { minutes } serviceStaff { nodes { weight } }
            serviceLocations { active location { locationName } } addOns { reasonDesc }
          }
        }
      }`,
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
}
