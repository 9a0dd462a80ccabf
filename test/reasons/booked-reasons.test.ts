import { Role } from '../../src/context';
import { addClient, addClinic, addReason, book, type Clinic } from '../support/fixtures/clinic';
import { numberOf } from '../support/fixtures/ids';
import { onEachDatabase } from '../support/harness/gateway';

const REASONS = `query ($ids: [ID!]) {
  reasons(filter: { appointmentIds: $ids }) { totalCount nodes { id } }
  appointments(filter: { ids: $ids }) { nodes { reason { id } } }
}`;

onEachDatabase('reasons of appointments', (gateway) => {
  let clinic: Clinic;
  let otherReasonId: string;
  let ids: string[];

  beforeAll(async () => {
    clinic = await addClinic(gateway);
    const { staffId, otherStaffId } = clinic;
    const staffIds = [staffId, otherStaffId];
    otherReasonId = await addReason(gateway, { reasonDesc: 'Second', visitMinutes: 30, staffIds });
    await addReason(gateway, { reasonDesc: 'Never booked', visitMinutes: 30, staffIds });
    const clientId = await addClient(gateway, { firstName: 'Arya', lastName: 'Stark' });
    const visit = async (of: object, start: string): Promise<string> =>
      (await book(gateway, { ...clinic, ...of }, start)).appointment.id;
    ids = [
      await visit({}, '2035-02-05T15:00:00Z'),
      await visit({}, '2035-02-06T15:00:00Z'),
      await visit(
        { reasonId: otherReasonId, staffId: otherStaffId, clientId },
        '2035-02-07T15:00:00Z',
      ),
    ];
  });

  const read = async (given: string[], key?: string): Promise<string[]> => {
    const { reasons } = await gateway.data(REASONS, { ids: given }, key ? { key } : {});
    expect(reasons.totalCount).toBe(reasons.nodes.length);
    return reasons.nodes.map(({ id }: { id: string }) => id).sort();
  };

  it('are each returned once', async () => {
    expect(await read(ids)).toEqual([clinic.reasonId, otherReasonId].sort());
    expect(await read(ids.slice(0, 2))).toEqual([clinic.reasonId]);
    expect(await read([])).toEqual([]);
    expect(await read(['Appointment:2147483647'])).toEqual([]);
  });

  it('follow the visibility of the appointments, for each role', async () => {
    const superUser = (locationIds: number[]) =>
      gateway.key(Role.LOCATION_SUPER_USER, { locationIds });
    const staffUser = (staffId: string) =>
      gateway.key(Role.STAFF_USER, { staffId: numberOf(staffId) });
    const clientKey = await gateway.key(Role.CLIENT, { clientId: numberOf(clinic.clientId) });
    const { secretKey: foreign } = await gateway.addBusiness({ name: 'B', timeZone: 'UTC' });
    const keys = [
      await superUser([numberOf(clinic.locationId)]),
      await superUser([999_999]),
      await staffUser(clinic.staffId),
      await staffUser(clinic.otherStaffId),
      clientKey,
      foreign,
    ];

    const found = await Promise.all(keys.map((key) => read(ids, key)));

    expect(found).toEqual([
      [clinic.reasonId, otherReasonId].sort(),
      [],
      [clinic.reasonId],
      [otherReasonId],
      [clinic.reasonId],
      [],
    ]);
    for (const [index, key] of keys.entries()) {
      const { appointments } = await gateway.data(REASONS, { ids }, { key });
      const visible = new Set(appointments.nodes.map(({ reason }: any) => reason.id));
      expect([...visible].sort()).toEqual(found[index]);
    }
  });

  it('are empty for a publishable key, and refuse an id of another type', async () => {
    expect(
      (
        await gateway.data(
          'query ($ids: [ID!]) { reasons(filter: { appointmentIds: $ids }) { nodes { id } } }',
          { ids },
          { key: gateway.business.publishableKey },
        )
      ).reasons.nodes,
    ).toEqual([]);
    const { errors } = await gateway.run(REASONS, { ids: ['Client:1'] });
    expect(errors?.[0]?.extensions).toMatchObject({
      code: 'BAD_USER_INPUT',
      path: ['filter', 'appointmentIds', '0'],
    });
  });
});
