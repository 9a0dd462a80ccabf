import type { GraphQLInterfaceType } from 'graphql';
import { Role } from '../../src/context';
import { headOf } from '../../src/log/log.service';
import { gatewaySchema } from '../../src/schema';
import { addClinic, book, type Clinic } from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';
import { numberOf } from '../support/fixtures/ids';

const LISTEN = `subscription ($after: String, $filter: BookingNotificationFilter) {
  bookingNotifications(after: $after, filter: $filter) {
    cursor type actorName note occurredAt changes { field from to }
    appointment { id status version client { fullName } staff { id } }
  }
}`;
const CANCEL = `mutation ($id: ID!, $note: String) {
  cancelAppointment(input: { id: $id, note: $note }) { appointment { id } userErrors { code } }
}`;
const of = (event: any) => event.data.bookingNotifications;

onEachDatabase('booking notifications', (gateway) => {
  let clinic: Clinic;
  let day = 0;
  const free = () => new Date(Date.UTC(2033, 0, 1, 15) + 86_400_000 * (day += 1)).toISOString();
  const open: { close(): unknown }[] = [];
  const listen = (variables: Record<string, unknown> = {}, key?: string) => {
    const subscription = gateway.subscribe(LISTEN, variables, key);
    open.push(subscription);
    return subscription;
  };
  /** Returns the end of the log once every event so far has its number. */
  const settled = async (count: number) => {
    const replay = listen({ after: '0' });
    const events = await replay.atLeast(count);
    return of(events[count - 1]).cursor as string;
  };
  let written = 0;
  /** Head of the log at the start of the suite, after the events of the fixtures. */
  let before: number;
  const booked = async (input: object = {}) => {
    const { appointment, userErrors } = await book(gateway, clinic, free(), input);
    expect(userErrors).toEqual([]);
    written += 1;
    return appointment;
  };
  beforeAll(async () => {
    clinic = await addClinic(gateway);
    await gateway.logged();
    before = await headOf(gateway.gateway.db, gateway.business.business.rowId);
  });
  afterEach(() => Promise.all(open.splice(0).map((subscription) => subscription.close())));

  it('deliver each change live, with old values and actor', async () => {
    const live = listen({ after: '0' });
    const { id } = await booked();
    await gateway.data(CANCEL, { id, note: 'A cold' });
    written += 1;
    const [created, cancelled] = (await live.atLeast(2)).map(of);
    expect(created).toMatchObject({
      cursor: String(before + 1),
      type: 'CREATED',
      actorName: 'First key',
      changes: [],
      appointment: {
        id,
        status: 'OPEN',
        version: 1,
        client: { fullName: 'Jon Snow a' },
        staff: { id: clinic.staffId },
      },
    });
    expect(cancelled).toMatchObject({
      cursor: String(before + 2),
      type: 'CANCELLED',
      note: 'A cold',
      appointment: { id, status: 'CANCELLED', version: 2 },
    });
    expect(cancelled.changes).toContainEqual({ field: 'status', from: 'OPEN', to: 'CANCELLED' });
  });

  it('start at the head without a cursor, without gaps', async () => {
    await settled(written);
    // A subscription without a cursor starts asynchronously: poll the log until it has started.
    const live = listen();
    await new Promise((resolve) => setImmediate(resolve));
    const ids: string[] = [];
    while (live.events.length === 0) {
      ids.push((await booked()).id);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    for (let index = 0; index < 10; index += 1) ids.push((await booked()).id);
    const first = of(live.events[0]);
    const rest = ids.slice(ids.indexOf(first.appointment.id));
    const events = (await live.atLeast(rest.length)).map(of);
    expect(events.map(({ appointment }) => appointment.id)).toEqual(rest);
    expect(events.map(({ cursor }) => Number(cursor))).toEqual(
      rest.map((_, index) => Number(first.cursor) + index),
    );
  });

  it('resume after a cursor without loss or duplicates', async () => {
    const cursor = await settled(written);
    const missed: string[] = [];
    for (let index = 0; index < 5; index += 1) missed.push((await booked()).id);
    const resumed = listen({ after: cursor });
    await resumed.atLeast(5);
    const then = (await booked()).id;
    const events = (await resumed.atLeast(6)).map(of);
    expect(events.map(({ appointment }) => appointment.id)).toEqual([...missed, then]);
  });

  it('arrive in the same order at every subscriber during concurrent bookings', async () => {
    const cursor = await settled(written);
    const early = listen({ after: cursor });
    const bookings = Array.from({ length: 40 }, () => booked());
    const late = listen({ after: cursor });
    await Promise.all(bookings);
    const [one, other] = await Promise.all([early.atLeast(40), late.atLeast(40)]);
    expect(one.map(of).map((event) => event.cursor)).toEqual(
      Array.from({ length: 40 }, (_, index) => String(Number(cursor) + index + 1)),
    );
    expect(other).toEqual(one);
    expect(new Set(one.map((event) => of(event).appointment.id)).size).toBe(40);
  });

  it('match the filter', async () => {
    const cursor = await settled(written);
    const { id } = await booked();
    await booked({ staffId: clinic.otherStaffId, additionalStaffIds: [clinic.staffId] });
    const { id: helped } = await booked({ staffId: clinic.otherStaffId });
    await gateway.data(CANCEL, { id });
    written += 1;
    const count = async (filter: object, expected: number) => {
      const events = await listen({ after: cursor, filter }).atLeast(expected);
      return events.map((event) => `${of(event).type} ${of(event).appointment.id}`);
    };
    expect(await count({ types: ['CANCELLED'] }, 1)).toEqual([`CANCELLED ${id}`]);
    expect(await count({ appointmentIds: [id] }, 2)).toEqual([`CREATED ${id}`, `CANCELLED ${id}`]);
    expect((await count({ staffIds: [clinic.staffId] }, 3)).length).toBe(3);
    await gateway.logged();
    const { bookingNotifications } = await gateway.data(
      `query ($after: String, $filter: BookingNotificationFilter) {
        bookingNotifications(after: $after, filter: $filter) { nodes { appointment { id } } }
      }`,
      {
        after: cursor,
        filter: {
          staffIds: [clinic.otherStaffId],
          locationIds: [clinic.locationId],
          reasonIds: [clinic.reasonId],
          clientIds: [clinic.clientId],
        },
      },
    );
    expect(bookingNotifications.nodes).toHaveLength(2);
    expect(bookingNotifications.nodes[1].appointment.id).toBe(helped);
  });

  it('can be read in pages', async () => {
    await settled(written);
    const cursors: string[] = [];
    let after = '0';
    for (let more = true; more;) {
      const { bookingNotifications } = await gateway.data(
        `query ($after: String) {
          bookingNotifications(first: 20, after: $after) {
            nodes { cursor } pageInfo { hasNextPage endCursor }
          }
        }`,
        { after },
      );
      cursors.push(...bookingNotifications.nodes.map(({ cursor }: any) => cursor));
      more = bookingNotifications.pageInfo.hasNextPage;
      after = bookingNotifications.pageInfo.endCursor;
    }
    expect(cursors).toEqual(
      Array.from({ length: written }, (_, index) => String(before + index + 1)),
    );
  });

  it('contain only what the viewer may see', async () => {
    const cursor = await settled(written);
    const otherKey = (await gateway.addBusiness({ name: 'Other', timeZone: 'UTC' })).secretKey;
    const staffKey = await gateway.key(Role.STAFF_USER, { staffId: numberOf(clinic.otherStaffId) });
    const other = listen({ after: '0' }, otherKey);
    const staff = listen({ after: cursor }, staffKey);
    await booked();
    const { id } = await booked({ staffId: clinic.otherStaffId });
    expect((await staff.atLeast(1)).map((event) => of(event).appointment.id)).toEqual([id]);
    const theirs = await addClinic(gateway, 'z', otherKey);
    const foreign = await book(gateway, theirs, free(), {}, otherKey);
    expect((await other.atLeast(1)).map((event) => of(event).appointment.id)).toEqual([
      foreign.appointment.id,
    ]);
    const forbidden = await listen({}, gateway.business.publishableKey).untilEnd();
    expect(forbidden).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });

  it('contain related rows as of each event, not as of the first one', async () => {
    const cursor = await settled(written);
    const live = listen({ after: cursor });
    await booked();
    await live.atLeast(1);
    await gateway.data(
      `mutation ($input: UpdateClientInput!) {
        updateClient(input: $input) { userErrors { code } }
      }`,
      { input: { id: clinic.clientId, firstName: 'Aegon' } },
    );
    await booked();
    expect((await live.atLeast(2)).map((event) => of(event).appointment.client.fullName)).toEqual([
      'Jon Snow a',
      'Aegon Snow a',
    ]);
  });

  it('reject invalid cursors and cursors beyond the head', async () => {
    for (const after of ['x', '-1', '1e3', '999999999']) {
      const ended = await listen({ after }).untilEnd();
      expect([after, ended]).toEqual([
        after,
        [
          expect.objectContaining({
            extensions: expect.objectContaining({ code: 'BAD_USER_INPUT', path: ['after'] }),
          }),
        ],
      ]);
    }
  });

  it('are events of one interface, as are changes, histories and waitlist steps', () => {
    const schema = gatewaySchema();
    const { objects } = schema.getImplementations(
      schema.getType('LogEvent') as GraphQLInterfaceType,
    );

    expect(objects.map(({ name }) => name).sort()).toEqual([
      'BookingNotification',
      'Change',
      'HistoryEntry',
      'WaitlistStep',
    ]);
  });

  it.each(['bookingNotifications', 'changes'])(
    'have edges with the cursor and the id of each event: %s',
    async (log) => {
      const PAGE = `query ($after: String) { ${log}(first: 2, after: $after) {
        edges { cursor node { id cursor } } nodes { id cursor }
        pageInfo { startCursor hasNextPage }
      } }`;
      await gateway.logged();

      const first = (await gateway.data(PAGE, { after: '0' }))[log];
      const second = (await gateway.data(PAGE, { after: first.edges[0].cursor }))[log];

      expect(first.edges).toHaveLength(2);
      expect(first.edges).toEqual(first.nodes.map((node: any) => ({ cursor: node.cursor, node })));
      expect(first.pageInfo).toEqual({ startCursor: first.edges[0].cursor, hasNextPage: true });
      expect(second.nodes[0]).toEqual(first.nodes[1]);
      expect(new Set(first.nodes.map(({ id }: any) => id)).size).toBe(2);
    },
  );
});
