import { EPOCH } from '../../db/state/epoch';
import { computedField, value, valueOf } from '../../graphql/relations/computed-field';
import { cursorOf } from '../../log/cursor';
import { Webhook, WebhookDelivery } from './webhook.entity';
import { webhookDeliveries, webhooks } from './webhook.source';

const epochOfWebhook = value(null, webhooks, [], () => EPOCH);
const epochOfDelivery = value(null, webhookDeliveries, [], () => EPOCH);

export const cursorOfWebhook = computedField(
  Webhook,
  'cursor',
  ['position'],
  [valueOf(epochOfWebhook)],
  ({ position }, _context, epoch) => cursorOf(epoch, position),
);

export const cursorOfDelivery = computedField(
  WebhookDelivery,
  'cursor',
  ['seq'],
  [valueOf(epochOfDelivery)],
  ({ seq }, _context, epoch) => (seq === null ? null : cursorOf(epoch, seq)),
);
