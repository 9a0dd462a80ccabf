import type { IncomingMessage, ServerResponse } from 'node:http';
import { HeaderMap, type ApolloServer, type BaseContext } from '@apollo/server';
import { ErrorCode } from '../errors';

/** A refusal before GraphQL has a say, in GraphQL's own shape. */
export class HttpRefusal extends Error {
  constructor(readonly status: number, message: string, readonly code: string, readonly headers: Readonly<Record<string, string>> = {}) {
    super(message);
  }
}

export function sendJson(response: ServerResponse, status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): void {
  if (response.headersSent || response.destroyed) return;
  const text = JSON.stringify(body);
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(text), ...headers });
  response.end(text);
}

export const refusalBody = (message: string, code: string) => ({ errors: [{ message, extensions: { code } }] });

/** @throws HttpRefusal 413 as soon as it is clear that there is too much; the rest is not read. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<string> {
  const tooLarge = () => new HttpRefusal(413, `The body is larger than ${maxBytes} bytes.`, ErrorCode.BAD_USER_INPUT, { connection: 'close' });
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** @throws HttpRefusal 415 or 400 for what is no JSON object. */
export function parseBody(request: IncomingMessage, text: string): unknown {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') throw new HttpRefusal(415, 'Send the request as application/json.', ErrorCode.BAD_USER_INPUT);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new HttpRefusal(400, 'The body is no valid JSON.', ErrorCode.BAD_USER_INPUT);
  }
  if (Array.isArray(body)) throw new HttpRefusal(400, 'Send one operation in each request: batches are not accepted.', ErrorCode.BAD_USER_INPUT);
  return body;
}

/** One GraphQL request over HTTP, through Apollo. */
export async function answerGraphQL<C extends BaseContext>(
  apollo: ApolloServer<C>, request: IncomingMessage, response: ServerResponse, body: unknown, context: () => Promise<C>,
): Promise<void> {
  const headers = new HeaderMap();
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const { search } = new URL(request.url ?? '/', 'http://gateway');
  const answer = await apollo.executeHTTPGraphQLRequest({ httpGraphQLRequest: { method: request.method ?? 'GET', headers, search, body }, context });
  if (response.destroyed) return;
  for (const [name, value] of answer.headers) response.setHeader(name, value);
  response.statusCode = answer.status ?? 200;
  if (answer.body.kind === 'complete') {
    response.setHeader('content-length', Buffer.byteLength(answer.body.string));
    response.end(answer.body.string);
    return;
  }
  for await (const chunk of answer.body.asyncIterator) response.write(chunk);
  response.end();
}
