import { DataSource, getMetadataArgsStorage } from 'typeorm';
import { loadConfig } from '../../src/config';
import { Role } from '../../src/context';
import { dataSource } from '../../src/data-source';
import { migrations } from '../../src/db/migrations';
import type { Reader, Tx } from '../../src/db/database';
import { raw, sql } from '../../src/db/sql';
import { addReason, BOOK, book, change } from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';
import { POSTGRES, scratchDatabase } from '../support/harness/scratch';
import { numberOf } from '../support/fixtures/ids';
import {
  addRuledClinic,
  versionOf,
  wentDirectly,
  type RuledClinic,
} from '../support/fixtures/direct';

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

/** Names of tables, among the names of subqueries after FROM. */
const TABLES = new RegExp(
  `^(?:${getMetadataArgsStorage()
    .tables.map(({ name }) => name)
    .join('|')})$`,
);

/** The tables with a trigger that raises the version, as the database lists them. */
async function tablesThatRaise(db: Reader): Promise<string[]> {
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

onEachDatabase('the rule version', (gateway) => {
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

  const versions = async () =>
    [
      await versionOf(gateway.gateway.db, own),
      await versionOf(gateway.gateway.db, others.businessId),
    ] as const;
  const flag = (value: boolean) =>
    gateway.dialect === 'postgres' ? String(value) : String(Number(value));

  /** Inserts a copy of a row of the tested business, and returns its key. */
  async function copied(tx: Tx, table: string): Promise<string> {
    const meant: Record<string, string> = {
      '{other reason}': String(numberOf(clinic.roomReasonId)),
      '{add-on}': String(numberOf(clinic.addOnId)),
      '{false}': flag(false),
      '{other resource}': String(numberOf(clinic.lampId)),
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
      sql`SELECT * FROM ${raw(table)} WHERE ${raw(tenant)} = ${own} LIMIT 1`,
    );
    const columns = Object.keys(row!).map((name) => `"${name}"`);
    const values = columns.map(
      (column) => changes[column] ?? changes[column.slice(1, -1)] ?? column,
    );
    expect(
      await tx.run(
        sql`INSERT INTO ${raw(`${table} (${columns.join(', ')}) SELECT ${values.join(', ')} FROM ${table}`)} WHERE ${raw(tenant)} = ${own} LIMIT 1`,
      ),
    ).toBe(1);
  }
  const inTransaction = (work: (tx: Tx) => Promise<unknown>) =>
    gateway.gateway.db.transaction(work);

  it('covers every table that is tested here, and no other', async () => {
    expect(await tablesThatRaise(gateway.gateway.db)).toEqual(Object.keys(COPIES));
  });

  it.each(Object.keys(COPIES).filter((table) => table !== 'business'))(
    'rises with an insert, an update and a delete in %s, of this business only',
    async (table) => {
      const [before, theirs] = await versions();
      let where = '';
      const tenant = sql`business_id = ${own}`;
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
        await tx.run(sql`UPDATE reason SET visit_minutes = 7 WHERE business_id = ${own}`);
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
          sql`UPDATE ${raw(table)} SET modified_at = modified_at + 1 WHERE business_id = ${own}`,
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
    const { appointment } = await book(gateway, clinic, '2031-01-06T14:00:00Z');
    const grown = await versions();
    await change(gateway, 'cancelAppointment', { id: appointment.id });
    await book(gateway, clinic, '2031-01-06T16:00:00Z', {
      clientId: undefined,
      client: { firstName: 'New', lastName: 'Client', emailAddress: 'new@example.org' },
      idempotencyKey: 'k',
    });
    await change(gateway, 'holdAppointment', {
      reasonId: clinic.reasonId,
      locationId: clinic.locationId,
      staffId: clinic.staffId,
      start: '2031-01-06T18:00:00Z',
    });
    await gateway.key(Role.STAFF_USER, { staffId: numberOf(clinic.staffId) });
    expect(await versions()).toEqual(grown);
    // The first appointment of the business is its longest so far.
    expect(grown).toEqual([before[0] + 1, before[1]]);
  });

  if (gateway.dialect === 'postgres') {
    it('is the last lock of a transaction: two that change rules and lock the same rows in opposite order do not deadlock', async () => {
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
          sql`SELECT id FROM subject WHERE business_id = ${own} ORDER BY id FOR NO KEY UPDATE`,
        );
      await Promise.all([
        db.transaction(async (tx) => {
          tries += 1;
          await tx.run(
            sql`UPDATE reason SET sort_weight = sort_weight + 1 WHERE business_id = ${own}`,
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
            sql`UPDATE location SET modified_at = modified_at + 1 WHERE business_id = ${own}`,
          );
        }),
      ]);
      expect(tries).toBe(2);
      expect((await versions())[0]).toBe(before[0] + 2);
    });
  }

  /** Tables that optimistic bookings read again for each booking, or that only scope a viewer. */
  const SEEN = [
    'appointment',
    'appointment_add_on',
    'appointment_blocked_staff',
    // Reasons, staff and clients that a location super user sees. A new session raises the version
    // by its subject.
    'class_schedule',
    'client_location',
    'client_staff',
    'message',
    'recurring_appointment',
    // Compared in the statement that writes.
    'database_epoch',
    'appointment_staff',
    'claim',
    'client',
    'event',
    'idempotency_key',
    'log_head',
    'rule_version',
  ];

  it('covers exactly the tables whose rows are cached', async () => {
    const { db } = gateway.gateway;
    const catalog = new Set(
      (
        await db.all<{ name: string }>(
          gateway.dialect === 'postgres'
            ? sql`SELECT relname AS name FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`
            : sql`SELECT name FROM sqlite_master WHERE type = 'table'`,
        )
      ).map(({ name }) => name),
    );
    const read = new Set<string>();
    const { addOnId, staffId, otherStaffId, locationId, clientId } = clinic;
    const personalId = await addReason(gateway, {
      reasonDesc: 'Lunch',
      reasonType: 'PERSONAL',
      visitMinutes: 30,
    });
    const keys = await Promise.all([
      gateway.key(Role.STAFF_USER, { staffId: numberOf(staffId) }),
      gateway.key(Role.LOCATION_SUPER_USER, { locationIds: [numberOf(locationId)] }),
      gateway.key(Role.CLIENT, { clientId: numberOf(clientId) }),
    ]);
    const wants: [object, string?][] = [
      [{}],
      [{ locationId: undefined }],
      [{ addOnReasonIds: [addOnId] }],
      [{ coordinatorStaffId: otherStaffId }],
      [{ fields: [{ code: 'DIET', value: 'vegan' }] }],
      [{ durationMinutes: 30 }],
      [{ reasonId: personalId, clientId: undefined }],
      [
        {
          clientId: undefined,
          client: { firstName: 'Jon', lastName: 'Snow a', emailAddress: 'jsnow-a@castleblack.mil' },
        },
      ],
      ...keys.map((key, index): [object, string] => [
        index === 2 ? { clientId: undefined } : {},
        key,
      ]),
    ];
    for (const [index, [input, key]] of wants.entries()) {
      const make = (hour: number) =>
        gateway.counted(
          BOOK,
          {
            input: {
              locationId,
              reasonId: clinic.reasonId,
              staffId,
              clientId,
              start: new Date(Date.UTC(2031, 2, 1 + index, hour)).toISOString(),
              idempotencyKey: `${index} ${hour}`,
              ...input,
            },
          },
          key ? { key } : {},
        );
      // The first booking finds changed rules, and the second one caches them.
      await inTransaction((tx) =>
        tx.run(sql`UPDATE reason SET sort_weight = sort_weight + 1 WHERE business_id = ${own}`),
      );
      await make(9);
      const { data, statements } = await make(14);
      expect([index, data.createAppointment.userErrors, wentDirectly(statements)]).toEqual([
        index,
        [],
        true,
      ]);
      for (const [, name] of statements
        .join('\n')
        .matchAll(/\b(?:FROM|JOIN|UPDATE|INTO)\s+"?(\w+)"?/g))
        if (catalog.has(name as string)) read.add(name as string);
    }
    expect([...read].filter((name) => !SEEN.includes(name)).sort()).toEqual(
      await tablesThatRaise(db),
    );
  });

  it.each([Role.ADMINISTRATOR, Role.LOCATION_SUPER_USER, Role.STAFF_USER, Role.CLIENT])(
    'is kept of all that a %s books from without reading it again',
    async (role) => {
      const { db } = gateway.gateway;
      const { reasonId, staffId, locationId, clientId } = clinic;
      const key = await gateway.key(role, {
        staffId: role === Role.STAFF_USER ? numberOf(staffId) : null,
        clientId: role === Role.CLIENT ? numberOf(clientId) : null,
        locationIds: role === Role.LOCATION_SUPER_USER ? [numberOf(locationId)] : [],
      });
      const yogaId = await addReason(gateway, {
        reasonDesc: `Yoga ${role}`,
        reasonType: 'CLASS',
        visitMinutes: 60,
        staffIds: [staffId],
      });
      await change(gateway, 'createClassSchedule', {
        reasonId: yogaId,
        staffId,
        locationId,
        capacity: 5,
        starts: ['2031-05-01T03:00:00Z'],
      });
      let day = 1 + 3 * Object.values(Role).indexOf(role);
      const make = async () => {
        const start = new Date(Date.UTC(2031, 4, (day += 1), 14)).toISOString();
        const input = { locationId, reasonId, staffId, start };
        const { data, statements } = await gateway.counted(
          BOOK,
          { input: role === Role.CLIENT ? input : { ...input, clientId } },
          { key },
        );
        expect(data.createAppointment.userErrors).toEqual([]);
        return statements;
      };
      // The first request of a viewer reads what it needs; the second one keeps it.
      await make();
      const reading = await make();
      const known = await make();

      const remembered = reading.filter((text) => !known.includes(text)).join('\n');
      const tables = [...remembered.matchAll(/\b(?:FROM|JOIN)\s+"?(\w+)"?/g)].map(
        ([, name]) => name as string,
      );
      const raising = await tablesThatRaise(db);

      expect([wentDirectly(reading), wentDirectly(known)]).toEqual([true, true]);
      expect(tables).toContain('reason');
      // The version is read with the rules.
      const expected = [...raising, 'rule_version'];
      expect(
        [...new Set(tables)].filter((name) => TABLES.test(name) && !expected.includes(name)),
      ).toEqual([]);
    },
  );
});

describe.each(['sqlite', ...(POSTGRES ? ['postgres'] : [])] as ('sqlite' | 'postgres')[])(
  'the migration to rule versions on %s',
  (dialect) => {
    it('gives each existing business a version, and reverts', async () => {
      const scratch = await scratchDatabase(dialect);
      const before = migrations.findIndex(({ name }) => name.startsWith('RuleVersions'));
      let source = dataSource(loadConfig(scratch.env));
      source.setOptions({ migrations: migrations.slice(0, before) });
      await source.initialize();
      try {
        await source.runMigrations();
        const add = (id: number) =>
          source.query(`INSERT INTO business (id, name, time_zone_code, locale, currency, country, client_reminder_hours, staff_reminder_hours,
        remind_client_sms_hours, remind_staff_sms_hours, longest_ms, created_at) VALUES (${id}, 'b', 'UTC', 'en', 'USD', 'US', 0, 0, 0, 0, 0, 0)`);
        for (const id of [3, 8]) await add(id);
        await source.destroy();
        source = new DataSource({ ...source.options, migrations } as never);
        await source.initialize();
        await source.runMigrations();
        const kept = () =>
          source.query('SELECT business_id AS id, version FROM rule_version ORDER BY business_id');
        expect(await kept()).toEqual([
          { id: 3, version: 1 },
          { id: 8, version: 1 },
        ]);
        await source.query(`UPDATE business SET name = 'c' WHERE id = 8`);
        await add(9);
        expect(
          (await kept()).map(({ id, version }: { id: number; version: number }) => [
            id,
            version > 1,
          ]),
        ).toEqual([
          [3, false],
          [8, true],
          [9, dialect === 'sqlite' ? expect.any(Boolean) : false],
        ]);
        for (let left = migrations.length; left > before; left -= 1)
          await source.undoLastMigration();
        // No trigger is left that would fail on a change of a business.
        await source.query(`UPDATE business SET name = 'd' WHERE id = 8`);
        await source.runMigrations();
        expect(await kept()).toEqual([3, 8, 9].map((id) => ({ id, version: 1 })));
      } finally {
        await source.destroy();
        await scratch.remove();
      }
    });
  },
);
