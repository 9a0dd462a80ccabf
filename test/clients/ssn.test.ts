import { Role } from '../../src/context';
import { createEncryption, createVault } from '../../src/services/encryption';
import { raw, sql } from '../../src/db/sql';
import {
  addClient,
  addClinic,
  book,
  change,
  refusal,
  type Clinic,
} from '../support/fixtures/clinic';
import { placesOf } from '../support/fixtures/dump';
import { numberOf } from '../support/fixtures/ids';
import { onEachDatabase } from '../support/harness/gateway';

const SSN = '078-05-1120';
const DIGITS = '078051120';
const CLIENT = 'query ($id: ID!) { client(id: $id) { ssn } }';

onEachDatabase('social security numbers', (gateway) => {
  let clinic: Clinic;
  beforeAll(async () => {
    await useKeys('k'.repeat(32));
    clinic = await addClinic(gateway);
  });

  async function useKeys(current: string, previous = ''): Promise<void> {
    await gateway.gateway.stop();
    Object.assign(gateway.scratch.env, {
      ENCRYPTION_KEY: current,
      ENCRYPTION_KEY_PREVIOUS: previous,
    });
    await gateway.boot();
  }
  const person = (lastName: string, ssn: string | null = SSN) =>
    addClient(gateway, { firstName: 'Jon', lastName, ssn });
  const shown = async (id: string, key?: string) =>
    (await gateway.data(CLIENT, { id }, key ? { key } : {})).client?.ssn;
  const read = async (clientId: string, key?: string) =>
    (await change(gateway, 'readClientSsn', { clientId }, 'ssn client { id ssn }', key)) as any;
  const sealedOf = async (id: string): Promise<string> => {
    const rows = await gateway.gateway.db.all<{ sealed: string }>(
      sql`SELECT ssn_sealed AS sealed FROM client WHERE id = ${numberOf(id)}`,
    );
    return rows[0]!.sealed;
  };

  it('show the last four characters, and are cleared by null', async () => {
    const id = await person('Last');

    expect(await shown(id)).toBe('1120');
    await change(gateway, 'updateClient', { id, ssn: '123 45 6789' });
    expect(await shown(id)).toBe('6789');
    await change(gateway, 'updateClient', { id, firstName: 'John' });
    expect(await shown(id)).toBe('6789');
    await change(gateway, 'updateClient', { id, ssn: null });
    expect(await shown(id)).toBeNull();
    expect((await read(id)).ssn).toBeNull();
  });

  it('are read in full by administrators only, and each reading is recorded', async () => {
    const id = await person('Read');
    await book(gateway, { ...clinic, clientId: id }, '2035-01-02T15:00:00Z');
    const staffKey = await gateway.key(Role.STAFF_USER, { staffId: numberOf(clinic.staffId) });
    const superKey = await gateway.key(Role.LOCATION_SUPER_USER, {
      locationIds: [numberOf(clinic.locationId)],
    });
    const ownKey = await gateway.key(Role.CLIENT, { clientId: numberOf(id) });
    const { secretKey: foreignKey } = await gateway.addBusiness({ name: 'B', timeZone: 'UTC' });

    const { ssn, client } = await read(id);

    expect([ssn, client]).toEqual([DIGITS, { id, ssn: '1120' }]);
    for (const key of [staffKey, superKey, ownKey]) {
      expect(await shown(id, key)).toBe('1120');
      const { data, errors } = await gateway.run(
        'mutation ($id: ID!) { readClientSsn(input: { clientId: $id }) { ssn } }',
        { id },
        { key },
      );
      expect([data?.readClientSsn ?? null, errors?.[0]?.extensions.code]).toEqual([
        null,
        'FORBIDDEN',
      ]);
    }
    expect(await refusal(gateway, 'readClientSsn', { clientId: id }, foreignKey)).toEqual([
      'NOT_FOUND',
      'clientId',
    ]);
    expect(await shown(id, foreignKey)).toBeUndefined();
    await gateway.logged();
    const { changes } = await gateway.data(
      `query ($id: ID!) { changes(after: "0", filter: { ids: [$id], types: [CLIENT_SSN_READ] }) {
        nodes { type actorName nodeId changes { field } node { ... on Client { lastName ssn } } }
      } }`,
      { id },
    );
    expect(changes.nodes).toEqual([
      {
        type: 'CLIENT_SSN_READ',
        actorName: expect.any(String),
        nodeId: id,
        changes: [],
        node: { lastName: 'Read', ssn: null },
      },
    ]);
  });

  it('appear in no table, event, refusal or kept response', async () => {
    const canary = 'CANARY-777-1234';
    await change(gateway, 'createWebhook', {
      url: 'https://hooks.example.com/',
      events: ['CLIENT_CREATED', 'CLIENT_UPDATED', 'CLIENT_SSN_READ'],
    });
    const { client } = await change(
      gateway,
      'createClient',
      { firstName: 'C', lastName: 'Anary', ssn: canary, idempotencyKey: 'ssn-1' },
      'client { id ssn }',
    );
    const { id } = client;
    await change(gateway, 'updateClient', { id, ssn: `${canary}-5`, idempotencyKey: 'ssn-2' });
    await change(gateway, 'readClientSsn', { clientId: id, idempotencyKey: 'ssn-3' }, 'ssn');
    await book(gateway, { ...clinic, clientId: id }, '2035-01-03T15:00:00Z');
    const refused = await gateway.run(
      'mutation ($input: UpdateClientInput!) { updateClient(input: $input) { userErrors { message } } }',
      { input: { id, ssn: 'CANARY-777-!' } },
    );
    await gateway.logged();
    const subscription = gateway.subscribe(
      `subscription ($id: ID!) { changes(after: "0", filter: { ids: [$id] }) {
        type changes { field from to } node { ... on Client { ssn } }
      } }`,
      { id },
    );
    const events = await subscription.atLeast(3);
    await subscription.close();

    expect(events.map(({ data }: any) => data.changes.type)).toEqual([
      'CLIENT_CREATED',
      'CLIENT_UPDATED',
      'CLIENT_SSN_READ',
    ]);
    for (const part of ['CANARY-777', 'CANARY777']) {
      expect(JSON.stringify([events, refused])).not.toContain(part);
      expect(await placesOf(gateway, part)).toEqual([]);
    }
    expect(await placesOf(gateway, 'Anary')).not.toEqual([]);
    expect((await read(id)).ssn).toBe('CANARY77712345');
  });

  it('are sealed for their client: another row cannot open them', async () => {
    const [one, other] = [await person('One'), await person('Other', '999-99-9999')];
    const sealed = await sealedOf(one);

    await gateway.gateway.db.transaction((tx) =>
      tx.run(sql`UPDATE client SET ssn_sealed = ${sealed} WHERE id = ${numberOf(other)}`),
    );

    expect(await shown(other)).toBeNull();
    expect(await refusal(gateway, 'readClientSsn', { clientId: other })).toEqual([
      'RULE_VIOLATED',
      'clientId',
    ]);
    await change(gateway, 'updateClient', { id: other, ssn: null });
  });

  it('stay readable after the key was rotated, and name the key that sealed them', async () => {
    const id = await person('Rotated');
    const before = await sealedOf(id);

    await useKeys('n'.repeat(32), 'k'.repeat(32));

    expect(await shown(id)).toBe('1120');
    await change(gateway, 'updateClient', { id, ssn: SSN });
    const after = await sealedOf(id);
    const versions = [before, after].map((sealed) => /^v2:([0-9a-f]{12}):/.exec(sealed)?.[1]);
    expect(new Set(versions).size).toBe(2);
    await useKeys('n'.repeat(32));
    expect(await shown(id)).toBe('1120');
    await useKeys('k'.repeat(32));
  });

  it('move to the client with whom a duplicate is merged', async () => {
    const [id, duplicateId] = [await person('Kept', null), await person('Kept')];

    await change(gateway, 'mergeClients', { id, duplicateId });

    expect((await read(id)).ssn).toBe(DIGITS);
  });

  it.each(['', '1234567', '123-45-67', '1234 5678 9012 3456 7890', '12345678!', 'ä2345678'])(
    'refuse %j',
    async (ssn) => {
      const input = { firstName: 'A', lastName: 'Refused', ssn };
      expect(await refusal(gateway, 'createClient', input)).toEqual(['INVALID_INPUT', 'ssn']);
      const rows = await gateway.gateway.db.all(
        sql`SELECT id FROM client WHERE ${raw('last_name')} = 'Refused'`,
      );
      expect(rows).toEqual([]);
    },
  );

  it('may be set by staff, not by the client', async () => {
    const id = await person('Own');
    const key = await gateway.key(Role.CLIENT, { clientId: numberOf(id) });

    expect(await refusal(gateway, 'updateClient', { id, ssn: '999-99-9999' }, key)).toEqual([
      'INSUFFICIENT_PERMISSION',
      'ssn',
    ]);
    expect(await shown(id, key)).toBe('1120');
  });
});

describe('the vault', () => {
  it('opens what earlier versions and former keys have sealed, and nothing else', () => {
    const [old, present] = ['o'.repeat(32), 'p'.repeat(32)];
    const first = createEncryption(old).seal('secret', 'p');
    const second = createVault(old).seal('secret', 'p');
    const vault = createVault(present, [old]);

    expect([first, second, vault.seal('secret', 'p')].map((s) => vault.open(s, 'p'))).toEqual([
      'secret',
      'secret',
      'secret',
    ]);
    expect(() => vault.open(first, 'q')).toThrow();
    expect(() => createVault(present).open(first, 'p')).toThrow();
    expect(() => createVault(present).open(second, 'p')).toThrow('ENCRYPTION_KEY_PREVIOUS');
    expect(() => createVault(null).open(second, 'p')).toThrow('none is configured');
    expect(createVault(null).open(createVault(null).seal('x', 'p'), 'p')).toBe('x');
  });
});
