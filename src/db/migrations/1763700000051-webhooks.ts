import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, flag, instant, int, json, key, longText, nullable, text } from './tables';

const tenant = key(int('business_id'));

export class Webhooks1763700000051 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'webhook', {
      columns: [
        tenant,
        key(int('id')),
        text('url', 2000),
        text('format', 16),
        json('events'),
        nullable(text('description', 500)),
        flag('active'),
        nullable(text('disabled_reason', 500)),
        text('secret', 500),
        nullable(text('previous_secret', 500)),
        nullable(instant('previous_secret_until')),
        instant('position'),
        int('generation'),
        flag('resumes'),
        int('failures'),
        nullable(instant('failing_since')),
        nullable(instant('paused_until')),
        instant('created_at'),
        instant('modified_at'),
        nullable(instant('deleted_at')),
      ],
      references: { business_id: 'business' },
      checks: { ck_webhook_format: `format IN ('STANDARD', 'TIMETAP')` },
    });
    await createTable(runner, 'webhook_delivery', {
      columns: [
        tenant,
        key(int('id')),
        int('webhook_id'),
        int('generation'),
        nullable(instant('seq')),
        nullable(int('appointment_id')),
        text('message_id', 64),
        text('event_type', 60),
        nullable(longText('body')),
        text('state', 10),
        flag('queued'),
        int('round'),
        int('attempt_count'),
        nullable(int('response_status')),
        nullable(instant('next_attempt_at')),
        nullable(text('error', 1000)),
        instant('created_at'),
        nullable(instant('finished_at')),
      ],
      references: { webhook_id: 'webhook' },
      unique: [['business_id', 'webhook_id', 'generation', 'seq']],
      indexes: [['business_id', 'webhook_id', 'id'], ['created_at']],
      checks: { ck_webhook_delivery_state: `state IN ('PENDING', 'DELIVERED', 'FAILED')` },
    });
    await createTable(runner, 'webhook_attempt', {
      columns: [
        tenant,
        key(int('delivery_id')),
        key(int('number')),
        instant('started_at'),
        int('duration_ms'),
        nullable(int('status')),
        nullable(longText('response')),
        nullable(text('error', 1000)),
      ],
      references: { delivery_id: 'webhook_delivery' },
    });
    await runner.query(
      'CREATE INDEX ix_webhook_active ON webhook (business_id, id) WHERE active AND deleted_at IS NULL',
    );
    await runner.query(
      `CREATE INDEX ix_webhook_delivery_unqueued ON webhook_delivery (business_id, webhook_id, id) WHERE state = 'PENDING'`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['webhook_attempt', 'webhook_delivery', 'webhook'])
      await runner.dropTable(table);
  }
}
