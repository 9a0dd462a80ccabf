import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ServerOptions } from './server-options';

const METHODS = 'GET, POST, OPTIONS';
/** Methods of event streams: PUT reserves a shared stream, DELETE ends an operation on it. */
const STREAM_METHODS = 'GET, POST, PUT, DELETE, OPTIONS';

export const methodsOf = (asEvents: boolean): string => (asEvents ? STREAM_METHODS : METHODS);

/** Request headers that the gateway reads. A CORS `*` does not include Authorization. */
const OWN_HEADERS = [
  'authorization',
  'content-type',
  'idempotency-key',
  'last-event-id',
  'x-api-key',
  'x-graphql-event-stream-token',
  'x-request-id',
];

/** Sets the CORS headers of a response. */
export function allowOrigin(
  { headers: { origin } }: IncomingMessage,
  response: ServerResponse,
  {
    corsOrigins: origins,
    corsHeaders = [],
    methods,
  }: Pick<ServerOptions, 'corsOrigins' | 'corsHeaders'> & { readonly methods: string },
): void {
  const toAll = origins.includes('*');
  // Also set without an origin: a cache must not serve this response to a request with an origin.
  if (!toAll) response.setHeader('vary', 'origin');
  if (!origin || !(toAll || origins.includes(origin))) return;
  response.setHeader('access-control-allow-origin', toAll ? '*' : origin);
  response.setHeader('access-control-allow-headers', [...OWN_HEADERS, ...corsHeaders].join(', '));
  response.setHeader('access-control-allow-methods', methods);
  response.setHeader('access-control-expose-headers', 'x-request-id, retry-after');
}
