import { Role } from '../../../src/context';
import type { Tx } from '../../../src/db/database';
import { raw, sql } from '../../../src/db/sql';
import { book, change } from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import { versionOf } from '../../support/fixtures/direct';
import type { TestGateway } from '../../support/harness/gateway';
import { tablesThatRaise, type RuleVersionsFixture } from './rule-versions.fixture';

/** Each table of rules, and the columns in which a copy of a row must differ. */
const COPIES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  business: { id: '9000' },
  custom_field: { id: '9000', code: `'COPY'` },
  custom_field_reason: { reason_id: '{other reason}' },
  date_override: { id: '9000', date: `'2029-11-11'` },
  location: { id: '9000', '"primary"': '{false}' },
  reason: { id: '9000' },
  reason_add_on: { reason_id: '{other reason}' },
  resource: { id: '9000' },
  resource_bundle: { id: '9000' },
  resource_bundle_item: { resource_id: '{other resource}' },
  resource_need_option: { choice: '9' },
  schedule_period: { id: '9000' },
  service_location: { reason_id: '{other reason}' },
  service_staff: { reason_id: '{add-on}' },
  staff: { id: '9000', user_name: `'copy'` },
  staff_location: { location_id: '{other location}' },
  subject: { id: '9000' },
};

export function changesCases(gateway: TestGateway, fixture: RuleVersionsFixture): void {
  const { inTransaction } = fixture;

  const versions = async () =>
    [
      await versionOf(gateway.gateway.db, fixture.own),
      await versionOf(gateway.gateway.db, fixture.others.businessId),
    ] as const;
  const flag = (value: boolean) =>
    gateway.dialect === 'postgres' ? String(value) : String(Number(value));

  /** Inserts a copy of a row of the tested business, and returns its key. */
  async function copied(tx: Tx, table: string): Promise<string> {
    const meant: Record<string, string> = {
      '{other reason}': String(numberOf(fixture.clinic.roomReasonId)),
      '{add-on}': String(numberOf(fixture.clinic.addOnId)),
      '{false}': flag(false),
      '{other resource}': String(numberOf(fixture.clinic.lampId)),
      '{other location}': '9001',
    };
    const changes = Object.fromEntries(
      Object.entries(COPIES[table]!).map(([column, value]) => [column, meant[value] ?? value]),
    );
    if (table === 'staff_location')
      await copyOf(tx, 'location', { id: '9001', '"primary"': flag(false) });
    await copyOf(tx, table, changes);
    return Object.entries(changes)
      .map(([column, value]) => `${column} = ${value}`)
      .join(' AND ');
  }
  async function copyOf(tx: Tx, table: string, changes: Record<string, string>): Promise<void> {
    const tenant = table === 'business' ? 'id' : 'business_id';
    const [row] = await tx.all(
      sql`SELECT * FROM ${raw(table)} WHERE ${raw(tenant)} = ${fixture.own} LIMIT 1`,
    );
    const columns = Object.keys(row!).map((name) => `"${name}"`);
    const values = columns.map(
      (column) => changes[column] ?? changes[column.slice(1, -1)] ?? column,
    );
    expect(
      await tx.run(
        sql`INSERT INTO ${raw(`${table} (${columns.join(', ')}) SELECT ${values.join(', ')} FROM ${table}`)} WHERE ${raw(tenant)} = ${fixture.own} LIMIT 1`,
      ),
    ).toBe(1);
  }

  it('covers every table that is tested here, and no other', async () => {
    expect(await tablesThatRaise(gateway.gateway.db)).toEqual(Object.keys(COPIES));
  });

  it.each(Object.keys(COPIES).filter((table) => table !== 'business'))(
    'rises with an insert, an update and a delete in %s, of this business only',
    async (table) => {
      const [before, theirs] = await versions();
      let where = '';
      const tenant = sql`business_id = ${fixture.own}`;
      await inTransaction(async (tx) => {
        where = await copied(tx, table);
        // No other transaction sees either before both are committed.
        expect(await versions()).toEqual([before, theirs]);
      });
      const [added] = await versions();
      expect(added).toBeGreaterThan(before);
      await inTransaction(async (tx) =>
        expect(
          await tx.run(
            sql`UPDATE ${raw(table)} SET ${raw('business_id = business_id')} WHERE ${tenant} AND ${raw(where)}`,
          ),
        ).toBe(1),
      );
      const [changed] = await versions();
      expect(changed).toBeGreaterThan(added);
      await inTransaction(async (tx) =>
        expect(await tx.run(sql`DELETE FROM ${raw(table)} WHERE ${tenant} AND ${raw(where)}`)).toBe(
          1,
        ),
      );
      const [taken, unchanged] = await versions();
      expect(taken).toBeGreaterThan(changed);
      expect(unchanged).toBe(theirs);
      if (table === 'staff_location')
        await inTransaction((tx) =>
          tx.run(sql`DELETE FROM location WHERE ${tenant} AND id = 9001`),
        );
    },
  );

  it('begins with a business, rises with its changes, and belongs to it only', async () => {
    const before = await versions();
    await inTransaction((tx) => copied(tx, 'business'));
    const first = await versionOf(gateway.gateway.db, 9000);
    expect(first).toBeGreaterThan(0);
    await inTransaction((tx) =>
      tx.run(sql`UPDATE business SET requires_fields = ${true} WHERE id = 9000`),
    );
    expect(await versionOf(gateway.gateway.db, 9000)).toBeGreaterThan(first);
    expect(await versions()).toEqual(before);
  });

  it('does not change on a rollback', async () => {
    const before = await versions();
    await expect(
      inTransaction(async (tx) => {
        await tx.run(sql`UPDATE reason SET visit_minutes = 7 WHERE business_id = ${fixture.own}`);
        throw new Error('rolled back');
      }),
    ).rejects.toThrow('rolled back');
    expect(await versions()).toEqual(before);
  });

  it('rises for all changes of one transaction in one step', async () => {
    const [before, theirs] = await versions();
    await inTransaction(async (tx) => {
      for (const table of ['reason', 'staff', 'location'])
        await tx.run(
          sql`UPDATE ${raw(table)} SET modified_at = modified_at + 1 WHERE business_id = ${fixture.own}`,
        );
      expect(await versions()).toEqual([before, theirs]);
    });
    const [after, unchanged] = await versions();
    expect(after).toBeGreaterThan(before);
    expect(unchanged).toBe(theirs);
    // On PostgreSQL the row is written once, for any number of changed rows.
    if (gateway.dialect === 'postgres') expect(after).toBe(before + 1);
  });

  it('rises for each business that one transaction changes', async () => {
    const before = await versions();
    await inTransaction((tx) => tx.run(sql`UPDATE reason SET modified_at = modified_at + 1`));
    const after = await versions();
    expect(after.map((version, index) => version > before[index]!)).toEqual([true, true]);
  });

  it('does not change with a booking, its cancellation, a client, a hold or a key', async () => {
    const before = await versions();
    const { appointment } = await book(gateway, fixture.clinic, '2031-01-06T14:00:00Z');
    const grown = await versions();
    await change(gateway, 'cancelAppointment', { id: appointment.id });
    await book(gateway, fixture.clinic, '2031-01-06T16:00:00Z', {
      clientId: undefined,
      client: { firstName: 'New', lastName: 'Client', emailAddress: 'new@example.org' },
      idempotencyKey: 'k',
    });
    await change(gateway, 'holdAppointment', {
      reasonId: fixture.clinic.reasonId,
      locationId: fixture.clinic.locationId,
      staffId: fixture.clinic.staffId,
      start: '2031-01-06T18:00:00Z',
    });
    await gateway.key(Role.STAFF_USER, { staffId: numberOf(fixture.clinic.staffId) });
    expect(await versions()).toEqual(grown);
    // The first appointment of the business is its longest so far.
    expect(grown).toEqual([before[0] + 1, before[1]]);
  });

  if (gateway.dialect === 'postgres') {
    it('is locked last: rule changes that lock rows in opposite order do not deadlock', async () => {
      const { db } = gateway.gateway;
      const before = await versions();
      let tries = 0;
      let [locked, changed] = [() => {}, () => {}];
      const [isLocked, isChanged] = [
        new Promise<void>((resolve) => (locked = resolve)),
        new Promise<void>((resolve) => (changed = resolve)),
      ];
      const lock = (tx: Tx) =>
        tx.all(
          sql`SELECT id FROM subject WHERE business_id = ${fixture.own} ORDER BY id FOR NO KEY UPDATE`,
        );
      await Promise.all([
        db.transaction(async (tx) => {
          tries += 1;
          await tx.run(
            sql`UPDATE reason SET sort_weight = sort_weight + 1 WHERE business_id = ${fixture.own}`,
          );
          changed();
          await isLocked;
          await lock(tx);
        }),
        db.transaction(async (tx) => {
          tries += 1;
          await isChanged;
          await lock(tx);
          locked();
          await tx.run(
            sql`UPDATE location SET modified_at = modified_at + 1 WHERE business_id = ${fixture.own}`,
          );
        }),
      ]);
      expect(tries).toBe(2);
      expect((await versions())[0]).toBe(before[0] + 2);
    });
  }
}
