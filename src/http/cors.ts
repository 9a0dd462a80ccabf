import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ServerOptions } from './server-options';

export const METHODS = 'GET, POST, OPTIONS';

/** Request headers that the gateway reads. A CORS `*` does not include Authorization. */
const OWN_HEADERS = [
  'authorization',
  'content-type',
  'idempotency-key',
  'last-event-id',
  'x-api-key',
  'x-request-id',
];

/** Sets the CORS headers of a response. */
export function allowOrigin(
  { headers: { origin } }: IncomingMessage,
  response: ServerResponse,
  { corsOrigins: origins, corsHeaders = [] }: Pick<ServerOptions, 'corsOrigins' | 'corsHeaders'>,
): void {
  const toAll = origins.includes('*');
  // Also set without an origin: a cache must not serve this response to a request with an origin.
  if (!toAll) response.setHeader('vary', 'origin');
  if (!origin || !(toAll || origins.includes(origin))) return;
  response.setHeader('access-control-allow-origin', toAll ? '*' : origin);
  response.setHeader('access-control-allow-headers', [...OWN_HEADERS, ...corsHeaders].join(', '));
  response.setHeader('access-control-allow-methods', METHODS);
  response.setHeader('access-control-expose-headers', 'x-request-id, retry-after');
}
