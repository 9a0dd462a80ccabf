import { TableForeignKey, type MigrationInterface, type QueryRunner } from 'typeorm';

const TOO_MANY = ['fk_message_business', 'fk_message_client_id', 'fk_message_staff_id'];

/**
 * A message refers to its appointment, which refers to the business; who reads it was the
 * appointment's when the event was written that it tells of. To look up
 * and lock those once more for each message costs more than to write it.
 */
export class MessagesReferToTheirAppointment1763700000131 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const name of TOO_MANY) await runner.dropForeignKey('message', name);
  }

  async down(runner: QueryRunner): Promise<void> {
    const reference = (
      name: string,
      columnNames: string[],
      referencedTableName: string,
      referencedColumnNames: string[],
    ) =>
      runner.createForeignKey(
        'message',
        new TableForeignKey({ name, columnNames, referencedTableName, referencedColumnNames }),
      );
    await reference('fk_message_business', ['business_id'], 'business', ['id']);
    await reference('fk_message_client_id', ['business_id', 'client_id'], 'client', [
      'business_id',
      'id',
    ]);
    await reference('fk_message_staff_id', ['business_id', 'staff_id'], 'staff', [
      'business_id',
      'id',
    ]);
  }
}
