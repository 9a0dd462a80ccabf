import { WebSocket } from 'ws';
import { change } from '../../support/fixtures/clinic';
import { onEachDatabase } from '../../support/harness/gateway';

const HOUR = 3_600_000;
const START = Date.parse('2031-03-01T12:00:00Z');
const FIELDS = 'id expiresAt lastUsedAt allowedOrigins previousKeyUntil revokedAt';
const SUBSCRIPTION = 'subscription { bookingNotifications { cursor } }';

onEachDatabase('The lifetime of an API key', (gateway) => {
  beforeEach(() => (gateway.time = START));
  afterAll(() => (gateway.time = null));

  const iso = (instant: number) => new Date(instant).toISOString();
  const create = (input: object = {}) =>
    change(
      gateway,
      'createApiKey',
      { name: 'Short', role: 'ADMINISTRATOR', ...input },
      `key apiKey { ${FIELDS} }`,
    );
  const rotate = (input: object) =>
    change(gateway, 'rotateApiKey', input, `key apiKey { ${FIELDS} }`);
  const read = async (id: string) =>
    (await gateway.data(`query ($id: ID!) { apiKey(id: $id) { ${FIELDS} } }`, { id })).apiKey;
  const answerTo = async (key: string, headers: Record<string, string> = {}) => {
    // Each answer is looked up, as by another process.
    gateway.gateway.keyCache.clear();
    const { data, errors } = await gateway.run('{ viewer { role } }', {}, { key, headers });
    return errors ? errors[0]!.extensions.code : data.viewer.role;
  };
  const problems = async (mutation: string, input: object) => {
    const { [mutation]: payload } = await gateway.data(
      `mutation ($input: ${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input!) {
        ${mutation}(input: $input) { key userErrors { code path } }
      }`,
      { input },
    );
    expect(payload.key).toBeNull();
    return payload.userErrors;
  };
  const count = async () => (await gateway.data('{ apiKeys { id } }')).apiKeys.length;

  it('ends at expiresAt to the millisecond, on a cached key as well', async () => {
    const { key, apiKey } = await create({ expiresAt: iso(START + HOUR) });

    expect(apiKey.expiresAt).toBe(iso(START + HOUR));
    gateway.time = START + HOUR - 1;
    expect(await answerTo(key)).toBe('ADMINISTRATOR');
    gateway.time = START + HOUR;
    const { errors } = await gateway.run('{ clients { totalCount } }', {}, { key });
    expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }]);
    expect(await answerTo(key)).toBe('UNAUTHENTICATED');
  });

  it('has an end in the future only', async () => {
    const before = await count();

    expect(
      await problems('createApiKey', { name: 'x', role: 'PUBLIC', expiresAt: iso(START) }),
    ).toEqual([{ code: 'INVALID_INPUT', path: ['input', 'expiresAt'] }]);
    expect(await count()).toBe(before);
  });

  it('closes open sockets when it ends', async () => {
    const { key } = await create({ expiresAt: iso(START + HOUR) });
    const socket = gateway.subscribe(SUBSCRIPTION, {}, key);
    await gateway.data('{ viewer { role } }', {}, { key });

    gateway.time = START + HOUR;
    const since = performance.now();
    const end: any = await socket.untilEnd();

    expect(JSON.stringify(end[0]?.extensions?.code ?? end.code)).toMatch(/UNAUTHENTICATED|4403/);
    expect(performance.now() - since).toBeLessThan(3_000);
  });

  it('shows the last use, written at most once a minute and not by the request', async () => {
    const { key, apiKey } = await create();
    const { db, keyCache } = gateway.gateway;
    await answerTo(key);
    const unwritten = await read(apiKey.id);
    await keyCache.uses.write(db);
    const first = await read(apiKey.id);
    gateway.time = START + 59_999;
    await answerTo(key);
    await keyCache.uses.write(db);
    const sameMinute = await read(apiKey.id);
    gateway.time = START + 60_000;
    await answerTo(key);
    await keyCache.uses.write(db);

    expect(unwritten.lastUsedAt).toBeNull();
    expect(first.lastUsedAt).toBe(iso(START));
    expect(sameMinute.lastUsedAt).toBe(iso(START));
    expect((await read(apiKey.id)).lastUsedAt).toBe(iso(START + 60_000));
  });

  it('keeps the previous secret after a rotation for keepPreviousHours', async () => {
    const { key: first, apiKey } = await create();

    const { key: second, apiKey: rotated } = await rotate({ id: apiKey.id, keepPreviousHours: 2 });

    expect(rotated).toEqual({ ...apiKey, previousKeyUntil: iso(START + 2 * HOUR) });
    expect(second).not.toBe(first);
    gateway.time = START + 2 * HOUR - 1;
    expect([await answerTo(first), await answerTo(second)]).toEqual([
      'ADMINISTRATOR',
      'ADMINISTRATOR',
    ]);
    gateway.time = START + 2 * HOUR;
    expect([await answerTo(first), await answerTo(second)]).toEqual([
      'UNAUTHENTICATED',
      'ADMINISTRATOR',
    ]);
  });

  it('ends the previous secret at once for 0 hours, and with a revocation', async () => {
    const { key: first, apiKey } = await create();
    const { key: second } = await rotate({ id: apiKey.id, keepPreviousHours: 0 });
    expect([await answerTo(first), await answerTo(second)]).toEqual([
      'UNAUTHENTICATED',
      'ADMINISTRATOR',
    ]);

    const { key: third } = await rotate({ id: apiKey.id });
    await change(gateway, 'revokeApiKey', { id: apiKey.id });

    expect([await answerTo(second), await answerTo(third)]).toEqual([
      'UNAUTHENTICATED',
      'UNAUTHENTICATED',
    ]);
  });

  it('prolongs an expired key by a rotation, but not its expired secret', async () => {
    const { key: first, apiKey } = await create({ expiresAt: iso(START + HOUR) });
    gateway.time = START + 2 * HOUR;

    expect(await problems('rotateApiKey', { id: apiKey.id })).toEqual([
      { code: 'INVALID_INPUT', path: ['input', 'expiresAt'] },
    ]);
    const { key: second } = await rotate({ id: apiKey.id, expiresAt: null });

    expect([await answerTo(first), await answerTo(second)]).toEqual([
      'UNAUTHENTICATED',
      'ADMINISTRATOR',
    ]);
    expect(await read(apiKey.id)).toMatchObject({ expiresAt: null, previousKeyUntil: null });
  });

  it('is rotated by administrators of its business only', async () => {
    const { apiKey } = await create();
    const foreign = await gateway.addBusiness({ name: 'Other', timeZone: 'UTC' });
    const mutation =
      'mutation ($id: ID!) { rotateApiKey(input: { id: $id }) { key userErrors { code path } } }';

    const other = await gateway.data(mutation, { id: apiKey.id }, { key: foreign.secretKey });
    const { errors } = await gateway.run(
      mutation,
      { id: apiKey.id },
      { key: gateway.business.publishableKey },
    );

    expect(other.rotateApiKey).toEqual({
      key: null,
      userErrors: [{ code: 'NOT_FOUND', path: ['input', 'id'] }],
    });
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    expect(await read(apiKey.id)).toEqual(apiKey);
  });

  it('keeps one of the last two administrators under concurrent revocations', async () => {
    const { business, secretKey: key } = await gateway.addBusiness({
      name: 'Two',
      timeZone: 'UTC',
    });
    const second = await gateway.key('ADMINISTRATOR' as never, { businessId: business.rowId });
    await gateway.key('ADMINISTRATOR' as never, { businessId: business.rowId, expiresAt: START });
    const { apiKeys } = await gateway.data('{ apiKeys { id role expiresAt } }', {}, { key });
    const ids = apiKeys
      .filter((one: any) => one.role === 'ADMINISTRATOR' && one.expiresAt === null)
      .map((one: any) => one.id);
    const revoke = async (id: string, by: string) =>
      (
        await gateway.data(
          'mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { userErrors { code } } }',
          { id },
          { key: by },
        )
      ).revokeApiKey.userErrors.map(({ code }: any) => code);

    const results = await Promise.all([revoke(ids[0], second), revoke(ids[1], key)]);

    expect(results.sort()).toEqual([[], ['RULE_VIOLATED']]);
  });
});

onEachDatabase('The origins of a publishable key', (gateway) => {
  const ORIGIN = 'https://www.example.org';
  let key: string;
  beforeAll(async () => {
    ({ key } = await change(
      gateway,
      'createApiKey',
      { name: 'Page', role: 'PUBLIC', allowedOrigins: [ORIGIN, 'http://localhost:3000'] },
      'key',
    ));
  });

  it.each([
    [ORIGIN, 200],
    ['http://localhost:3000', 200],
    ['https://www.example.org.evil.example', 403],
    ['http://www.example.org', 403],
    ['null', 403],
    [undefined, 403],
  ])('decide over HTTP and event streams: %s leads to %i', async (origin, status) => {
    for (const accept of ['application/json', 'text/event-stream']) {
      const response = await fetch(`${gateway.gateway.url}/graphql`, {
        method: 'POST',
        headers: {
          accept,
          authorization: `Bearer ${key}`,
          'content-type': 'application/json',
          ...(origin && { origin }),
        },
        body: JSON.stringify({ query: '{ viewer { role } }' }),
      });

      const text = await response.text();
      expect([accept, response.status]).toEqual([accept, status]);
      expect(text).toContain(status === 200 ? '"PUBLIC"' : 'FORBIDDEN');
    }
  });

  it.each([
    [ORIGIN, 'connection_ack'],
    ['https://evil.example', 4403],
  ])('decide over WebSocket by the header, not by a parameter: %s', async (origin, outcome) => {
    const socket = new WebSocket(
      `${gateway.gateway.url.replace('http', 'ws')}/graphql`,
      'graphql-transport-ws',
      { headers: { origin } },
    );
    const seen = await new Promise((resolve) => {
      socket.on('open', () =>
        socket.send(
          JSON.stringify({ type: 'connection_init', payload: { apiKey: key, Origin: ORIGIN } }),
        ),
      );
      socket.on('message', (data) => resolve(JSON.parse(String(data)).type));
      socket.on('close', resolve);
    });
    socket.terminate();

    expect(seen).toBe(outcome);
  });

  it('are refused for other roles, and in any form that browsers do not send', async () => {
    for (const input of [
      { role: 'ADMINISTRATOR', allowedOrigins: [ORIGIN] },
      ...['*', 'https://a.example/', 'https://A.example', 'ftp://a.example', 'a.example'].map(
        (origin) => ({ role: 'PUBLIC', allowedOrigins: [origin] }),
      ),
      { role: 'PUBLIC', allowedOrigins: Array.from({ length: 51 }, (_, i) => `http://a${i}`) },
    ]) {
      const { createApiKey } = await gateway.data(
        `mutation ($input: CreateApiKeyInput!) {
          createApiKey(input: $input) { key userErrors { code path } }
        }`,
        { input: { name: 'x', ...input } },
      );
      expect(createApiKey).toEqual({
        key: null,
        userErrors: [{ code: 'INVALID_INPUT', path: ['input', 'allowedOrigins'] }],
      });
    }
  });
});
