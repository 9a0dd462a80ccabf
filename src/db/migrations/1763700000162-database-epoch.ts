import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, instant, int, key, nullable, text } from './tables';

/** One row: which history of the database its log numbers and ids belong to. */
export class DatabaseEpoch1763700000162 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'database_epoch', {
      columns: [
        key(int('id')),
        instant('epoch'),
        nullable(text('marker', 200)),
        instant('position_base'),
        nullable(instant('begun_at')),
      ],
    });
    await runner.query(
      `INSERT INTO database_epoch (id, epoch, marker, position_base, begun_at) VALUES (1, 0, NULL, 0, NULL)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('database_epoch');
  }
}
