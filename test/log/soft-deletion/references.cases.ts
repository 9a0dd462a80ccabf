import { Role } from '../../../src/context';
import { addClinic, addReason, addStaff, book, change } from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import type { TestGateway } from '../../support/harness/gateway';
import type { SoftDeletionFixture } from './soft-deletion.fixture';

/** Rows that others need, and relations and references to deleted rows. */
export function referencesCases(gateway: TestGateway, fixture: SoftDeletionFixture): void {
  const { added, addResource, codeOf, next, types } = fixture;

  it('refuses rows that bookings to come need, and deletes them after the last booking', async () => {
    const at = await addClinic(gateway, `booked${next()}`);
    const resourceId = await added(
      'createResource',
      { name: 'Laser', locationId: at.locationId },
      'resource',
    );
    await change(gateway, 'setReasonResources', {
      reasonId: at.reasonId,
      needs: [{ options: [{ id: resourceId }] }],
    });
    const { appointment } = await book(gateway, at, '2034-03-01T15:00:00Z', {
      additionalStaffIds: [at.otherStaffId],
    });
    const inputs = [
      ['deleteLocation', at.locationId],
      ['deleteReason', at.reasonId],
      ['deleteStaff', at.staffId],
      ['deleteStaff', at.otherStaffId],
      ['deleteResource', resourceId],
    ] as const;
    for (const [mutation, id] of inputs)
      expect((await change(gateway, mutation, { id })).userErrors).toMatchObject([
        { code: 'RULE_VIOLATED', message: expect.stringContaining('1 appointment still to come') },
      ]);

    await change(gateway, 'cancelAppointment', { id: appointment.id });
    const needed = await change(gateway, 'deleteResource', { id: resourceId });
    expect(needed.userErrors).toMatchObject([
      { message: expect.stringContaining('needs this resource') },
    ]);
    await change(gateway, 'setReasonResources', { reasonId: at.reasonId, needs: [] });
    for (const [mutation, id] of inputs)
      expect([mutation, (await change(gateway, mutation, { id })).userErrors]).toEqual([
        mutation,
        [],
      ]);

    const { appointment: kept } = await gateway.data(
      `query ($id: ID!) {
        appointment(id: $id) {
          location { deleted } reason { deleted } staff { deleted }
          additionalStaff { deleted } resources { deleted }
        }
      }`,
      { id: appointment.id },
    );
    expect(kept).toEqual({
      location: { deleted: true },
      reason: { deleted: true },
      staff: { deleted: true },
      additionalStaff: [{ deleted: true }],
      resources: [{ deleted: true }],
    });
    const key = await gateway.key(Role.CLIENT, { clientId: numberOf(at.clientId) });
    const seen = await gateway.data(
      `query ($id: ID!) {
        appointment(id: $id) { location { id } reason { id } staff { id } }
      }`,
      { id: appointment.id },
      { key },
    );
    expect(seen.appointment).toEqual({
      location: { id: at.locationId },
      reason: { id: at.reasonId },
      staff: { id: at.staffId },
    });
    expect((await book(gateway, at, '2034-03-02T15:00:00Z')).userErrors).not.toEqual([]);
  });

  it('refuses rows of sessions to come, the primary location, and a resource in a bundle', async () => {
    const reasonId = await addReason(gateway, {
      reasonDesc: 'Yoga',
      reasonType: 'CLASS',
      visitMinutes: 60,
      staffIds: [fixture.elsewhere.staffId],
    });
    const { locationId, staffId } = fixture.elsewhere;
    await change(gateway, 'createClassSchedule', {
      reasonId,
      staffId,
      locationId,
      capacity: 5,
      start: '2034-03-01T15:00:00Z',
    });
    const resourceId = await addResource();
    await added('createResourceBundle', { name: 'Set', items: [{ resourceId }] }, 'resourceBundle');
    const { locations } = await gateway.data('{ locations { nodes { id primary } } }');
    const primary = locations.nodes.find((location: any) => location.primary);

    for (const [mutation, id, text] of [
      ['deleteStaff', staffId, '1 session still to come'],
      ['deleteLocation', locationId, '1 session still to come'],
      ['deleteReason', reasonId, '1 session still to come'],
      ['deleteLocation', primary.id, 'another location primary'],
      ['deleteResource', resourceId, 'The bundle "Set" contains this resource'],
    ])
      expect((await change(gateway, mutation!, { id })).userErrors).toMatchObject([
        { code: 'RULE_VIOLATED', message: expect.stringContaining(text!), path: ['input', 'id'] },
      ]);
  });

  it('omits deleted rows from relations of rows that are not deleted', async () => {
    const [clientId, otherClientId] = [await types[0]!.add(), await types[0]!.add()];
    const locationId = await types[1]!.add();
    const staffId = await addStaff(gateway, `links${next()}`, 'UTC', [
      locationId,
      fixture.clinic.locationId,
    ]);
    const reasonId = await addReason(gateway, {
      reasonDesc: 'Linked',
      visitMinutes: 5,
      staffIds: [staffId, fixture.clinic.staffId],
    });
    const locations = [{ locationId }, { locationId: fixture.clinic.locationId }];
    await change(gateway, 'setReasonLocations', { reasonId, locations });
    await change(gateway, 'setViewableClients', { clientId, viewableClientIds: [otherClientId] });
    await change(gateway, 'deleteLocation', { id: locationId });
    await change(gateway, 'deleteClient', { id: otherClientId });
    const read = async () =>
      gateway.data(
        `query ($staffId: ID!, $reasonId: ID!, $clientId: ID!) {
          staffMember(id: $staffId) { locations { id } }
          reason(id: $reasonId) {
            serviceLocations { location { id } } serviceStaff { nodes { staff { id } } }
          }
          client(id: $clientId) { viewableClients { id } }
        }`,
        { staffId, reasonId, clientId },
      );

    const before = await read();
    await change(gateway, 'deleteStaff', { id: staffId });
    const after = await read();

    expect(before).toEqual({
      staffMember: { locations: [{ id: fixture.clinic.locationId }] },
      reason: {
        serviceLocations: [{ location: { id: fixture.clinic.locationId } }],
        serviceStaff: {
          nodes: [fixture.clinic.staffId, staffId].map((id) => ({ staff: { id } })),
        },
      },
      client: { viewableClients: [] },
    });
    expect(after.reason.serviceStaff.nodes).toEqual([{ staff: { id: fixture.clinic.staffId } }]);
  });

  it('refuses new references to deleted rows, at their path', async () => {
    const ids = Object.fromEntries(
      await Promise.all(
        types.map(async ({ type, add }) => {
          const id = await add();
          await change(gateway, `delete${type}`, { id });
          return [type, id] as const;
        }),
      ),
    ) as Record<string, string>;
    const { Client: client, Location: location, Reason: reason, Staff: person } = ids;
    const { Resource: resource, ResourceBundle: bundle } = ids;
    const { reasonId, otherStaffId, clientId } = fixture.clinic;
    const hours = { weekdays: ['MONDAY'], ranges: [{ start: '09:00', end: '17:00' }] };
    const key = { name: 'A key' };
    const references: readonly (readonly [string, object])[] = [
      [
        'createStaff',
        {
          userName: 'new',
          firstName: 'N',
          lastName: 'W',
          timeZone: 'UTC',
          locationIds: [location],
        },
      ],
      ['updateStaff', { id: otherStaffId, locationIds: [location] }],
      ['createReason', { reasonDesc: 'New', visitMinutes: 5, staffIds: [person] }],
      ['setReasonStaff', { reasonId, staff: [{ staffId: person }] }],
      ['setReasonStaff', { reasonId: reason, staff: [] }],
      ['setReasonLocations', { reasonId, locations: [{ locationId: location }] }],
      ['setReasonAddOns', { reasonId, addOnIds: [reason] }],
      ['setReasonResources', { reasonId, needs: [{ options: [{ id: resource }] }] }],
      ['setReasonResources', { reasonId, needs: [{ options: [{ id: bundle }] }] }],
      ['setViewableClients', { clientId, viewableClientIds: [client] }],
      ['createResource', { name: 'New', locationId: location }],
      ['createResourceBundle', { name: 'New', items: [{ resourceId: resource }] }],
      ['createSchedulePeriod', { ownerId: person, validFrom: '2034-01-01', ...hours }],
      ['createDateOverride', { ownerId: location, date: '2034-01-01', ranges: [] }],
      ['createApiKey', { ...key, role: 'STAFF_USER', staffId: person }],
      ['createApiKey', { ...key, role: 'CLIENT', clientId: client }],
      ['createApiKey', { ...key, role: 'LOCATION_SUPER_USER', locationIds: [location] }],
    ];

    for (const [mutation, input] of references)
      expect([mutation, input, await codeOf(mutation, input)]).toEqual([
        mutation,
        input,
        'RULE_VIOLATED',
      ]);
  });
}
