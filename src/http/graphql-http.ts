import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { HeaderMap, type ApolloServer, type BaseContext } from '@apollo/server';
import { ErrorCode } from '../errors';
import type { TextSender } from './compression';

/** A refusal before GraphQL has a say, in GraphQL's own shape. */
export class HttpRefusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly code: string,
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }
}

export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  if (response.headersSent || response.destroyed) return;
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    'content-length': Buffer.byteLength(text),
    ...headers,
  });
  response.end(text);
}

export const refusalBody = (message: string, code: string) => ({
  errors: [{ message, extensions: { code } }],
});

/** @throws HttpRefusal 400 for an address that is none. */
export function urlOf(request: IncomingMessage): URL {
  try {
    return new URL(request.url ?? '/', 'http://gateway');
  } catch {
    throw new HttpRefusal(400, 'The address is not valid.', ErrorCode.BAD_USER_INPUT);
  }
}

/** The path alone. @throws HttpRefusal 400 for an address that is none. */
export const pathOf = (request: IncomingMessage): string =>
  request.url === '/graphql' ? request.url : urlOf(request).pathname;

const opaque = (tag: string): string => tag.trim().replace(/^W\//, '');

/** Whether an If-None-Match names the tag; it compares weakly (RFC 9110, 13.1.2). */
export const matchesEtag = (header: string, etag: string): boolean =>
  header.split(',').some((tag) => tag.trim() === '*' || opaque(tag) === opaque(etag));

/** A caller's own id for a request, when it is one that can stand in a log; else a new one. */
export function requestIdOf(given: unknown): string {
  return typeof given === 'string' && /^[\w.:-]{1,100}$/.test(given) ? given : randomUUID();
}

/** Header names in lower case, repeated headers joined. Node makes a list of set-cookie alone, which no request has. */
export const headersOf = ({
  headers,
}: IncomingMessage): Readonly<Record<string, string | undefined>> =>
  headers as Record<string, string | undefined>;

/** Bytes of bodies that a process holds, from their first byte until the operation has begun. */
export class BodyBudget {
  private used = 0;

  constructor(private readonly maxBytes: number) {}

  /** @throws HttpRefusal 503 */
  take(bytes: number): void {
    if (this.used + bytes > this.maxBytes) {
      throw new HttpRefusal(
        503,
        'Too many requests are being read. Try again in a second.',
        ErrorCode.BUSY,
        { 'retry-after': '1' },
      );
    }
    this.used += bytes;
  }

  release(bytes: number): void {
    this.used -= bytes;
  }
}

/**
 * Reads a body. The caller releases the bytes of a body that was read from the budget.
 * @throws HttpRefusal 413 as soon as it is clear that there is too much, 503 beyond the budget. Node
 * discards what still comes, until its requestTimeout.
 */
export function readBody(
  request: IncomingMessage,
  maxBytes: number,
  budget: BodyBudget,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    const fail = (error: unknown) => {
      request.off('data', take).resume();
      budget.release(size);
      size = 0;
      reject(error);
    };
    const tooLarge = () =>
      fail(
        new HttpRefusal(
          413,
          `The body is larger than ${maxBytes} bytes.`,
          ErrorCode.BAD_USER_INPUT,
        ),
      );
    const take = (chunk: Buffer) => {
      if (size + chunk.length > maxBytes) return tooLarge();
      try {
        budget.take(chunk.length);
      } catch (error) {
        return fail(error);
      }
      size += chunk.length;
      chunks.push(chunk);
    };
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) return tooLarge();
    request
      .on('data', take)
      .once('end', () =>
        resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)),
      );
    request
      .once('error', fail)
      .once('close', () => request.complete || fail(new Error('The request broke off.')));
  });
}

/** @throws HttpRefusal 415 or 400 for what is no JSON object. */
export function parseBody(request: IncomingMessage, text: string): unknown {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json')
    throw new HttpRefusal(415, 'Send the request as application/json.', ErrorCode.BAD_USER_INPUT);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new HttpRefusal(400, 'The body is no valid JSON.', ErrorCode.BAD_USER_INPUT);
  }
  if (Array.isArray(body))
    throw new HttpRefusal(
      400,
      'Send one operation in each request: batches are not accepted.',
      ErrorCode.BAD_USER_INPUT,
    );
  return body;
}

export interface PlainRequest {
  readonly query: string;
  readonly operationName?: string | null;
  readonly variables?: Readonly<Record<string, unknown>> | null;
  /** The type of the answer. */
  readonly type: string;
}

export const GRAPHQL_RESPONSE = 'application/graphql-response+json; charset=utf-8';
const JSON_RESPONSE = 'application/json; charset=utf-8';

/** A request that holds a document and nothing unusual, from a client that takes one of the two types by name or any; else null. */
export function plainRequest(
  { accept = '*/*' }: Readonly<Record<string, string | undefined>>,
  body: unknown,
): PlainRequest | null {
  const { query, operationName, variables, extensions } = (body ?? {}) as Record<string, unknown>;
  if (typeof query !== 'string' || extensions !== undefined) return null;
  if (operationName != null && typeof operationName !== 'string') return null;
  if (variables != null && (typeof variables !== 'object' || Array.isArray(variables))) return null;
  const type = typeOf(accept);
  return type === null
    ? null
    : { query, operationName, variables: variables as PlainRequest['variables'], type };
}

function typeOf(accept: string): string | null {
  if (accept === '*/*' || accept === 'application/json') return JSON_RESPONSE;
  return accept === 'application/graphql-response+json' ? GRAPHQL_RESPONSE : null;
}

/** One GraphQL request over HTTP, through Apollo. */
export async function answerGraphQL<C extends BaseContext>(
  apollo: ApolloServer<C>,
  request: IncomingMessage,
  response: ServerResponse,
  {
    headers,
    body,
    context,
    sender,
  }: {
    headers: Readonly<Record<string, string | undefined>>;
    body: unknown;
    context: C;
    sender: TextSender;
  },
): Promise<void> {
  const headerMap = new HeaderMap();
  for (const [name, value] of Object.entries(headers))
    if (typeof value === 'string') headerMap.set(name, value);
  const { search } = urlOf(request);
  const answer = await apollo.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: request.method ?? 'GET', headers: headerMap, search, body },
    context: async () => context,
  });
  if (response.destroyed) return;
  // @defer is no directive of the schema, so an answer is always whole.
  const text = answer.body.kind === 'complete' ? answer.body.string : '';
  await sender.send(request, response, {
    status: answer.status ?? 200,
    headers: Object.fromEntries(answer.headers),
    text,
  });
}
