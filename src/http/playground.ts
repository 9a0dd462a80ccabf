import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join } from 'node:path';
import { matchesEtag } from './graphql-http';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.ttf': 'font/ttf',
  '.svg': 'image/svg+xml',
  '.md': 'text/plain; charset=utf-8',
};

/** Content security policy of the explorer: own sources only. Its editor writes inline styles. */
const POLICY = [
  `default-src 'none'`,
  `script-src 'self'`,
  `style-src 'self' 'unsafe-inline'`,
  `connect-src 'self'`,
  `img-src 'self' data:`,
  `font-src 'self' data:`,
  `worker-src 'self'`,
  `base-uri 'none'`,
  `form-action 'none'`,
  `frame-ancestors 'none'`,
].join('; ');

/** Content security policy of the manage page: own sources only, no inline styles. */
const MANAGE_POLICY = [
  `default-src 'none'`,
  `script-src 'self'`,
  `style-src 'self'`,
  `connect-src 'self'`,
  `img-src data:`,
  `base-uri 'none'`,
  `form-action 'none'`,
  `frame-ancestors 'none'`,
].join('; ');

interface Asset {
  readonly body: Buffer;
  readonly zipped: Buffer | null;
  readonly etag: string;
  readonly type: string;
}

export interface Pages {
  readonly explorer: boolean;
  /** The URL of an external manage page; null for the page of the gateway. */
  readonly manageUrl: string | null;
}

/** Page files by path. */
const PAGES: Readonly<Record<string, string>> = {
  '/': 'index.html',
  '/manage': 'manage.html',
  // The schema refers to it.
  '/docs/scalars.md': 'scalars.md',
};
/** Files that are served without the explorer. */
const ALWAYS = /^(manage|scalars)\./;

/**
 * Serves the explorer at /, the manage page at /manage and their files under /playground/. Returns
 * false for other paths.
 */
export function playground(
  directory: string,
  { explorer, manageUrl }: Pages,
): (request: IncomingMessage, response: ServerResponse) => boolean {
  const assets = new Map<string, Asset | null>();

  function assetOf(name: string): Asset | null {
    const cached = assets.get(name);
    if (cached) return cached;
    // The folder is flat: a name with a path separator is not valid.
    const path = join(directory, name);
    if (!/^[\w.-]+$/.test(name) || name.startsWith('.') || !existsSync(path)) return null;
    const body = readFileSync(path);
    const zipped = existsSync(`${path}.gz`) ? readFileSync(`${path}.gz`) : null;
    // Weak, because it also identifies the compressed bytes.
    const etag = `W/"${createHash('sha1').update(body).digest('base64url')}"`;
    const asset = { body, zipped, etag, type: TYPES[extname(name)] ?? 'application/octet-stream' };
    assets.set(name, asset);
    return asset;
  }

  return (request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://gateway');
    const name = PAGES[pathname] ?? /^\/playground\/([^/]+)$/.exec(pathname)?.[1];
    if (!name || (pathname === '/manage' && manageUrl !== null)) return false;
    const asset = explorer || ALWAYS.test(name) ? assetOf(name) : null;
    if (asset) sendAsset(request, response, { name, asset });
    else if (pathname === '/') sendNotice(response, explorer);
    else return false;
    return true;
  };
}

function sendNotice(response: ServerResponse, explorer: boolean): void {
  const reason = explorer
    ? 'The explorer is not built: run "npm run build".'
    : 'The explorer is switched off (EXPLORER).';
  response
    .writeHead(200, { 'content-type': 'text/plain; charset=utf-8' })
    .end(`GraphQL is at /graphql. ${reason}\n`);
}

const acceptsGzip = ({ headers }: IncomingMessage): boolean =>
  /\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))/.test(String(headers['accept-encoding']));

function sendAsset(
  request: IncomingMessage,
  response: ServerResponse,
  { name, asset: { body, zipped, etag, type } }: { name: string; asset: Asset },
): void {
  response.setHeader('content-security-policy', name === 'manage.html' ? MANAGE_POLICY : POLICY);
  response.setHeader('etag', etag);
  response.setHeader('cache-control', 'no-cache');
  response.setHeader('vary', 'accept-encoding');
  if (matchesEtag(request.headers['if-none-match'] ?? '', etag))
    return void response.writeHead(304).end();
  const bytes = acceptsGzip(request) ? zipped : null;
  response.writeHead(200, {
    'content-type': type,
    'content-length': (bytes ?? body).length,
    ...(bytes ? { 'content-encoding': 'gzip' } : {}),
  });
  response.end(bytes ?? body);
}
