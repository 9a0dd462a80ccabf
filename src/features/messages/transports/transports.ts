import type { Transports } from './transport';
import { smsCarrier } from './sms';
import { smtpCarrier } from './smtp';

interface Configured {
  readonly smtpUrl: string | null;
  readonly mailFrom: string;
  readonly smsWebhookUrl: string | null;
}

export const transportsFrom = ({ smtpUrl, mailFrom, smsWebhookUrl }: Configured): Transports => ({
  mailFrom,
  email: smtpUrl === null ? null : smtpCarrier(smtpUrl),
  sms: smsWebhookUrl === null ? null : smsCarrier(smsWebhookUrl),
});
