import type { Carriers } from './transport';
import { smsCarrier } from './sms';
import { smtpCarrier } from './smtp';

interface Configured {
  readonly smtpUrl: string | null;
  readonly mailFrom: string;
  readonly smsWebhookUrl: string | null;
}

export const carriersOf = ({ smtpUrl, mailFrom, smsWebhookUrl }: Configured): Carriers => ({
  mailFrom,
  email: smtpUrl === null ? null : smtpCarrier(smtpUrl),
  sms: smsWebhookUrl === null ? null : smsCarrier(smsWebhookUrl),
});
