import type { JobHandler } from './features/jobs/handler';
import { sendMessages, type SendingServices } from './features/messages/message.send';
import { deliverWebhooks } from './features/webhooks/webhook.delivery';
import { tellOfWebhooks } from './features/webhooks/webhook.notice';
import type { Outbound } from './shared/outbound/outbound';
import type { Vault } from './shared/vault';

/** What handlers are made with. */
export interface JobServices extends SendingServices {
  readonly outbound: Outbound;
  readonly vault: Vault;
}

/** Every kind of background job. A feature adds its own here. */
export const jobHandlers = ({
  outbound,
  vault,
  ...sending
}: JobServices): readonly JobHandler[] => [
  deliverWebhooks(outbound, vault),
  tellOfWebhooks(sending.carriers),
  sendMessages(sending),
];
