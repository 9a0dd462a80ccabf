import type { IncomingMessage, ServerResponse } from 'node:http';
import { ErrorCode } from '../errors';
import { HttpRefusal, matchesEtag, urlOf } from './graphql-http';

/** A calendar and the time of its last change: epoch milliseconds, a whole second. */
export interface Feed {
  readonly text: string;
  readonly etag: string;
  readonly changedAt: number;
}

const PATH = /^\/calendar\/([\w-]{1,100})\.ics$/;
const METHODS = 'GET, HEAD';

/**
 * Whether the copy of the client is current: decided by the tag if one is sent, else by the date
 * (RFC 9110, 13.2.2).
 */
function isFresh({ headers }: IncomingMessage, { etag, changedAt }: Feed): boolean {
  const tags = headers['if-none-match'];
  if (tags !== undefined) return matchesEtag(tags, etag);
  return Date.parse(headers['if-modified-since'] ?? '') >= changedAt;
}

/**
 * Serves calendars at /calendar/<token>.ics.
 * @throws HttpRefusal 404 for unknown and revoked tokens alike; 405
 */
export async function serveCalendarFeed(
  read: (token: string) => Promise<Feed | null>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD')
    throw new HttpRefusal(405, 'Calendar feeds accept GET and HEAD.', ErrorCode.BAD_USER_INPUT, {
      allow: METHODS,
    });
  const token = PATH.exec(urlOf(request).pathname)?.[1];
  const feed = token === undefined ? null : await read(token);
  if (!feed)
    throw new HttpRefusal(404, 'There is no calendar at this address.', ErrorCode.NOT_FOUND);
  if (response.destroyed) return;
  const headers = {
    etag: feed.etag,
    'last-modified': new Date(feed.changedAt).toUTCString(),
    'cache-control': 'private, no-cache',
  };
  if (isFresh(request, feed)) return void response.writeHead(304, headers).end();
  response.writeHead(200, {
    ...headers,
    'content-type': 'text/calendar; charset=utf-8',
    'content-length': Buffer.byteLength(feed.text),
    'content-disposition': 'inline; filename="calendar.ics"',
  });
  response.end(request.method === 'HEAD' ? undefined : feed.text);
}
