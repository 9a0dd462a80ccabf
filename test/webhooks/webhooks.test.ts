import { Webhook as Verifier } from 'standardwebhooks';
import { Role } from '../../src/context';
import { isBooking } from '../../src/features/appointments/model/events';
import { readAfter } from '../../src/log/log.service';
import { pruneEvents } from '../../src/log/prune-events';
import { RETRY_DELAYS } from '../../src/features/webhooks/delivery/send-delivery';
import { pruneDeliveries } from '../../src/features/webhooks/delivery/prune-deliveries';
import { rowsOf } from '../../src/features/webhooks/timetap/rows';
import { WebhookPlanner } from '../../src/features/webhooks/delivery/enqueue-deliveries';
import { sql } from '../../src/db/sql';
import { Outbound } from '../../src/services/outbound/outbound';
import {
  addClient,
  addClinic,
  addReason,
  book,
  change,
  refusal,
  type Clinic,
} from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';
import { WebhookReceiver, type ReceivedRequest } from '../support/harness/webhook-receiver';
import {
  APPOINTMENT_KEYS,
  APPOINTMENT_VALUES,
  CLIENT_KEYS,
  CLIENT_VALUES,
  DURATION,
  REASON_KEYS,
  REASON_VALUES,
} from '../support/fixtures/timetap';

const T0 = Date.UTC(2033, 0, 3, 12);
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

onEachDatabase('webhooks', (gateway) => {
  let clinic: Clinic;
  let receiver: WebhookReceiver;
  let day = 0;
  const free = () => new Date(Date.UTC(2034, 1, 1, 15) + (day += 1) * DAY).toISOString();
  const numberOf = (id: string) => Number(id.split(':')[1]);

  beforeAll(async () => {
    // This suite may call receivers of the test, with a short timeout. The gateway was started
    // before,
    // so it is restarted.
    gateway.options = { outbound: new Outbound({ allowedHosts: ['127.0.0.1'], timeoutMs: 1_000 }) };
    await gateway.gateway.stop();
    await gateway.boot();
    gateway.time = T0;
    clinic = await addClinic(gateway);
  });
  beforeEach(async () => {
    gateway.time = T0;
    receiver = new WebhookReceiver();
    await receiver.start();
  });
  afterEach(async () => {
    for (const { id } of (await gateway.data('{ webhooks { nodes { id } } }')).webhooks.nodes)
      await change(gateway, 'deleteWebhook', { id });
    await receiver.stop();
  });
  afterAll(() => (gateway.time = null));

  const create = async (input: object = {}) => {
    const { created, userErrors } = await change(
      gateway,
      'createWebhook',
      { url: receiver.url, events: ['CREATED'], ...input },
      'created { secret webhook { id } }',
    );
    expect(userErrors).toEqual([]);
    return { id: created.webhook.id as string, secret: created.secret as string };
  };
  const behind = async () =>
    (
      await gateway.gateway.db.all<{ count: number }>(sql`
    SELECT count(*) AS count FROM webhook JOIN log_head ON log_head.business_id = webhook.business_id
    WHERE active = ${true} AND deleted_at IS NULL AND (resumes = ${true} OR position < last_seq)`)
    )[0]?.count;
  /** Plans and sends all that is due at an instant. */
  const runAt = async (time: number) => {
    // Jobs that the gateway has started end first: a jump of the clock would end their leases.
    await gateway.gateway.jobs.runDue(gateway.time as number);
    gateway.time = time;
    await gateway.logged(); // The gateway plans concurrently: webhooks that it has locked are skipped.
    while (await behind())
      await new WebhookPlanner(
        gateway.gateway.db,
        gateway.gateway.ids,
        gateway.gateway.links,
      ).planDue(time);
    await gateway.gateway.jobs.runDue(time);
  };
  const bookOne = async (input: object = {}) =>
    (await book(gateway, clinic, free(), input)).appointment.id as string;
  const DELIVERIES = `query ($id: ID!) { webhook(id: $id) {
    active disabledReason failures failingSince pausedUntil cursor
    deliveries(first: 100) { totalCount nodes { id messageId eventType state attemptCount responseStatus nextAttemptAt error finishedAt body appointment { id } attempts { number startedAt status response error } } }
  } }`;
  const look = async (id: string) => (await gateway.data(DELIVERIES, { id })).webhook;
  const deliveries = async (id: string) => (await look(id)).deliveries.nodes.reverse();
  const verify = ({ body, headers }: ReceivedRequest, secret: string): any => {
    const clock = jest.spyOn(Date, 'now').mockReturnValue(gateway.time as number);
    try {
      return new Verifier(secret).verify(body, headers as Record<string, string>);
    } finally {
      clock.mockRestore();
    }
  };

  it('deliver the selected events once, signed, with the names of the schema', async () => {
    const { id, secret } = await create({ description: 'Our own' });
    const appointment = await bookOne({ note: 'by the window' });
    await change(gateway, 'cancelAppointment', { id: appointment });
    await runAt(T0);
    expect(receiver.received).toHaveLength(1);
    const [received] = receiver.received as [ReceivedRequest];
    const { data, ...event } = verify(received, secret);
    expect(event).toEqual({ type: 'appointment.created', timestamp: new Date(T0).toISOString() });
    expect(data).toMatchObject({
      actor: 'First key',
      reason: null,
      changes: [],
      appointment: {
        id: appointment,
        version: 1,
        status: 'OPEN',
        subStatus: 'OPEN',
        staffId: clinic.staffId,
        reasonId: clinic.reasonId,
        locationId: clinic.locationId,
        clientId: clinic.clientId,
        additionalStaffIds: [],
        start: expect.stringMatching(/T15:00:00.000Z$/),
        end: expect.stringMatching(/T15:45:00.000Z$/),
        timeZone: 'America/New_York',
        note: 'by the window',
        price: '80.00',
        currency: 'USD',
      },
    });
    expect(received.body).not.toMatch(/secret|rowId|searchText/i);
    expect(received.headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'Slotgraph',
    });
    const webhook = await look(id);
    expect(webhook).toMatchObject({
      active: true,
      disabledReason: null,
      failures: 0,
      deliveries: { totalCount: 1 },
    });
    expect(webhook.deliveries.nodes).toEqual([
      {
        id: expect.stringMatching(/^WebhookDelivery:/),
        messageId: received.headers['webhook-id'],
        eventType: 'appointment.created',
        state: 'DELIVERED',
        attemptCount: 1,
        responseStatus: 200,
        nextAttemptAt: null,
        error: null,
        finishedAt: new Date(T0).toISOString(),
        body: received.body,
        appointment: { id: appointment },
        attempts: [
          {
            number: 1,
            startedAt: new Date(T0).toISOString(),
            status: 200,
            response: 'thanks',
            error: null,
          },
        ],
      },
    ]);
    await runAt(T0 + DAY);
    expect(receiver.received).toHaveLength(1);
    expect(
      (
        await gateway.data(
          'query ($id: ID!) { node(id: $id) { ... on Webhook { description url format events } } }',
          { id },
        )
      ).node,
    ).toEqual({
      description: 'Our own',
      url: receiver.url,
      format: 'STANDARD',
      events: ['CREATED'],
    });
  });

  describe('format TIMETAP', () => {
    const CREATED = Date.UTC(2018, 6, 27, 16, 10, 55);
    const COMPLETED = 1532708595255;
    const keysOf = (value: object) => Object.keys(value).sort();
    const without = (keys: readonly string[], value: object) =>
      keys.filter((key) => !(key in value));
    const picked = (value: any, example: object) =>
      Object.fromEntries(Object.keys(example).map((key) => [key, value[key]])); // Deliveries dated to the year of the example would be pruned first in later tests.
    afterEach(() => pruneDeliveries(gateway.gateway.db, T0, 30));

    /** The visit of TimeTap's example, booked and completed as there. */
    const exampleVisit = async () => {
      const reasonId = await addReason(gateway, {
        reasonDesc: 'Dog grooming',
        internalName: 'Pooch primping',
        reasonDetail: '<p>We groom your pups!</p>',
        visitMinutes: 90,
        bufferBefore: 5,
        price: '8',
        staffIds: [clinic.staffId],
        rescheduleType: 'STRICT',
        quota: 9,
        quotaType: 'MONTH',
        customWorkSchedule: 'SELECTED_LOCATIONS',
        durations: [{ minutes: 105, price: '5', name: '1 hour service' }],
      });
      await change(gateway, 'setReasonLocations', {
        reasonId,
        locations: [{ locationId: clinic.locationId }],
      });
      const clientId = await addClient(gateway, {
        firstName: 'Johnny',
        lastName: 'Begood',
        emailAddress: 'johnny@example.org',
        dateOfBirth: '1993-02-02',
        locale: 'en-US',
        tags: ['Excellent'],
        address: { city: 'Charlotte', state: 'NC' },
        timeZone: 'America/New_York',
        externalIds: [{ system: 'stripeCustomerId', id: 'cus_1' }],
      });
      gateway.time = CREATED;
      const { appointment } = await book(
        gateway,
        { ...clinic, reasonId, clientId },
        '2018-05-17T16:00:00Z',
        {
          override: true,
          clientReminderHours: 24,
          staffReminderHours: 24,
          remindClientSmsHours: 1,
          remindStaffSmsHours: 0,
          coordinatorStaffId: clinic.otherStaffId,
        },
      );
      gateway.time = COMPLETED;
      await change(gateway, 'completeAppointment', { id: appointment.id });
      return { id: appointment.id as string, reasonId, clientId };
    };

    it("sends each property of TimeTap's example, with the values of the example", async () => {
      const { secret } = await create({ format: 'TIMETAP', events: ['COMPLETED'] });
      const { id, reasonId, clientId } = await exampleVisit();

      await runAt(COMPLETED);
      const body = verify(receiver.received[0] as ReceivedRequest, secret);

      expect(without(APPOINTMENT_KEYS, body)).toEqual([]);
      expect(picked(body, APPOINTMENT_VALUES)).toEqual(APPOINTMENT_VALUES);
      expect(body).toMatchObject({
        calendarid: numberOf(id),
        calendarId: numberOf(id),
        businessId: gateway.business.business.rowId,
        createduser: 'First key',
        cancelUser: 'First key',
        // Its manage link has expired.
        appointementIdHash: null,
        manageApptUrl: null,
        apptTZ: 'America/New_York',
        clientStartDateTimeUTC: Date.UTC(2018, 4, 17, 16),
        clientEndDateTimeUTC: Date.UTC(2018, 4, 17, 17, 30),
        appointmentDateTimeClient: expect.stringMatching(/^Thursday, May 17, 2018.* 12:00 PM EDT$/),
        modifieddate: '2018-07-27 16:23:15',
        coordinatorStaff: { professionalId: numberOf(clinic.otherStaffId) },
        location: { locationId: numberOf(clinic.locationId), locationType: 'Office' },
        staff: {
          professionalId: numberOf(clinic.staffId),
          timeZoneCode: { timeZoneId: expect.any(Number), timeZoneCode: 'America/New_York' },
        },
        resource: null,
        fields: [],
        reason: { reasonId: numberOf(reasonId) },
        client: { clientId: numberOf(clientId), stripeCustomerId: 'cus_1' },
      });
    });

    it("sends each property of TimeTap's clients and services, in TimeTap's values", async () => {
      const { secret } = await create({ format: 'TIMETAP', events: ['COMPLETED'] });
      const { reasonId } = await exampleVisit();

      await runAt(COMPLETED);
      const { client, reason } = verify(receiver.received[0] as ReceivedRequest, secret);

      expect([without(CLIENT_KEYS, client), without(REASON_KEYS, reason)]).toEqual([[], []]);
      expect(picked(client, CLIENT_VALUES)).toEqual(CLIENT_VALUES);
      expect(picked(reason, REASON_VALUES)).toEqual(REASON_VALUES);
      expect(reason).toMatchObject({
        customWorkSchedule: 2,
        rescheduleType: 's',
        quotaType: 'month',
        quotaFilled: 0,
        currencySymbol: '$',
        serviceLocations: [
          {
            serviceLocationId: null,
            businessId: reason.businessId,
            reasonId: numberOf(reasonId),
            locationId: numberOf(clinic.locationId),
            active: true,
          },
        ],
      });
      expect(reason.durationList).toEqual([DURATION]);
      expect(keysOf(client.timeZone)).toEqual([
        'sortOrder',
        'timeZoneCode',
        'timeZoneDesc',
        'timeZoneId',
        'visible',
      ]);
    });

    it.each([
      [
        'customWorkSchedule',
        [
          ['ALL_LOCATIONS', 0],
          ['CUSTOM_SCHEDULE', 1],
          ['SELECTED_LOCATIONS', 2],
        ],
      ],
      [
        'rescheduleType',
        [
          ['STRICT', 's'],
          ['FLEXIBLE', 'f'],
          ['NOT_ALLOWED', 'n'],
        ],
      ],
      [
        'quotaType',
        [
          ['LIFETIME', 'lifetime'],
          ['YEAR', 'year'],
          ['MONTH', 'month'],
          ['WEEK', 'week'],
          ['DAY', 'day'],
        ],
      ],
    ])('translates each value of %s', async (field, pairs) => {
      const { secret } = await create({ format: 'TIMETAP' });
      const reasonId = await addReason(gateway, {
        reasonDesc: `Translated ${field}`,
        visitMinutes: 15,
        staffIds: [clinic.staffId],
        ...(field === 'quotaType' ? { quota: 100, quotaType: 'DAY' } : {}),
      });

      const seen: unknown[] = [];
      for (const [value] of pairs) {
        await change(gateway, 'updateReason', { id: reasonId, [field as string]: value });
        await book(gateway, { ...clinic, reasonId }, free(), { override: true });
        await runAt(T0);
        seen.push(
          verify(receiver.received.at(-1) as ReceivedRequest, secret).reason[field as string],
        );
      }

      expect(seen).toEqual((pairs as [string, unknown][]).map(([, sent]) => sent));
    });

    it('counts the used places of a quota, and sends rooms, add-ons and additional staff', async () => {
      const { secret } = await create({ format: 'TIMETAP' });
      const addOnId = await addReason(gateway, {
        reasonDesc: 'Polish',
        reasonType: 'ADDON',
        visitMinutes: 15,
        price: '5.00',
      });
      const reasonId = await addReason(gateway, {
        reasonDesc: 'In a room',
        visitMinutes: 30,
        quota: 7,
        quotaType: 'LIFETIME',
        staffIds: [clinic.staffId],
      });
      await change(gateway, 'setReasonAddOns', { reasonId, addOnIds: [addOnId] });
      const rooms = await Promise.all(
        ['One', 'Two'].map(
          async (name) =>
            (
              await change(
                gateway,
                'createResource',
                { locationId: clinic.locationId, name },
                'resource { id }',
              )
            ).resource.id as string,
        ),
      );
      const parts = {
        addOnReasonIds: [addOnId],
        resourceIds: rooms,
        additionalStaffIds: [clinic.otherStaffId],
      };
      const { appointment } = await book(gateway, { ...clinic, reasonId }, free(), parts);
      const { manageUrl } = (
        await gateway.data('query ($id: ID!) { appointment(id: $id) { manageUrl } }', {
          id: appointment.id,
        })
      ).appointment;

      await runAt(T0);
      const body = verify(receiver.received[0] as ReceivedRequest, secret);

      const [room, other] = rooms.map(numberOf).sort((a, b) => a - b);
      expect(body).toMatchObject({
        manageApptUrl: manageUrl,
        appointementIdHash: /[\w-]+$/.exec(manageUrl)?.[0],
        addOnReasonIdList: [numberOf(addOnId)],
        addOnReasonList: [{ reasonId: numberOf(addOnId), reasonType: 'ADDON' }],
        additionalStaffIdList: [numberOf(clinic.otherStaffId)],
        blockStaffIdList: [numberOf(clinic.otherStaffId)],
        blockedStaffList: [{ professionalId: numberOf(clinic.otherStaffId) }],
        resource: { resourceId: room },
        blockResourceIdList: [other],
        reason: {
          quota: 7,
          quotaFilled: 1,
          addOnReasonIdList: [numberOf(addOnId)],
          serviceLocations: null,
          durationList: null,
        },
      });
    });

    it('reads what a page of events needs in as many statements for twenty as for one', async () => {
      await create({ format: 'TIMETAP' });
      const counts: number[] = [];
      for (const bookings of [1, 20]) {
        const clients = await Promise.all(
          Array.from({ length: bookings }, (_, index) =>
            addClient(gateway, {
              firstName: `Page ${bookings}`,
              lastName: `${index}`,
              emailAddress: `page-${bookings}-${index}@example.org`,
            }),
          ),
        );
        for (const clientId of clients) await bookOne({ clientId });
        await gateway.logged();
        const { db } = gateway.gateway;
        const businessId = gateway.business.business.rowId;
        const events = (await readAfter(db, businessId, 0, 10_000))
          .filter((event) => event.type === 'CREATED' && isBooking(event))
          .slice(-bookings);
        // Background work of the gateway uses another reader.
        const all = jest.fn(db.all.bind(db));
        await rowsOf({ ...db, all } as typeof db, businessId, events, T0);
        counts.push(all.mock.calls.length);
        expect(new Set(events.map(({ snapshot }) => snapshot.clientId)).size).toBe(bookings);
      }

      expect(counts).toEqual([counts[0], counts[0]]);
      expect(counts[0]).toBeLessThanOrEqual(14);
    });

    it('sends the state after a cancellation', async () => {
      const { secret } = await create({ format: 'TIMETAP', events: ['CANCELLED'] });
      const id = await bookOne({});
      await change(gateway, 'cancelAppointment', { id, reason: 'A cold', notifyStaff: false });

      await runAt(T0);

      expect(verify(receiver.received[0] as ReceivedRequest, secret)).toMatchObject({
        calendarid: numberOf(id),
        status: 'CANCELLED',
        cancelReason: 'A cold',
        cancelUser: 'First key',
        sendConfirmationToClient: true,
        sendConfirmationToStaff: false,
      });
    });
  });

  it('are attempted ten times over 75 hours with the same bytes, then fail, and can be replayed', async () => {
    const { id, secret } = await create();
    receiver.reply = () => ({ status: 500, body: 'x'.repeat(5_000) });
    await bookOne();
    const times: number[] = [];
    for (let next: number | null = T0; next !== null;) {
      await runAt(next);
      times.push(next);
      const [{ state, attemptCount, nextAttemptAt, responseStatus }] = await deliveries(id);
      expect({ state, attemptCount, responseStatus }).toEqual({
        state: nextAttemptAt ? 'PENDING' : 'FAILED',
        attemptCount: times.length,
        responseStatus: 500,
      });
      next = nextAttemptAt && Date.parse(nextAttemptAt);
    }
    expect(times).toHaveLength(10);
    RETRY_DELAYS.forEach((delay, index) => {
      const waited = (times[index + 1] as number) - (times[index] as number);
      expect(waited).toBeGreaterThanOrEqual(delay);
      expect(waited).toBeLessThanOrEqual(delay * 1.1 + 1);
    });
    expect((times[9] as number) - T0).toBeGreaterThan(75 * HOUR);
    expect(new Set(receiver.received.map(({ body }) => body)).size).toBe(1);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-timestamp'])).size).toBe(
      10,
    );
    const [failed] = await deliveries(id);
    expect(failed).toMatchObject({
      error: 'The receiver answered 500.',
      finishedAt: new Date(times[9] as number).toISOString(),
    });
    expect(failed.attempts.map(({ response }: any) => response.length)).toEqual(
      Array(10).fill(1_024),
    );

    receiver.reply = () => ({ status: 204 });
    const { delivery } = await change(
      gateway,
      'replayWebhookDelivery',
      { id: failed.id },
      'delivery { state nextAttemptAt }',
    );
    expect(delivery).toEqual({
      state: 'PENDING',
      nextAttemptAt: new Date(times[9] as number).toISOString(),
    });
    expect(await refusal(gateway, 'replayWebhookDelivery', { id: failed.id })).toEqual([
      'RULE_VIOLATED',
      'id',
    ]);
    await runAt((times[9] as number) + HOUR);
    const [sent] = await deliveries(id);
    expect(sent).toMatchObject({
      state: 'DELIVERED',
      attemptCount: 11,
      responseStatus: 204,
      nextAttemptAt: null,
      error: null,
    });
    expect(receiver.received[10]?.body).toBe(receiver.received[0]?.body);
    expect(verify(receiver.received[10] as ReceivedRequest, secret).type).toBe(
      'appointment.created',
    );
  });

  it('succeed only with a 2xx response: redirects are not followed, and slow responses time out', async () => {
    const { id } = await create();
    const other = new WebhookReceiver();
    await other.start();
    const replies = [
      { status: 302, headers: { location: other.url } },
      { status: 304 },
      'reset',
      'hang',
      { status: 404 },
      { status: 299 },
    ] as const;
    receiver.reply = () => replies[0];
    await bookOne();
    let time = T0;
    for (const reply of replies) {
      receiver.reply = () => reply;
      await runAt(time);
      time += 16 * HOUR;
    }
    const [{ attempts, state }] = await deliveries(id);
    expect([state, attempts.map(({ status, error }: any) => [status, error])]).toEqual([
      'DELIVERED',
      [
        [302, 'The receiver answered 302.'],
        [304, 'The receiver answered 304.'],
        [null, expect.stringMatching(/hang up|ECONNRESET/)],
        [null, 'No response within 1 seconds.'],
        [404, 'The receiver answered 404.'],
        [299, null],
      ],
    ]);
    expect(other.received).toEqual([]);
    await other.stop();
  });

  it('respect Retry-After in seconds or as a date', async () => {
    const { id } = await create();
    receiver.reply = () => ({ status: 503, headers: { 'retry-after': '3600' } });
    await bookOne();
    await runAt(T0);
    const next = async () => Date.parse((await deliveries(id))[0].nextAttemptAt);
    expect(await next()).toBe(T0 + HOUR);
    expect((await look(id)).pausedUntil).toBe(new Date(T0 + HOUR).toISOString());
    // All of them: another appointment waits as well.
    await bookOne();
    await runAt(T0 + HOUR - 1);
    expect(receiver.received).toHaveLength(1);
    receiver.reply = () => ({
      status: 429,
      headers: { 'retry-after': new Date(T0 + 5 * HOUR).toUTCString() },
    });
    await runAt(T0 + HOUR);
    expect(await next()).toBe(T0 + 5 * HOUR);
    receiver.reply = () => ({ status: 503, headers: { 'retry-after': 'soon' } });
    await runAt(T0 + 5 * HOUR);
    expect(await next()).toBeLessThan(T0 + 5 * HOUR + 34 * MINUTE);
    receiver.reply = () => ({ status: 503, headers: { 'retry-after': '99999999' } });
    await runAt(T0 + 6 * HOUR);
    expect(await next()).toBe(T0 + 6 * HOUR + DAY);
  });

  it('wait at least their own back-off, independent of Retry-After', async () => {
    const { id } = await create();
    receiver.reply = () => ({ status: 503, headers: { 'retry-after': '1' } });
    await bookOne();
    await runAt(T0);
    const next = async () => Date.parse((await deliveries(id))[0].nextAttemptAt);
    expect(await next()).toBeGreaterThanOrEqual(T0 + 5 * SECOND);
    expect(await next()).toBeLessThan(T0 + 6 * SECOND);
    const second = await next();
    await runAt(second);
    expect(receiver.received).toHaveLength(2);
    expect(await next()).toBeGreaterThanOrEqual(second + 5 * MINUTE);
    expect(await next()).toBeLessThan(second + 6 * MINUTE);
  });

  describe('paused after failures resume at once, in order', () => {
    const RESUME: Readonly<
      Record<string, (id: string, delivered: string, after: string) => Promise<any>>
    > = {
      'by updateWebhook(active: true)': (id) =>
        change(gateway, 'updateWebhook', { id, active: true }),
      'by a new address': (id) =>
        change(gateway, 'updateWebhook', { id, url: `${receiver.url}/new` }),
      'by replayWebhook': (id, _delivered, after) =>
        change(gateway, 'replayWebhook', { id, after }),
      'by replayWebhookDelivery': (_id, delivered) =>
        change(gateway, 'replayWebhookDelivery', { id: delivered }),
    };

    it.each(Object.keys(RESUME))('%s', async (way) => {
      const { id } = await create({ events: ['CREATED', 'CANCELLED'] });
      await bookOne();
      await runAt(T0);
      const [first] = await deliveries(id);
      receiver.reply = () => ({ status: 503, headers: { 'retry-after': '7200' } });
      const failing: string[] = [];
      for (let index = 0; index < 6; index += 1) failing.push(await bookOne());
      for (const appointmentId of failing)
        await change(gateway, 'cancelAppointment', { id: appointmentId });
      await runAt(T0);
      const paused = await look(id);
      expect([first.state, paused.active, paused.pausedUntil]).toEqual([
        'DELIVERED',
        true,
        new Date(T0 + 2 * HOUR).toISOString(),
      ]);
      const { cursor } = paused;
      receiver.reply = () => ({ status: 200 });
      receiver.received.splice(0);
      await runAt(T0 + MINUTE);
      expect(receiver.received).toEqual([]);

      expect(
        (await (RESUME[way] as (typeof RESUME)[string])(id, first.id, cursor)).userErrors,
      ).toEqual([]);

      expect(await look(id)).toMatchObject({
        active: true,
        failures: 0,
        failingSince: null,
        pausedUntil: null,
      });
      await runAt(T0 + MINUTE);
      await runAt(T0 + MINUTE + SECOND);
      expect((await deliveries(id)).map(({ state }: any) => state)).toEqual(
        Array(13).fill('DELIVERED'),
      );
      const sent = receiver.received
        .map(({ body }) => JSON.parse(body))
        .filter(({ data }) => failing.includes(data.appointment.id));
      expect(sent).toHaveLength(12);
      for (const appointmentId of failing) {
        expect(
          sent.filter(({ data }) => data.appointment.id === appointmentId).map(({ type }) => type),
        ).toEqual(['appointment.created', 'appointment.cancelled']);
      }
    });

    it('but updateWebhook without active keeps the pause', async () => {
      const { id } = await create();
      receiver.reply = () => ({ status: 503, headers: { 'retry-after': '7200' } });
      await bookOne();
      await runAt(T0);
      await change(gateway, 'updateWebhook', { id, description: 'Ours' });
      await runAt(T0 + MINUTE);
      expect(await look(id)).toMatchObject({
        failures: 1,
        pausedUntil: new Date(T0 + 2 * HOUR).toISOString(),
      });
      expect(receiver.received).toHaveLength(1);
    });
  });

  it('keep the order of each appointment: later events wait for a failed one, other appointments do not', async () => {
    const { secret } = await create({ events: ['CREATED', 'UPDATED', 'CANCELLED'] });
    const start = free();
    receiver.reply = ({ body }) => ({ status: body.includes(`"start":"${start}"`) ? 500 : 200 });
    const [first, second] = [(await book(gateway, clinic, start)).appointment.id, await bookOne()];
    for (const id of [first, second]) {
      await change(gateway, 'updateAppointment', { id, note: 'changed' });
      await change(gateway, 'cancelAppointment', { id });
    }
    await runAt(T0);
    const told = () =>
      receiver.received
        .map((received) => verify(received, secret))
        .map(({ type, data }) => `${data.appointment.id} ${type.split('.')[1]}`);
    expect(told().filter((line) => line.startsWith(second))).toEqual([
      `${second} created`,
      `${second} updated`,
      `${second} cancelled`,
    ]);
    expect(told().filter((line) => line.startsWith(first))).toEqual([`${first} created`]);
    receiver.reply = () => ({ status: 200 });
    await runAt(T0 + 6 * SECOND);
    expect(told().filter((line) => line.startsWith(first))).toEqual([
      `${first} created`,
      `${first} created`,
      `${first} updated`,
      `${first} cancelled`,
    ]);
  });

  it('to an unavailable address do not block others, and pause', async () => {
    const dead = new WebhookReceiver();
    await dead.start();
    dead.reply = () => 'hang';
    const { id } = await create({ url: dead.url });
    await create();
    for (let index = 0; index < 24; index += 1) await bookOne();
    await runAt(T0);
    expect(receiver.received).toHaveLength(24);
    expect(dead.maxConcurrent).toBeLessThanOrEqual(4); // Five failures, and attempts in flight together with the last one.
    expect(dead.received.length).toBeLessThanOrEqual(8);
    const webhook = await look(id);
    expect(webhook.failures).toBeGreaterThanOrEqual(5);
    expect(Date.parse(webhook.pausedUntil)).toBeGreaterThanOrEqual(T0 + 30 * SECOND);
    const tried = dead.received.length;
    await runAt(Date.parse(webhook.pausedUntil) - 1);
    expect(dead.received).toHaveLength(tried);
    dead.reply = () => ({ status: 200 });
    await runAt(Date.parse(webhook.pausedUntil));
    await runAt(Date.parse(webhook.pausedUntil) + 10 * SECOND);
    expect((await deliveries(id)).map(({ state }: any) => state)).toEqual(
      Array(24).fill('DELIVERED'),
    );
    expect(await look(id)).toMatchObject({ failures: 0, failingSince: null, pausedUntil: null });
    await dead.stop();
  });

  it('stop after a 410 response, and resume at their position after activation', async () => {
    const { id, secret } = await create();
    receiver.reply = () => ({ status: 410 });
    const first = await bookOne();
    await runAt(T0);
    expect(await look(id)).toMatchObject({
      active: false,
      disabledReason: 'The receiver answered 410 (Gone), which ends its deliveries.',
    });
    const missed = await bookOne();
    await runAt(T0 + DAY);
    expect(receiver.received).toHaveLength(1);
    expect(await refusal(gateway, 'replayWebhook', { id, after: '0' })).toEqual([
      'RULE_VIOLATED',
      'id',
    ]);
    receiver.reply = () => ({ status: 200 });
    const { webhook } = await change(
      gateway,
      'updateWebhook',
      { id, active: true },
      'webhook { active disabledReason }',
    );
    expect(webhook).toEqual({ active: true, disabledReason: null });
    await runAt(T0 + DAY);
    expect(
      receiver.received.map((received) => JSON.parse(received.body).data.appointment.id),
    ).toEqual([first, missed]);
    expect(verify(receiver.received[1] as ReceivedRequest, secret).type).toBe(
      'appointment.created',
    );

    await change(gateway, 'updateWebhook', { id, active: false });
    await bookOne();
    await runAt(T0 + 2 * DAY);
    await change(gateway, 'updateWebhook', { id, active: true, skipMissed: true });
    const last = await bookOne();
    await runAt(T0 + 2 * DAY);
    expect(
      receiver.received.slice(2).map((received) => JSON.parse(received.body).data.appointment.id),
    ).toEqual([last]);
  });

  it('stop for an address that has failed for days, state the reason, and keep pending deliveries', async () => {
    const { id } = await create();
    receiver.reply = () => ({ status: 500 });
    const first = await bookOne();
    await runAt(T0);
    const later = await bookOne();
    await runAt(T0 + 5 * DAY - 1);
    expect((await look(id)).active).toBe(true);
    await runAt(T0 + 5 * DAY + HOUR);
    expect(await look(id)).toMatchObject({
      active: false,
      disabledReason: `Every attempt has failed since ${new Date(T0).toISOString()}.`,
    });
    const tried = receiver.received.length;
    await runAt(T0 + 9 * DAY);
    expect(receiver.received).toHaveLength(tried);
    receiver.reply = () => ({ status: 200 });
    await change(gateway, 'updateWebhook', { id, active: true });
    await runAt(T0 + 9 * DAY);
    expect(
      receiver.received
        .slice(tried)
        .map(({ body }) => JSON.parse(body).data.appointment.id)
        .sort(),
    ).toEqual([first, later].sort());
    expect((await deliveries(id)).map(({ state }: any) => state)).toEqual([
      'DELIVERED',
      'DELIVERED',
    ]);
  });

  it('with a body that cannot be rendered fail at once and block nothing', async () => {
    const [standard, timetap] = [await create(), await create({ format: 'TIMETAP' })]; // Planned by the test: the row is corrupted before the gateway reads it.
    const paused = [standard, timetap].map(({ id }) =>
      change(gateway, 'updateWebhook', { id, active: false }),
    );
    await Promise.all(paused);
    const [spoilt, fine] = [await bookOne(), await bookOne()];
    await gateway.logged();
    await gateway.gateway.db.transaction((tx) =>
      tx.run(sql`UPDATE event SET snapshot = '{}' WHERE appointment_id = ${numberOf(spoilt)}`),
    );
    for (const { id } of [standard, timetap])
      await change(gateway, 'updateWebhook', { id, active: true });
    await runAt(T0);
    for (const { id } of [standard, timetap]) {
      const [one, other] = await deliveries(id);
      expect(one).toMatchObject({
        state: 'FAILED',
        body: null,
        attemptCount: 0,
        attempts: [],
        error: expect.stringMatching(/^The body could not be rendered: /),
        nextAttemptAt: null,
      });
      expect(other).toMatchObject({ state: 'DELIVERED', appointment: { id: fine } });
      expect(await refusal(gateway, 'replayWebhookDelivery', { id: one.id })).toEqual([
        'RULE_VIOLATED',
        'id',
      ]);
    }
    await gateway.gateway.db.transaction((tx) =>
      tx.run(sql`UPDATE event SET type = 'SPOILT' WHERE CAST(snapshot AS varchar) = '{}'`),
    );
  });

  it('contain waitlist events with the held place; the TimeTap format has appointments only', async () => {
    const events = ['WAITLIST_JOINED', 'WAITLIST_INVITED'];
    const { secret } = await create({ events });
    const timetap = new WebhookReceiver();
    await timetap.start();
    await create({ url: timetap.url, events, format: 'TIMETAP' });
    await change(gateway, 'updateReason', { id: clinic.reasonId, allowWaitList: true });
    const start = free();
    const { reasonId, locationId, clientId, staffId } = clinic;
    const { waitlistEntry } = await change(
      gateway,
      'joinWaitlist',
      { reasonId, locationId, clientId, times: [start], claimSecret: 'only who joined knows this' },
      'waitlistEntry { id }',
    );
    const { appointment } = await change(
      gateway,
      'inviteFromWaitlist',
      { entryIds: [waitlistEntry.id], staffId, start },
      'appointment { id }',
    );
    await runAt(T0);
    const told = receiver.received
      .map((received) => verify(received, secret))
      .sort((one, other) => (one.type < other.type ? 1 : -1));
    expect(told).toMatchObject([
      {
        type: 'waitlist.joined',
        data: {
          changes: [],
          waitlistEntry: {
            id: waitlistEntry.id,
            status: 'WAITING',
            clientId,
            reasonId,
            times: [start],
          },
        },
      },
      {
        type: 'waitlist.invited',
        data: {
          waitlistEntry: { id: waitlistEntry.id, status: 'INVITED' },
          appointment: {
            id: appointment.id,
            status: 'PENDING',
            subStatus: 'PENDING_WAITLIST',
            clientId: null,
          },
        },
      },
    ]);
    expect(Object.keys(told[0].data)).not.toContain('appointment');
    expect(JSON.stringify(told)).not.toMatch(/secret/i);
    expect(timetap.received.map(({ body }) => JSON.parse(body).calendarid)).toEqual([
      numberOf(appointment.id),
    ]); // A later expiry would be delivered during another test.
    expect(
      (await change(gateway, 'claimWaitlistInvitation', { id: waitlistEntry.id })).userErrors,
    ).toEqual([]);
    await timetap.stop();
  });

  it('contain changes of clients, staff, reasons and locations, each in order, without secrets', async () => {
    const { id, secret } = await create({
      events: ['CLIENT_CREATED', 'CLIENT_UPDATED', 'REASON_UPDATED'],
    });
    receiver.reply = ({ body }) => ({
      status: body.includes('client.created') && receiver.received.length === 1 ? 500 : 200,
    });
    const { client } = await change(
      gateway,
      'createClient',
      { firstName: 'Arya', lastName: 'Stark', emailAddress: 'arya@winterfell.example' },
      'client { id }',
    );
    await change(gateway, 'updateClient', { id: client.id, firstName: 'No' });
    await runAt(T0);
    await runAt(T0 + 6 * SECOND);
    await change(gateway, 'updateReason', { id: clinic.reasonId, visitMinutes: 45, sortWeight: 7 });
    await runAt(T0 + 6 * SECOND);
    const told = receiver.received.map((received) => verify(received, secret));
    expect(told.map(({ type }) => type)).toEqual([
      'client.created',
      'client.created',
      'client.updated',
      'reason.updated',
    ]);
    expect(told[0].data).toMatchObject({
      actor: 'First key',
      changes: [],
      node: {
        id: client.id,
        firstName: 'Arya',
        email: 'arya@winterfell.example',
        createdAt: new Date(T0).toISOString(),
      },
    });
    expect(told[2].data).toMatchObject({
      node: { id: client.id, firstName: 'No' },
      changes: expect.arrayContaining([{ field: 'firstName', from: 'Arya', to: 'No' }]),
    });
    expect(told[3].data).toMatchObject({
      node: { id: clinic.reasonId, sortWeight: 7 },
      changes: [{ field: 'sortWeight', from: '0', to: '7' }],
    });
    expect(JSON.stringify(told)).not.toMatch(/"businessId"|"rowId"|"subjectId"|searchText|secret/);
    const { webhook } = await gateway.data(
      'query ($id: ID!) { webhook(id: $id) { events deliveries { nodes { about appointment { id } } } } }',
      { id },
    );
    expect(webhook.events).toEqual(['CLIENT_CREATED', 'CLIENT_UPDATED', 'REASON_UPDATED']); // In any order: the test and the gateway plan with separate id ranges.
    expect(webhook.deliveries.nodes.map(({ about }: any) => about).sort()).toEqual([
      client.id,
      client.id,
      clinic.reasonId,
    ]);
  });

  it('are also signed with the old secret for a while after a rotation', async () => {
    const { id, secret } = await create();
    const { rotated } = await change(
      gateway,
      'rotateWebhookSecret',
      { id, keepPreviousHours: 2 },
      'rotated { secret webhook { previousSecretUntil } }',
    );
    expect(rotated.webhook.previousSecretUntil).toBe(new Date(T0 + 2 * HOUR).toISOString());
    await bookOne();
    await runAt(T0 + 2 * HOUR - 1);
    const [both] = receiver.received as [ReceivedRequest];
    for (const each of [secret, rotated.secret])
      expect(verify(both, each).type).toBe('appointment.created');
    gateway.time = T0 + 2 * HOUR;
    await bookOne();
    await runAt(T0 + 2 * HOUR);
    const after = receiver.received[1] as ReceivedRequest;
    expect(verify(after, rotated.secret).type).toBe('appointment.created');
    expect(() => verify(after, secret)).toThrow('No matching signature found');
    const { rotated: third } = await change(
      gateway,
      'rotateWebhookSecret',
      { id, keepPreviousHours: 0 },
      'rotated { secret webhook { previousSecretUntil } }',
    );
    expect(third.webhook.previousSecretUntil).toBeNull();
    await bookOne();
    await runAt(T0 + 2 * HOUR);
    expect(() => verify(receiver.received[2] as ReceivedRequest, rotated.secret)).toThrow(
      'No matching signature found',
    );
    expect(verify(receiver.received[2] as ReceivedRequest, third.secret).type).toBe(
      'appointment.created',
    );
  });

  it('are replayed after a cursor with their original ids', async () => {
    const { id } = await create();
    const { cursor } = await look(id);
    const booked = [await bookOne(), await bookOne()];
    await runAt(T0);
    const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
    const { webhook } = await change(
      gateway,
      'replayWebhook',
      { id, after: cursor },
      'webhook { cursor }',
    );
    expect(webhook).toEqual({ cursor });
    await runAt(T0 + MINUTE);
    expect(receiver.received.map(({ headers }) => headers['webhook-id']).sort()).toEqual(
      [...ids, ...ids].sort(),
    );
    expect(
      receiver.received
        .slice(2)
        .map(({ body }) => JSON.parse(body).data.appointment.id)
        .sort(),
    ).toEqual(booked.sort());
    expect(await refusal(gateway, 'replayWebhook', { id, after: '999999999' })).toEqual([
      'BAD_USER_INPUT',
      'after',
    ]);
    expect(await refusal(gateway, 'replayWebhook', { id, after: 'abc' })).toEqual([
      'BAD_USER_INPUT',
      'after',
    ]);
  });

  it('cannot resume or be replayed from before the start of the log', async () => {
    const { id } = await create();
    await change(gateway, 'updateWebhook', { id, active: false });
    await bookOne();
    await bookOne();
    await gateway.logged();
    const { db } = gateway.gateway;
    await pruneEvents(db, T0 + 100 * DAY, 1);
    expect(await refusal(gateway, 'updateWebhook', { id, active: true })).toEqual([
      'CURSOR_EXPIRED',
      'active',
    ]);
    expect((await look(id)).active).toBe(false);
    await change(gateway, 'updateWebhook', { id, active: true, skipMissed: true });
    expect(await refusal(gateway, 'replayWebhook', { id, after: '1' })).toEqual([
      'CURSOR_EXPIRED',
      'after',
    ]);
    // From the beginning means from where the log begins.
    await change(gateway, 'replayWebhook', { id, after: '0' });
    const booked = await bookOne();
    await runAt(T0);
    expect(receiver.received.map(({ body }) => JSON.parse(body).data.appointment.id)).toEqual([
      booked,
    ]); // A webhook behind the start of the log does not search for deleted events indefinitely.
    const { cursor } = await look(id);
    await db.transaction((tx) =>
      tx.run(sql`UPDATE webhook SET position = 1 WHERE id = ${numberOf(id)}`),
    );
    await pruneEvents(db, T0 + 100 * DAY, 1);
    await runAt(T0);
    expect((await look(id)).cursor).toBe(cursor);
    expect(receiver.received).toHaveLength(1);
  });

  it('can be tested, active or not, in a single attempt', async () => {
    const { id, secret } = await create();
    await change(gateway, 'updateWebhook', { id, active: false });
    const test = async () =>
      (
        await change(
          gateway,
          'testWebhook',
          { id },
          'delivery { id state eventType appointment { id } webhook { id } }',
        )
      ).delivery;
    const delivery = await test();
    expect(delivery).toEqual({
      id: expect.any(String),
      state: 'PENDING',
      eventType: 'webhook.test',
      appointment: null,
      webhook: { id },
    });
    await runAt(T0);
    expect(verify(receiver.received[0] as ReceivedRequest, secret)).toMatchObject({
      type: 'webhook.test',
    });
    receiver.reply = () => ({ status: 500, body: 'no' });
    const { id: failing } = await test();
    await runAt(T0);
    const found = await gateway.data(
      'query ($id: ID!) { webhookDelivery(id: $id) { state responseStatus cursor attempts { status response } } }',
      { id: failing },
    );
    expect(found.webhookDelivery).toEqual({
      state: 'FAILED',
      responseStatus: 500,
      cursor: null,
      attempts: [{ status: 500, response: 'no' }],
    });
    expect((await look(id)).failures).toBe(0);
  });

  it('stop after the deletion of the webhook', async () => {
    const { id } = await create();
    receiver.reply = () => ({ status: 500 });
    await bookOne();
    await runAt(T0);
    const [{ id: deliveryId }] = await deliveries(id);
    expect(await change(gateway, 'deleteWebhook', { id }, 'webhook { id active }')).toEqual({
      webhook: { id, active: false },
      userErrors: [],
    });
    await bookOne();
    await runAt(T0 + DAY);
    expect(receiver.received).toHaveLength(1);
    expect(await look(id)).toBeNull();
    expect(
      (
        await gateway.data('query ($id: ID!) { webhookDelivery(id: $id) { webhook { id } } }', {
          id: deliveryId,
        })
      ).webhookDelivery,
    ).toEqual({ webhook: null });
    for (const mutation of ['updateWebhook', 'deleteWebhook', 'testWebhook', 'rotateWebhookSecret'])
      expect(await refusal(gateway, mutation, { id })).toEqual(['NOT_FOUND', 'id']);
  });

  it('are planned once by any process, despite failures', async () => {
    const { id } = await create();
    for (let index = 0; index < 5; index += 1) await bookOne();
    await gateway.logged();
    const { db, ids, links } = gateway.gateway;
    for (let fatal = 1; fatal < 8; fatal += 1) {
      let sent = 0;
      const forget = gateway.gateway.signals.statementSent.on((text) => {
        if (
          /INTO "webhook_delivery"|INTO "job"|UPDATE "webhook" SET "position"|FROM event AS e/.test(
            text,
          ) &&
          (sent += 1) === fatal
        )
          throw new Error('the disk is gone');
      });
      await new WebhookPlanner(db, ids, links)
        .planDue(T0)
        .catch(() => undefined)
        .finally(forget);
    }
    await Promise.all(
      Array.from({ length: 4 }, () => new WebhookPlanner(db, ids, links).planDue(T0)),
    );
    await runAt(T0);
    expect((await look(id)).deliveries.totalCount).toBe(5);
    expect(receiver.received).toHaveLength(5);
  });

  it('are visible to administrators of their business only, and their secrets to no role', async () => {
    const { id, secret } = await create();
    await bookOne();
    await runAt(T0);
    const [{ id: deliveryId }] = await deliveries(id);
    const { secretKey } = await gateway.addBusiness({ name: 'Another business', timeZone: 'UTC' });
    const keys = [
      [secretKey, 'NOT_FOUND'],
      [
        await gateway.key(Role.LOCATION_SUPER_USER, { locationIds: [numberOf(clinic.locationId)] }),
        'FORBIDDEN',
      ],
      [await gateway.key(Role.STAFF_USER, { staffId: numberOf(clinic.staffId) }), 'FORBIDDEN'],
      [await gateway.key(Role.CLIENT, { clientId: numberOf(clinic.clientId) }), 'FORBIDDEN'],
      [gateway.business.publishableKey, 'FORBIDDEN'],
    ] as const;
    for (const [key, code] of keys) {
      const seen = await gateway.data(
        'query ($id: ID!, $d: ID!) { webhook(id: $id) { id } webhookDelivery(id: $d) { body } nodes(ids: [$id, $d]) { id } }',
        { id, d: deliveryId },
        { key },
      );
      expect(seen).toEqual({ webhook: null, webhookDelivery: null, nodes: [null, null] });
      const { data, errors } = await gateway.run('{ webhooks { totalCount } }', {}, { key });
      expect([data.webhooks?.totalCount ?? null, errors?.[0]?.extensions.code]).toEqual(
        code === 'FORBIDDEN' ? [null, 'FORBIDDEN'] : [0, undefined],
      );
      for (const [mutation, input] of [
        ['updateWebhook', { id, url: 'https://example.org' }],
        ['deleteWebhook', { id }],
        ['rotateWebhookSecret', { id }],
        ['testWebhook', { id }],
        ['replayWebhook', { id, after: '0' }],
        ['replayWebhookDelivery', { id: deliveryId }],
      ] as const)
        expect([mutation, (await refusal(gateway, mutation, input, key))[0]]).toEqual([
          mutation,
          code,
        ]);
      if (code === 'FORBIDDEN')
        expect(
          (
            await refusal(
              gateway,
              'createWebhook',
              { url: 'https://example.org', events: ['CREATED'] },
              key,
            )
          )[0],
        ).toBe(code);
    }
    // Nothing of it reaches another business.
    await book(gateway, await addClinic(gateway, 'other', secretKey), free(), {}, secretKey);
    await runAt(T0);
    expect(receiver.received).toHaveLength(1);
    expect(
      await gateway.data('query ($id: ID!) { webhook(id: $id) { url active } }', { id }),
    ).toEqual({ webhook: { url: receiver.url, active: true } });
    const { data } = await gateway.run('{ webhooks { nodes { id } } }');
    expect(JSON.stringify(data)).not.toContain(secret.slice(6));
  });

  it('are deleted a month after planning, unless pending', async () => {
    const { id } = await create();
    await bookOne();
    await runAt(T0);
    receiver.reply = () => ({ status: 500 });
    await bookOne();
    await runAt(T0 + MINUTE);
    expect(await pruneDeliveries(gateway.gateway.db, T0 + 29 * DAY, 30)).toBe(0);
    expect(await pruneDeliveries(gateway.gateway.db, T0 + 31 * DAY, 0)).toBe(0);
    expect(await pruneDeliveries(gateway.gateway.db, T0 + 31 * DAY, 30)).toBeGreaterThan(0);
    expect((await deliveries(id)).map(({ state }: any) => state)).toEqual(['PENDING']);
  });
});
