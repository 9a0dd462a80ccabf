import type { Config } from '../config';
import { DomainError } from '../errors';
import { codeOf, isExhausted } from '../db/errors';

/** Error codes of an unreachable PostgreSQL: the next attempt may succeed. */
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EPIPE',
  '57P03',
  '53300',
]);

export const isUnreachable = (error: unknown): boolean =>
  UNREACHABLE.has(codeOf(error)) || isExhausted(error);

/** Returns host, port and name of a database, without credentials. */
export function addressOf(databaseUrl: string): string {
  if (!URL.canParse(databaseUrl)) return 'the configured address';
  const { hostname, port, pathname } = new URL(databaseUrl);
  return `${hostname || 'localhost'}:${port || 5432}${pathname}`;
}

/** Formats a start fault as one line: the fault, the value and the remedy. */
export function startFault(error: unknown, config?: Config): string {
  if (error instanceof DomainError) return error.message;
  const { code = '', syscall } = (error ?? {}) as NodeJS.ErrnoException;
  const message = oneLine(error);
  if (code === 'ERR_DLOPEN_FAILED') return moduleFault(message);
  if (!config) return `Slotgraph cannot start: ${message}`;
  if (syscall === 'listen' || syscall === 'bind')
    return portFault(error as ListenError, message, config);
  return (
    (config.databaseUrl
      ? postgresFault(error, message, config.databaseUrl)
      : sqliteFault(error, message, config)) ?? `Slotgraph cannot start: ${message}`
  );
}

/** Returns the message without line breaks. An AggregateError has no message of its own. */
function oneLine(error: unknown): string {
  const { message, code, errors } = (error ?? {}) as {
    message?: string;
    code?: string;
    errors?: Error[];
  };
  return (
    message ||
    errors?.map((each) => each.message).join('; ') ||
    code ||
    String(error)
  ).replaceAll(/\s*\n\s*/g, ' ');
}

function moduleFault(message: string): string {
  const built = /NODE_MODULE_VERSION (\d+)/.exec(message)?.[1];
  const reason = built
    ? `was built for Node.js with NODE_MODULE_VERSION ${built}, and this is ${process.versions.node} (${process.versions.modules})`
    : 'cannot be loaded';
  return `A native module ${reason}: run "npm rebuild better-sqlite3", or "npm ci", with the Node.js that runs the gateway.`;
}

interface ListenError extends NodeJS.ErrnoException {
  readonly port?: number;
}

function portFault(error: ListenError, message: string, { host, ...config }: Config): string {
  const { code, port = config.port } = error;
  const isOfMetrics = port === config.metricsPort && port !== config.port;
  const variable = isOfMetrics ? 'METRICS_PORT' : 'PORT';
  const where = `port ${port} of ${host}`;
  if (code === 'EADDRINUSE')
    return `Cannot listen on ${where}: another process uses it. Stop that process, or set ${variable} to a free port.`;
  if (code === 'EACCES')
    return `Cannot listen on ${where}: no permission. Set ${variable} to 1024 or above, or grant CAP_NET_BIND_SERVICE.`;
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return `Cannot listen on ${where}: this machine has no such address. Correct HOST.`;
  return `Cannot listen on ${where}: ${message}. Check HOST and ${variable}.`;
}

/** Messages by SQLSTATE. */
const POSTGRES: Readonly<Record<string, string>> = {
  '28P01': 'the user or the password is wrong. Correct DATABASE_URL.',
  '28000':
    "the server refuses this user (pg_hba.conf). Correct DATABASE_URL or the server's access rules.",
  '3D000': 'there is no such database. Create it (createdb), or correct DATABASE_URL.',
  '42501':
    'the role of DATABASE_URL lacks a right. Grant it CREATE on the database and on the schema public.',
  '3F000':
    'the role of DATABASE_URL lacks a right. Grant it CREATE on the database and on the schema public.',
  '25006': 'it is read-only, such as a standby. Set DATABASE_URL to the primary.',
  '53100': 'its disk is full. Free space on the server.',
  '58P01':
    'an extension (btree_gist, btree_gin or pg_trgm) is not installed. Install the contrib package of PostgreSQL.',
  '0A000':
    'an extension (btree_gist, btree_gin or pg_trgm) is not available. Install the contrib package of PostgreSQL.',
};

function postgresFault(error: unknown, message: string, databaseUrl: string): string | null {
  const address = `PostgreSQL at ${addressOf(databaseUrl)} (DATABASE_URL)`;
  const known = POSTGRES[codeOf(error)];
  if (known) return `${address}: ${known} The server reports: ${message}`;
  if (isUnreachable(error))
    return `${address} is unreachable: ${message}. Start it, or correct DATABASE_URL; DATABASE_WAIT_SECONDS sets how long to wait for it.`;
  return `${address}: ${message}. Check DATABASE_URL.`;
}

const SQLITE: readonly (readonly [RegExp, string])[] = [
  [
    /^SQLITE_(NOTADB|CORRUPT)/,
    'is corrupt or no SQLite database. Restore a backup (docs/backup.md), or set DATA_DIR to another directory.',
  ],
  [
    /^SQLITE_READONLY|^EROFS$/,
    'is read-only. Make it writable for this user, or set DATA_DIR to another directory.',
  ],
  [
    /^(SQLITE_CANTOPEN.*|EACCES|EPERM)$/,
    'cannot be opened for writing by this user. Correct its owner and mode, or set DATA_DIR to another directory.',
  ],
  [
    /^(EEXIST|ENOTDIR)$/,
    'is not below a directory: a file is in its way. Set DATA_DIR to a directory.',
  ],
  [
    /^(SQLITE_FULL|ENOSPC)$/,
    'cannot grow: the disk is full. Free space, or set DATA_DIR to another disk.',
  ],
  [/^SQLITE_BUSY/, 'is locked by another program. Stop that program.'],
  [/^SQLITE_IOERR/, 'cannot be read or written. Check the disk.'],
];

function sqliteFault(error: unknown, message: string, { sqliteFile }: Config): string | null {
  const code = codeOf(error);
  const [, fault] = SQLITE.find(([pattern]) => pattern.test(code)) ?? [];
  return fault
    ? `The database ${sqliteFile} (DATA_DIR) ${fault} The system reports: ${message}`
    : null;
}
