import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  createTable,
  createTextIndex,
  decimal,
  flag,
  instant,
  int,
  json,
  key,
  longText,
  nullable,
  text,
} from './tables';

const tenant = key(int('business_id'));
const id = key(int('id'));
const ofBusiness = { business_id: 'business' };

export class FirstTables1763700000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'id_block', { columns: [key(text('kind', 32)), int('next')] });
    await createTable(runner, 'business', {
      columns: [
        id,
        text('name'),
        text('time_zone_code', 64),
        text('locale', 35),
        text('currency', 3),
        text('country', 2),
        int('client_reminder_hours'),
        int('staff_reminder_hours'),
        int('remind_client_sms_hours'),
        int('remind_staff_sms_hours'),
        instant('longest_ms'),
        instant('created_at'),
      ],
    });
    await createTable(runner, 'subject', {
      columns: [tenant, id, text('kind', 16), int('capacity')],
      references: ofBusiness,
      checks: { ck_subject_capacity: 'capacity >= 1' },
    });
    await createTable(runner, 'location', {
      columns: [
        tenant,
        id,
        text('location_name'),
        text('location_type', 16),
        text('time_zone_code', 64),
        flag('primary'),
        flag('active'),
        nullable(json('address')),
        nullable(text('phone', 20)),
        instant('created_at'),
        instant('modified_at'),
      ],
      references: ofBusiness,
      checks: { ck_location_type: `location_type IN ('OFFICE', 'VARIABLE', 'VIRTUAL')` },
    });
    await createTable(runner, 'staff', {
      columns: [
        tenant,
        id,
        int('subject_id'),
        text('user_name', 100),
        text('first_name', 100),
        text('last_name', 100),
        text('full_name', 201),
        nullable(text('email')),
        nullable(text('phone', 20)),
        text('time_zone_code', 64),
        flag('accepts_appointments'),
        flag('active'),
        instant('created_at'),
        instant('modified_at'),
      ],
      references: { ...ofBusiness, subject_id: 'subject' },
      unique: [['business_id', 'user_name']],
    });
    await createTable(runner, 'staff_location', {
      columns: [tenant, key(int('staff_id')), key(int('location_id'))],
      references: { staff_id: 'staff', location_id: 'location' },
      indexes: [['business_id', 'location_id', 'staff_id']],
    });
    await createTable(runner, 'reason', {
      columns: [
        tenant,
        id,
        text('reason_type', 16),
        text('status', 16),
        text('reason_desc'),
        nullable(text('internal_name')),
        nullable(longText('reason_detail')),
        int('visit_minutes'),
        int('buffer_before'),
        int('buffer_after'),
        flag('allow_online'),
        nullable(int('appt_day_max')),
        nullable(int('appt_hr_min')),
        text('reschedule_type', 16),
        nullable(decimal('price')),
        nullable(decimal('deposit_amount')),
        text('currency', 3),
        flag('taxable'),
        flag('allow_pre_pay'),
        int('sort_weight'),
        nullable(text('color', 7)),
        nullable(text('image_url', 2000)),
        nullable(longText('email_instructions')),
        nullable(longText('email_instructions2')),
        instant('created_at'),
        instant('modified_at'),
        text('modified_by', 201),
      ],
      references: ofBusiness,
      indexes: [['business_id', 'sort_weight', 'id']],
      checks: {
        ck_reason_type: `reason_type IN ('SERVICE', 'CLASS', 'COURSE', 'ADDON', 'PERSONAL')`,
        ck_reason_status: `status IN ('ACTIVE', 'DEACTIVE', 'DELETED')`,
        ck_reason_minutes: 'visit_minutes > 0 AND buffer_before >= 0 AND buffer_after >= 0',
      },
    });
    await createTable(runner, 'service_staff', {
      columns: [
        tenant,
        key(int('reason_id')),
        key(int('staff_id')),
        flag('active'),
        nullable(decimal('price')),
        nullable(text('description', 1000)),
        instant('created_at'),
        instant('modified_at'),
      ],
      references: { reason_id: 'reason', staff_id: 'staff' },
      indexes: [['business_id', 'staff_id', 'reason_id']],
    });
    await createTable(runner, 'client', {
      columns: [
        tenant,
        id,
        text('status', 16),
        flag('deleted'),
        text('first_name', 100),
        text('last_name', 100),
        text('full_name', 201),
        text('email'),
        nullable(text('cell_phone', 20)),
        nullable(text('home_phone', 20)),
        nullable(text('company_name')),
        nullable(text('date_of_birth', 10)),
        nullable(text('sex', 40)),
        nullable(json('address')),
        nullable(text('locale', 35)),
        nullable(text('time_zone_code', 64)),
        nullable(text('external_user_name')),
        nullable(text('image_url', 2000)),
        nullable(longText('notes')),
        json('alert_notes'),
        json('external_ids'),
        nullable(json('emergency_contact')),
        json('job_requisitions'),
        json('tags'),
        flag('allow_wait_list_text'),
        flag('invitation_opt_in'),
        longText('search_text'),
        instant('created_at'),
        text('created_by', 201),
        instant('modified_at'),
        text('modified_by', 201),
      ],
      references: ofBusiness,
      indexes: [
        ['business_id', 'created_at', 'id'],
        ['business_id', 'external_user_name'],
      ],
      checks: { ck_client_status: `status IN ('ACTIVE', 'BLACKLISTED')` },
    });
    await createTable(runner, 'client_view', {
      columns: [tenant, key(int('client_id')), key(int('viewable_client_id'))],
      references: { client_id: 'client', viewable_client_id: 'client' },
      indexes: [['business_id', 'viewable_client_id', 'client_id']],
    });
    await createTable(runner, 'api_key', {
      columns: [
        tenant,
        id,
        text('kind', 16),
        text('role', 32),
        text('name', 100),
        text('hash', 43),
        nullable(int('staff_id')),
        nullable(int('client_id')),
        json('location_ids'),
        instant('created_at'),
        nullable(instant('revoked_at')),
      ],
      references: { ...ofBusiness, staff_id: 'staff', client_id: 'client' },
      unique: [['business_id', 'hash']],
      checks: {
        ck_api_key_role: `role IN ('ADMINISTRATOR', 'LOCATION_SUPER_USER', 'STAFF_USER', 'CLIENT', 'PUBLIC')`,
      },
    });
    await createTextIndex(runner, 'location', 'location_name');
    await createTextIndex(runner, 'staff', 'full_name');
    await createTextIndex(runner, 'reason', 'reason_desc');
    await createTextIndex(runner, 'client', 'full_name');
    await createTextIndex(runner, 'client', 'email');
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [
      'api_key',
      'client_view',
      'client',
      'service_staff',
      'reason',
      'staff_location',
      'staff',
      'location',
      'subject',
      'business',
      'id_block',
    ]) {
      await runner.dropTable(table);
    }
  }
}
