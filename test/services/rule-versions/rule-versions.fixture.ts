import type { Reader, Tx } from '../../../src/db/database';
import { raw, sql } from '../../../src/db/sql';
import { addRuledClinic, type RuledClinic } from '../../support/fixtures/direct';
import type { TestGateway } from '../../support/harness/gateway';

/** The tables with a trigger that raises the version, as the database lists them. */
export async function tablesThatRaise(db: Reader): Promise<string[]> {
  const rows =
    db.dialect === 'postgres'
      ? // For each row (1) that is inserted (4), deleted (8) or updated (16).
        await db.all<{ name: string }>(
          sql`SELECT tgrelid::regclass::text AS name FROM pg_trigger WHERE tgfoid = 'rules_change'::regproc AND tgtype = 29 AND tgenabled = 'O'`,
        )
      : await db.all<{ name: string }>(sql`
        SELECT tbl_name AS name FROM sqlite_master WHERE type = 'trigger' AND ${raw('"sql"')} LIKE '%UPDATE rule_version SET version = version + 1%' GROUP BY tbl_name HAVING count(*) = 3`);
  return rows.map(({ name }) => name).sort();
}

/** Set-up and requests that the cases of the suite share. */
export function ruleVersionsFixture(gateway: TestGateway) {
  let clinic: RuledClinic;
  let others: { businessId: number; key: string; clinic: RuledClinic };
  let own: number;
  beforeAll(async () => {
    await gateway.restart({ backgroundWork: false });
    clinic = await addRuledClinic(gateway, 'a');
    own = gateway.business.business.rowId;
    const other = await gateway.addBusiness({ name: 'Another business', timeZone: 'UTC' });
    others = {
      businessId: other.business.rowId,
      key: other.secretKey,
      clinic: await addRuledClinic(gateway, 'b', other.secretKey),
    };
  });
  const inTransaction = (work: (tx: Tx) => Promise<unknown>) =>
    gateway.gateway.db.transaction(work);

  return {
    get clinic() {
      return clinic;
    },
    get others() {
      return others;
    },
    get own() {
      return own;
    },
    inTransaction,
  };
}

export type RuleVersionsFixture = ReturnType<typeof ruleVersionsFixture>;
