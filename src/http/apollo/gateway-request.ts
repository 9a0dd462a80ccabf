import { HeaderMap, type HTTPGraphQLRequest } from '@apollo/server';
import type { Ticket } from '../limits/admission';
import type { PreparedDocument } from '../operations/prepare-document';

/** An admitted request as the plugins read it from Apollo Server. */
export interface GatewayRequest extends HTTPGraphQLRequest {
  readonly transport: 'http' | 'sse';
  readonly ticket: Ticket;
  /** The document, if the transport had to parse it. */
  readonly prepared?: PreparedDocument;
}

/** Returns the request that `executeHTTPGraphQLRequest` received. */
export const gatewayRequestOf = ({ http }: { readonly http?: HTTPGraphQLRequest }) =>
  http as GatewayRequest;

export function headerMapOf(headers: Readonly<Record<string, string | undefined>>): HeaderMap {
  const map = new HeaderMap();
  for (const [name, value] of Object.entries(headers))
    if (typeof value === 'string') map.set(name, value);
  return map;
}
