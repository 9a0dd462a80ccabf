import { createHmac, randomBytes } from 'node:crypto';

const PREFIX = 'whsec_';

/** A secret of Standard Webhooks: 192 random bits. */
export const newSecret = (random: (bytes: number) => Buffer = randomBytes): string =>
  PREFIX + random(24).toString('base64');

/** The headers of Standard Webhooks, signed with each of the secrets: a receiver takes any of them that it knows. */
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
