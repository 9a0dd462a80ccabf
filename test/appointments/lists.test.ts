import { isInputObjectType, isObjectType, getNamedType } from 'graphql';
import { gatewaySchema } from '../../src/schema';
import { addClinic, book, change, type Clinic } from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';

/**
 * Every field with a filter of appointments, and the arguments that lead to the appointments of the
 * test.
 */
const PATHS: Readonly<
  Record<string, (rows: Readonly<Record<string, string>>) => { open: string; close: string } | null>
> = {
  'Query.appointments': () => ({ open: 'appointments', close: '' }),
  'Client.appointments': ({ clientId }) => ({
    open: `client(id: "${clientId}") { appointments`,
    close: '}',
  }),
  'Location.appointments': ({ locationId }) => ({
    open: `location(id: "${locationId}") { appointments`,
    close: '}',
  }),
  'Reason.appointments': ({ reasonId }) => ({
    open: `reason(id: "${reasonId}") { appointments`,
    close: '}',
  }),
  'Staff.appointments': ({ staffId }) => ({
    open: `staffMember(id: "${staffId}") { appointments`,
    close: '}',
  }),
  'Resource.appointments': ({ resourceId }) => ({
    open: `resource(id: "${resourceId}") { appointments`,
    close: '}',
  }),
  'RecurringAppointment.appointments': ({ seriesId }) => ({
    open: `recurringAppointment(id: "${seriesId}") { appointments`,
    close: '}',
  }),
  'ClassSchedule.appointments': ({ sessionId }) => ({
    open: `classSchedule(id: "${sessionId}") { appointments`,
    close: '}',
  }),
  // Not a connection; tested separately.
  'Query.appointmentCounts': () => null,
};

onEachDatabase('lists of appointments', (gateway) => {
  let clinic: Clinic;
  let rows: Record<string, string>;
  const deleted: string[] = [];
  const must = (payload: any) => {
    expect(payload.userErrors).toEqual([]);
    return payload;
  };

  beforeAll(async () => {
    clinic = await addClinic(gateway);
    const { resource } = must(
      await change(
        gateway,
        'createResource',
        { name: 'Room', locationId: clinic.locationId },
        'resource { id }',
      ),
    );
    const { recurringAppointment } = must(
      await change(
        gateway,
        'createRecurringAppointment',
        {
          locationId: clinic.locationId,
          reasonId: clinic.reasonId,
          staffId: clinic.staffId,
          clientId: clinic.clientId,
          start: '2033-01-10T15:00:00Z',
          rrule: 'FREQ=DAILY;COUNT=2',
          resourceIds: [resource.id],
        },
        'recurringAppointment { id appointments { nodes { id } } }',
      ),
    );
    const reason = must(
      await change(
        gateway,
        'createReason',
        { reasonDesc: 'Yoga', reasonType: 'CLASS', visitMinutes: 60, staffIds: [clinic.staffId] },
        'reason { id }',
      ),
    ).reason.id;
    const {
      classSchedules: [classSchedule],
    } = must(
      await change(
        gateway,
        'createClassSchedule',
        {
          reasonId: reason,
          locationId: clinic.locationId,
          staffId: clinic.staffId,
          start: '2033-02-01T15:00:00Z',
          capacity: 5,
        },
        'classSchedules { id }',
      ),
    );
    const seats = [];
    for (const clientId of [
      clinic.clientId,
      must(
        await change(
          gateway,
          'createClient',
          { firstName: 'Arya', lastName: 'Stark' },
          'client { id }',
        ),
      ).client.id,
    ]) {
      const { createAppointment } = await gateway.data(
        `mutation ($input: CreateAppointmentInput!) {
          createAppointment(input: $input) { appointment { id } userErrors { message } }
        }`,
        { input: { reasonId: reason, classScheduleId: classSchedule.id, clientId } },
      );
      seats.push(must(createAppointment).appointment.id);
    }
    rows = {
      ...clinic,
      resourceId: resource.id,
      seriesId: recurringAppointment.id,
      sessionId: classSchedule.id,
    };
    deleted.push(recurringAppointment.appointments.nodes[0].id, seats[0]);
    for (const id of deleted)
      must(await change(gateway, 'setAppointmentStatus', { id, status: 'DELETED' }));
    must(await book(gateway, clinic, '2033-03-01T15:00:00Z'));
  });

  it('are all covered by this test', () => {
    const fields = Object.values(gatewaySchema().getTypeMap())
      .filter(isObjectType)
      .flatMap((type) =>
        Object.values(type.getFields()).map(
          (field) => [`${type.name}.${field.name}`, field] as const,
        ),
      );
    const filtered = fields.filter(([, { args }]) =>
      args.some(
        ({ type }) => (getNamedType(type) as { name: string }).name === 'AppointmentFilter',
      ),
    );
    expect(filtered.map(([name]) => name).sort()).toEqual(Object.keys(PATHS).sort());
  });

  it.each(Object.keys(PATHS).filter((name) => name !== 'Query.appointmentCounts'))(
    '%s leaves out deleted appointments unless they are requested',
    async (name) => {
      const path = PATHS[name]?.(rows) as { open: string; close: string };
      const read = async (filter: string | null) => {
        const data = await gateway.data(
          `{
            ${path.open}${filter === null ? '' : `(filter: { ${filter} })`} {
              totalCount nodes { id status }
            } ${path.close}
          }`,
        );
        const connection = data.appointments ?? Object.values<any>(data)[0].appointments;
        expect(connection.totalCount).toBe(connection.nodes.length);
        return connection.nodes.map(({ status }: any) => status as string);
      };
      const shown = await read(null);
      expect(shown.length).toBeGreaterThan(0);
      expect(shown).not.toContain('DELETED');
      expect(await read('excludeTimeOff: true')).toEqual(shown);
      const all = await read('includeDeleted: true');
      expect(all.filter((status: string) => status !== 'DELETED')).toEqual(shown);
      expect(all.length).toBeGreaterThan(shown.length);
      for (const filter of ['statuses: [DELETED]', 'subStatuses: ["DELETED"]'])
        expect(new Set(await read(filter))).toEqual(new Set(['DELETED']));
    },
  );

  it.each(Object.keys(PATHS))('%s refuses an unknown sub-status', async (name) => {
    const path = PATHS[name]?.(rows) ?? { open: 'appointmentCounts', close: '' };
    const counts = name === 'Query.appointmentCounts';
    const send = (codes: string) =>
      gateway.run(
        `{
          ${path.open}(${counts ? 'by: REASON, ' : ''}filter: { subStatuses: [${codes}] }) {
            ${counts ? 'count' : 'totalCount nodes { id }'}
          } ${path.close}
        }`,
      );
    const { errors } = await send('"OPEN", "GARBAGE"');
    expect(errors?.[0]).toMatchObject({
      message: 'Unknown sub-status "GARBAGE". Query.appointmentSubStatuses lists the valid codes.',
      extensions: { code: 'BAD_USER_INPUT', path: ['filter', 'subStatuses', '1'] },
    });
    expect((await send('"OPEN"')).errors).toBeUndefined();
    const long = await send(`"${'x'.repeat(2_000)}"`);
    expect(long.errors?.[0]).toMatchObject({
      message: `Unknown sub-status "${'x'.repeat(100)}". Query.appointmentSubStatuses lists the valid codes.`,
    });
  });

  it('are counted without deleted appointments unless they are requested', async () => {
    const count = async (filter: object) => {
      const { appointmentCounts } = await gateway.data(
        `query ($filter: AppointmentFilter) {
          appointmentCounts(by: LOCATION, filter: $filter) { count status }
        }`,
        { filter },
      );
      return Object.fromEntries(
        appointmentCounts.map(({ status, count: number }: any) => [status, number]),
      );
    };
    expect(await count({})).toEqual({ OPEN: 3 });
    expect(await count({ includeDeleted: true })).toEqual({ OPEN: 3, DELETED: 2 });
    expect(await count({ statuses: ['DELETED'] })).toEqual({ DELETED: 2 });
  });

  it('accept a sub-status of the business, and no other filter accepts an unknown one', async () => {
    const { secretKey } = await gateway.addBusiness({ name: 'Other', timeZone: 'UTC' });
    must(
      await change(gateway, 'createAppointmentSubStatus', {
        code: 'ARCHIVED',
        label: 'Archived',
        status: 'DELETED',
      }),
    );
    must(
      await change(
        gateway,
        'createAppointmentSubStatus',
        { code: 'LATE', label: 'Late', status: 'OPEN' },
        '',
        secretKey,
      ),
    );
    const refused = {
      extensions: { code: 'BAD_USER_INPUT', path: ['filter', 'subStatuses', '0'] },
    };
    const LIST = `query ($codes: [String!]) {
      appointments(filter: { subStatuses: $codes }) { nodes { id } }
    }`;
    expect((await gateway.run(LIST, { codes: ['ARCHIVED'] })).errors).toBeUndefined();
    // A sub-status of another business is unknown.
    expect((await gateway.run(LIST, { codes: ['LATE'] })).errors).toMatchObject([refused]);
    const LOG = `query ($codes: [String!]) {
      bookingNotifications(filter: { subStatuses: $codes }) { nodes { cursor } }
    }`;
    expect((await gateway.run(LOG, { codes: ['LATE'] })).errors).toMatchObject([refused]);
    const live = gateway.subscribe(
      `subscription ($codes: [String!]) {
        bookingNotifications(filter: { subStatuses: $codes }) { cursor }
      }`,
      { codes: ['LATE'] },
    );
    expect(await live.untilEnd()).toMatchObject([refused]);
    const url = 'https://hooks.example.com/bookings';
    const { createWebhook } = await gateway.data(
      `mutation ($input: CreateWebhookInput!) {
        createWebhook(input: $input) { secret userErrors { message path } }
      }`,
      { input: { url, events: ['CREATED'], bookingFilter: { subStatuses: ['LATE'] } } },
    );
    expect(createWebhook.userErrors).toEqual([
      {
        message: expect.stringContaining('Unknown sub-status'),
        path: ['input', 'bookingFilter', 'subStatuses', '0'],
      },
    ]);
    expect((await gateway.data('{ webhooks { totalCount } }')).webhooks.totalCount).toBe(0);
    const takers = Object.values(gatewaySchema().getTypeMap())
      .filter(isInputObjectType)
      .filter((type) => 'subStatuses' in type.getFields());
    expect(takers.map(({ name }) => name).sort()).toEqual([
      'AppointmentFilter',
      'BookingConditionsInput',
      'BookingNotificationFilter',
    ]);
  });
});
