import { Role } from '../../src/context';
import { find } from '../../src/db/table';
import { LogEvent } from '../../src/log/event.entity';
import { appendRowChange } from '../../src/log/row-changes';
import {
  addClient,
  addClinic,
  addLocation,
  book,
  change,
  type Clinic,
} from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';
import { numberOf } from '../support/fixtures/ids';

const CHANGES = `query ($after: String, $filter: ChangeFilter) {
  changes(after: $after, filter: $filter, first: 100) {
    nodes {
      cursor type actorName occurredAt
      node { id ... on Client { fullName emailAddress } ... on Location { locationName primary } }
      changes { field from to }
    } pageInfo { hasNextPage endCursor }
  }
}`;
const LISTEN = `subscription ($after: String, $filter: ChangeFilter) {
  changes(after: $after, filter: $filter) {
    cursor type node { id ... on Client { fullName } } changes { field from to }
  }
}`;

onEachDatabase('changes', (gateway) => {
  let clinic: Clinic;
  const open: { close(): unknown }[] = [];
  const listen = (variables: Record<string, unknown>, key?: string) => {
    const subscription = gateway.subscribe(LISTEN, variables, key);
    open.push(subscription);
    return subscription;
  };
  const read = async (variables: object = {}, key?: string) => {
    await gateway.logged();
    return (await gateway.data(CHANGES, variables, key ? { key } : {})).changes;
  };
  const end = async () => (await read()).pageInfo.endCursor as string;
  const told = ({ type, node, changes }: any) => [type, node.id, changes];
  beforeAll(async () => {
    clinic = await addClinic(gateway);
  });
  afterEach(() => Promise.all(open.splice(0).map((subscription) => subscription.close())));

  it('reports the creation of clients, locations, reasons and staff in one order with bookings', async () => {
    const { nodes } = await read();
    expect(nodes.map(({ type, node }: any) => [type, node.id])).toEqual([
      ['LOCATION_CREATED', clinic.locationId],
      ['STAFF_CREATED', clinic.staffId],
      ['STAFF_CREATED', clinic.otherStaffId],
      ['REASON_CREATED', clinic.reasonId],
      ['CLIENT_CREATED', clinic.clientId],
    ]);
    expect(nodes[0]).toMatchObject({
      actorName: 'First key',
      changes: [],
      node: { locationName: 'Office a', primary: true },
    });
    const { appointment } = await book(gateway, clinic, '2033-01-03T15:00:00Z', {
      clientId: undefined,
      client: { firstName: 'Arya', lastName: 'Stark', emailAddress: 'arya@winterfell.example' },
    });
    const after = (await read()).nodes;
    expect(after.at(-1)).toMatchObject({
      type: 'CLIENT_CREATED',
      node: { fullName: 'Arya Stark', emailAddress: 'arya@winterfell.example' },
    });
    const { bookingNotifications } = await gateway.data(
      '{ bookingNotifications { nodes { cursor appointment { id } } } }',
    );
    expect(bookingNotifications.nodes).toEqual([
      { cursor: String(Number(after.at(-1).cursor) + 1), appointment: { id: appointment.id } },
    ]);
  });

  it('reports changed fields with their old values, and no event without a change', async () => {
    const after = await end();
    const live = listen({ after });
    await change(gateway, 'updateClient', {
      id: clinic.clientId,
      lastName: 'Targaryen',
      tags: ['vip'],
    });
    await change(gateway, 'updateClient', { id: clinic.clientId, lastName: 'Targaryen' });
    await change(gateway, 'updateReason', { id: clinic.reasonId, visitMinutes: 60 });
    await change(gateway, 'updateStaff', { id: clinic.otherStaffId, locationIds: [] });
    const second = await addLocation(gateway, {
      locationName: 'Harbor',
      timeZone: 'UTC',
      primary: true,
    });
    await change(gateway, 'deleteClient', { id: clinic.clientId });
    const events = (await live.atLeast(6)).map(({ data }) => data.changes);
    expect(events.map(told)).toEqual([
      [
        'CLIENT_UPDATED',
        clinic.clientId,
        [
          { field: 'lastName', from: 'Snow a', to: 'Targaryen' },
          { field: 'fullName', from: 'Jon Snow a', to: 'Jon Targaryen' },
          { field: 'tags', from: '[]', to: '["vip"]' },
        ],
      ],
      ['REASON_UPDATED', clinic.reasonId, [{ field: 'visitMinutes', from: '45', to: '60' }]],
      [
        'STAFF_UPDATED',
        clinic.otherStaffId,
        [{ field: 'locations', from: clinic.locationId, to: '' }],
      ],
      ['LOCATION_UPDATED', clinic.locationId, [{ field: 'primary', from: 'true', to: 'false' }]],
      ['LOCATION_CREATED', second, []],
      ['CLIENT_DELETED', clinic.clientId, [{ field: 'deleted', from: 'false', to: 'true' }]],
    ]);
    expect((await read({ after })).nodes.map(told)).toEqual(events.map(told));
  });

  it('reports changes of resources', async () => {
    const after = await end();
    const { resource } = await change(
      gateway,
      'createResource',
      { name: 'Room 1', locationId: clinic.locationId, quantity: 1 },
      'resource { id }',
    );
    await change(gateway, 'updateResource', { id: resource.id, quantity: 3, name: 'Room 1' });
    await change(gateway, 'updateResource', { id: resource.id, quantity: 3 });
    await change(gateway, 'createResource', {
      name: 'Room 2',
      locationId: 'Location:2147483647',
      quantity: 1,
    });
    expect((await read({ after })).nodes.map(told)).toEqual([
      ['RESOURCE_CREATED', resource.id, []],
      ['RESOURCE_UPDATED', resource.id, [{ field: 'quantity', from: '1', to: '3' }]],
    ]);
  });

  it('filters by type and by id', async () => {
    const { nodes } = await read({
      filter: {
        types: ['CLIENT_CREATED', 'CLIENT_DELETED'],
        ids: [clinic.clientId, clinic.reasonId],
      },
    });
    expect(nodes.map(({ type }: any) => type)).toEqual(['CLIENT_CREATED', 'CLIENT_DELETED']);
    expect(
      (await gateway.run(CHANGES, { filter: { ids: ['Appointment:1'] } })).errors,
    ).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', path: ['filter', 'ids', '0'] } }]);
  });

  it('shows a staff user the clients they serve and their own reasons, and rejects a client', async () => {
    const after = await end();
    const staffKey = await gateway.key(Role.STAFF_USER, { staffId: numberOf(clinic.staffId) });
    const [served, stranger] = [
      await addClient(gateway, { firstName: 'Bran', lastName: 'Stark' }),
      await addClient(gateway, { firstName: 'Rob', lastName: 'Stark' }),
    ];
    await book(gateway, clinic, '2033-01-05T15:00:00Z', { clientId: served });
    const live = listen({ after, filter: { types: ['CLIENT_UPDATED'] } }, staffKey);
    for (const id of [stranger, served]) await change(gateway, 'updateClient', { id, notes: 'x' });
    expect((await live.atLeast(1)).map(({ data }) => data.changes.node.id)).toEqual([served]);
    expect((await read({ after }, staffKey)).nodes.map(({ node }: any) => node.id)).not.toContain(
      stranger,
    );
    expect((await read({ after })).nodes.map(({ node }: any) => node.id)).toContain(stranger);
    const clientKey = await gateway.key(Role.CLIENT, { clientId: numberOf(served) });
    for (const key of [clientKey, gateway.business.publishableKey]) {
      expect((await gateway.run(CHANGES, {}, { key })).errors).toMatchObject([
        { extensions: { code: 'FORBIDDEN' } },
      ]);
      expect(await listen({}, key).untilEnd()).toMatchObject([
        { extensions: { code: 'FORBIDDEN' } },
      ]);
    }
    const { secretKey } = await gateway.addBusiness({ name: 'Other', timeZone: 'UTC' });
    expect((await read({}, secretKey)).nodes).toEqual([]);
  });

  it('contains no secret of a row', async () => {
    const { db } = gateway.gateway;
    const businessId = gateway.business.business.rowId;
    const row = {
      businessId,
      rowId: 99,
      firstName: 'Jon',
      ssnCipher: '123-45-6789',
      ssnLast4: '6789',
      passwordHash: 'argon2',
      loginToken: 'tok',
      calendarSecret: 'sec',
    };
    const actor = {
      businessId,
      actor: 'key:1',
      actorName: 'Test',
      staffId: null,
      clientId: null,
      role: Role.ADMINISTRATOR,
    };
    await db.transaction((tx) =>
      appendRowChange(
        { tx, member: actor, now: 1 },
        {
          type: 'Client',
          before: row,
          after: {
            ...row,
            firstName: 'Aegon',
            ssnCipher: '987-65-4321',
            passwordHash: 'other',
          },
        },
      ),
    );
    const [event] = await find(db, LogEvent, { businessId, entityType: 'Client', entityId: 99 });
    expect(event).toMatchObject({
      type: 'CLIENT_UPDATED',
      changes: { firstName: ['Jon', 'Aegon'] },
      snapshot: { businessId, rowId: 99, firstName: 'Aegon' },
    });
    expect([Object.keys(event!.changes), Object.keys(event!.snapshot)]).toEqual([
      ['firstName'],
      ['businessId', 'rowId', 'firstName'],
    ]);
  });
});
