import { getNamedType, isInputObjectType } from 'graphql';
import { sql } from '../../../src/db/sql';
import { change } from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';
import { MUTATIONS, documentOf, type RetriesFixture } from './retries.fixture';

export function versionsCases(gateway: TestGateway, fixture: RetriesFixture): void {
  const { recipes, rows, refusals } = fixture;

  it('of another name with the same input is refused with IDEMPOTENCY_KEY_REUSED', async () => {
    const { appointment } = await change(
      gateway,
      'createAppointment',
      {
        locationId: fixture.clinic.locationId,
        reasonId: fixture.clinic.reasonId,
        staffId: fixture.clinic.staffId,
        clientId: fixture.clinic.clientId,
        start: '2035-02-01T15:00:00Z',
      },
      'appointment { id }',
    );
    const variables = { input: { id: appointment.id, idempotencyKey: 'cancel-or-complete' } };
    const first = await gateway.run(documentOf('cancelAppointment'), variables);
    const after = await rows();

    for (const name of [
      'completeAppointment',
      'noShowAppointment',
      'declineAppointment',
      'confirmAppointment',
    ]) {
      const { data, errors } = await gateway.run(documentOf(name), variables);
      expect([name, data[name], errors?.map(({ extensions }) => extensions.code)]).toEqual([
        name,
        null,
        ['IDEMPOTENCY_KEY_REUSED'],
      ]);
    }
    expect(refusals(first)).toEqual([]);
    expect(await rows()).toEqual(after);
  });

  const versioned = recipes.filter(([name]) => {
    const input = getNamedType(MUTATIONS[name]!.args[0]!.type);
    return isInputObjectType(input) && 'expectedVersion' in input.getFields();
  });
  it.each(versioned)('refuses a future version: %s', async (name, inputOf) => {
    const input = { ...(await inputOf()), idempotencyKey: null, expectedVersion: 1_000 };
    const before = await rows();

    const answer = await gateway.run(documentOf(name), { input });

    expect(refusals(answer)).toMatchObject([
      { code: 'VERSION_CONFLICT', path: ['input', 'expectedVersion'] },
    ]);
    expect(await rows()).toEqual(before);
  });

  it.each([
    'cancelAppointment',
    'checkInAppointment',
    'completeAppointment',
    'noShowAppointment',
    'startAppointment',
  ])('changes nothing without a key either: %s of an appointment in that status', async (name) => {
    const [, inputOf] = recipes.find((recipe) => recipe[0] === name)!;
    const { idempotencyKey: _, ...input } = (await inputOf()) as { idempotencyKey?: string };
    const first = await gateway.run(documentOf(name), { input });
    const after = await rows();

    const again = await gateway.run(documentOf(name), { input });

    expect(refusals(first)).toEqual([]);
    expect(again).toEqual(first);
    expect(await rows()).toEqual(after);
  });

  it('keeps the new key and secret of the first response', async () => {
    const create = `mutation ($input: CreateApiKeyInput!) {
      createApiKey(input: $input) { created { key apiKey { keyId revokedAt } } userErrors { code } }
    }`;
    const variables = { input: { name: 'Once', role: 'ADMINISTRATOR', idempotencyKey: 'new-key' } };
    const {
      createApiKey: { created },
    } = await gateway.data(create, variables);
    const revoke = () =>
      gateway.data(
        `mutation ($id: ID!) {
          revokeApiKey(input: { id: $id }) { apiKey { revokedAt } userErrors { code } }
        }`,
        { id: created.apiKey.keyId },
        { headers: { 'idempotency-key': 'revoke' } },
      );
    const {
      createApiKey: { created: again },
    } = await gateway.data(create, variables);
    const revoked = await revoke();
    const stored = await gateway.gateway.db.all<{ answer: unknown }>(
      sql`SELECT answer FROM idempotency_key`,
    );

    expect(again).toEqual(created);
    expect(created.key).toMatch(/^\S{20,}$/);
    expect(revoked.revokeApiKey).toEqual({
      apiKey: { revokedAt: expect.any(String) },
      userErrors: [],
    });
    expect(await revoke()).toEqual(revoked);
    expect(JSON.stringify(stored)).not.toContain(created.key);
  });
}
