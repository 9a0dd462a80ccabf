import { isStaffSide, Role } from '../../context';
import { FALSE, isOneOf, sql, TRUE } from '../../db/sql';
import { parseGlobalIds } from '../../graphql/global-id';
import { withinRange } from '../../graphql/inputs/instant-range';
import { defineList } from '../../graphql/relations/list';
import { OrderDirection } from '../../graphql/connection';
import { defineRepository } from '../../graphql/relations/repository';
import { appointments } from '../appointments/model/list';
import { Message } from './message.entity';
import type { MessageFilter } from './message.inputs';

/**
 * Messages visible to a viewer: administrators see all, other staff those of their visible
 * appointments, clients none.
 */
export const messages = defineRepository(Message, (member, column) => {
  if (member.role === Role.ADMINISTRATOR) return TRUE;
  if (!isStaffSide(member)) return FALSE;
  return sql`EXISTS (SELECT 1 FROM ${appointments.from('related')} WHERE ${appointments.visible(member, 'related')} AND ${appointments.table.column('related', 'rowId')} = ${column('appointmentId')})`;
});

export const messageList = defineList<Message, MessageFilter>({
  source: messages,
  orders: { PLANNED: [] },
  defaultOrder: { field: 'PLANNED', direction: OrderDirection.DESC },
  filter: (
    { kinds, channels, audiences, states, appointmentIds, clientIds, staffIds, dueBetween },
    column,
  ) => {
    const ids = (
      type: string,
      property: 'appointmentId' | 'clientId' | 'staffId',
      globalIds: string[],
      name: string,
    ) => isOneOf(column(property), parseGlobalIds(type, globalIds, ['filter', name]));
    return [
      ...(kinds ? [isOneOf(column('kind'), kinds)] : []),
      ...(channels ? [isOneOf(column('channel'), channels)] : []),
      ...(audiences ? [isOneOf(column('audience'), audiences)] : []),
      ...(states ? [isOneOf(column('state'), states)] : []),
      ...(appointmentIds
        ? [ids('Appointment', 'appointmentId', appointmentIds, 'appointmentIds')]
        : []),
      ...(clientIds ? [ids('Client', 'clientId', clientIds, 'clientIds')] : []),
      ...(staffIds ? [ids('Staff', 'staffId', staffIds, 'staffIds')] : []),
      ...(dueBetween ? withinRange(column('dueAt'), dueBetween) : []),
    ];
  },
});
