import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, flag, instant, int, key, longText, nullable, text } from './tables';

const tenant = key(int('business_id'));

export class Messages1763700000081 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'message', {
      columns: [
        tenant,
        key(int('id')),
        int('appointment_id'),
        text('kind', 40),
        text('channel', 5),
        text('audience', 6),
        int('recipient_id'),
        nullable(int('client_id')),
        nullable(int('staff_id')),
        int('offset_hours'),
        int('version'),
        instant('seq'),
        instant('due_at'),
        text('state', 8),
        nullable(text('detail', 1000)),
        nullable(text('sent_to')),
        nullable(text('language', 35)),
        nullable(longText('subject')),
        nullable(longText('text')),
        nullable(longText('html')),
        nullable(longText('invitation')),
        instant('created_at'),
        nullable(instant('sent_at')),
      ],
      references: {
        business_id: 'business',
        appointment_id: 'appointment',
        client_id: 'client',
        staff_id: 'staff',
      },
      indexes: [['business_id', 'state', 'id']],
      checks: { ck_message_state: `state IN ('PLANNED', 'SENT', 'RECORDED', 'VOID', 'FAILED')` },
    });
    await runner.query(
      'CREATE UNIQUE INDEX ix_message_once ON message (business_id, appointment_id, kind, channel, audience, recipient_id, offset_hours, version)',
    );
    await createTable(runner, 'message_cursor', {
      columns: [tenant, instant('seq')],
      references: { business_id: 'business' },
    });
    // What happened before there were messages is no longer told.
    await runner.query(
      'INSERT INTO message_cursor (business_id, seq) SELECT business_id, last_seq FROM log_head',
    );
    await createTable(runner, 'message_setting', {
      columns: [
        tenant,
        key(text('kind', 40)),
        key(text('channel', 5)),
        key(text('audience', 6)),
        flag('enabled'),
      ],
      references: { business_id: 'business' },
    });
    await runner.query(
      `ALTER TABLE client ADD COLUMN excluded_email_categories json NOT NULL DEFAULT '[]'`,
    );
    await runner.query(
      `ALTER TABLE client ADD COLUMN excluded_email_templates json NOT NULL DEFAULT '[]'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const column of ['excluded_email_templates', 'excluded_email_categories'])
      await runner.query(`ALTER TABLE client DROP COLUMN ${column}`);
    for (const table of ['message_setting', 'message_cursor', 'message'])
      await runner.dropTable(table);
  }
}
