import { addReason, book, change } from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';
import { groupsFixture } from './groups.fixture';

onEachDatabase('a filter by groups', (gateway) => {
  const fixture = groupsFixture(gateway);
  const { must, addGroup, idsOf } = fixture;
  const at = '2031-01-06T15:00:00Z';

  it('selects members as of the query, for a publishable key as well', async () => {
    const { clinic, annexId } = fixture;
    const key = gateway.business.publishableKey;
    const yoga = await addReason(gateway, {
      reasonDesc: 'Massage',
      visitMinutes: 30,
      staffIds: [clinic.staffId],
    });
    const reasonGroup = await addGroup('REASON', [yoga]);
    const staffGroup = await addGroup('STAFF', [clinic.otherStaffId]);
    const place = await addGroup('LOCATION', [annexId]);
    const everywhere = await addGroup('SUPER', [await addGroup('SUPER', [place])]);
    const read = async () => ({
      reasons: await idsOf('reasons', 'ReasonFilter', { reasonGroupIds: [reasonGroup] }, key),
      offered: await idsOf('reasons', 'ReasonFilter', { locationGroupIds: [everywhere] }, key),
      staff: await idsOf('staff', 'StaffFilter', { staffGroupIds: [staffGroup] }, key),
      there: await idsOf('staff', 'StaffFilter', { locationGroupIds: [everywhere] }, key),
      places: await idsOf('locations', 'LocationFilter', { locationGroupIds: [everywhere] }, key),
    });

    const before = await read();
    await must('updateGroup', { id: place, memberIds: [clinic.locationId] }, 'group { id }');
    await must('updateGroup', { id: staffGroup, memberIds: [] }, 'group { id }');
    const after = await read();
    await must('deleteGroup', { id: place }, 'group { id }');
    await must('deleteGroup', { id: reasonGroup }, 'group { id }');
    const without = await read();

    expect(before).toEqual({
      reasons: [yoga],
      offered: [],
      staff: [clinic.otherStaffId],
      there: [],
      places: [annexId],
    });
    const byLocation = await idsOf('reasons', 'ReasonFilter', { locationIds: [clinic.locationId] });
    expect(byLocation).toContain(clinic.reasonId);
    expect(after).toEqual({
      reasons: [yoga],
      offered: byLocation,
      staff: [],
      there: expect.arrayContaining([clinic.staffId, clinic.otherStaffId]),
      places: [clinic.locationId],
    });
    expect(without).toEqual({ reasons: [], offered: [], staff: [], there: [], places: [] });
  });

  it('selects appointments and clients by the location, and appointments by the reason', async () => {
    const { clinic, annexId } = fixture;
    const { appointment } = await book(gateway, clinic, at);
    const here = await addGroup('LOCATION', [clinic.locationId]);
    const there = await addGroup('LOCATION', [annexId]);
    const both = await addGroup('SUPER', [here, there]);
    const checks = await addGroup('REASON', [clinic.reasonId]);
    const none = await addGroup('REASON');
    const appointments = (filter: object) => idsOf('appointments', 'AppointmentFilter', filter);
    const clients = (locationGroupIds: string[]) =>
      idsOf('clients', 'ClientFilter', { locationGroupIds });

    for (const groups of [[here], [both], [there, here]]) {
      expect(await appointments({ locationGroupIds: groups })).toEqual([appointment.id]);
      expect(await clients(groups)).toEqual([clinic.clientId]);
    }
    expect(await appointments({ locationGroupIds: [there] })).toEqual([]);
    expect(await clients([there])).toEqual([]);
    expect(await appointments({ reasonGroupIds: [checks] })).toEqual([appointment.id]);
    expect(await appointments({ reasonGroupIds: [none] })).toEqual([]);
    expect(await appointments({ reasonGroupIds: [here] })).toEqual([]);
  });

  it('never reaches groups of another business', async () => {
    const { locationId } = fixture.clinic;
    const { secretKey } = await gateway.addBusiness({ name: 'Other', timeZone: 'UTC' });
    const id = await addGroup('LOCATION', [locationId]);
    const own = await change(
      gateway,
      'createGroup',
      { name: 'Own', groupType: 'SUPER' },
      'group { id }',
      secretKey,
    );

    expect(
      await idsOf('locations', 'LocationFilter', { locationGroupIds: [id] }, secretKey),
    ).toEqual([]);
    expect(await idsOf('groups', 'GroupFilter', {}, secretKey)).toEqual([own.group.id]);
  });
});
