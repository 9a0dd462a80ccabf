import { connectionOf } from '../../graphql/connection';
import { toMany, toOne } from '../../graphql/relations/relation';
import { Appointment } from '../appointments/model/appointment.entity';
import { appointments } from '../appointments/model/list';
import { Client } from '../clients/client.entity';
import { clients } from '../clients/client.list';
import { Staff } from '../staff/staff.entity';
import { staff } from '../staff/staff.list';
import { Message } from './message.entity';
import { MessageFilter } from './message.inputs';
import { relationField, connectionField } from '../../graphql/relations/relation-field';
import { messageList } from './message.list';

export const MessageConnection = connectionOf(Message, 'Message');

export const appointmentOfMessage = relationField(
  Message,
  'appointment',
  toOne('appointmentId', appointments),
  { type: () => Appointment },
);

export const clientOfMessage = relationField(Message, 'client', toOne('clientId', clients), {
  type: () => Client,
  nullable: true,
  description: 'The client to whom the message is addressed. Null for a message to staff.',
});

export const staffOfMessage = relationField(Message, 'staff', toOne('staffId', staff), {
  type: () => Staff,
  nullable: true,
  description: 'The staff member to whom the message is addressed. Null for a message to a client.',
});

export const messagesOfAppointment = connectionField(
  Appointment,
  'messages',
  toMany(messageList, 'appointmentId'),
  {
    type: () => MessageConnection,
    filter: () => MessageFilter,
    description:
      'Messages about the appointment, last planned first. Staff only: empty for other roles.',
  },
);
