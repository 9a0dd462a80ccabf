import { Refused, type Sms } from './transport';

const PATIENCE_MS = 10_000;
/** Answers that another attempt may change. */
const PASSING = new Set([408, 425, 429]);

/** Posts `{ to, text }` to an address of the operator's, where whatever sends SMS takes it. A 2xx is a yes. */
export function smsCarrier(url: string): (sms: Sms, signal: AbortSignal) => Promise<void> {
  return async ({ messageId, to, text }, signal) => {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)]),
      headers: { 'content-type': 'application/json', 'idempotency-key': messageId },
      body: JSON.stringify({ to, text }),
    });
    await response.body?.cancel();
    if (response.ok) return;
    const said = `The gateway of SMS answered ${response.status}.`;
    throw response.status >= 400 && response.status < 500 && !PASSING.has(response.status)
      ? new Refused(said)
      : new Error(said);
  };
}
