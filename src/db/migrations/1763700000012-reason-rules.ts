import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, flag, int, key } from './tables';

const tenant = key(int('business_id'));
const ROUND_ROBIN = `round_robin IN ('NONE', 'RANDOM', 'BALANCED', 'COMBINED')`;

/**
 * Adds columns one by one in SQL: TypeORM would rebuild SQLite's tables and lose their triggers and
 * dependent rows.
 */
const ADDED: Readonly<Record<string, readonly string[]>> = {
  reason: [
    `durations json NOT NULL DEFAULT '[]'`,
    `slot_alignment varchar(8) NOT NULL DEFAULT 'WINDOW' CONSTRAINT "ck_reason_slot_alignment" CHECK (slot_alignment IN ('WINDOW', 'CLOCK'))`,
    `slot_step_minutes integer CONSTRAINT "ck_reason_slot_step" CHECK (slot_step_minutes > 0)`,
    `quota integer CONSTRAINT "ck_reason_quota" CHECK (quota > 0)`,
    `quota_type varchar(8) CONSTRAINT "ck_reason_quota_type" CHECK (quota_type IN ('LIFETIME', 'YEAR', 'MONTH', 'WEEK', 'DAY'))`,
    `requires_staff_confirmation boolean NOT NULL DEFAULT FALSE`,
    `screening_question json`,
    `allow_wait_list boolean NOT NULL DEFAULT FALSE`,
    `max_wait_list_per_class integer`,
    `number_sessions integer`,
    `round_robin varchar(16) CONSTRAINT "ck_reason_round_robin" CHECK (${ROUND_ROBIN})`,
    `custom_work_schedule varchar(20) NOT NULL DEFAULT 'ALL_LOCATIONS' CONSTRAINT "ck_reason_work_schedule"
      CHECK (custom_work_schedule IN ('ALL_LOCATIONS', 'SELECTED_LOCATIONS', 'CUSTOM_SCHEDULE'))`.replace(
      /\s+/g,
      ' ',
    ),
  ],
  service_staff: [
    `priority integer NOT NULL DEFAULT 0`,
    `weight integer NOT NULL DEFAULT 100 CONSTRAINT "ck_service_staff_weight" CHECK (weight > 0 AND priority >= 0)`,
  ],
  location: [
    `booking_timer_minutes integer NOT NULL DEFAULT 10 CONSTRAINT "ck_location_timer" CHECK (booking_timer_minutes > 0)`,
    `round_robin varchar(16) NOT NULL DEFAULT 'NONE' CONSTRAINT "ck_location_round_robin" CHECK (${ROUND_ROBIN})`,
  ],
};

export class ReasonRules1763700000012 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const sqlite = runner.dataSource.options.type !== 'postgres';
    for (const [table, columns] of Object.entries(ADDED)) {
      for (const column of columns)
        await runner.query(
          `ALTER TABLE ${table} ADD COLUMN ${sqlite ? column.replace('DEFAULT FALSE', 'DEFAULT 0') : column}`,
        );
    }
    await createTable(runner, 'service_location', {
      columns: [tenant, key(int('reason_id')), key(int('location_id')), flag('active')],
      references: { reason_id: 'reason', location_id: 'location' },
      indexes: [['business_id', 'location_id', 'reason_id']],
    });
    await createTable(runner, 'reason_add_on', {
      columns: [tenant, key(int('reason_id')), key(int('add_on_id'))],
      references: { reason_id: 'reason', add_on_id: 'reason' },
      indexes: [['business_id', 'add_on_id', 'reason_id']],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['reason_add_on', 'service_location']) await runner.dropTable(table);
    for (const [table, columns] of Object.entries(ADDED)) {
      for (const column of [...columns].reverse())
        await runner.query(`ALTER TABLE ${table} DROP COLUMN ${column.split(' ')[0]}`);
    }
  }
}
