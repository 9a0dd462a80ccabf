import { book, change } from '../../support/fixtures/clinic';
import { readStream } from '../../support/harness/event-stream';
import type { TestGateway } from '../../support/harness/gateway';
import { LISTEN, LOG, setReason, type SubscribersFixture } from './subscribers.fixture';
import { type Place, type Viewer, VIEWERS } from './viewers';
import { inSchemaNames } from './webhook-names';

/** The comment keeps the support code from a comparison with resolvers, which other suites make. */
const LIST = `# Many times.
query ($filter: AppointmentFilter) { appointments(filter: $filter, first: 100) { nodes { id version status } } }`;

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
  (_place, id, _start, run) =>
    run('cancelAppointment', { id, reason: 'OTHER', note: 'Confidential' }),
  status('OPEN'),
  update(() => ({ note: 'By the window' })),
  status('DELETED'),
];

export function movesCases(gateway: TestGateway, fixture: SubscribersFixture): void {
  const { free } = fixture;

  const until = async (done: () => boolean, what: string) => {
    for (
      const end = Date.now() + 60_000;
      !done();
      await new Promise((resolve) => setTimeout(resolve, 10))
    )
      if (Date.now() > end) throw new Error(`timed out waiting for ${what}`);
  };

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
        { url: fixture.receiver.url.replace('/hooks', path), events, bookingFilter: filter },
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
                fixture.receiver.received
                  .filter((one) => one.path === path)
                  .map(({ body }) => inSchemaNames(JSON.parse(body).data))
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
      filter ? !grant && filter(fixture.places[1] as Place).staffIds : true,
    );
    const watches = await Promise.all(
      [named, ofOther].flatMap((viewers, index) =>
        viewers.map(([name, viewer]) => watch(name, viewer, fixture.places[index] as Place)),
      ),
    );
    const run = (place: Place) => async (mutation: string, input: object) =>
      expect((await change(gateway, mutation, input, '', place.key)).userErrors).toEqual([]);
    const listed = new Map(watches.map((one) => [one, [] as string[][]]));
    const look = () =>
      Promise.all(watches.map(async (one) => listed.get(one)?.push(await one.list())));
    const start = free();

    const ids = await Promise.all(
      fixture.places.map(
        async (place) =>
          (await book(gateway, place, start, {}, place.key)).appointment.id as string,
      ),
    );
    await look();
    for (const move of MOVES) {
      await Promise.all(
        fixture.places.map((place, index) => move(place, ids[index] as string, start, run(place))),
      );
      await look();
    }
    // Every viewer receives one of these, so that unexpected events have arrived
    // before.
    await Promise.all(
      fixture.places.map(async (place) => {
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
      const id = ids[fixture.places.indexOf(place)] as string;
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
        const hidden = { actorName: null, note: null, changes: [] };
        const shown = {
          actorName: 'First key',
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
        events.map(
          ({ cursor, visibility, appointmentId, appointment, actorName, note, changes }) => [
            cursor,
            visibility,
            appointmentId,
            appointment && [appointment.id, appointment.version, appointment.status],
            actorName,
            note,
            changes,
          ],
        );
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
}
