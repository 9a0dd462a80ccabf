import { getNamedType, isInputObjectType } from 'graphql';
import { sql } from '../../../src/db/sql';
import { change } from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';
import { CHANGES_CLINIC } from './keys.cases';
import { MUTATIONS, documentOf, variableOf, type RetriesFixture } from './retries.fixture';

/** Refusals of the second of two concurrent calls, where it is not a VERSION_CONFLICT. */
const LOSES: Readonly<Record<string, string>> = {
  bookFromWaitlist: 'TIME_UNAVAILABLE',
  deleteCustomField: 'NOT_FOUND',
  deleteDateOverride: 'NOT_FOUND',
  deleteMessageTemplate: 'NOT_FOUND',
  deleteSchedulePeriod: 'NOT_FOUND',
  deleteWebhook: 'NOT_FOUND',
};

const CREATES = /^(create|hold|join|save|sell)/;

/** Mutations that change no version of one object, and why. */
const UNVERSIONED: Readonly<Record<string, string>> = {
  exchangeManageToken: 'It changes no object.',
  inviteFromWaitlist: 'It changes several entries: each must still wait.',
  mergeClients: 'It changes two clients: each must still exist.',
  readClientSsn: 'It changes no object.',
  replayWebhook: 'It changes the position of the log, which each delivery changes.',
  replayWebhookDelivery: 'A delivery has no version: its state decides.',
  retryJob: 'A job has no version: its state decides.',
  revokeApiKey: 'A key is fixed, and its revocation final.',
  rotateApiKey: 'A key has no version: the last rotation decides.',
  revokeCalendarFeed: 'An address is fixed, and its revocation final.',
  testWebhook: 'It sends a delivery and changes no object.',
};

/** Whether a mutation deletes the row itself. Others mark it as deleted. */
const isDeletion = (name: string): boolean => name.startsWith('delete') && name in LOSES;

/** Mutations of rows that the input names by a key, or of which a business has one. */
const BY_KEY = /SubStatus$|MessageTemplate$|WaitlistSettings$/;

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

  const takesVersion = (name: string): boolean => {
    const input = getNamedType(MUTATIONS[name]!.args.find((arg) => arg.name === 'input')?.type);
    return isInputObjectType(input) && 'expectedVersion' in input.getFields();
  };
  const versioned = recipes.filter(([name]) => takesVersion(name));

  it('can state the version that it is based on, if it changes what exists', () => {
    const names = Object.keys(MUTATIONS);

    expect(names.filter((name) => !CREATES.test(name) && !takesVersion(name)).sort()).toEqual(
      Object.keys(UNVERSIONED).sort(),
    );
    expect(new Set(versioned.map(([name]) => name))).toEqual(
      new Set(names.filter((name) => takesVersion(name))),
    );
  });

  it('can carry an idempotency key, whatever it does', () => {
    const without = Object.values(MUTATIONS).filter(({ args }) => {
      const input = getNamedType(args.find((arg) => arg.name === 'input')?.type);
      return isInputObjectType(input) && !('idempotencyKey' in input.getFields());
    });

    expect(without.map(({ name }) => name)).toEqual([]);
  });

  it.each(versioned)(
    'succeeds only once for one version, and not for a future one: %s',
    async (name, inputOf) => {
      const given: {
        id?: string;
        reasonId?: string;
        clientId?: string;
        entry?: { id: string };
      } = {
        ...(await inputOf()),
        idempotencyKey: null,
      } as object;
      const before = await rows();
      const run = (expectedVersion: number) =>
        gateway.run(documentOf(name), { input: { ...given, expectedVersion } });
      const refusalOf = async (expectedVersion: number) =>
        refusals(
          await gateway.run(
            `mutation (${variableOf(name)}) {
              ${name}(input: $input) {
                userErrors { code path ... on VersionConflictError { currentVersion current { id } } }
              }
            }`,
            { input: { ...given, expectedVersion } },
          ),
        );

      const future = await refusalOf(1_000);
      const unchanged = await rows();
      const { currentVersion: version } = future[0] as { currentVersion: number };
      const answers = await Promise.all([run(version), run(version)]);
      const after = await rows();
      const late = await refusalOf(version);

      const conflict = { code: 'VERSION_CONFLICT', path: ['input', 'expectedVersion'] };
      const ofBusiness = name === 'updateBusiness' ? gateway.business.business.id : null;
      const id = given.id ?? given.entry?.id ?? given.reasonId ?? given.clientId ?? ofBusiness;
      const ofKey = BY_KEY.test(name) ? { id: expect.any(String) } : null;
      const current = id ? { id } : ofKey;
      expect(future).toEqual([
        {
          ...conflict,
          currentVersion: expect.any(Number),
          // Nothing is saved yet.
          current: name === 'saveMessageTemplate' ? null : current,
        },
      ]);
      expect(unchanged).toEqual(before);
      expect(answers.flatMap(refusals)).toEqual([
        expect.objectContaining({ code: LOSES[name] ?? conflict.code }),
      ]);
      expect(late).toEqual([
        isDeletion(name)
          ? expect.objectContaining({ code: 'NOT_FOUND' })
          : { ...conflict, currentVersion: version + 1, current },
      ]);
      expect(await rows()).toEqual(after);
      const { data } = answers.find((answer) => !refusals(answer).length)!;
      const changed = Object.values<any>(data[name]).filter((row) => row?.id === given.id);
      if (given.id && name.startsWith('update'))
        expect(changed.map((row) => row.version)).toEqual(changed.map(() => version + 1));
      if (CHANGES_CLINIC.has(name)) await fixture.renew();
    },
  );

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
      createApiKey(input: $input) { key apiKey { keyId revokedAt } userErrors { code } }
    }`;
    const variables = { input: { name: 'Once', role: 'ADMINISTRATOR', idempotencyKey: 'new-key' } };
    const { createApiKey: created } = await gateway.data(create, variables);
    const revoke = () =>
      gateway.data(
        `mutation ($id: ID!) {
          revokeApiKey(input: { id: $id }) { apiKey { revokedAt } userErrors { code } }
        }`,
        { id: created.apiKey.keyId },
        { headers: { 'idempotency-key': 'revoke' } },
      );
    const { createApiKey: again } = await gateway.data(create, variables);
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
