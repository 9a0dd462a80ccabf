import { BusinessRule } from '../../src/business-rule';
import { expectIntegrity } from '../support/harness/integrity';
import { onEachDatabase, type TestGateway } from '../support/harness/gateway';
import { bookingAttempts } from './booking.cases';
import { changeAttempts } from './changes.cases';
import { classAttempts } from './classes.cases';
import { contentsOf, rulesFixture, type Attempt, type Attempts } from './rules.fixture';
import { priceAttempts } from './prices.cases';
import { setupAttempts } from './setup.cases';
import { waitlistAttempts } from './waitlist.cases';

jest.setTimeout(60_000);

/** Sends a mutation, and returns the errors of its payload, or those of GraphQL. */
async function errorsOf(
  gateway: TestGateway,
  mutation: string,
  input: object,
  key?: string,
): Promise<any[]> {
  const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
  const { data, errors } = await gateway.run(
    `mutation ($input: ${type}!) {
      ${mutation}(input: $input) {
        userErrors { __typename code message path ... on RuleViolatedError { rule } }
      }
    }`,
    { input },
    key ? { key } : {},
  );
  return (
    errors?.map(({ message, extensions }) => ({
      code: extensions.code,
      message,
      path: extensions.path ?? ['input'],
    })) ?? data[mutation].userErrors
  );
}

const expectedError = (rule: BusinessRule, { code, message, path }: Attempt) => ({
  ...(code ? { code } : { __typename: 'RuleViolatedError', code: 'RULE_VIOLATED', rule }),
  message: expect.stringContaining(message),
  path: ['input', ...path],
});

onEachDatabase('each rule of the business', (gateway) => {
  const fixture = rulesFixture(gateway);
  const attempts: Attempts = {
    ...bookingAttempts(fixture),
    ...changeAttempts(fixture),
    ...classAttempts(fixture),
    ...priceAttempts(fixture),
    ...setupAttempts(fixture),
    ...waitlistAttempts(fixture),
  };
  afterEach(() => expectIntegrity(gateway));

  it('has a row', () => {
    expect(Object.keys(attempts).sort()).toEqual(Object.keys(BusinessRule).sort());
  });

  it.each(Object.values(BusinessRule))(
    '%s refuses a request, which writes nothing, and accepts its neighbour',
    async (rule) => {
      const attempt = await attempts[rule]!();
      const { mutation, refused, accepted, key, acceptedKey = key, between } = attempt;
      await gateway.logged();
      const before = await contentsOf(gateway);

      const refusal = await errorsOf(gateway, mutation, refused, key);
      const after = await contentsOf(gateway);
      await between?.();
      const acceptance = await errorsOf(gateway, mutation, accepted, acceptedKey);

      expect(refusal).toEqual([expect.objectContaining(expectedError(rule, attempt))]);
      expect(after).toEqual(before);
      expect(acceptance).toEqual([]);
    },
  );
});
