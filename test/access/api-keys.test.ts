import { pruneIdempotencyKeys } from '../../src/services/idempotency';
import { addClinic, book, type Clinic } from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';

const HOLDERS = 'staff { id } client { id } locations { id }';
const CREATE = `mutation ($input: CreateApiKeyInput!) {
  createApiKey(input: $input) {
    key apiKey { keyId name role publishable revokedAt ${HOLDERS} }
    userErrors { code path }
  }
}`;

onEachDatabase('API keys', (gateway) => {
  let clinic: Clinic;
  beforeAll(async () => {
    clinic = await addClinic(gateway);
  });

  it('identify their role, are shown once, and are stored as hashes', async () => {
    const { locationId, staffId, clientId } = clinic;
    const none = { staff: null, client: null, locations: [] };
    for (const [role, holder, holders] of [
      ['ADMINISTRATOR', {}, none],
      ['LOCATION_SUPER_USER', { locationIds: [locationId] }, { locations: [{ id: locationId }] }],
      ['STAFF_USER', { staffId }, { staff: { id: staffId } }],
      ['CLIENT', { clientId }, { client: { id: clientId } }],
      ['PUBLIC', {}, none],
    ] as [string, object, object][]) {
      const { createApiKey } = await gateway.data(CREATE, {
        input: { name: `for ${role}`, role, ...holder },
      });
      const { key, apiKey } = createApiKey;
      expect(apiKey).toMatchObject({
        name: `for ${role}`,
        role,
        publishable: role === 'PUBLIC',
        revokedAt: null,
        ...none,
        ...holders,
      });
      expect(key).toMatch(role === 'PUBLIC' ? /^sg_pk_\d+_/ : /^sg_sk_\d+_/);
      const { viewer } = await gateway.data(`{ viewer { role ${HOLDERS} } }`, {}, { key });
      expect(viewer).toEqual({ role, ...none, ...holders });
      const stored = await gateway.gateway.db.all({
        parts: [`SELECT hash FROM api_key WHERE id = ${apiKey.keyId}`],
      } as never);
      expect(JSON.stringify(stored)).not.toContain(key.slice(-20));
    }
  });

  it('require the holder of their role and refuse any other', async () => {
    for (const [input, field] of [
      [{ role: 'STAFF_USER' }, 'staffId'],
      [{ role: 'CLIENT' }, 'clientId'],
      [{ role: 'LOCATION_SUPER_USER' }, 'locationIds'],
      [{ role: 'PUBLIC', staffId: clinic.staffId }, 'staffId'],
      [{ role: 'ADMINISTRATOR', locationIds: [clinic.locationId] }, 'locationIds'],
    ] as [object, string][]) {
      const { createApiKey } = await gateway.data(CREATE, { input: { name: 'x', ...input } });
      expect(createApiKey.userErrors).toMatchObject([
        { code: 'INVALID_INPUT', path: ['input', field] },
      ]);
    }
    const { createApiKey } = await gateway.data(CREATE, {
      input: { name: 'x', role: 'STAFF_USER', staffId: 'Staff:2147483647' },
    });
    expect(createApiKey).toEqual({
      key: null,
      apiKey: null,
      userErrors: [{ code: 'NOT_FOUND', path: ['input', 'staffId'] }],
    });
  });

  it('are refused after revocation; only administrators create, list and revoke them', async () => {
    const { key, apiKey } = (
      await gateway.data(CREATE, {
        input: { name: 'short', role: 'CLIENT', clientId: clinic.clientId },
      })
    ).createApiKey;
    for (const query of [
      '{ apiKeys { keyId } }',
      `{ apiKey(id: ${apiKey.keyId}) { keyId } }`,
      `mutation { revokeApiKey(input: { id: ${apiKey.keyId} }) { userErrors { code } } }`,
      'mutation { createApiKey(input: { name: "x", role: ADMINISTRATOR }) { key } }',
    ]) {
      expect((await gateway.run(query, {}, { key })).errors).toMatchObject([
        { extensions: { code: 'FORBIDDEN' } },
      ]);
    }
    const revoke = `mutation ($keyId: ID!) {
      revokeApiKey(input: { id: $keyId }) { apiKey { revokedAt } userErrors { code } }
    }`;
    const first = await gateway.data(revoke, { keyId: apiKey.keyId });
    expect(first.revokeApiKey.apiKey.revokedAt).toEqual(expect.any(String));
    expect(await gateway.data(revoke, { keyId: apiKey.keyId })).toEqual(first);
    expect((await gateway.run('{ viewer { role } }', {}, { key })).errors).toMatchObject([
      { extensions: { code: 'UNAUTHENTICATED' } },
    ]);
    const foreign = await gateway.addBusiness({ name: 'Other', timeZone: 'UTC' });
    expect(
      (await gateway.data(revoke, { keyId: 1 }, { key: foreign.secretKey })).revokeApiKey
        .userErrors,
    ).toEqual([{ code: 'NOT_FOUND' }]);
    const READ = 'query ($keyId: ID!) { apiKey(id: $keyId) { name revokedAt } }';
    const { apiKeys } = await gateway.data('{ apiKeys { name revokedAt } }');
    expect(apiKeys[0]).toEqual({ name: 'short', revokedAt: expect.any(String) });
    expect(await gateway.data(READ, { keyId: apiKey.keyId })).toEqual({ apiKey: apiKeys[0] });
    expect(await gateway.data(READ, { keyId: apiKey.keyId }, { key: foreign.secretKey })).toEqual({
      apiKey: null,
    });
  });
});

onEachDatabase('expired idempotency keys', (gateway) => {
  it('are deleted after 72 hours; until then they return the first result even if a rule would now refuse', async () => {
    gateway.time = Date.parse('2031-01-01T12:00:00Z');
    const clinic = await addClinic(gateway);
    const publicly = { clientId: undefined as never, client: undefined };
    const client = { firstName: 'Once', lastName: 'Only', emailAddress: 'once@example.org' };
    const again = () =>
      book(
        gateway,
        { ...clinic, ...publicly },
        '2031-01-02T14:00:00Z',
        { client, idempotencyKey: 'k' },
        gateway.business.publishableKey,
      );
    const first = await again();
    gateway.time += 72 * 3_600_000;
    expect(await again()).toEqual(first);
    expect(await pruneIdempotencyKeys(gateway.gateway.db, gateway.time)).toBe(0);
    expect(await pruneIdempotencyKeys(gateway.gateway.db, gateway.time + 1)).toBe(1);
    gateway.time = null;
  });
});
