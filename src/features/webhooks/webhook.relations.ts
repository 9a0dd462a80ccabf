import { EPOCH } from '../../db/state/epoch';
import { computedField, value, valueOf } from '../../graphql/relations/computed-field';
import { cursorOf } from '../../log/cursor';
import { WebhookDelivery } from './webhook-delivery.entity';
import { Webhook } from './webhook.entity';
import { webhookDeliveries, webhooks, deliveryList } from './webhook.list';
import { connectionOf } from '../../graphql/connection';
import { toMany, toOne } from '../../graphql/relations/relation';
import { Appointment } from '../appointments/model/appointment.entity';
import { appointments } from '../appointments/model/list';
import { WebhookDeliveryFilter } from './webhook.inputs';
import { connectionField, relationField } from '../../graphql/relations/relation-field';

export const WebhookDeliveryConnection = connectionOf(WebhookDelivery, 'WebhookDelivery');

export const deliveriesOfWebhook = connectionField(
  Webhook,
  'deliveries',
  toMany(deliveryList, 'webhookId'),
  {
    type: () => WebhookDeliveryConnection,
    filter: () => WebhookDeliveryFilter,
    description:
      'Deliveries of the webhook, newest first. Kept for 30 days, or WEBHOOK_RETENTION_DAYS ' +
      'of the server.',
  },
);

export const appointmentOfDelivery = relationField(
  WebhookDelivery,
  'appointment',
  toOne('appointmentId', appointments),
  {
    type: () => Appointment,
    nullable: true,
    description:
      'The appointment that the event concerns, in its current state. Null for events of ' +
      'other objects and for a test.',
  },
);

const epochOfWebhook = value(webhooks, [], () => EPOCH);

const epochOfDelivery = value(webhookDeliveries, [], () => EPOCH);

export const cursorOfWebhook = computedField(Webhook, 'cursor', {
  type: () => String,
  description: 'Cursor of the last event of the log whose deliveries have been planned.',
  reads: ['position'],
  across: [valueOf(epochOfWebhook)],
  compute: ({ position }, _context, epoch) => cursorOf(epoch, position),
});

export const cursorOfDelivery = computedField(WebhookDelivery, 'cursor', {
  type: () => String,
  nullable: true,
  description: 'Cursor of the event in the log. Null for a test.',
  reads: ['seq'],
  across: [valueOf(epochOfDelivery)],
  compute: ({ seq }, _context, epoch) => (seq === null ? null : cursorOf(epoch, seq)),
});
