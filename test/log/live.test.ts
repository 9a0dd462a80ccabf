import { WebSocket } from 'ws';
import { createClient } from 'graphql-ws';
import { Role } from '../../src/context';
import { DomainError, ErrorCode } from '../../src/errors';
import { appendEvent, headOf } from '../../src/log/log.service';
import { LogEvent } from '../../src/log/event.entity';
import { find } from '../../src/db/table';
import { addClinic, book, type Clinic } from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';
import { numberOf } from '../support/fixtures/ids';

jest.setTimeout(60_000);

const LISTEN = `subscription ($after: String, $filter: BookingNotificationFilter) {
  bookingNotifications(after: $after, filter: $filter) {
    cursor type appointment { id client { fullName } reason { reasonDesc } }
  }
}`;
const cursorsOf = (events: any[]) =>
  events.map(({ data }) => Number(data.bookingNotifications.cursor));

onEachDatabase('live subscriptions', (gateway) => {
  let clinic: Clinic;
  let day = 0;
  const open: { close(): unknown }[] = [];
  const listen = (variables: Record<string, unknown> = {}, key?: string) => {
    const subscription = gateway.subscribe(LISTEN, variables, key);
    open.push(subscription);
    return subscription;
  };
  const booked = async (input: object = {}) => {
    const { appointment, userErrors } = await book(
      gateway,
      clinic,
      new Date(Date.UTC(2033, 0, 1, 15) + 86_400_000 * (day += 1)).toISOString(),
      input,
    );
    expect(userErrors).toEqual([]);
    return appointment.id as string;
  };
  /** Returns the cursor of the newest event. */
  const head = async () => {
    await gateway.logged();
    return String(await headOf(gateway.gateway.db, gateway.business.business.rowId));
  };
  /** Starts subscribers and waits until all have reached the end of the log. */
  const live = async (count: number, key?: string, variables: object = {}) => {
    const after = await head();
    const subscribers = Array.from({ length: count }, () => listen({ after, ...variables }, key));
    await booked();
    await Promise.all(subscribers.map((subscriber) => subscriber.atLeast(1)));
    // They wait for the next event from the first one on.
    await new Promise((resolve) => setTimeout(resolve, 50));
    return subscribers;
  };
  beforeAll(async () => {
    clinic = await addClinic(gateway);
    // From the third booking on, none reads rules.
    for (let count = 0; count < 2; count += 1) await booked();
  });
  afterEach(() => Promise.all(open.splice(0).map((subscription) => subscription.close())));
  /** Returns the statements that an event costs, except those of the booking and of the log. */
  const statementsForAnEvent = async (subscribers: ReturnType<typeof listen>[]) => {
    let count = 0;
    const forget = gateway.gateway.signals.statementSent.on((text) => {
      if (/FROM "?(client|reason)"? AS/.test(text) && !text.includes('FOR ')) count += 1;
    });
    const before = subscribers.map(({ events }) => events.length);
    await booked();
    await Promise.all(
      subscribers.map((subscriber, index) => subscriber.atLeast((before[index] as number) + 1)),
    );
    forget();
    return count;
  };

  it('executes once for each event, independent of the number of subscribers', async () => {
    const alone = await statementsForAnEvent(await live(1));
    expect(alone).toBeGreaterThan(0);
    await Promise.all(open.splice(0).map((subscription) => subscription.close()));
    const many = await live(50);
    expect(await statementsForAnEvent(many)).toBe(alone);
    const [first, ...others] = many.map(({ events }) => events.at(-1));
    for (const other of others) expect(other).toEqual(first);
  });

  it('are delayed, and none is lost, while the rows of an event cannot be read', async () => {
    const [first] = await find(gateway.gateway.db, LogEvent, {
      businessId: gateway.business.business.rowId,
      entityType: 'Appointment',
    });
    const member = {
      businessId: gateway.business.business.rowId,
      actorName: 'test',
      role: 'ADMINISTRATOR',
    } as never;
    const shared = await live(2);
    const other = await live(1, undefined, { filter: { types: ['CREATED'] } });
    const subscribers = [...shared, ...other];
    const before = subscribers.map(({ events }) => events.length);
    const from = Number(await head());
    let failures = 0;
    const forget = gateway.gateway.signals.statementSent.on((text) => {
      if (!/FROM "?(client|reason)"? AS/.test(text) || failures === 6) return;
      failures += 1;
      throw new DomainError(ErrorCode.BUSY, 'The connection was lost.');
    });

    for (let written = 0; written < 2; written += 1)
      await gateway.gateway.db.transaction((tx) =>
        appendEvent({ tx, member, now: Date.now() }, first as LogEvent),
      );
    await Promise.all(
      subscribers.map((subscriber, index) => subscriber.atLeast((before[index] as number) + 2)),
    );
    forget();

    expect(failures).toBe(6);
    for (const [index, { events }] of subscribers.entries()) {
      const received = events.slice(before[index]);
      expect(received.flatMap(({ errors = [] }: any) => errors)).toEqual([]);
      expect(cursorsOf(received)).toEqual([from + 1, from + 2]);
    }
  });

  it('shares no execution between subscribers with different documents or permissions', async () => {
    const [staffKey, otherStaffKey] = [
      await gateway.key(Role.STAFF_USER, { staffId: numberOf(clinic.staffId) }),
      await gateway.key(Role.STAFF_USER, { staffId: numberOf(clinic.otherStaffId) }),
    ];
    const [all] = await live(1);
    const [own, others, cancelled] = [
      listen({ after: '0' }, staffKey),
      listen({ after: '0' }, otherStaffKey),
      listen({ after: '0', filter: { types: ['CANCELLED'] } }),
    ];
    const theirs = await booked({ staffId: clinic.otherStaffId });
    const last = await booked();
    await all!.atLeast(3);
    const idsOf = (events: any[]) =>
      events.map(({ data }) => data.bookingNotifications.appointment.id);
    await others.atLeast(1);
    while (!idsOf(own.events).includes(last))
      await new Promise((resolve) => setTimeout(resolve, 5));
    expect(idsOf(others.events)).toEqual([theirs]);
    expect(idsOf(own.events)).not.toContain(theirs);
    expect(cancelled.events).toEqual([]);
  });

  it('resumes at any cursor and joins live subscribers without loss or duplicates while events arrive', async () => {
    const start = Number(await head());
    const [first] = await find(gateway.gateway.db, LogEvent, {
      businessId: gateway.business.business.rowId,
      entityType: 'Appointment',
    });
    const member = {
      businessId: gateway.business.business.rowId,
      actorName: 'test',
      role: 'ADMINISTRATOR',
    } as never;
    const subscribers: { from: number; subscriber: ReturnType<typeof listen> }[] = [];
    const EVENTS = 300;
    for (let written = 0; written < EVENTS; written += 5) {
      await gateway.gateway.db.transaction(async (tx) => {
        for (let index = 0; index < 5; index += 1)
          await appendEvent({ tx, member, now: Date.now() }, first as LogEvent);
      });
      if (written % 20 === 0) {
        const from = start + Math.floor(Math.random() * Math.max(1, written - 10));
        subscribers.push({ from, subscriber: listen({ after: String(from) }) });
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    for (const { from, subscriber } of subscribers) {
      const events = await subscriber.atLeast(start + EVENTS - from);
      expect(cursorsOf(events)).toEqual(
        Array.from({ length: start + EVENTS - from }, (_, index) => from + index + 1),
      );
    }
  });

  it('ends subscriptions and their socket within seconds after the key is revoked', async () => {
    const { createApiKey } = await gateway.data(
      `mutation {
        createApiKey(input: { name: "Screen", role: ADMINISTRATOR }) {
          apiKey { keyId } key userErrors { message }
        }
      }`,
    );
    const { apiKey, key } = createApiKey;
    let closed: number | undefined;
    const client = createClient({
      url: `${gateway.gateway.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${key}` },
      retryAttempts: 0,
      on: { closed: (event) => (closed = (event as { code: number }).code) },
    });
    open.push({ close: () => client.dispose() });
    const received: any[] = [];
    client.subscribe(
      { query: LISTEN, variables: { after: await head() } },
      { next: (value) => received.push(value), error: () => undefined, complete: () => undefined },
    );
    const [other] = await live(1);
    while (!received.length) await new Promise((resolve) => setTimeout(resolve, 5));
    await gateway.data(
      'mutation ($keyId: ID!) { revokeApiKey(input: { id: $keyId }) { userErrors { message } } }',
      apiKey,
    );
    while (closed === undefined) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(closed).toBe(4403);
    expect(received.at(-1)).toMatchObject({
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
    const before = received.length;
    await booked();
    await other!.atLeast(2);
    expect(received).toHaveLength(before);
  });
});
