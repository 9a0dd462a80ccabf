import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, instant, int, key, text } from './tables';

/** How often public callers acted, by key, address and recipient, in windows of time. */
export class PublicUsage1763700000143 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'public_usage', {
      columns: [
        key(int('business_id')),
        key(text('subject', 300)),
        key(instant('window_start')),
        int('used'),
      ],
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('public_usage');
  }
}
