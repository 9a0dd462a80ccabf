import { Role } from '../../../src/context';
import {
  addClinic,
  addReason,
  addStaff,
  book,
  change,
  refusal,
} from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import type { TestGateway } from '../../support/harness/gateway';
import type { TimeOffFixture } from './time-off.fixture';

export function scopeCases(gateway: TestGateway, fixture: TimeOffFixture): void {
  const { take } = fixture;

  it('has a private reason, which staff of the business may see', async () => {
    const days = { period: { days: { from: '2031-06-01', to: '2031-06-01' } } };
    expect(
      await refusal(gateway, 'createTimeOff', {
        staffIds: [fixture.clinic.staffId],
        ...days,
        reasonId: fixture.clinic.reasonId,
      }),
    ).toEqual(['RULE_VIOLATED', 'reasonId']);
    const training = await addReason(gateway, {
      reasonDesc: 'Training',
      reasonType: 'PERSONAL',
      visitMinutes: 60,
      bufferBefore: 30,
      sortWeight: 5,
    });
    const { appointments } = await take({
      period: { instants: { start: '2031-06-02T12:00:00Z', end: '2031-06-02T14:00:00Z' } },
      reasonId: training,
    });
    expect(appointments[0]).toMatchObject({
      reason: { id: training },
      end: '2031-06-02T14:00:00.000Z',
    });
    await change(gateway, 'updateReason', { id: training, status: 'DEACTIVE' });
    expect(
      await refusal(gateway, 'createTimeOff', {
        staffIds: [fixture.clinic.staffId],
        ...days,
        reasonId: training,
      }),
    ).toEqual(['RULE_VIOLATED', 'reasonId']);
    const left = await addStaff(gateway, 'left');
    await change(gateway, 'updateStaff', { id: left, active: false });
    expect(
      await refusal(gateway, 'createTimeOff', {
        staffIds: [fixture.clinic.staffId, left],
        ...days,
      }),
    ).toEqual(['RULE_VIOLATED', 'staffIds']);
    const resting = await addStaff(gateway, 'resting');
    await change(gateway, 'updateStaff', { id: resting, acceptsAppointments: false });
    expect((await take({ staffIds: [resting], ...days })).userErrors).toEqual([]);
  });

  it('is written by staff for themselves, by location super users for staff at their locations, by clients never, and never across businesses', async () => {
    const user = await gateway.key(Role.STAFF_USER, { staffId: numberOf(fixture.clinic.staffId) });
    const superUser = await gateway.key(Role.LOCATION_SUPER_USER, {
      locationIds: [numberOf(fixture.annex)],
    });
    const client = await gateway.key(Role.CLIENT, { clientId: numberOf(fixture.clinic.clientId) });
    const days = { period: { days: { from: '2031-07-01', to: '2031-07-01' } } };
    const refused = (staffIds: string[], key: string, input: object = {}) =>
      refusal(gateway, 'createTimeOff', { staffIds, ...days, ...input }, key);
    expect((await take(days, user)).appointments[0].history.nodes).toEqual([
      { type: 'CREATED', actorName: 'drjones-a Jones' },
    ]);
    expect(await refused([fixture.clinic.staffId, fixture.clinic.otherStaffId], user)).toEqual([
      'INSUFFICIENT_PERMISSION',
      'staffIds',
    ]);
    expect(await refused([fixture.clinic.staffId], user, { override: true })).toEqual([
      'INSUFFICIENT_PERMISSION',
      'override',
    ]);
    const theirs = await take({ ...days, staffIds: [fixture.tokyo], override: true }, superUser);
    expect(theirs.appointments[0]).toMatchObject({
      location: { id: fixture.annex },
      override: true,
    });
    expect(await refused([fixture.clinic.otherStaffId], superUser)).toEqual(['NOT_FOUND', '0']);
    const anywhere = await addStaff(gateway, 'anywhere');
    expect(await refused([anywhere], superUser)).toEqual(['INSUFFICIENT_PERMISSION', 'staffIds']);
    expect(
      await refused([fixture.tokyo], superUser, { locationId: fixture.clinic.locationId }),
    ).toEqual(['INSUFFICIENT_PERMISSION', 'locationId']);
    // A conflict at another location is reported by its time only.
    await book(gateway, { ...fixture.clinic, staffId: fixture.tokyo }, '2031-07-03T14:00:00Z', {
      override: true,
    });
    expect(
      (
        await take(
          {
            staffIds: [fixture.tokyo],
            period: { instants: { start: '2031-07-03T13:00:00Z', end: '2031-07-03T15:00:00Z' } },
          },
          superUser,
        )
      ).conflicts,
    ).toEqual([
      {
        staff: { id: fixture.tokyo },
        appointment: null,
        start: '2031-07-03T14:00:00.000Z',
        end: '2031-07-03T14:45:00.000Z',
      },
    ]);
    for (const key of [client, gateway.business.publishableKey])
      expect(await refused([fixture.clinic.staffId], key)).toEqual(['FORBIDDEN', undefined]);
    const foreign = (
      await gateway.addBusiness({ name: 'Another business', timeZone: 'Europe/Berlin' })
    ).secretKey;
    const other = await addClinic(gateway, 'other', foreign);
    expect(await refused([other.staffId], foreign)).toEqual(['RULE_VIOLATED', 'reasonId']);
    expect(await refused([fixture.clinic.staffId], foreign)).toEqual(['NOT_FOUND', '0']);
    expect(await refused([other.staffId], foreign, { reasonId: fixture.holiday })).toEqual([
      'NOT_FOUND',
      'reasonId',
    ]);
    await addReason(
      gateway,
      { reasonDesc: 'Theirs', reasonType: 'PERSONAL', visitMinutes: 60 },
      foreign,
    );
    expect(await refused([other.staffId], foreign, { locationId: fixture.annex })).toEqual([
      'NOT_FOUND',
      'locationId',
    ]);
  });
}
