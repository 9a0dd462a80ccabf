import { Role } from '../../src/context';
import {
  addClinic,
  addLocation,
  addReason,
  addStaff,
  book,
  change,
  refusal,
  type Clinic,
} from '../support/fixtures/clinic';
import { numberOf } from '../support/fixtures/ids';
import { keysOf } from '../support/fixtures/keys';
import { onEachDatabase } from '../support/harness/gateway';

/** One type of row that is deleted softly: how to make one, and how it is read. */
interface Deletable {
  readonly type: string;
  /** Field of the payload, and of the query by id. */
  readonly field: string;
  readonly query: string;
  readonly list: string;
  /** Filter of the list that includes deleted rows. */
  readonly all: object;
  readonly add: () => Promise<string>;
  /** The input that makes a restored row active. */
  readonly activation: object | null;
  /** Roles, other than administrators, that may delete a row of the clinic. */
  readonly roles: readonly Role[];
}

onEachDatabase('soft deletion', (gateway) => {
  let clinic: Clinic;
  let keys: Record<Role, string>;
  let elsewhere: Clinic;
  let keyElsewhere: string;
  let count = 0;

  const added = async (mutation: string, input: object, field: string): Promise<string> =>
    (await change(gateway, mutation, input, `${field} { id }`))[field].id;
  const addResource = () =>
    added('createResource', { name: 'Room', locationId: clinic.locationId }, 'resource');

  const TYPES: readonly Deletable[] = [
    {
      type: 'Client',
      field: 'client',
      query: 'client',
      list: 'clients',
      all: { includeDeleted: true },
      add: () =>
        added('createClient', { firstName: 'Gone', lastName: `${(count += 1)}` }, 'client'),
      activation: null,
      roles: [],
    },
    {
      type: 'Location',
      field: 'location',
      query: 'location',
      list: 'locations',
      all: { includeDeleted: true },
      add: () => addLocation(gateway, { locationName: `Gone ${(count += 1)}`, timeZone: 'UTC' }),
      activation: { active: true },
      roles: [],
    },
    {
      type: 'Reason',
      field: 'reason',
      query: 'reason',
      list: 'reasons',
      all: { statuses: ['ACTIVE', 'DEACTIVE', 'DELETED'] },
      add: () => addReason(gateway, { reasonDesc: `Gone ${(count += 1)}`, visitMinutes: 45 }),
      activation: { status: 'ACTIVE' },
      roles: [],
    },
    {
      type: 'Resource',
      field: 'resource',
      query: 'resource',
      list: 'resources',
      all: { includeDeleted: true },
      add: addResource,
      activation: { active: true },
      roles: [Role.LOCATION_SUPER_USER],
    },
    {
      type: 'ResourceBundle',
      field: 'resourceBundle',
      query: 'resourceBundle',
      list: 'resourceBundles',
      all: { includeDeleted: true },
      add: async () =>
        added(
          'createResourceBundle',
          { name: 'Rooms', items: [{ resourceId: await addResource() }] },
          'resourceBundle',
        ),
      activation: { active: true },
      roles: [Role.LOCATION_SUPER_USER],
    },
    {
      type: 'Staff',
      field: 'staff',
      query: 'staffMember',
      list: 'staff',
      all: { includeDeleted: true },
      add: () => addStaff(gateway, `gone${(count += 1)}`, 'UTC', [clinic.locationId]),
      activation: { active: true },
      roles: [],
    },
  ];
  const table = TYPES.map((given) => [given.type, given] as const);

  const listed = async ({ list, all }: Deletable, id: string, filter: object = {}) => {
    const name = `${list[0]!.toUpperCase()}${list.slice(1)}`;
    const filterType = { staff: 'StaffFilter' }[list] ?? `${name.replace(/s$/, '')}Filter`;
    const data = await gateway.data(
      `query ($usual: ${filterType}, $all: ${filterType}) {
        usual: ${list}(filter: $usual) { nodes { id } } all: ${list}(filter: $all) { nodes { id } }
      }`,
      { usual: { ids: [id], ...filter }, all: { ids: [id], ...all } },
    );
    return [data.usual.nodes.length, data.all.nodes.length];
  };
  const codeOf = async (mutation: string, input: object, key?: string) =>
    (await refusal(gateway, mutation, input, key))[0];
  const eventsOf = async (id: string): Promise<string[]> => {
    await gateway.logged();
    const { changes } = await gateway.data(
      'query ($filter: ChangeFilter) { changes(filter: $filter) { nodes { type } } }',
      { filter: { ids: [id] } },
    );
    return changes.nodes.map(({ type }: any) => type);
  };

  beforeAll(async () => {
    clinic = await addClinic(gateway, 'own');
    elsewhere = await addClinic(gateway, 'elsewhere');
    await book(gateway, clinic, '2031-01-06T14:00:00Z');
    keys = await keysOf(gateway, clinic);
    keyElsewhere = await gateway.key(Role.LOCATION_SUPER_USER, {
      locationIds: [numberOf(elsewhere.locationId)],
    });
  });

  it.each(table)(
    'hides a deleted %s from lists, keeps it readable by id, and restores it inactive',
    async (type, given) => {
      const id = await given.add();
      const read = async () =>
        (await gateway.data(`query ($id: ID!) { ${given.query}(id: $id) { id deleted } }`, { id }))[
          given.query
        ];
      expect(await listed(given, id)).toEqual([1, 1]);

      const selection = `${given.field} { id deleted }`;
      const first = await change(gateway, `delete${type}`, { id }, selection);
      const second = await change(gateway, `delete${type}`, { id }, selection);

      expect(first).toEqual({ [given.field]: { id, deleted: true }, userErrors: [] });
      expect(second).toEqual(first);
      expect(await listed(given, id)).toEqual([0, 1]);
      expect(await read()).toEqual({ id, deleted: true });
      if (given.activation)
        expect(await codeOf(`update${type}`, { id, ...given.activation })).toBe('RULE_VIOLATED');

      const restored = await change(gateway, `restore${type}`, { id }, selection);
      const again = await change(gateway, `restore${type}`, { id }, selection);

      expect(restored).toEqual({ [given.field]: { id, deleted: false }, userErrors: [] });
      expect(again).toEqual(restored);
      if (given.activation)
        expect(
          (await change(gateway, `update${type}`, { id, ...given.activation })).userErrors,
        ).toEqual([]);
      expect(await listed(given, id)).toEqual([1, 1]);
      const event = type.replace(/(?<=.)[A-Z]/g, '_$&').toUpperCase();
      expect(await eventsOf(id)).toEqual([
        `${event}_CREATED`,
        `${event}_DELETED`,
        `${event}_UPDATED`,
        ...(given.activation ? [`${event}_UPDATED`] : []),
      ]);
    },
  );

  it.each(table)(
    'refuses a %s of another tenant or location, and roles that may not delete it',
    async (type, { add, roles, query }) => {
      const id = await add();
      const stranger = await gateway.addBusiness({ name: 'Other', timeZone: 'UTC' });
      for (const verb of ['delete', 'restore']) {
        expect(await codeOf(`${verb}${type}`, { id }, stranger.secretKey)).toBe('NOT_FOUND');
        // FORBIDDEN for a role that may not call the mutation at all.
        expect(
          roles.includes(Role.LOCATION_SUPER_USER)
            ? ['NOT_FOUND', 'INSUFFICIENT_PERMISSION']
            : ['NOT_FOUND', 'FORBIDDEN'],
        ).toContain(await codeOf(`${verb}${type}`, { id }, keyElsewhere));
        for (const role of [Role.LOCATION_SUPER_USER, Role.STAFF_USER, Role.CLIENT, Role.PUBLIC]) {
          const refused = await codeOf(`${verb}${type}`, { id }, keys[role]);
          if (roles.includes(role)) expect(refused).toBeUndefined();
          // A client without an appointment is visible to none of them.
          else expect(['FORBIDDEN', 'NOT_FOUND']).toContain(refused);
        }
      }
      const { [query]: row } = await gateway.data(
        `query ($id: ID!) { ${query}(id: $id) { deleted } }`,
        { id },
      );
      expect(row).toEqual({ deleted: false });
    },
  );

  it('refuses rows that bookings to come need, and deletes them after the last booking', async () => {
    const at = await addClinic(gateway, `booked${(count += 1)}`);
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
      staffIds: [elsewhere.staffId],
    });
    const { locationId, staffId } = elsewhere;
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
    const [clientId, otherClientId] = [await TYPES[0]!.add(), await TYPES[0]!.add()];
    const locationId = await TYPES[1]!.add();
    const staffId = await addStaff(gateway, `links${(count += 1)}`, 'UTC', [
      locationId,
      clinic.locationId,
    ]);
    const reasonId = await addReason(gateway, {
      reasonDesc: 'Linked',
      visitMinutes: 5,
      staffIds: [staffId, clinic.staffId],
    });
    const locations = [{ locationId }, { locationId: clinic.locationId }];
    await change(gateway, 'setReasonLocations', { reasonId, locations });
    await change(gateway, 'setViewableClients', { clientId, viewableClientIds: [otherClientId] });
    await change(gateway, 'deleteLocation', { id: locationId });
    await change(gateway, 'deleteClient', { id: otherClientId });
    const read = async () =>
      gateway.data(
        `query ($staffId: ID!, $reasonId: ID!, $clientId: ID!) {
          staffMember(id: $staffId) { locations { id } }
          reason(id: $reasonId) {
            serviceLocations { location { id } } serviceStaff { staff { id } }
          }
          client(id: $clientId) { viewableClients { id } }
        }`,
        { staffId, reasonId, clientId },
      );

    const before = await read();
    await change(gateway, 'deleteStaff', { id: staffId });
    const after = await read();

    expect(before).toEqual({
      staffMember: { locations: [{ id: clinic.locationId }] },
      reason: {
        serviceLocations: [{ location: { id: clinic.locationId } }],
        serviceStaff: [clinic.staffId, staffId].map((id) => ({ staff: { id } })),
      },
      client: { viewableClients: [] },
    });
    expect(after.reason.serviceStaff).toEqual([{ staff: { id: clinic.staffId } }]);
  });

  it('refuses new references to deleted rows, at their path', async () => {
    const ids = Object.fromEntries(
      await Promise.all(
        TYPES.map(async ({ type, add }) => {
          const id = await add();
          await change(gateway, `delete${type}`, { id });
          return [type, id] as const;
        }),
      ),
    ) as Record<string, string>;
    const { Client: client, Location: location, Reason: reason, Staff: person } = ids;
    const { Resource: resource, ResourceBundle: bundle } = ids;
    const { reasonId, otherStaffId, clientId } = clinic;
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

  it('deletes a sub-status of the business: appointments keep it, and no other can get it', async () => {
    const code = `ROOM_${(count += 1)}`;
    const input = { code, label: 'In room', status: 'OPEN' };
    await change(gateway, 'createAppointmentSubStatus', input);
    const { appointment } = await book(gateway, clinic, '2034-04-01T15:00:00Z');
    const set = { id: appointment.id, status: 'OPEN', subStatus: code };
    expect((await change(gateway, 'setAppointmentStatus', set)).userErrors).toEqual([]);
    const codes = async (includeDeleted?: boolean): Promise<string[]> =>
      (
        await gateway.data(
          'query ($all: Boolean) { appointmentSubStatuses(includeDeleted: $all) { code } }',
          { all: includeDeleted },
        )
      ).appointmentSubStatuses.map((row: any) => row.code);

    const renamed = await change(
      gateway,
      'updateAppointmentSubStatus',
      { code, label: 'In the room' },
      'subStatus { label }',
    );
    const deleted = await change(
      gateway,
      'deleteAppointmentSubStatus',
      { code },
      'subStatus { label deleted }',
    );

    expect(renamed.subStatus).toEqual({ label: 'In the room' });
    expect(deleted.subStatus).toEqual({ label: 'In the room', deleted: true });
    expect([(await codes()).includes(code), (await codes(true)).includes(code)]).toEqual([
      false,
      true,
    ]);
    const { appointments } = await gateway.data(
      `query ($code: String!) {
        appointments(filter: { subStatuses: [$code] }) { nodes { subStatus { label deleted } } }
      }`,
      { code },
    );
    expect(appointments.nodes).toEqual([{ subStatus: { label: 'In the room', deleted: true } }]);
    const other = (await book(gateway, clinic, '2034-04-02T15:00:00Z')).appointment.id;
    expect(await refusal(gateway, 'setAppointmentStatus', { ...set, id: other })).toEqual([
      'INVALID_INPUT',
      'subStatus',
    ]);
    expect(await codeOf('createAppointmentSubStatus', input)).toBe('CONFLICT');
    expect(await codeOf('updateAppointmentSubStatus', { code, label: 'x' })).toBe('RULE_VIOLATED');
    await change(gateway, 'restoreAppointmentSubStatus', { code });
    expect(
      (await change(gateway, 'setAppointmentStatus', { ...set, id: other })).userErrors,
    ).toEqual([]);
    for (const verb of ['update', 'delete', 'restore']) {
      const mutation = `${verb}AppointmentSubStatus`;
      expect(await codeOf(mutation, { code: 'CONFIRMED' })).toBe('RULE_VIOLATED');
      expect(await codeOf(mutation, { code: 'UNKNOWN' })).toBe('NOT_FOUND');
      expect(await codeOf(mutation, { code }, keys.LOCATION_SUPER_USER)).toBe('FORBIDDEN');
    }
  });
});
