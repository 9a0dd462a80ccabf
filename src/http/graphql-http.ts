import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { ErrorCode } from '../errors';

/** A refusal before GraphQL execution, sent in the shape of a GraphQL error. */
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

/** @throws HttpRefusal 400 for an invalid URL. */
export function urlOf(request: IncomingMessage): URL {
  try {
    return new URL(request.url ?? '/', 'http://gateway');
  } catch {
    throw new HttpRefusal(400, 'The request URL is not valid.', ErrorCode.BAD_USER_INPUT);
  }
}

/** Returns the path of the URL. @throws HttpRefusal 400 for an invalid URL. */
export const pathOf = (request: IncomingMessage): string =>
  request.url === '/graphql' ? request.url : urlOf(request).pathname;

const opaque = (tag: string): string => tag.trim().replace(/^W\//, '');

/** Whether an If-None-Match header matches the tag, by weak comparison (RFC 9110, 13.1.2). */
export const matchesEtag = (header: string, etag: string): boolean =>
  header.split(',').some((tag) => tag.trim() === '*' || opaque(tag) === opaque(etag));

/** Returns the request id of the caller if it is safe to log, else a new one. */
export function requestIdOf(value: unknown): string {
  return typeof value === 'string' && /^[\w.:-]{1,100}$/.test(value) ? value : randomUUID();
}

/**
 * Returns headers by lower-case name, repeated headers joined. Only set-cookie is a list in Node,
 * and requests have none.
 */
export const headersOf = ({
  headers,
}: IncomingMessage): Readonly<Record<string, string | undefined>> =>
  headers as Record<string, string | undefined>;

/**
 * Counts the bytes of request bodies that a process holds, from their first byte until the request
 * ends.
 */
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
 * Reads a body. The caller must release its bytes from the budget.
 * @throws HttpRefusal 413 as soon as the size exceeds `maxBytes`, 503 beyond the budget. Node
 * discards the remaining bytes, until its requestTimeout.
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
      .once(
        'close',
        () =>
          request.complete ||
          fail(new Error('The connection closed before the request was complete.')),
      );
  });
}

/**
 * Parses a JSON body.
 * @throws HttpRefusal 415 for another content type, 400 for invalid JSON or a batch.
 */
export function parseBody(request: IncomingMessage, text: string): unknown {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json')
    throw new HttpRefusal(415, 'Send the request as application/json.', ErrorCode.BAD_USER_INPUT);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new HttpRefusal(400, 'The body is not valid JSON.', ErrorCode.BAD_USER_INPUT);
  }
  if (Array.isArray(body))
    throw new HttpRefusal(
      400,
      'Batches are not supported. Send one operation in each request.',
      ErrorCode.BAD_USER_INPUT,
    );
  return body;
}
