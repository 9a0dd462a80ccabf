import { PermanentDeliveryError, type Sms } from './transport';

const TIMEOUT_MS = 10_000;
/** Statuses that justify a retry. */
const TRANSIENT_STATUSES = new Set([408, 425, 429]);

/** Posts `{ to, text }` to the SMS gateway of the operator. A status of 2xx means accepted. */
export function smsTransport(url: string): (sms: Sms, signal: AbortSignal) => Promise<void> {
  return async ({ messageId, to, text }, signal) => {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      headers: { 'content-type': 'application/json', 'idempotency-key': messageId },
      body: JSON.stringify({ to, text }),
    });
    await response.body?.cancel();
    if (response.ok) return;
    const message = `The SMS gateway answered ${response.status}.`;
    throw response.status >= 400 &&
      response.status < 500 &&
      !TRANSIENT_STATUSES.has(response.status)
      ? new PermanentDeliveryError(message)
      : new Error(message);
  };
}
