import type { Transporter } from 'nodemailer';
import { orAborted } from '../../../lib/abortable';
import { PermanentDeliveryError, type Email } from './transport';

const TIMEOUT_MS = 10_000;

/**
 * Errors that are permanent with a 5xx reply: of the recipient or the message. Failed logins are
 * 5xx as well, but an operator can correct them.
 */
const PERMANENT_CODES = new Set<unknown>(['EENVELOPE', 'EMESSAGE']);

/**
 * Sends by SMTP: `smtp://user:password@host:587`, or `smtps://` for implicit TLS. Each message
 * opens a connection, so that none is stale.
 */
export function smtpTransport(url: string): (email: Email, signal: AbortSignal) => Promise<void> {
  // Loaded with the first message: keeps the start of the process fast.
  let transport: Transporter | undefined;
  const open = async () =>
    (await import('nodemailer')).createTransport({
      url,
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: 2 * TIMEOUT_MS,
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
      throw PERMANENT_CODES.has(code) && responseCode >= 500
        ? new PermanentDeliveryError(message)
        : error;
    }
  };
}
