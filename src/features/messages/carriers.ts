import type { Carriers } from './carrier';
import { smsCarrier } from './carrier.sms';
import { smtpCarrier } from './carrier.smtp';

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
