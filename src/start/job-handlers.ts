import type { JobHandler } from '../jobs/handler';
import type { SendingServices } from '../features/messages/delivery/outgoing-message';
import { sendMessages } from '../features/messages/delivery/send';
import type { DeliveryTimings } from '../features/webhooks/delivery/record-attempt';
import { deliverWebhooks } from '../features/webhooks/delivery/send-delivery';
import { sendDisabledNotices } from '../features/webhooks/delivery/disabled-notice';
import type { Outbound } from '../services/outbound/outbound';
import type { Encryption } from '../services/encryption';

/** The services that handlers are created with. */
export interface JobServices extends SendingServices {
  readonly outbound: Outbound;
  readonly vault: Encryption;
  readonly deliveryTimings?: DeliveryTimings;
}

/** Handlers of all kinds of background jobs. A feature adds its own here. */
export const jobHandlers = ({
  outbound,
  vault,
  deliveryTimings,
  ...sending
}: JobServices): readonly JobHandler[] => [
  deliverWebhooks({ outbound, vault }, deliveryTimings),
  sendDisabledNotices(sending.carriers),
  sendMessages(sending),
];
