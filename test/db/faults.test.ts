import { raw, sql } from '../../src/db/sql';
import { addClinic, type Clinic } from '../support/fixtures/clinic';
import { mutationRecipes } from '../support/fixtures/mutations/recipes';
import { onEachDatabase } from '../support/harness/gateway';
import { tableNames } from '../support/schema/tables';

/** Tables that change outside the transaction of a command: ids are taken in blocks. */
const COUNTERS: readonly string[] = ['id_block'];

/**
 * Runs every mutation with each of its SQL statements failing in turn: it has all effects or none.
 */
onEachDatabase('a failing statement', (gateway) => {
  let clinic: Clinic;
  beforeAll(async () => {
    // Background work could fail instead of the mutation.
    await gateway.restart({ backgroundWork: false });
    clinic = await addClinic(gateway);
  });

  /** All rows of all tables, except what a refused command may count. */
  const state = async () => {
    // Events are numbered after the commit of the rows that a recipe adds.
    await gateway.logged();
    const { db } = gateway.gateway;
    const rowsOf = async (table: string) => {
      const rows = await db.all(sql`SELECT * FROM ${raw(`"${table}"`)}`);
      return [table, rows.map((row) => JSON.stringify(row)).sort()];
    };
    const tables = tableNames().filter((name) => !COUNTERS.includes(name));
    return Object.fromEntries(await Promise.all(tables.map(rowsOf)));
  };

  const upper = (name: string) => `${name[0]!.toUpperCase()}${name.slice(1)}`;
  const recipes = mutationRecipes(gateway, () => clinic).filter(([, , kind]) => kind === 'writes');

  it.each(recipes)('leaves %s with all effects or none', async (mutation, inputOf) => {
    const input = await inputOf();
    const query = `mutation ($input: ${upper(mutation)}Input!) {
        ${mutation}(input: $input) { userErrors { code message } }
      }`;
    const before = await state();
    let failures = 0;
    for (let fatal = 1; ; fatal += 1) {
      let sent = 0;
      const forget = gateway.gateway.signals.statementSent.on((text) => {
        // The log tail reads by itself, the key is read before the mutation, and expired holds
        // are released later in any case.
        if (/e\.seq >|log_head WHERE|api_key AS k|hold_expires_at IS NOT NULL/.test(text)) return;
        if ((sent += 1) === fatal) throw new Error('disk failure');
      });
      const { data, errors } = await gateway.run(query, { input }).finally(forget);
      if (sent < fatal) {
        expect([errors, data?.[mutation].userErrors]).toEqual([undefined, []]);
        break;
      }
      failures += 1;
      expect([fatal, errors?.[0]?.extensions.code]).toEqual([fatal, 'INTERNAL_SERVER_ERROR']);
      expect([fatal, await state()]).toEqual([fatal, before]);
    }
    expect(failures).toBeGreaterThan(0);
    expect(await state()).not.toEqual(before);
  });
});
