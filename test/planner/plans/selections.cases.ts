import { ScalarCheck } from '../../support/schema/scalar-page';
import { Generator, randomOf } from '../../support/schema/selections';
import type { TestGateway } from '../../support/harness/gateway';
import { PLAN, schema, type PlansFixture } from './plans.fixture';

const ROUNDS = 240;

export function selectionsCases(gateway: TestGateway, fixture: PlansFixture): void {
  const { ids, keys } = fixture;

  it('return the last rows in order for any selection of the page', async () => {
    const rows = async (field: string, selection: string, args = '') =>
      (await gateway.data(`{ ${field}(${args || 'first: 100'}) { ${selection} } }`))[field];
    for (const field of ['appointments', 'clients', 'staff', 'reasons']) {
      const all: string[] = (await rows(field, 'nodes { id }')).nodes.map(({ id }: any) => id);
      expect([field, all.length > 2]).toEqual([field, true]);
      for (const count of [2, 3, all.length]) {
        const expected = all.slice(-count);
        const { nodes } = await rows(field, 'nodes { id }', `last: ${count}`);
        expect([field, nodes.map(({ id }: any) => id)]).toEqual([field, expected]);
        const page = await rows(
          field,
          'totalCount nodes { id } edges { node { id } } pageInfo { hasPreviousPage }',
          `last: ${count}`,
        );
        expect(
          [page.nodes, page.edges.map(({ node }: any) => node)].map((list) =>
            list.map(({ id }: any) => id),
          ),
        ).toEqual([expected, expected]);
      }
    }
  });

  it(`return ${ROUNDS} random selections as resolvers do, to every role`, async () => {
    const seed = Number(process.env.TEST_SEED ?? Date.now() % 1_000_000);
    const generator = new Generator(schema, randomOf(seed), ids);
    const unplanned: string[] = [];
    const scalars = new ScalarCheck(schema);
    let answered = 0;
    for (let round = 0; round < ROUNDS; round += 1) {
      const query = generator.operation();
      const key = keys[round % keys.length];
      let planned = 0;
      const forget = gateway.gateway.signals.statementSent.on((text) =>
        PLAN.test(text) ? (planned += 1) : 0,
      );
      const answer = await gateway
        .run(query, {}, key ? { key } : {})
        .catch((error: Error) => {
          throw new Error(`seed ${seed}, round ${round}: ${error.message}`);
        })
        .finally(forget);
      if (answer.errors?.some(({ extensions }) => extensions.code === 'INTERNAL_SERVER_ERROR'))
        throw new Error(`seed ${seed}, round ${round}: ${query}`);
      answered += answer.errors ? 0 : 1;
      scalars.check(query, answer.data);
      if (!answer.errors && !planned) unplanned.push(`${round % keys.length} ${query}`);
    }
    // Otherwise the comparison would compare resolvers with themselves.
    expect([seed, unplanned]).toEqual([seed, []]);
    expect([seed, answered > ROUNDS / 2]).toEqual([seed, true]);
    // docs/scalars.md describes every value that is sent.
    expect([seed, scalars.undescribed]).toEqual([seed, []]);
    expect([seed, scalars.count > 0]).toEqual([seed, true]);
  });

  it('reads six levels in one statement', async () => {
    const { data, statements: sent } = await gateway.counted(`{
      staff(first: 2) {
        nodes {
          fullName
          appointments(first: 2) {
            nodes {
              client {
                fullName
                appointments(first: 2) {
                  nodes {
                    location {
                      locationName staff(first: 2) { nodes { fullName locations { locationName } } }
                    }
                  }
                }
              }
            }
          }
        }
      }
    }`);
    expect(sent).toHaveLength(1);
    expect(data.staff.nodes).toHaveLength(2);
  });
}
