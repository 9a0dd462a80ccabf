import { change } from '../../support/fixtures/clinic';
import { type Answer } from '../../support/harness/gateway';
import { runOver, TRANSPORTS } from '../../support/harness/transports';
import type { TestGateway } from '../../support/harness/gateway';
import { documentOf, type RetriesFixture } from './retries.fixture';

/** Mutations that change who serves, what a reason takes, or which location is primary. */
export const CHANGES_CLINIC = new Set([
  'updateStaff',
  'setReasonStaff',
  'setReasonResources',
  'setReasonLocations',
  'setReasonAddOns',
  'createLocation',
  'createDateOverride',
  'createTimeOff',
]);

interface Sent {
  readonly query: string;
  readonly variables: object;
  readonly options: { key?: string; headers?: Record<string, string> };
}

export function keysCases(gateway: TestGateway, fixture: RetriesFixture): void {
  const { recipes, renew, rows, refusals } = fixture;

  let keys = 0;
  const countsOf = (state: Map<string, string[]>) =>
    new Map([...state].map(([table, all]) => [table, all.length]));
  function grownBy(
    before: Map<string, string[]>,
    after: Map<string, string[]>,
  ): Record<string, number> {
    const [old, now] = [countsOf(before), countsOf(after)];
    return Object.fromEntries(
      [...now]
        .map(([table, count]) => [table, count - old.get(table)!])
        .filter(([, count]) => count !== 0),
    );
  }

  const run = ({ query, variables, options }: Sent): Promise<Answer> =>
    gateway.run(query, variables, options);

  /** Runs a request twice and expects one effect and one response. */
  async function repeated(request: Sent, hasEffect = true): Promise<void> {
    const before = await rows();
    const first = await run(request);
    expect(refusals(first)).toEqual([]);
    const after = await rows();
    const again = await run(request);

    expect(again).toEqual(first);
    expect(await rows()).toEqual(after);
    if (hasEffect) expect(after).not.toEqual(before);
  }

  it.each(recipes)(
    'has one effect and one response: %s, by a key in its input',
    async (name, inputOf) => {
      const input = { ...(await inputOf()), idempotencyKey: `key-${(keys += 1)}` };

      const request = { query: documentOf(name), variables: { input }, options: {} };
      // The exchange of a link writes nothing but the key.
      await repeated(request, name !== 'exchangeManageToken');
      if (CHANGES_CLINIC.has(name)) await renew();
    },
  );

  it('gives no caller of a publishable key the result of another, by any key', async () => {
    const { publishableKey: key } = gateway.business;
    const headers = { 'idempotency-key': '1' };
    const hold = (start: string, holdSecret: string) =>
      gateway.run(
        documentOf('holdAppointment'),
        {
          input: {
            locationId: fixture.clinic.locationId,
            reasonId: fixture.clinic.reasonId,
            staffId: fixture.clinic.staffId,
            start,
            holdSecret,
          },
        },
        { key, headers },
      );

    const one = await hold('2035-03-01T15:00:00Z', 'the secret of one caller');
    const same = await hold('2035-03-01T15:00:00Z', 'the secret of the other');
    const other = await hold('2035-03-02T15:00:00Z', 'the secret of the other');
    const again = await hold('2035-03-01T15:00:00Z', 'the secret of one caller');

    expect([refusals(one), refusals(other), again]).toEqual([[], [], one]);
    expect(refusals(same)).toMatchObject([{ code: 'TIME_UNAVAILABLE' }]);
    expect(other.data.holdAppointment.appointment.id).not.toBe(
      one.data.holdAppointment.appointment.id,
    );
  });

  it.each(TRANSPORTS)(
    'refuses keys of no or more than 100 characters and writes nothing, over %s',
    async (transport) => {
      const query = documentOf('createClient');
      const variables = { input: { firstName: 'Long', lastName: 'Key' } };
      const before = await rows();

      for (const idempotencyKey of ['', 'k'.repeat(101)]) {
        const { data } = await runOver(gateway, transport, {
          query,
          variables: { input: { ...variables.input, idempotencyKey } },
        });
        expect(data?.createClient.userErrors).toMatchObject([
          { code: 'INVALID_INPUT', path: ['input', 'idempotencyKey'] },
        ]);

        if (idempotencyKey === '' && transport !== 'WebSocket') continue;
        const inHeader = await runOver(gateway, transport, { query, variables, idempotencyKey });
        expect(inHeader).toMatchObject({
          data: { createClient: null },
          errors: [{ path: ['createClient'], extensions: { code: 'BAD_USER_INPUT' } }],
        });
      }
      expect(await rows()).toEqual(before);
      const longest = await runOver(gateway, transport, {
        query,
        variables,
        idempotencyKey: `${transport}${'k'.repeat(91)}`.slice(0, 100),
      });
      expect(
        await runOver(gateway, transport, {
          query,
          variables,
          idempotencyKey: `${transport}${'k'.repeat(91)}`.slice(0, 100),
        }),
      ).toEqual(longest);
      expect(grownBy(before, await rows())).toMatchObject({ client: 1 });
    },
  );

  it('books a hold once by its secret and a key, concurrently too, and without a key for the same client', async () => {
    const { publishableKey: key } = gateway.business;
    const hold = async (start: string) =>
      (
        await change(
          gateway,
          'holdAppointment',
          {
            locationId: fixture.clinic.locationId,
            reasonId: fixture.clinic.reasonId,
            staffId: fixture.clinic.staffId,
            start,
            holdSecret: 'a secret of this hold',
          },
          'appointment { id }',
          key,
        )
      ).appointment.id;
    const guest = {
      firstName: 'Daenerys',
      lastName: 'Targaryen',
      emailAddress: 'dany@dragonstone.org',
    };
    const book = (id: string, more: object = {}) =>
      gateway.run(
        documentOf('bookAppointment'),
        {
          input: { id, holdSecret: 'a secret of this hold', client: guest, ...more },
        },
        { key },
      );
    const [one, two] = [await hold('2035-01-01T15:00:00Z'), await hold('2035-01-02T15:00:00Z')];

    const withKey = await Promise.all([1, 2, 3].map(() => book(one, { idempotencyKey: 'web-1' })));
    const after = await rows();
    const without = await Promise.all([1, 2].map(() => book(two)));
    const ended = await rows();
    const third = await book(two);
    const stranger = await book(two, {
      client: { ...guest, emailAddress: 'other@dragonstone.org' },
    });
    const guess = await book(two, { holdSecret: 'not the secret of it' });

    expect(withKey.map(refusals)).toEqual([[], [], []]);
    expect(withKey.map(({ data }) => data.bookAppointment.appointment.status)).toEqual([
      'OPEN',
      'OPEN',
      'OPEN',
    ]);
    expect(withKey[1]).toEqual(withKey[0]);
    expect(withKey[2]).toEqual(withKey[0]);
    expect([...without.map(refusals), refusals(third)]).toEqual([[], [], []]);
    expect([without[1], third]).toEqual([without[0], without[0]]);
    expect(grownBy(after, ended)).toMatchObject({ client: 1 });
    expect(refusals(stranger)).toMatchObject([{ code: 'ILLEGAL_TRANSITION' }]);
    expect(refusals(guess)).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect(await rows()).toEqual(ended);
  });
}
