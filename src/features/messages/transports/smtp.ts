import type { Transporter } from 'nodemailer';
import { orAborted } from '../../../lib/abortable';
import { Refused, type Email } from './transport';

const PATIENCE_MS = 10_000;

/** What a mail server says for good: 5xx of a recipient or of the message. A wrong password is 5xx as well, and is for the operator to right. */
const FOR_GOOD = new Set<unknown>(['EENVELOPE', 'EMESSAGE']);

/** Sends by SMTP: `smtp://user:password@host:587`, or `smtps://` for TLS from the start. A connection for each, so that none can be stale. */
export function smtpCarrier(url: string): (email: Email, signal: AbortSignal) => Promise<void> {
  let transport: Transporter | undefined;
  // Loaded with the first message: most processes send none before they have answered somebody.
  const open = async () =>
    (await import('nodemailer')).createTransport({
      url,
      connectionTimeout: PATIENCE_MS,
      greetingTimeout: PATIENCE_MS,
      socketTimeout: 2 * PATIENCE_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
  return async ({ messageId, from, to, subject, text, html, invitation }, signal) => {
    try {
      transport ??= await open();
      await orAborted(
        transport.sendMail({
          messageId,
          from,
          to,
          subject,
          text,
          html,
          headers: { 'Auto-Submitted': 'auto-generated' },
          ...(invitation
            ? {
                icalEvent: {
                  method: invitation.method,
                  content: invitation.content,
                  filename: 'invite.ics',
                },
              }
            : {}),
        }),
        signal,
      );
    } catch (error) {
      const {
        code,
        responseCode = 0,
        message,
      } = error as { code?: string; responseCode?: number; message: string };
      throw FOR_GOOD.has(code) && responseCode >= 500 ? new Refused(message) : error;
    }
  };
}
