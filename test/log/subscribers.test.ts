import { Role } from '../../src/context';
import { appendEvent } from '../../src/log/log.service';
import { LogEvent } from '../../src/log/event.entity';
import { Outbound } from '../../src/services/outbound/outbound';
import { sql } from '../../src/db/sql';
import { find } from '../../src/db/table';
import {
  addClient,
  addClinic,
  addLocation,
  addReason,
  book,
  change,
  type Clinic,
} from '../support/fixtures/clinic';
import { readStream } from '../support/harness/event-stream';
import { onEachDatabase } from '../support/harness/gateway';
import { numberOf } from '../support/fixtures/ids';
import { WebhookReceiver } from '../support/harness/webhook-receiver';

jest.setTimeout(240_000);

const FIELDS =
  'cursor type visibility appointmentId actor reason changes { field from to } appointment { id version status }';
const LISTEN = `subscription ($after: String, $filter: BookingNotificationFilter) { bookingNotifications(after: $after, filter: $filter) { ${FIELDS} } }`;
const LOG = `query ($after: String, $filter: BookingNotificationFilter) {
  bookingNotifications(after: $after, filter: $filter, first: 100) { nodes { ${FIELDS} } } }`;
/** The comment keeps the support code from a comparison with resolvers, which other suites make. */
const LIST = `# Many times.
query ($filter: AppointmentFilter) { appointments(filter: $filter, first: 100) { nodes { id version status } } }`;

interface Place extends Clinic {
  otherLocationId: string;
  otherClientId: string;
  otherReasonId: string;
  key: string;
  businessId: number;
}
interface Viewer {
  /**
   * The state of the appointment after each of MOVES: E entered, S stayed, L left, . not received.
   */
  readonly expected: string;
  readonly filter?: (place: Place) => Record<string, unknown>;
  readonly grant?: (place: Place) => {
    role: Role;
    staffId?: number;
    clientId?: number;
    locationIds?: number[];
  };
}

type Move = (
  place: Place,
  id: string,
  start: string,
  run: (mutation: string, input: object) => Promise<unknown>,
) => Promise<unknown>;

const reschedule =
  (more: (place: Place) => object): Move =>
  (place, id, start, run) =>
    run('rescheduleAppointment', { id, start, override: true, ...more(place) });
const update =
  (more: (place: Place) => object): Move =>
  (place, id, _start, run) =>
    run('updateAppointment', { id, override: true, ...more(place) });
const status =
  (to: string, subStatus = to): Move =>
  (_place, id, _start, run) =>
    run('setAppointmentStatus', { id, status: to, subStatus });

const MOVES: readonly Move[] = [
  reschedule(({ otherStaffId: staffId }) => ({ staffId })),
  update(({ staffId }) => ({ additionalStaffIds: [staffId] })),
  update(() => ({ additionalStaffIds: [] })),
  reschedule(({ staffId }) => ({ staffId })),
  reschedule(({ otherLocationId: locationId }) => ({ locationId })),
  reschedule(({ locationId }) => ({ locationId })),
  update(({ otherClientId: clientId }) => ({ clientId })),
  update(({ clientId }) => ({ clientId })),
  (place, id) => setReason(place, id, place.otherReasonId),
  (place, id) => setReason(place, id, place.reasonId),
  status('OPEN', 'CONFIRMED'),
  (_place, id, _start, run) => run('cancelAppointment', { id, reason: 'Confidential' }),
  status('OPEN'),
  update(() => ({ note: 'By the window' })),
  status('DELETED'),
];

const ALL = 'ESSSSSSSSSSSSSSS';
const [OF_STAFF, OF_OTHER_STAFF] = ['ELELESSSSSSSSSSS', '.ESSL...........'];
const [OF_LOCATION, OF_OTHER_LOCATION] = ['ESSSSLESSSSSSSSS', '.....EL.........'];
const [OF_CLIENT, OF_OTHER_CLIENT] = ['ESSSSSSLESSSSSSS', '.......EL.......'];

const VIEWERS: Readonly<Record<string, Viewer>> = {
  'an administrator without filter': { expected: ALL },
  'a filter by staff': { expected: OF_STAFF, filter: ({ staffId }) => ({ staffIds: [staffId] }) },
  'a filter by the other staff member': {
    expected: OF_OTHER_STAFF,
    filter: ({ otherStaffId }) => ({ staffIds: [otherStaffId] }),
  },
  'a filter by location': {
    expected: OF_LOCATION,
    filter: ({ locationId }) => ({ locationIds: [locationId] }),
  },
  'a filter by the other location': {
    expected: OF_OTHER_LOCATION,
    filter: ({ otherLocationId }) => ({ locationIds: [otherLocationId] }),
  },
  'a filter by client': {
    expected: OF_CLIENT,
    filter: ({ clientId }) => ({ clientIds: [clientId] }),
  },
  'a filter by the other client': {
    expected: OF_OTHER_CLIENT,
    filter: ({ otherClientId }) => ({ clientIds: [otherClientId] }),
  },
  'a filter by reason': {
    expected: 'ESSSSSSSSLESSSSS',
    filter: ({ reasonId }) => ({ reasonIds: [reasonId] }),
  },
  'a filter by the other reason': {
    expected: '.........EL.....',
    filter: ({ otherReasonId }) => ({ reasonIds: [otherReasonId] }),
  },
  'a filter by status': { expected: 'ESSSSSSSSSSSLESL', filter: () => ({ statuses: ['OPEN'] }) },
  'a filter by another status': {
    expected: '............EL..',
    filter: () => ({ statuses: ['CANCELLED'] }),
  },
  'a filter by sub-status': {
    expected: 'ESSSSSSSSSSL.ESL',
    filter: () => ({ subStatuses: ['OPEN'] }),
  },
  'a filter by another sub-status': {
    expected: '...........EL...',
    filter: () => ({ subStatuses: ['CONFIRMED'] }),
  },
  'a filter by staff and location': {
    expected: 'ELELELESSSSSSSSS',
    filter: ({ staffId, locationId }) => ({ staffIds: [staffId], locationIds: [locationId] }),
  },
  'a location super user': {
    expected: OF_LOCATION,
    grant: ({ locationId }) => ({
      role: Role.LOCATION_SUPER_USER,
      locationIds: [numberOf(locationId)],
    }),
  },
  'a location super user of the other location': {
    expected: OF_OTHER_LOCATION,
    grant: ({ otherLocationId }) => ({
      role: Role.LOCATION_SUPER_USER,
      locationIds: [numberOf(otherLocationId)],
    }),
  },
  'a staff user': {
    expected: OF_STAFF,
    grant: ({ staffId }) => ({ role: Role.STAFF_USER, staffId: numberOf(staffId) }),
  },
  'the other staff user': {
    expected: OF_OTHER_STAFF,
    grant: ({ otherStaffId }) => ({ role: Role.STAFF_USER, staffId: numberOf(otherStaffId) }),
  },
  'a staff user with a filter by location': {
    expected: 'ELELELESSSSSSSSS',
    filter: ({ locationId }) => ({ locationIds: [locationId] }),
    grant: ({ staffId }) => ({ role: Role.STAFF_USER, staffId: numberOf(staffId) }),
  },
  'a client': {
    expected: OF_CLIENT,
    grant: ({ clientId }) => ({ role: Role.CLIENT, clientId: numberOf(clientId) }),
  },
  'the other client': {
    expected: OF_OTHER_CLIENT,
    grant: ({ otherClientId }) => ({ role: Role.CLIENT, clientId: numberOf(otherClientId) }),
  },
};

/**
 * Set before each suite, since a move of the reason has no mutation: it writes the row and its
 * event as the service does.
 */
let setReason: (place: Place, id: string, reasonId: string) => Promise<void>;

onEachDatabase('Subscribers', (gateway) => {
  let places: Place[];
  let receiver: WebhookReceiver;
  let day = 0;
  const free = () => new Date(Date.UTC(2034, 1, 1, 15) + (day += 1) * 86_400_000).toISOString();
  const until = async (done: () => boolean, what: string) => {
    for (
      const end = Date.now() + 60_000;
      !done();
      await new Promise((resolve) => setTimeout(resolve, 10))
    )
      if (Date.now() > end) throw new Error(`timed out waiting for ${what}`);
  };

  async function addPlace(mark: string, key: string, businessId: number): Promise<Place> {
    const clinic = await addClinic(gateway, mark, key);
    const staffIds = [clinic.staffId, clinic.otherStaffId];
    return {
      ...clinic,
      key,
      businessId,
      otherLocationId: await addLocation(
        gateway,
        { locationName: 'Branch', timeZone: 'America/New_York' },
        key,
      ),
      otherClientId: await addClient(
        gateway,
        {
          firstName: 'Bran',
          lastName: `Stark ${mark}`,
          emailAddress: `bran-${mark}@winterfell.org`,
        },
        key,
      ),
      otherReasonId: await addReason(
        gateway,
        {
          reasonDesc: `Consultation ${mark}`,
          visitMinutes: 45,
          slotStepMinutes: 15,
          price: '80.00',
          staffIds,
        },
        key,
      ),
    };
  }

  beforeAll(async () => {
    receiver = new WebhookReceiver();
    await receiver.start();
    await gateway.restart({
      outbound: new Outbound({ allowedHosts: ['127.0.0.1'], timeoutMs: 20_000 }),
    });
    const { secretKey, business } = await gateway.addBusiness({
      name: 'Other',
      timeZone: 'America/New_York',
    });
    places = [
      await addPlace('a', gateway.business.secretKey, gateway.business.business.rowId),
      await addPlace('b', secretKey, business.rowId),
    ];
    setReason = async ({ businessId }, id, reasonId) => {
      const { db } = gateway.gateway;
      const rowId = numberOf(id);
      const last = (await find(db, LogEvent, { businessId, appointmentId: rowId }))
        .sort((one, other) => one.position - other.position)
        .at(-1) as LogEvent;
      const [from, to, version] = [
        last.snapshot.reasonId as number,
        numberOf(reasonId),
        (last.snapshot.version as number) + 1,
      ];
      const actor = { businessId, actorName: 'First key', role: Role.ADMINISTRATOR };
      await db.transaction(async (tx) => {
        await tx.run(
          sql`UPDATE appointment SET reason_id = ${to}, version = ${version} WHERE business_id = ${businessId} AND id = ${rowId}`,
        );
        await appendEvent(
          { tx, member: actor, now: Date.now() },
          {
            type: 'UPDATED',
            reason: null,
            appointmentId: rowId,
            changes: { reasonId: [from, to] },
            snapshot: { ...last.snapshot, reasonId: to, version },
          },
        );
      });
    };
  });
  afterAll(() => receiver.stop());

  /** One viewer of one business, on every transport that its role has. */
  async function watch(name: string, viewer: Viewer, place: Place) {
    const filter = viewer.filter?.(place) ?? null;
    const key = viewer.grant
      ? await gateway.key(viewer.grant(place).role, {
          ...viewer.grant(place),
          businessId: place.businessId,
        })
      : place.key;
    const socket = gateway.subscribe(LISTEN, { after: '0', filter }, key);
    const url = (variables: object) =>
      `${gateway.gateway.url}/graphql/stream?${new URLSearchParams({ query: LISTEN, variables: JSON.stringify(variables) })}`;
    const headers = { authorization: `Bearer ${key}` };
    const stream = readStream(url({ after: '0', filter }), headers);
    const path = `/${place.businessId}/${encodeURIComponent(name)}`;
    if (!viewer.grant) {
      const events = ['CREATED', 'UPDATED', 'RESCHEDULED', 'CANCELLED', 'STATUS_CHANGED'];
      const { userErrors } = await change(
        gateway,
        'createWebhook',
        { url: receiver.url.replace('/hooks', path), events, bookingFilter: filter },
        '',
        place.key,
      );
      expect(userErrors).toEqual([]);
    }
    const query = async (after: string) =>
      (await gateway.data(LOG, { after, filter }, { key })).bookingNotifications.nodes as any[];
    return {
      name,
      viewer,
      place,
      key,
      query,
      list: async () => {
        // Lists leave out deleted appointments unless a filter names them; a subscriber does the
        // same with the status it receives.
        const { appointments } = await gateway.data(LIST, { filter }, { key });
        return appointments.nodes
          .filter((row: any) => row.status !== 'DELETED')
          .map((row: any) => `${row.id} ${row.version} ${row.status}`)
          .sort();
      },
      transports: {
        websocket: () => socket.events.map(({ data }) => data.bookingNotifications),
        sse: () =>
          stream.received
            .filter(({ event }) => event === 'next')
            .map(({ data }) => data.data.bookingNotifications),
        ...(viewer.grant
          ? {}
          : {
              webhook: () =>
                receiver.received
                  .filter((one) => one.path === path)
                  .map(({ body }) => JSON.parse(body).data)
                  .sort((one, other) => one.cursor - other.cursor),
            }),
      } as Record<string, () => any[]>,
      resume: {
        websocket: (after: string) => gateway.subscribe(LISTEN, { after, filter }, key),
        sse: (after: string) => readStream(url({ filter }), { ...headers, 'last-event-id': after }),
      },
      close: async () => {
        stream.close();
        await socket.close();
      },
    };
  }

  /** The state of a subscriber after some events, in the form of `list`. */
  const derived = (events: readonly any[]): string[] => {
    const rows = new Map<string, string>();
    for (const { appointmentId, appointment, visibility } of events) {
      if (visibility === 'LEFT' || appointment.status === 'DELETED') rows.delete(appointmentId);
      else
        rows.set(appointmentId, `${appointment.id} ${appointment.version} ${appointment.status}`);
    }
    return [...rows.values()].sort();
  };
  const letters = (events: readonly any[], cursors: readonly string[]) =>
    cursors
      .map((cursor) => events.find((event) => event.cursor === cursor)?.visibility[0] ?? '.')
      .join('');

  it('hold what a query returns, through every move across every filter and scope, on every transport, for two tenants concurrently, also after a resume', async () => {
    const named = Object.entries(VIEWERS);
    // The second business has one viewer of each kind: its events are numbered in the same steps.
    const ofOther = named.filter(([, { filter, grant }]) =>
      filter ? !grant && filter(places[1] as Place).staffIds : true,
    );
    const watches = await Promise.all(
      [named, ofOther].flatMap((viewers, index) =>
        viewers.map(([name, viewer]) => watch(name, viewer, places[index] as Place)),
      ),
    );
    const run = (place: Place) => async (mutation: string, input: object) =>
      expect((await change(gateway, mutation, input, '', place.key)).userErrors).toEqual([]);
    const listed = new Map(watches.map((one) => [one, [] as string[][]]));
    const look = () =>
      Promise.all(watches.map(async (one) => listed.get(one)?.push(await one.list())));
    const start = free();

    const ids = await Promise.all(
      places.map(
        async (place) =>
          (await book(gateway, place, start, {}, place.key)).appointment.id as string,
      ),
    );
    await look();
    for (const move of MOVES) {
      await Promise.all(
        places.map((place, index) => move(place, ids[index] as string, start, run(place))),
      );
      await look();
    }
    // Every viewer receives one of these, so that unexpected events have arrived
    // before.
    await Promise.all(
      places.map(async (place) => {
        const {
          appointment: { id },
        } = await book(gateway, place, free(), {}, place.key);
        await run(place)('setAppointmentStatus', { id, status: 'OPEN', subStatus: 'CONFIRMED' });
        await run(place)('cancelAppointment', { id });
        const {
          otherLocationId: locationId,
          otherStaffId: staffId,
          otherClientId: clientId,
          otherReasonId: reasonId,
        } = place;
        expect(
          (
            await book(
              gateway,
              place,
              free(),
              { locationId, staffId, clientId, reasonId, override: true },
              place.key,
            )
          ).userErrors,
        ).toEqual([]);
      }),
    );
    await gateway.logged();

    for (const one of watches) {
      const { name, viewer, place, transports, resume } = one;
      const id = ids[places.indexOf(place)] as string;
      const cursors = (
        await (watches.find((other) => other.place === place) as (typeof watches)[number]).query(
          '0',
        )
      )
        .filter((event) => event.appointmentId === id)
        .map(({ cursor }) => cursor as string);
      expect(cursors).toHaveLength(MOVES.length + 1);
      const queried = await one.query('0');
      expect([name, letters(queried, cursors)]).toEqual([name, viewer.expected]);
      for (const [step, list] of (listed.get(one) as string[][]).entries()) {
        const until = Number(cursors[step]);
        expect([
          name,
          step,
          derived(queried.filter(({ cursor }) => Number(cursor) <= until)),
        ]).toEqual([name, step, list]);
      }
      for (const event of queried.filter(
        ({ visibility, appointmentId }) => visibility === 'LEFT' && appointmentId === id,
      )) {
        const hidden = { actor: null, reason: null, changes: [] };
        const shown = {
          actor: 'First key',
          changes: expect.arrayContaining([expect.objectContaining({ field: expect.any(String) })]),
        };
        const inScope = !viewer.grant || (viewer.filter && event.cursor === cursors[5]);
        expect([name, event]).toEqual([
          name,
          expect.objectContaining({
            appointmentId: id,
            appointment: null,
            ...(inScope ? shown : hidden),
          }),
        ]);
      }
      const plain = (events: readonly any[]) =>
        events.map(({ cursor, visibility, appointmentId, appointment, actor, reason, changes }) => [
          cursor,
          visibility,
          appointmentId,
          appointment && [appointment.id, appointment.version, appointment.status],
          actor,
          reason,
          changes,
        ]);
      for (const [transport, received] of Object.entries(transports)) {
        await until(
          () => received().length >= queried.length,
          `${name} by ${transport}: ${letters(received(), cursors)} of ${viewer.expected}`,
        );
        expect([name, transport, plain(received())]).toEqual([name, transport, plain(queried)]);
      }
      const after = cursors[6] as string;
      const rest = queried.filter(({ cursor }) => Number(cursor) > Number(after));
      const [socket, stream] = [resume.websocket(after), resume.sse(after)];
      expect([name, await one.query(after)]).toEqual([name, rest]);
      expect([
        name,
        (await socket.atLeast(rest.length)).map(({ data }) => data.bookingNotifications),
      ]).toEqual([name, rest]);
      await until(
        () => stream.received.length >= rest.length,
        `${name} resumed by server-sent events`,
      );
      expect([name, stream.received.map(({ data }) => data.data.bookingNotifications)]).toEqual([
        name,
        rest,
      ]);
      stream.close();
      await socket.close();
    }
    for (const one of watches) await one.close();
  });

  it('are notified when a client joins a waitlist, by the scope and filter of the entry', async () => {
    const [place, foreign] = places as [Place, Place];
    const {
      reasonId,
      otherReasonId,
      locationId,
      otherLocationId,
      clientId,
      otherClientId,
      staffId,
      otherStaffId,
      businessId,
      key,
    } = place;
    await change(gateway, 'updateReason', { id: reasonId, allowWaitList: true });
    await change(gateway, 'setReasonStaff', { reasonId, staff: [{ staffId }] });
    const FIELDS_OF_ENTRY =
      'type visibility appointmentId appointment { id } waitlistEntry { id client { id } }';
    const query = `query ($after: String, $filter: BookingNotificationFilter) { bookingNotifications(after: $after, filter: $filter) { nodes { ${FIELDS_OF_ENTRY} } pageInfo { endCursor } } }`;
    const subscription = `subscription ($after: String, $filter: BookingNotificationFilter) { bookingNotifications(after: $after, filter: $filter) { ${FIELDS_OF_ENTRY} } }`;
    await gateway.logged();
    let after = '0';
    for (let next: string | null = '0'; next;) {
      const {
        bookingNotifications: { nodes, pageInfo },
      } = await gateway.data(query, { after: next });
      after = pageInfo.endCursor;
      next = nodes.length ? after : null;
    }
    const grants: Readonly<Record<string, [boolean, string, object]>> = {
      administrator: [true, key, {}],
      types: [true, key, { types: ['WAITLIST_JOINED'] }],
      location: [true, key, { locationIds: [locationId] }],
      otherLocation: [false, key, { locationIds: [otherLocationId] }],
      reason: [true, key, { reasonIds: [reasonId] }],
      otherReason: [false, key, { reasonIds: [otherReasonId] }],
      client: [true, key, { clientIds: [clientId] }],
      otherClient: [false, key, { clientIds: [otherClientId] }],
      staff: [true, key, { staffIds: [staffId] }],
      otherStaff: [false, key, { staffIds: [otherStaffId] }],
      status: [false, key, { statuses: ['OPEN'] }],
      appointment: [false, key, { appointmentIds: ['Appointment:1'] }],
      otherBusiness: [false, foreign.key, {}],
      superUser: [
        true,
        await gateway.key(Role.LOCATION_SUPER_USER, {
          businessId,
          locationIds: [numberOf(locationId)],
        }),
        {},
      ],
      otherSuperUser: [
        false,
        await gateway.key(Role.LOCATION_SUPER_USER, {
          businessId,
          locationIds: [numberOf(otherLocationId)],
        }),
        {},
      ],
      serves: [
        true,
        await gateway.key(Role.STAFF_USER, { businessId, staffId: numberOf(staffId) }),
        {},
      ],
      servesNot: [
        false,
        await gateway.key(Role.STAFF_USER, { businessId, staffId: numberOf(otherStaffId) }),
        {},
      ],
      itself: [
        true,
        await gateway.key(Role.CLIENT, { businessId, clientId: numberOf(clientId) }),
        {},
      ],
      anotherClient: [
        false,
        await gateway.key(Role.CLIENT, { businessId, clientId: numberOf(otherClientId) }),
        {},
      ],
    };

    const { waitlistEntry, userErrors } = await change(
      gateway,
      'joinWaitlist',
      { reasonId, locationId, clientId, staffIds: [staffId], times: [free()] },
      'waitlistEntry { id }',
    );
    expect(userErrors).toEqual([]);
    await change(gateway, 'leaveWaitlist', { id: waitlistEntry.id });
    await gateway.logged();

    const joined = {
      visibility: 'ENTERED',
      type: 'WAITLIST_JOINED',
      appointmentId: null,
      appointment: null,
      waitlistEntry: { id: waitlistEntry.id, client: { id: clientId } },
    };
    const both = [joined, { ...joined, visibility: 'STAYED', type: 'WAITLIST_REMOVED' }];
    for (const [name, [matches, viewer, filter]] of Object.entries(grants)) {
      const expected = !matches ? [] : name === 'types' ? [joined] : both;
      const start = viewer === foreign.key ? '0' : after;
      const { nodes } = (await gateway.data(query, { after: start, filter }, { key: viewer }))
        .bookingNotifications;
      expect([name, nodes.filter((node: any) => node.type.startsWith('WAITLIST'))]).toEqual([
        name,
        expected,
      ]);
      if (!expected.length) continue;
      const live = gateway.subscribe(subscription, { after: start, filter }, viewer);
      expect([
        name,
        (await live.atLeast(expected.length)).map(({ data }) => data.bookingNotifications),
      ]).toEqual([name, expected]);
      await live.close();
    }
  });

  it('learn by `changes` that a reason entered or left the scope of a staff user', async () => {
    const { staffId, otherStaffId, businessId } = places[0] as Place;
    const CHANGES =
      'query ($after: String, $filter: ChangeFilter) { changes(after: $after, filter: $filter) { nodes { type visibility nodeId node { id } actor changes { field } } pageInfo { endCursor } } }';
    const reasonId = await addReason(gateway, {
      reasonDesc: 'Massage',
      visitMinutes: 45,
      price: '80.00',
      staffIds: [staffId],
    });
    const filter = { ids: [reasonId] };
    const keyOf = (id: string) =>
      gateway.key(Role.STAFF_USER, { businessId, staffId: numberOf(id) });
    const [own, other] = [await keyOf(staffId), await keyOf(otherStaffId)];
    const live = gateway.subscribe(
      'subscription ($filter: ChangeFilter) { changes(after: "0", filter: $filter) { visibility } }',
      { filter },
      other,
    );

    for (const staff of [
      [{ staffId: otherStaffId }],
      [{ staffId }],
      [{ staffId }, { staffId: otherStaffId }],
    ]) {
      expect((await change(gateway, 'setReasonStaff', { reasonId, staff })).userErrors).toEqual([]);
    }
    await change(gateway, 'updateReason', { id: reasonId, reasonDesc: 'Hot stones' });
    await gateway.logged();

    const read = async (key: string) =>
      (await gateway.data(CHANGES, { filter }, { key })).changes.nodes;
    const visibilities = async (key: string) =>
      (await read(key)).map(({ visibility }: any) => visibility);
    expect(await visibilities(gateway.business.secretKey)).toEqual([
      'ENTERED',
      'STAYED',
      'STAYED',
      'STAYED',
      'STAYED',
    ]);
    expect(await visibilities(own)).toEqual(['ENTERED', 'LEFT', 'ENTERED', 'STAYED', 'STAYED']);
    expect((await read(own))[1]).toEqual({
      type: 'REASON_UPDATED',
      visibility: 'LEFT',
      nodeId: reasonId,
      node: null,
      actor: null,
      changes: [],
    });
    expect((await read(own))[2]).toEqual({
      type: 'REASON_UPDATED',
      visibility: 'ENTERED',
      nodeId: reasonId,
      node: { id: reasonId },
      actor: 'First key',
      changes: [{ field: 'staffIds' }],
    });
    expect(await visibilities(other)).toEqual(['ENTERED', 'LEFT', 'ENTERED', 'STAYED']);
    expect((await live.atLeast(4)).map(({ data }) => data.changes.visibility)).toEqual([
      'ENTERED',
      'LEFT',
      'ENTERED',
      'STAYED',
    ]);
    await live.close();
  });

  it('are rejected without a key that may read bookings', async () => {
    const { appointment } = await book(gateway, places[0] as Place, free());
    const manageUrl = async () =>
      (
        await gateway.data('query ($id: ID!) { appointment(id: $id) { manageUrl } }', {
          id: appointment.id,
        })
      ).appointment.manageUrl as string | null;
    const token = (await manageUrl())?.split('#')[1];
    const { exchangeManageToken } = await gateway.data(
      'mutation ($token: String!) { exchangeManageToken(token: $token) { access { accessToken } } }',
      { token },
      { key: null },
    );

    for (const key of [exchangeManageToken.access.accessToken, gateway.business.publishableKey]) {
      expect(await gateway.subscribe(LISTEN, {}, key).untilEnd()).toMatchObject([
        { extensions: { code: 'FORBIDDEN' } },
      ]);
      expect((await gateway.run(LOG, {}, { key })).errors).toMatchObject([
        { extensions: { code: 'FORBIDDEN' } },
      ]);
    }
  });
});
