import type { Transports } from './transport';
import { smsTransport } from './sms';
import { smtpTransport } from './smtp';

interface TransportConfig {
  readonly smtpUrl: string | null;
  readonly mailFrom: string;
  readonly smsWebhookUrl: string | null;
}

export const transportsFrom = ({
  smtpUrl,
  mailFrom,
  smsWebhookUrl,
}: TransportConfig): Transports => ({
  mailFrom,
  email: smtpUrl === null ? null : smtpTransport(smtpUrl),
  sms: smsWebhookUrl === null ? null : smsTransport(smsWebhookUrl),
});
