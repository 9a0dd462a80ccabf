import type { IncomingMessage } from 'node:http';
import { ErrorCode } from '../../errors';
import { HttpRefusal, urlOf } from '../graphql-http';

export interface SseOperation {
  readonly query: string;
  readonly operationName?: string | null;
  readonly variables?: Readonly<Record<string, unknown>> | null;
}

const TOKEN_HEADER = 'x-graphql-event-stream-token';

/** Whether a client prefers an event stream: the first media type of Accept. */
export const wantsEvents = ({ headers: { accept } }: IncomingMessage): boolean =>
  /^\s*text\/event-stream\b/i.test(accept ?? '');

/**
 * Reads the key from the query parameter `apiKey`, because EventSource cannot set headers. A header
 * takes precedence.
 * @throws HttpRefusal 400 for an invalid URL.
 */
export function keyInAddress(request: IncomingMessage): Readonly<Record<string, string>> {
  const key = urlOf(request).searchParams.get('apiKey');
  return key && !request.headers.authorization ? { 'x-api-key': key } : {};
}

/** Returns the token of a reserved stream, or null in distinct connections mode. */
export function tokenOf(request: IncomingMessage): string | null {
  const header = request.headers[TOKEN_HEADER];
  return typeof header === 'string' ? header : urlOf(request).searchParams.get('token');
}

/** @throws HttpRefusal 400 if there is no document, or a parameter has the wrong type. */
export function operationOf(request: IncomingMessage, body: unknown): SseOperation {
  const parameters =
    request.method === 'GET' ? parametersOf(request) : ((body ?? {}) as Record<string, unknown>);
  const { query, operationName, variables } = parameters;
  if (typeof query !== 'string')
    throw new HttpRefusal(400, 'Send the document as "query".', ErrorCode.BAD_USER_INPUT);
  if (operationName != null && typeof operationName !== 'string')
    throw new HttpRefusal(400, 'operationName must be a string.', ErrorCode.BAD_USER_INPUT);
  if (variables != null && (typeof variables !== 'object' || Array.isArray(variables)))
    throw new HttpRefusal(400, 'variables must be a JSON object.', ErrorCode.BAD_USER_INPUT);
  return {
    query,
    operationName: operationName || null,
    variables: (variables ?? null) as SseOperation['variables'],
  };
}

/**
 * Returns the id that the client gives to an operation on a reserved stream.
 * @throws HttpRefusal 400 without one
 */
export function operationIdOf(request: IncomingMessage, body: unknown): string {
  const { extensions } = (body ?? {}) as { extensions?: { operationId?: unknown } | null };
  const id =
    request.method === 'DELETE'
      ? urlOf(request).searchParams.get('operationId')
      : extensions?.operationId;
  if (typeof id === 'string' && id.length > 0 && id.length <= 100) return id;
  throw new HttpRefusal(
    400,
    'Send the id of the operation: extensions.operationId of a POST, the parameter operationId of a DELETE.',
    ErrorCode.BAD_USER_INPUT,
  );
}

function parametersOf(request: IncomingMessage): Record<string, unknown> {
  const { searchParams } = urlOf(request);
  const variables = searchParams.get('variables');
  try {
    return {
      query: searchParams.get('query'),
      operationName: searchParams.get('operationName'),
      variables: variables ? JSON.parse(variables) : null,
    };
  } catch {
    throw new HttpRefusal(400, 'variables must be a JSON object.', ErrorCode.BAD_USER_INPUT);
  }
}
