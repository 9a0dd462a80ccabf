import { createClient } from 'graphql-sse';
import { addClinic, book, type Clinic } from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';
import { eventStreams } from './sse.fixture';
import { costing } from '../support/harness/costing';

jest.setTimeout(60_000);

const LISTEN = `subscription ($after: String) {
  bookingNotifications(after: $after) { cursor type appointment { id } }
}`;

onEachDatabase('GraphQL over server-sent events', (gateway) => {
  let clinic: Clinic;
  let day = 0;
  const connect = eventStreams(gateway);
  const booked = async () =>
    (
      await book(
        gateway,
        clinic,
        new Date(Date.UTC(2033, 0, 1, 15) + 86_400_000 * (day += 1)).toISOString(),
      )
    ).appointment.id as string;
  const bearer = () => ({ authorization: `Bearer ${gateway.business.secretKey}` });
  const get = (query: string, variables: object = {}, parameters: Record<string, string> = {}) =>
    `/graphql/stream?${new URLSearchParams({ query, variables: JSON.stringify(variables), ...parameters })}`;

  beforeAll(async () => {
    clinic = await addClinic(gateway);
  });

  it('sends each event with its cursor as id, and resumes at Last-Event-ID, which overrides the URL', async () => {
    const [first, second] = [await booked(), await booked()];
    const stream = await connect(get(LISTEN, { after: '0' }), { headers: bearer() });
    expect([stream.response.status, stream.response.headers.get('content-type')]).toEqual([
      200,
      'text/event-stream; charset=utf-8',
    ]);
    const events = await stream.atLeast(2);
    expect(
      events.map(({ event, id, data }) => [event, id, data.data.bookingNotifications]),
    ).toEqual(
      [first, second].map((id, index) => {
        const cursor = String(Number(events[0]!.id) + index);
        return ['next', cursor, { cursor, type: 'CREATED', appointment: { id } }];
      }),
    );
    stream.close();
    const missed = await booked();
    const again = await connect(get(LISTEN, { after: '0' }), {
      headers: { ...bearer(), 'last-event-id': events[1]!.id as string },
    });
    await again.atLeast(1);
    const live = await booked();
    expect(
      (await again.atLeast(2)).map(({ data }) => data.data.bookingNotifications.appointment.id),
    ).toEqual([missed, live]);
  });

  it('serves /graphql to clients that prefer event streams, accepts a key in the URL, and works with graphql-sse', async () => {
    const id = await booked();
    const browser = await connect(
      get(LISTEN, { after: '0' }, { apiKey: gateway.business.secretKey }),
    );
    expect((await browser.atLeast(1))[0]).toMatchObject({ event: 'next' });
    const client = createClient({
      url: `${gateway.gateway.url}/graphql`,
      headers: bearer(),
      retryAttempts: 0,
    });
    const iterator = client.iterate<any>({ query: LISTEN, variables: { after: '0' } });
    const seen: string[] = [];
    for await (const { data } of iterator) {
      seen.push(data.bookingNotifications.appointment.id);
      if (seen.at(-1) === id) break;
    }
    const answers = [];
    for await (const answer of client.iterate({ query: '{ viewer { role } }' }))
      answers.push(answer);
    expect(answers).toEqual([{ data: { viewer: { role: 'ADMINISTRATOR' } }, ...costing(1) }]);
    client.dispose();
  });

  it('has the limits, the errors and the keys of every other transport', async () => {
    const refusal = async (query: string, variables: object = {}) => {
      const stream = await connect(get(query, variables), { headers: bearer() });
      await stream.reading;
      expect(stream.received.at(-1)).toMatchObject({ event: 'complete' });
      return stream.received[0]?.data.errors[0].extensions.code;
    };
    expect(await refusal('subscription { nothing }')).toBe('GRAPHQL_VALIDATION_FAILED');
    expect(
      await refusal(
        `{ ${Array.from({ length: 51 }, (_, index) => `a${index}: viewer { role }`).join(' ')} }`,
      ),
    ).toBe('QUERY_TOO_COMPLEX');
    expect(await refusal(LISTEN, { after: '999999' })).toBe('BAD_USER_INPUT');
    const publishable = await connect(get(LISTEN), {
      headers: { authorization: `Bearer ${gateway.business.publishableKey}` },
    });
    await publishable.reading;
    expect(publishable.received[0]).toMatchObject({
      event: 'next',
      data: { errors: [{ extensions: { code: 'FORBIDDEN' } }] },
    });
    expect(
      (
        await fetch(gateway.gateway.url + get(LISTEN), {
          headers: { authorization: 'Bearer sg_sk_1_no' },
        })
      ).status,
    ).toBe(401);
    expect(
      (await fetch(`${gateway.gateway.url}/graphql/stream`, { headers: bearer() })).status,
    ).toBe(400);
    expect(
      (
        await fetch(
          gateway.gateway.url +
            get(
              `mutation {
                cancelAppointment(input: { id: "Appointment:1" }) { userErrors { code } }
              }`,
            ),
          { headers: bearer() },
        )
      ).status,
    ).toBe(405);
  });

  it('ends within seconds after its key is revoked', async () => {
    const { createApiKey } = await gateway.data(
      `mutation {
        createApiKey(input: { name: "Screen", role: ADMINISTRATOR }) {
          apiKey { keyId } key
        }
      }`,
    );
    const { apiKey, key } = createApiKey;
    const stream = await connect(get(LISTEN), { headers: { authorization: `Bearer ${key}` } });
    await gateway.data(
      'mutation ($keyId: ID!) { revokeApiKey(input: { id: $keyId }) { userErrors { message } } }',
      apiKey,
    );
    await stream.reading;
    expect(stream.received).toMatchObject([
      { event: 'next', data: { errors: [{ extensions: { code: 'UNAUTHENTICATED' } }] } },
      { event: 'complete' },
    ]);
  });

  describe('in single connection mode', () => {
    const url = () => `${gateway.gateway.url}/graphql/stream`;
    const reserve = async (headers: Record<string, string> = bearer()) => {
      const response = await fetch(url(), { method: 'PUT', headers });
      expect(response.status).toBe(201);
      return response.text();
    };
    const post = async (token: string, operationId: string | null, query: string) => {
      const response = await fetch(url(), {
        method: 'POST',
        headers: {
          ...bearer(),
          'content-type': 'application/json',
          'x-graphql-event-stream-token': token,
        },
        body: JSON.stringify({ query, extensions: operationId === null ? {} : { operationId } }),
      });
      return response.status;
    };

    it('sends the results of all operations on one stream, and ends each of them', async () => {
      const token = await reserve();
      const early = await post(token, 'a', '{ viewer { role } }');
      const stream = await connect(`/graphql/stream?token=${token}`, { headers: bearer() });
      expect([early, stream.response.status]).toEqual([409, 200]);

      expect(await post(token, 'a', '{ viewer { role } }')).toBe(202);
      await stream.atLeast(2);
      expect(await post(token, 'b', LISTEN)).toBe(202);
      expect(await post(token, 'b', LISTEN)).toBe(409);
      expect(await post(token, 'c', 'subscription { nothing }')).toBe(202);
      await stream.atLeast(4);
      const id = await booked();
      await stream.atLeast(5);
      const stopped = await fetch(`${url()}?token=${token}&operationId=b`, {
        method: 'DELETE',
        headers: bearer(),
      });
      await booked();
      expect(await post(token, 'd', '{ viewer { role } }')).toBe(202);
      const received = await stream.atLeast(7);

      expect(stopped.status).toBe(200);
      expect(received).toMatchObject([
        { event: 'next', data: { id: 'a', payload: { data: { viewer: {} } } } },
        { event: 'complete', data: { id: 'a' } },
        { event: 'next', data: { id: 'c', payload: { errors: [{}] } } },
        { event: 'complete', data: { id: 'c' } },
        {
          event: 'next',
          data: { id: 'b', payload: { data: { bookingNotifications: { appointment: { id } } } } },
        },
        { event: 'next', data: { id: 'd', payload: { data: { viewer: {} } } } },
        { event: 'complete', data: { id: 'd' } },
      ]);
    });

    it('refuses a second connection, another caller, an unknown token and an operation without id', async () => {
      const token = await reserve();
      const stream = await connect(`/graphql/stream?token=${token}`, { headers: bearer() });
      const statusOf = async (path: string, headers: Record<string, string>) =>
        (await fetch(gateway.gateway.url + path, { headers })).status;

      expect(stream.response.status).toBe(200);
      expect(await statusOf(`/graphql/stream?token=${token}`, bearer())).toBe(409);
      expect(await statusOf('/graphql/stream?token=unknown', bearer())).toBe(404);
      expect(
        await statusOf(`/graphql/stream?token=${token}`, {
          authorization: `Bearer ${gateway.business.publishableKey}`,
        }),
      ).toBe(404);
      expect(await post(token, null, '{ viewer { role } }')).toBe(400);
      expect((await fetch(`${gateway.gateway.url}/graphql`, { method: 'PUT' })).status).toBe(405);
    });

    it('frees the reservation and the subscriptions of a closed stream', async () => {
      const token = await reserve();
      const stream = await connect(`/graphql/stream?token=${token}`, { headers: bearer() });
      expect(await post(token, 'a', LISTEN)).toBe(202);
      await booked();
      await stream.atLeast(1);

      stream.close();

      while ((await post(token, 'b', '{ viewer { role } }')) !== 404)
        await new Promise((resolve) => setTimeout(resolve, 5));
    });

    it('works with graphql-sse, and ends after its key is revoked', async () => {
      const { createApiKey } = await gateway.data(
        `mutation {
          createApiKey(input: { name: "Shared screen", role: ADMINISTRATOR }) {
            apiKey { keyId } key
          }
        }`,
      );
      const { apiKey, key } = createApiKey;
      const client = createClient({
        url: url(),
        singleConnection: true,
        headers: { authorization: `Bearer ${key}` },
        retryAttempts: 0,
      });
      const events = client.iterate<any>({ query: LISTEN, variables: { after: '0' } });
      const first = await events.next();
      const answers = [];
      for await (const answer of client.iterate({ query: '{ viewer { role } }' }))
        answers.push(answer);

      await gateway.data(
        'mutation ($keyId: ID!) { revokeApiKey(input: { id: $keyId }) { userErrors { message } } }',
        apiKey,
      );
      const last: unknown[] = [];
      const ended = (async () => {
        for await (const { errors } of events) if (errors) last.push(errors[0]?.extensions?.code);
      })();
      await ended.catch((error: Error) => last.push(error.message));
      client.dispose();

      expect(first.value.data.bookingNotifications.type).toBe('CREATED');
      expect(answers).toEqual([{ data: { viewer: { role: 'ADMINISTRATOR' } }, ...costing(1) }]);
      expect(last[0]).toBe('UNAUTHENTICATED');
    });
  });
});
