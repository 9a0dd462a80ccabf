import { createHmac, randomBytes } from 'node:crypto';

const PREFIX = 'whsec_';

/** Returns a new secret of the Standard Webhooks form with 192 random bits. */
export const newSecret = (random: (bytes: number) => Buffer = randomBytes): string =>
  PREFIX + random(24).toString('base64');

/**
 * Returns the Standard Webhooks headers, signed with each secret: a receiver accepts any signature
 * that it can verify.
 */
export function signedHeaders(
  messageId: string,
  instant: number,
  body: Buffer,
  secrets: readonly string[],
): Record<string, string> {
  const timestamp = String(Math.floor(instant / 1000));
  const signatures = secrets.map((secret) => {
    const hmac = createHmac('sha256', Buffer.from(secret.slice(PREFIX.length), 'base64'));
    return `v1,${hmac.update(`${messageId}.${timestamp}.`).update(body).digest('base64')}`;
  });
  return {
    'webhook-id': messageId,
    'webhook-timestamp': timestamp,
    'webhook-signature': signatures.join(' '),
  };
}
