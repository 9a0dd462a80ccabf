import { readFileSync } from 'node:fs';
import { isInputObjectType, validateSchema } from 'graphql';
import { DataSource } from 'typeorm';
import { dataSource } from '../../src/data-source';
import { gatewaySchema } from '../../src/schema';
import { printed } from '../../src/sdl';
import { loadConfig } from '../../src/config';
import { migrations } from '../../src/db/migrations';
import { connect } from '../../src/db/connect';
import { sql } from '../../src/db/sql';
import { POSTGRES, scratchDatabase } from '../support/harness/scratch';
import { sortedSdl } from '../support/schema/sorted-sdl';
import { undescribed } from '../support/schema/undescribed';

describe('the schema of the API', () => {
  it('is valid', () => expect(validateSchema(gatewaySchema())).toEqual([]));

  it('equals schema.graphql', () => {
    expect(sortedSdl(readFileSync('schema.graphql', 'utf8'))).toBe(
      sortedSdl(printed(gatewaySchema())),
    );
  });

  it('describes each type, member and argument', () => {
    expect(undescribed(gatewaySchema())).toEqual({ types: [], members: [], arguments: [] });
  });

  it('states no default in the inputs of updates, since an omitted field stays unchanged', () => {
    const updates = Object.values(gatewaySchema().getTypeMap())
      .filter(isInputObjectType)
      .filter(({ name }) => /^Update.*Input$/.test(name));
    const fields = updates.flatMap((type) =>
      Object.values(type.getFields()).map((field) => ({
        ...field,
        coordinate: `${type.name}.${field.name}`,
      })),
    );
    // Options of the command itself, not fields of the object.
    const options = ['override', 'includeMoved', 'onConflict', 'skipMissed'];

    expect(updates.length).toBeGreaterThanOrEqual(15);
    expect(
      fields
        .filter(({ description }) => /default|unless given/i.test(description ?? ''))
        .map(({ coordinate }) => coordinate),
    ).toEqual([]);
    expect(
      fields
        .filter(({ name, defaultValue }) => defaultValue !== undefined && !options.includes(name))
        .map(({ coordinate }) => coordinate),
    ).toEqual([]);
    expect(gatewaySchema().getType('CreateReasonInput')).toHaveProperty(
      '_fields.allowOnline.description',
      'Whether clients may book it. Defaults to true.',
    );
  });

  it('has a distinct input for each mutation', () => {
    const inputs = Object.values(gatewaySchema().getMutationType()?.getFields() ?? {}).flatMap(
      ({ args }) => args.filter(({ name }) => name === 'input').map(({ type }) => String(type)),
    );
    expect(inputs.filter((type, index) => inputs.indexOf(type) !== index)).toEqual([]);
  });
});

describe.each(['sqlite', ...(POSTGRES ? ['postgres'] : [])] as ('sqlite' | 'postgres')[])(
  'the tables on %s',
  (dialect) => {
    let source: DataSource;
    let remove: () => Promise<void>;

    const open = async (steps?: number) => {
      const scratch = await scratchDatabase(dialect, { empty: true });
      remove = scratch.remove;
      source = dataSource(loadConfig(scratch.env));
      if (steps !== undefined) source.setOptions({ migrations: migrations.slice(0, steps) });
      await source.initialize();
      await source.runMigrations();
    };
    afterEach(async () => {
      await source.destroy();
      await remove();
    });

    it('equal the entities after the migrations', async () => {
      await open();
      const { upQueries } = await source.driver.createSchemaBuilder().log();
      expect(upQueries.map(({ query }) => query)).toEqual([]);
    });

    it('have the triggers and constraints of the occupancy invariant', async () => {
      await open();
      const names =
        dialect === 'sqlite'
          ? await source.query(
              `SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name`,
            )
          : await source.query(
              `SELECT tgname AS name FROM pg_trigger WHERE NOT tgisinternal UNION SELECT conname FROM pg_constraint WHERE contype = 'x' ORDER BY 1`,
            );
      expect(
        names
          .map((row: { name: string }) => row.name)
          .filter((name: string) => !/rules|external_ids|client_tags/.test(name)),
      ).toEqual(
        dialect === 'sqlite'
          ? ['claim_never_changes', 'claim_within_capacity']
          : ['claim_within_capacity', 'xc_claim_overlap'],
      );
    });

    it('refuse overlapping claims, and claims over a capacity, in raw SQL', async () => {
      await open();
      await source.query(`INSERT INTO business (id, name, time_zone_code, locale, currency, country, client_reminder_hours, staff_reminder_hours,
      remind_client_sms_hours, remind_staff_sms_hours, longest_ms, created_at) VALUES (1, 'b', 'UTC', 'en', 'USD', 'US', 0, 0, 0, 0, 0, 0)`);
      await source.query(
        `INSERT INTO subject (business_id, id, kind, capacity) VALUES (1, 1, 'STAFF', 1), (1, 2, 'RESOURCE', 3)`,
      );
      const yes = dialect === 'sqlite' ? 1 : 'true';
      const no = dialect === 'sqlite' ? 0 : 'false';
      const claim = (
        appointment: number,
        subject: number,
        start: number,
        end: number,
        units: number,
        override: unknown = no,
      ) =>
        source.query(
          `INSERT INTO claim (business_id, appointment_id, subject_id, start_ms, end_ms, units, override, exclusive)
       VALUES (1, ${appointment}, ${subject}, ${start}, ${end}, ${units}, ${override}, ${subject === 1 && override === no ? yes : no})`,
        );
      await claim(1, 1, 0, 100, 1);
      await claim(2, 1, 100, 200, 1);
      await expect(claim(3, 1, 99, 101, 1)).rejects.toThrow();
      await claim(4, 1, 50, 60, 1, yes);
      await claim(5, 1, 300, 400, 1, yes);
      await expect(claim(6, 1, 350, 450, 1)).rejects.toThrow();
      await claim(7, 2, 0, 100, 2);
      await claim(8, 2, 50, 150, 1);
      await expect(claim(9, 2, 60, 70, 1)).rejects.toThrow();
      await claim(10, 2, 100, 150, 2);
      expect((await source.query('SELECT count(*) AS count FROM claim'))[0].count).toEqual(7);
    });

    it('refuse a reference to another business', async () => {
      await open();
      for (const id of [1, 2]) {
        await source.query(`INSERT INTO business (id, name, time_zone_code, locale, currency, country, client_reminder_hours, staff_reminder_hours,
        remind_client_sms_hours, remind_staff_sms_hours, longest_ms, created_at) VALUES (${id}, 'b', 'UTC', 'en', 'USD', 'US', 0, 0, 0, 0, 0, 0)`);
      }
      await source.query(
        `INSERT INTO subject (business_id, id, kind, capacity) VALUES (1, 1, 'STAFF', 1)`,
      );
      await expect(
        source.query(`INSERT INTO claim (business_id, appointment_id, subject_id, start_ms, end_ms, units, override, exclusive)
      VALUES (2, 1, 1, 0, 1, 1, ${dialect === 'sqlite' ? '0, 1' : 'false, true'})`),
      ).rejects.toThrow();
    });

    it('have the documented default in rows that are older than a column', async () => {
      await open(3);
      await source.query(`INSERT INTO business (id, name, time_zone_code, locale, currency, country, client_reminder_hours, staff_reminder_hours,
      remind_client_sms_hours, remind_staff_sms_hours, longest_ms, created_at) VALUES (1, 'b', 'UTC', 'en', 'USD', 'US', 0, 0, 0, 0, 0, 0)`);
      const yes = dialect === 'sqlite' ? 1 : 'true';
      await source.query(
        `INSERT INTO subject (business_id, id, kind, capacity) VALUES (1, 1, 'STAFF', 1)`,
      );
      await source.query(
        `INSERT INTO location (business_id, id, location_name, location_type, time_zone_code, "primary", active, created_at, modified_at) VALUES (1, 1, 'l', 'OFFICE', 'UTC', ${yes}, ${yes}, 0, 0)`,
      );
      await source.query(`INSERT INTO staff (business_id, id, subject_id, user_name, first_name, last_name, full_name, time_zone_code, accepts_appointments, active, created_at, modified_at)
      VALUES (1, 1, 1, 'u', 'f', 'l', 'f l', 'UTC', ${yes}, ${yes}, 0, 0)`);
      await source.query(`INSERT INTO reason (business_id, id, reason_type, status, reason_desc, visit_minutes, buffer_before, buffer_after, allow_online, reschedule_type, currency, taxable,
      allow_pre_pay, sort_weight, created_at, modified_at, modified_by) VALUES (1, 1, 'SERVICE', 'ACTIVE', 'r', 30, 0, 0, ${yes}, 'FLEXIBLE', 'USD', ${yes}, ${yes}, 0, 0, 0, 'm')`);
      await source.query(
        `INSERT INTO service_staff (business_id, reason_id, staff_id, active, created_at, modified_at) VALUES (1, 1, 1, ${yes}, 0, 0)`,
      );
      await source.query(`INSERT INTO claim (business_id, appointment_id, subject_id, start_ms, end_ms, units, override, exclusive)
      VALUES (1, 1, 1, 0, 100, 1, ${dialect === 'sqlite' ? '0, 1' : 'false, true'})`);
      await source.destroy();
      source = new DataSource({ ...source.options, migrations } as never);
      await source.initialize();
      await source.runMigrations();
      const [row] =
        await source.query(`SELECT r.reason_desc, r.durations, r.slot_alignment, r.slot_step_minutes, r.allow_wait_list, r.custom_work_schedule, s.priority, s.weight,
      l.booking_timer_minutes, l.round_robin, u.less_since FROM reason r JOIN service_staff s ON s.reason_id = r.id JOIN location l ON l.id = 1 JOIN subject u ON u.id = 1`);
      expect(row).toEqual({
        reason_desc: 'r',
        durations: dialect === 'sqlite' ? '[]' : [],
        slot_alignment: 'WINDOW',
        slot_step_minutes: null,
        allow_wait_list: dialect === 'sqlite' ? 0 : false,
        custom_work_schedule: 'ALL_LOCATIONS',
        priority: 0,
        weight: 100,
        booking_timer_minutes: 10,
        round_robin: 'NONE',
        less_since: null,
      });
      for (const [table, change] of [
        ['reason', `slot_alignment = 'NONE'`],
        ['reason', 'quota = 0'],
        ['service_staff', 'weight = 0'],
        ['location', `round_robin = 'NEXT'`],
      ]) {
        await expect(source.query(`UPDATE ${table} SET ${change}`)).rejects.toThrow();
      }
      // The triggers and constraints of the occupancy invariant are present.
      await expect(
        source.query(`INSERT INTO claim (business_id, appointment_id, subject_id, start_ms, end_ms, units, override, exclusive)
      VALUES (1, 2, 1, 50, 60, 1, ${dialect === 'sqlite' ? '0, 1' : 'false, true'})`),
      ).rejects.toThrow();
    });

    it('revert one migration at a time', async () => {
      await open();
      for (let left = migrations.length; left > 3; left -= 1) await source.undoLastMigration();
      await source.runMigrations();
      expect((await source.driver.createSchemaBuilder().log()).upQueries).toEqual([]);
    });

    it('migrate a database with data, one migration at a time', async () => {
      await open(1);
      await source.query(`INSERT INTO business (id, name, time_zone_code, locale, currency, country, client_reminder_hours, staff_reminder_hours,
      remind_client_sms_hours, remind_staff_sms_hours, longest_ms, created_at) VALUES (7, 'kept', 'UTC', 'en', 'USD', 'US', 0, 0, 0, 0, 0, 0)`);
      await source.destroy();
      source = new DataSource({ ...source.options, migrations } as never);
      await source.initialize();
      await source.runMigrations();
      expect(await source.query('SELECT name FROM business')).toEqual([{ name: 'kept' }]);
      expect((await source.driver.createSchemaBuilder().log()).upQueries).toEqual([]);
    });
  },
);

(POSTGRES ? it : it.skip)(
  `several processes that start at once on an empty PostgreSQL have the tables made by one of them${POSTGRES ? '' : ': left out, TEST_DATABASE_URL is not set'}`,
  async () => {
    const { env, remove } = await scratchDatabase('postgres', { empty: true });
    const opened = await Promise.all(
      [1, 2, 3].map(() =>
        connect(
          (role) => dataSource(loadConfig(env), role),
          () => undefined,
        ),
      ),
    );
    for (const db of opened)
      expect(await db.all(sql`SELECT count(*) AS count FROM migrations`)).toEqual([
        { count: migrations.length },
      ]);
    await Promise.all(opened.map((db) => db.close()));
    await remove();
  },
);
