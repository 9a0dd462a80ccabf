import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Answer, TestGateway } from './gateway';

export const TRANSPORTS = ['HTTP', 'WebSocket', 'SSE'] as const;
export type Transport = (typeof TRANSPORTS)[number];

interface Operation {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  /** An administrator's key unless set; null for none. */
  readonly key?: string | null;
  /** Sent as the header, or in the extensions of a WebSocket's operation. */
  readonly idempotencyKey?: string;
}

/** Runs one query or mutation over a transport and returns its only result. */
export async function runOver(
  gateway: TestGateway,
  transport: Transport,
  operation: Operation,
): Promise<Omit<Answer, 'status'>> {
  const { query, variables, idempotencyKey } = operation;
  const key = operation.key === undefined ? gateway.business.secretKey : operation.key;
  const headers: Record<string, string> = key ? { authorization: `Bearer ${key}` } : {};
  if (transport === 'WebSocket') {
    const client = createClient({
      url: `${gateway.gateway.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: headers,
      retryAttempts: 0,
    });
    const extensions = idempotencyKey === undefined ? undefined : { idempotencyKey };
    try {
      return await new Promise((resolve, reject) => {
        client.subscribe(
          { query, variables, extensions },
          {
            next: (value) => resolve(value as never),
            // Returns the errors of a refused operation, or the close event of the socket.
            error: (error) =>
              Array.isArray(error) ? resolve({ errors: error as never }) : reject(error),
            complete: () => reject(new Error('The operation completed without a result.')),
          },
        );
      });
    } finally {
      await client.dispose();
    }
  }
  const sse = transport === 'SSE';
  const response = await fetch(`${gateway.gateway.url}/graphql`, {
    method: 'POST',
    headers: {
      ...headers,
      'content-type': 'application/json',
      ...(sse ? { accept: 'text/event-stream' } : {}),
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    },
    body: JSON.stringify({ query, variables }),
  });
  const text = await response.text();
  const json = text.startsWith('{') ? text : (/^data: (\{.*\})$/m.exec(text)?.[1] as string);
  return JSON.parse(json) as Answer;
}
