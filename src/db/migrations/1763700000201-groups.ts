import type { MigrationInterface, QueryRunner } from 'typeorm';
import { createTable, createTextIndex, flag, instant, int, key, text } from './tables';

const tenant = key(int('business_id'));
const version = { ...int('version'), default: '1' };

/** Table of members, column of the member, and the table to which it refers. */
const MEMBERS = [
  ['group_location', 'location_id', 'location'],
  ['group_reason', 'reason_id', 'reason'],
  ['group_staff', 'staff_id', 'staff'],
  ['group_group', 'member_id', 'member_group'],
] as const;

/** Groups of locations, reasons, staff and groups. */
export class Groups1763700000201 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await createTable(runner, 'member_group', {
      columns: [
        tenant,
        key(int('id')),
        version,
        text('name'),
        text('group_type', 16),
        flag('deleted'),
        instant('created_at'),
        instant('modified_at'),
      ],
      references: { business_id: 'business' },
      indexes: [['business_id', 'created_at', 'id']],
      checks: {
        ck_member_group_type: `group_type IN ('LOCATION', 'REASON', 'STAFF', 'SUPER')`,
      },
    });
    await createTextIndex(runner, 'member_group', 'name');
    for (const [table, member, referred] of MEMBERS)
      await createTable(runner, table, {
        columns: [tenant, key(int('group_id')), key(int(member))],
        references: { group_id: 'member_group', [member]: referred },
        indexes: [['business_id', member, 'group_id']],
      });
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const [table] of MEMBERS) await runner.dropTable(table);
    await runner.dropTable('member_group');
  }
}
