import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Finds the messages that are old enough to be forgotten. */
export class MessagesByDueTime1763700000120 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE INDEX ix_message_due_at ON message (due_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX ix_message_due_at');
  }
}
