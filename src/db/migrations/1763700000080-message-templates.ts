import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, instant, int, key, longText, nullable, text } from './tables';

export class MessageTemplates1763700000080 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'message_template', {
      columns: [
        key(int('business_id')),
        key(text('kind', 40)),
        key(text('channel', 5)),
        key(text('audience', 6)),
        key(text('language', 35)),
        nullable(text('subject')),
        longText('text'),
        nullable(longText('html')),
        nullable(instant('modified_at')),
      ],
      references: { business_id: 'business' },
      checks: {
        ck_message_template_channel: "channel IN ('EMAIL', 'SMS')",
        ck_message_template_audience: "audience IN ('CLIENT', 'STAFF')",
      },
    });
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('message_template');
  }
}
