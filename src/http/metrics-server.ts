import type { IncomingMessage, ServerResponse } from 'node:http';
import { ErrorCode } from '../errors';
import { pathOf, refusalBody, sendJson } from './graphql-http';
import { Listener } from './listener';

/** Returns the text of /metrics; null if the caller may not read it. */
export type MetricsSource = (authorization: string | undefined) => Promise<string> | null;

/** Sends the metrics, or 401. */
export async function sendMetrics(
  metrics: MetricsSource,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const text = metrics(request.headers.authorization);
  if (text)
    return void response.setHeader('content-type', 'text/plain; version=0.0.4').end(await text);
  sendJson(
    response,
    401,
    refusalBody(
      'Send the METRICS_TOKEN: "Authorization: Bearer <token>".',
      ErrorCode.UNAUTHENTICATED,
    ),
    { 'www-authenticate': 'Bearer' },
  );
}

/** Serves only /metrics, on a port of its own. Returns the function that stops it. */
export async function serveMetrics(
  metrics: MetricsSource,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<() => Promise<void>> {
  const listener = new Listener(async (request, response) => {
    if (pathOf(request) === '/metrics')
      return sendMetrics(metrics, request, response).catch(() => void response.destroy());
    sendJson(response, 404, refusalBody('Metrics are at /metrics.', ErrorCode.NOT_FOUND));
  });
  await listener.listen(port, host);
  return () => listener.close(0);
}
