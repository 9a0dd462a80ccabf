import { Role } from '../../src/context';
import {
  addClient,
  addClinic,
  addReason,
  book,
  change,
  refusal,
  type Clinic,
} from '../support/fixtures/clinic';
import { numberOf } from '../support/fixtures/ids';
import { onEachDatabase } from '../support/harness/gateway';
import { expectIntegrity } from '../support/harness/integrity';

const MERGED = `client { id } duplicate { id deleted } appointments { id client { id } version }
  recurringAppointments { id client { id } } waitlistEntries { id status client { id } }`;

onEachDatabase('mergeClients', (gateway) => {
  let clinic: Clinic;
  let days = 0;
  let people = 0;

  const free = () => new Date(Date.UTC(2034, 0, 1, 15) + (days += 1) * 86_400_000).toISOString();
  const person = (input: object = {}) =>
    addClient(gateway, { firstName: 'Jon', lastName: `Snow ${(people += 1)}`, ...input });
  const booked = async (clientId: string, input: object = {}): Promise<string> =>
    (await book(gateway, { ...clinic, clientId }, free(), input)).appointment.id;
  const waiting = async (clientId: string, start: string): Promise<string> => {
    const { reasonId, locationId } = clinic;
    const input = { reasonId, locationId, clientId, wish: { times: [start] } };
    return (await change(gateway, 'joinWaitlist', input, 'waitlistEntry { id }')).waitlistEntry.id;
  };
  const merge = (id: string, duplicateId: string, input: object = {}) =>
    change(gateway, 'mergeClients', { id, duplicateId, ...input }, MERGED);

  beforeAll(async () => {
    clinic = await addClinic(gateway);
    clinic.reasonId = await addReason(gateway, {
      reasonDesc: 'Popular',
      visitMinutes: 45,
      allowWaitList: true,
      staffIds: [clinic.staffId, clinic.otherStaffId],
    });
  });
  afterEach(() => expectIntegrity(gateway));

  it('moves appointments, series and waitlist entries with events, and deletes the duplicate', async () => {
    const [id, duplicateId] = [await person(), await person()];
    const own = await booked(id);
    const first = await booked(duplicateId, { additionalStaffIds: [clinic.otherStaffId] });
    const cancelled = await booked(duplicateId);
    await change(gateway, 'cancelAppointment', { id: cancelled });
    const { recurringAppointment, appointments } = await change(
      gateway,
      'createRecurringAppointment',
      {
        reasonId: clinic.reasonId,
        locationId: clinic.locationId,
        staffId: clinic.staffId,
        clientId: duplicateId,
        start: free(),
        rrule: 'FREQ=DAILY;COUNT=2',
      },
      'recurringAppointment { id } appointments { id }',
    );
    days += 2;
    const [shared, alone] = [free(), free()];
    await waiting(id, shared);
    const [repeated, moved] = [
      await waiting(duplicateId, shared),
      await waiting(duplicateId, alone),
    ];

    const input = { idempotencyKey: `merge-${duplicateId}` };
    const merged = await merge(id, duplicateId, input);
    const again = await merge(id, duplicateId, input);

    const client = { id };
    const movedIds = [first, cancelled, ...appointments.map((one: any) => one.id)];
    expect(merged).toEqual({
      client,
      duplicate: { id: duplicateId, deleted: true },
      appointments: movedIds.map((appointment) => ({
        id: appointment,
        client,
        version: appointment === cancelled ? 3 : 2,
      })),
      recurringAppointments: [{ id: recurringAppointment.id, client }],
      waitlistEntries: [
        { id: repeated, status: 'REMOVED', client },
        { id: moved, status: 'WAITING', client },
      ],
      userErrors: [],
    });
    expect(again).toEqual(merged);
    const data = await gateway.data(
      `query ($id: ID!, $duplicateId: ID!, $first: ID!) {
        client(id: $id) { appointments { nodes { id } } waitlistEntries { totalCount } }
        duplicate: client(id: $duplicateId) { deleted appointments { totalCount } }
        appointment(id: $first) { additionalStaff { id } history { nodes { type } } }
      }`,
      { id, duplicateId, first },
    );
    expect(data.client.appointments.nodes.map((one: any) => one.id).sort()).toEqual(
      [own, ...movedIds].sort(),
    );
    expect(data.client.waitlistEntries.totalCount).toBe(2);
    expect(data.duplicate).toEqual({ deleted: true, appointments: { totalCount: 0 } });
    expect(data.appointment).toEqual({
      additionalStaff: [{ id: clinic.otherStaffId }],
      history: { nodes: [{ type: 'CREATED' }, { type: 'UPDATED' }] },
    });
  });

  it('notifies subscribers of the change of client, and of both clients', async () => {
    const [id, duplicateId] = [await person(), await person()];
    const appointmentId = await booked(duplicateId);
    const entry = await waiting(duplicateId, free());
    const key = await gateway.key(Role.CLIENT, { clientId: numberOf(id) });
    await gateway.logged();
    const { bookingNotifications: head } = await gateway.data(
      '{ bookingNotifications(first: 100) { pageInfo { endCursor } } }',
    );

    await merge(id, duplicateId);
    await gateway.logged();
    const seen = async (by: string, filter: object) =>
      (
        await gateway.data(
          `query ($after: String, $filter: BookingNotificationFilter) {
            bookingNotifications(after: $after, filter: $filter) {
              nodes { type visibility appointmentId waitlistEntry { id } }
            }
          }`,
          { after: head.pageInfo.endCursor, filter },
          { key: by },
        )
      ).bookingNotifications.nodes;

    expect(await seen(key, {})).toEqual([
      { type: 'UPDATED', visibility: 'ENTERED', appointmentId, waitlistEntry: null },
      {
        type: 'WAITLIST_UPDATED',
        visibility: 'ENTERED',
        appointmentId: null,
        waitlistEntry: { id: entry },
      },
    ]);
    expect(
      (await seen(gateway.business.secretKey, { clientIds: [duplicateId] })).map(
        ({ type, visibility }: any) => [type, visibility],
      ),
    ).toEqual([
      ['UPDATED', 'LEFT'],
      ['WAITLIST_UPDATED', 'LEFT'],
    ]);
    const { changes } = await gateway.data(
      'query ($filter: ChangeFilter) { changes(filter: $filter) { nodes { type nodeId } } }',
      { filter: { ids: [id, duplicateId] } },
    );
    expect(changes.nodes.at(-1)).toEqual({ type: 'CLIENT_DELETED', nodeId: duplicateId });
  });

  it('fills empty fields, unites lists, and keeps blocks and objections of both', async () => {
    const id = await person({
      emailAddress: 'jon@example.org',
      tags: ['vip'],
      notes: 'Kept',
      externalIds: [{ system: 'crm', id: '1' }],
    });
    const duplicateId = await person({
      emailAddress: 'other@example.org',
      cellPhone: '+12125550123',
      tags: ['vip', 'north'],
      notes: 'Lost',
      alertNotes: ['Allergic'],
      externalIds: [
        { system: 'crm', id: '2' },
        { system: 'shop', id: '3' },
      ],
      excludedEmailCategories: ['FOLLOW_UP'],
      status: 'BLACKLISTED',
    });

    const { userErrors } = await merge(id, duplicateId);
    const { client } = await gateway.data(
      `query ($id: ID!) {
        client(id: $id) {
          emailAddress cellPhone tags notes status alertNotes { text } externalIds { system id }
          excludedEmailCategories
        }
      }`,
      { id },
    );

    expect(userErrors).toEqual([]);
    expect(client).toEqual({
      emailAddress: 'jon@example.org',
      cellPhone: '(212) 555-0123',
      tags: ['vip', 'north'],
      notes: 'Kept',
      status: 'BLACKLISTED',
      alertNotes: [{ text: 'Allergic' }],
      externalIds: [
        { system: 'crm', id: '1' },
        { system: 'shop', id: '3' },
      ],
      excludedEmailCategories: ['FOLLOW_UP'],
    });
  });

  it('moves views, keys and the calendar feed', async () => {
    const [id, duplicateId, other] = [await person(), await person(), await person()];
    await booked(duplicateId);
    const key = await gateway.key(Role.CLIENT, { clientId: numberOf(duplicateId) });
    await change(gateway, 'setViewableClients', {
      clientId: duplicateId,
      viewableClientIds: [other, id],
    });
    await change(gateway, 'setViewableClients', {
      clientId: other,
      viewableClientIds: [duplicateId],
    });
    const { calendarFeedUrl } = await change(
      gateway,
      'createCalendarFeed',
      { ownerId: duplicateId },
      'calendarFeedUrl',
    );

    await merge(id, duplicateId);
    const { client } = await gateway.data(
      `query ($id: ID!) {
        client(id: $id) { viewableClients { id } viewedBy { id } calendarFeedUrl }
      }`,
      { id },
    );
    const { viewer } = await gateway.data('{ viewer { client { id } } }', {}, { key });

    expect(client).toEqual({
      viewableClients: [{ id: other }],
      viewedBy: [{ id: other }],
      calendarFeedUrl,
    });
    expect(viewer.client).toEqual({ id });
  });

  it('refuses equal, deleted and unknown clients, other tenants and roles, and writes nothing', async () => {
    const [id, duplicateId, gone] = [await person(), await person(), await person()];
    await change(gateway, 'deleteClient', { id: gone });
    const appointmentId = await booked(duplicateId);
    const stranger = await gateway.addBusiness({ name: 'Other', timeZone: 'UTC' });
    const run = (input: object, key?: string) => refusal(gateway, 'mergeClients', input, key);

    expect(await run({ id, duplicateId: id })).toEqual(['INVALID_INPUT', 'duplicateId']);
    expect(await run({ id: gone, duplicateId })).toEqual(['RULE_VIOLATED', 'id']);
    expect(await run({ id, duplicateId: 'Client:99999' })).toEqual(['NOT_FOUND', 'duplicateId']);
    expect((await run({ id, duplicateId }, stranger.secretKey))[0]).toBe('NOT_FOUND');
    const keys = [
      await gateway.key(Role.LOCATION_SUPER_USER, { locationIds: [numberOf(clinic.locationId)] }),
      await gateway.key(Role.STAFF_USER, { staffId: numberOf(clinic.staffId) }),
      await gateway.key(Role.CLIENT, { clientId: numberOf(id) }),
      gateway.business.publishableKey,
    ];
    for (const key of keys) expect((await run({ id, duplicateId }, key))[0]).toBe('FORBIDDEN');

    const data = await gateway.data(
      `query ($a: ID!, $c: ID!) { appointment(id: $a) { client { id } } client(id: $c) { deleted } }`,
      { a: appointmentId, c: duplicateId },
    );
    expect(data).toEqual({
      appointment: { client: { id: duplicateId } },
      client: { deleted: false },
    });
    expect((await merge(id, gone)).userErrors).toEqual([]);
  });

  it('keeps one of two clients that are merged into each other concurrently', async () => {
    const [one, other] = [await person(), await person()];
    const codes = await Promise.all([
      refusal(gateway, 'mergeClients', { id: one, duplicateId: other }),
      refusal(gateway, 'mergeClients', { id: other, duplicateId: one }),
    ]);
    const data = await gateway.data(
      'query ($a: ID!, $b: ID!) { a: client(id: $a) { deleted } b: client(id: $b) { deleted } }',
      { a: one, b: other },
    );

    expect(codes.filter(([code]) => code === 'RULE_VIOLATED')).toHaveLength(1);
    expect([data.a.deleted, data.b.deleted].sort()).toEqual([false, true]);
  });
});
