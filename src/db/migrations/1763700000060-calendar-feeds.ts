import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, instant, int, key, nullable, text } from './tables';

/** Feeds, and what their addresses are signed with. */
export class CalendarFeeds1763700000060 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'installation_secret', {
      columns: [key(text('name', 32)), text('value', 64)],
    });
    await createTable(runner, 'calendar_feed', {
      columns: [
        key(int('business_id')),
        key(int('id')),
        nullable(int('staff_id')),
        nullable(int('location_id')),
        nullable(int('client_id')),
        text('salt', 43),
        nullable(text('content_hash', 43)),
        instant('changed_at'),
        instant('created_at'),
      ],
      references: {
        business_id: 'business',
        staff_id: 'staff',
        location_id: 'location',
        client_id: 'client',
      },
      unique: [
        ['business_id', 'staff_id'],
        ['business_id', 'location_id'],
        ['business_id', 'client_id'],
      ],
      checks: {
        ck_calendar_feed_one:
          '(CASE WHEN staff_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN location_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN client_id IS NULL THEN 0 ELSE 1 END) = 1',
      },
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('calendar_feed');
    await runner.dropTable('installation_secret');
  }
}
