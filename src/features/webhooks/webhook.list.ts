import { Role, type Viewer } from '../../context';
import { and, FALSE, isOneOf, sql, TRUE, type Sql } from '../../db/sql';
import { parseGlobalIds } from '../../graphql/global-id';
import { defineList } from '../../graphql/relations/list';
import { OrderDirection } from '../../graphql/connection';
import { defineRepository } from '../../graphql/relations/repository';
import { WebhookDelivery } from './webhook-delivery.entity';
import { Webhook } from './webhook.entity';
import type { WebhookDeliveryFilter, WebhookFilter } from './webhook.inputs';

const forAdministrators = ({ role }: Viewer): Sql => (role === Role.ADMINISTRATOR ? TRUE : FALSE);

export const webhooks = defineRepository(Webhook, (viewer, column) =>
  and([forAdministrators(viewer), sql`${column('deletedAt')} IS NULL`]),
);
export const webhookDeliveries = defineRepository(WebhookDelivery, forAdministrators);

export const webhookList = defineList<Webhook, WebhookFilter>({
  source: webhooks,
  orders: { ADDED: [] },
  defaultOrder: { field: 'ADDED', direction: OrderDirection.ASC },
  filter: ({ ids, active }, column) => [
    ...(ids ? [isOneOf(column('rowId'), parseGlobalIds('Webhook', ids, ['filter', 'ids']))] : []),
    ...(active == null ? [] : [sql`${column('active')} = ${active}`]),
  ],
});

export const deliveryList = defineList<WebhookDelivery, WebhookDeliveryFilter>({
  source: webhookDeliveries,
  orders: { PLANNED: [] },
  defaultOrder: { field: 'PLANNED', direction: OrderDirection.DESC },
  filter: ({ states, appointmentIds }, column) => [
    ...(states ? [isOneOf(column('state'), states)] : []),
    ...(appointmentIds
      ? [
          isOneOf(
            column('appointmentId'),
            parseGlobalIds('Appointment', appointmentIds, ['filter', 'appointmentIds']),
          ),
        ]
      : []),
  ],
});
