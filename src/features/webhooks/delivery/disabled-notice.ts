import type { WriteUnit } from '../../../context';
import { findOne } from '../../../db/table';
import { MS_PER_HOUR, MS_PER_MINUTE } from '../../../lib/time-zone';
import { Business } from '../../businesses/business.entity';
import type { JobHandler, Outcome } from '../../../jobs/handler';
import { enqueue } from '../../../jobs/queue';
import { PermanentDeliveryError, type Transports } from '../../messages/transports/transport';
import { Webhook } from '../webhook.entity';

const NOTICE = 'webhook.notice';

/**
 * Enqueues the e-mail to the contact of a webhook, in the transaction that disables the webhook.
 */
export async function enqueueDisabledNotice(
  { tx, now }: WriteUnit,
  { businessId, rowId, contactEmail }: Webhook,
): Promise<void> {
  if (contactEmail === null) return;
  await enqueue(tx, now, {
    businessId,
    kind: NOTICE,
    key: `${rowId}:${now}`,
    payload: { webhookId: rowId },
  });
}

/**
 * Job that e-mails the contact of a disabled webhook. Does nothing if the webhook is active again.
 */
export const sendDisabledNotices = ({ email, mailFrom }: Transports): JobHandler => ({
  kind: NOTICE,
  retryDelays: [MS_PER_MINUTE, 5 * MS_PER_MINUTE, MS_PER_HOUR, 6 * MS_PER_HOUR],
  async run({ businessId, rowId: jobId, payload }, { db, signal }): Promise<Outcome | void> {
    const { webhookId: rowId } = payload as { webhookId: number };
    const webhook = await findOne(db, Webhook, { businessId, rowId, deletedAt: null });
    const business = await findOne(db, Business, { rowId: businessId });
    if (!email || !business || !webhook?.contactEmail || webhook.disabledReason === null) return;
    const address = webhook.contactEmail;
    try {
      await email(
        {
          messageId: `<${businessId}.${rowId}.${jobId}.notice@${mailFrom.split('@').at(-1)}>`,
          from: { name: business.name, address: mailFrom },
          to: { name: '', address },
          invitation: null,
          ...noticeOf(webhook, business),
        },
        signal,
      );
    } catch (error) {
      if (error instanceof PermanentDeliveryError) return { result: 'DEAD', error: error.message };
      throw error;
    }
  },
});

function noticeOf(
  { id, url, disabledReason }: Webhook,
  { name }: Business,
): { subject: string; text: string; html: string } {
  const paragraphs = [
    `${name} no longer sends webhooks to ${url}.`,
    disabledReason as string,
    'Pending deliveries are kept. When the address responds again, resume them with ' +
      `updateWebhook(input: { id: "${id}", active: true }).`,
  ];
  const escaped = (text: string) =>
    text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
  return {
    subject: `A webhook of ${name} was disabled`.replace(/\s+/g, ' '),
    text: paragraphs.join('\n\n'),
    html: paragraphs.map((text) => `<p>${escaped(text)}</p>`).join('\n'),
  };
}
