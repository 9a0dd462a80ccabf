import { tableNames } from '../../support/schema/tables';
import { gatewaySchema } from '../../../src/schema';
import { raw, sql } from '../../../src/db/sql';
import { addClinic, type Clinic } from '../../support/fixtures/clinic';
import { type Answer } from '../../support/harness/gateway';
import { mutationRecipes } from '../../support/fixtures/mutations/recipes';
import { selectionOf } from '../../support/schema/requests';
import type { TestGateway } from '../../support/harness/gateway';

export const MUTATIONS = gatewaySchema().getMutationType()!.getFields();

/** Public limits count attempts, and a retry is an attempt. */
const BOOKKEEPING = new Set([
  'idempotency_key',
  'id_block',
  'log_head',
  'public_usage',
  'readiness',
  'rule_version',
]);
const TABLES = () =>
  tableNames()
    .filter((name) => !BOOKKEEPING.has(name))
    .sort();

/** One field of a document, with its whole payload and the rows in it. */
function fieldOf(name: string, alias = name, variable = 'input'): string {
  const field = MUTATIONS[name]!;
  const args = field.args.map(
    (arg) => `${arg.name}: $${arg.name === 'input' ? variable : arg.name}`,
  );
  return `${alias}: ${name}(${args.join(', ')})${selectionOf(field.type, 1)}`;
}

export const variableOf = (name: string, variable = 'input'): string =>
  MUTATIONS[name]!.args.map(
    (arg) => `$${arg.name === 'input' ? variable : arg.name}: ${String(arg.type)}`,
  ).join(', ');

export const documentOf = (name: string): string =>
  `mutation (${variableOf(name)}) { ${fieldOf(name)} }`;

/** Set-up and requests that the cases of the suite share. */
export function retriesFixture(gateway: TestGateway) {
  let clinic: Clinic;
  let clinics = 0;
  const recipes = mutationRecipes(gateway, () => clinic);

  beforeAll(async () => {
    await gateway.restart({ backgroundWork: false });
    await renew();
  });
  const renew = async () => {
    clinic = await addClinic(gateway, `${(clinics += 1)}`);
  };

  async function rows(): Promise<Map<string, string[]>> {
    await gateway.logged();
    const { db } = gateway.gateway;
    const all = new Map<string, string[]>();
    for (const table of TABLES()) {
      all.set(
        table,
        (await db.all(sql`SELECT * FROM ${raw(`"${table}"`)}`))
          .map((row) => JSON.stringify(row))
          .sort(),
      );
    }
    return all;
  }
  const refusals = ({ data, errors = [] }: Answer) => [
    ...errors,
    ...Object.values(data ?? {}).flatMap((payload: any) => payload?.userErrors ?? []),
  ];

  return {
    get clinic() {
      return clinic;
    },
    recipes,
    renew,
    rows,
    refusals,
  };
}

export type RetriesFixture = ReturnType<typeof retriesFixture>;
