import { join } from 'node:path';
import { DEFAULT_PUBLIC_LIMITS as PUBLIC, type PublicLimits } from './context';
import { DomainError, ErrorCode } from './errors';
import { SERVER_LIMITS, type ServerLimits } from './http/limits/server-limits';

/** What the process is told from outside, once, at its start. */
export interface Config {
  readonly production: boolean;
  readonly host: string;
  readonly port: number;
  /** PostgreSQL; null means the embedded SQLite under `dataDirectory`. */
  readonly databaseUrl: string | null;
  /** Wakes processes that share a PostgreSQL; null means that PostgreSQL does. */
  readonly redisUrl: string | null;
  /** How long events of the log can be read; 0 is for ever. */
  readonly logRetentionDays: number;
  /** How long deliveries of webhooks can be looked at; 0 is for ever. */
  readonly webhookRetentionDays: number;
  /** How long messages can be read; 0 is for ever. */
  readonly messageRetentionDays: number;
  /** Bounds on what callers with a publishable key do. */
  readonly publicLimits: PublicLimits;
  readonly dataDirectory: string;
  readonly sqliteFile: string;
  /** Connections of the writing pool, and as many again of the reading one. PostgreSQL only. */
  readonly poolSize: number;
  /** How long the start waits for a PostgreSQL that is unreachable. */
  readonly databaseWaitSeconds: number;
  readonly seedDemo: boolean;
  readonly logLevel: string;
  readonly corsOrigins: readonly string[];
  /** Request headers that browsers may send, beside those of the gateway itself. */
  readonly corsHeaders: readonly string[];
  /** Bytes from which on answers are compressed; 0 for never. */
  readonly compressFromBytes: number;
  readonly explorer: boolean;
  readonly introspection: boolean;
  readonly metrics: boolean;
  /** What a caller of /metrics has to send; null for nothing. */
  readonly metricsToken: string | null;
  readonly maxBodyBytes: number;
  readonly shutdownMs: number;
  /** Where the world reaches this gateway, without a slash at the end; null where it is the address it listens on. */
  readonly publicUrl: string | null;
  /** Address of the page on which clients manage an appointment, with `{token}` in it; null for `/manage#{token}` under the public address. */
  readonly manageUrl: string | null;
  /** Signs the links that leave the system; null where the installation keeps one of its own. */
  readonly signingKey: string | null;
  /** Where e-mail goes out; null where it is recorded alone. */
  readonly smtpUrl: string | null;
  /** The address that e-mail comes from. */
  readonly mailFrom: string;
  /** Where SMS are posted to; null where they are recorded alone. */
  readonly smsWebhookUrl: string | null;
  /** Seals the secrets that are kept; null where they are kept as they are. */
  readonly encryptionKey: string | null;
  /** Hosts that webhooks may reach without TLS and in a private network: for development. */
  readonly webhookAllowedHosts: readonly string[];
  /** Sentences about settings that are valid and probably not intended. */
  readonly warnings: readonly string[];
  /** Ports that webhooks may reach on all other hosts. */
  readonly webhookPorts: readonly number[];
  /** How much of the process its callers may use. */
  readonly limits: ServerLimits;
}

const WEBHOOK_PORTS = '443,8443';

type Environment = Readonly<Record<string, string | undefined>>;

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/** What Sentry, OpenTelemetry, Apollo Client and libraries for event streams send from browsers. */
const TRACING_HEADERS =
  'baggage, sentry-trace, traceparent, tracestate, apollographql-client-name, apollographql-client-version, apollo-require-preflight, cache-control, x-requested-with';

const listOf = (text = ''): string[] =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);

/**
 * Reads and checks the environment.
 * @throws DomainError BAD_USER_INPUT whose message names every variable that is wrong, each with what it should be.
 */
export function loadConfig(env: Environment = process.env): Config {
  const wrong: string[] = [];
  const known = new Set<string>();
  const given = (name: string): string | undefined => {
    known.add(name);
    return env[name]?.trim() || undefined;
  };
  const whole = (name: string, fallback: number, min: number, max: number): number => {
    const text = given(name);
    if (text === undefined) return fallback;
    const value = Number(text);
    if (!Number.isInteger(value) || value < min || value > max)
      wrong.push(`${name} must be a whole number from ${min} to ${max}, not "${text}"`);
    return value;
  };
  const oneOf = (name: string, fallback: string, allowed: readonly string[]): string => {
    const text = given(name) ?? fallback;
    if (!allowed.includes(text))
      wrong.push(`${name} must be one of ${allowed.join(', ')}, not "${text}"`);
    return text;
  };
  const databaseUrl = given('DATABASE_URL') ?? null;
  if (databaseUrl && !/^postgres(ql)?:\/\//.test(databaseUrl))
    wrong.push('DATABASE_URL must start with postgres:// or postgresql://');

  const redisUrl = given('REDIS_URL') ?? null;
  if (redisUrl && !/^rediss?:\/\//.test(redisUrl))
    wrong.push('REDIS_URL must start with redis:// or rediss://');

  const publicUrl = given('PUBLIC_URL')?.replace(/\/+$/, '') ?? null;
  if (publicUrl !== null && !/^https?:\/\/[^\s?#]+$/.test(publicUrl))
    wrong.push(
      'PUBLIC_URL must be an http or https address without a query, such as https://booking.example.org',
    );
  const manageUrl = given('MANAGE_URL') ?? null;
  if (manageUrl !== null && !/^[a-z][a-z0-9+.-]*:\S*\{token\}\S*$/i.test(manageUrl))
    wrong.push(
      'MANAGE_URL must be an address with {token} in it, such as https://app.example.org/manage#{token}',
    );
  const signingKey = given('SIGNING_KEY') ?? null;
  if (signingKey !== null && signingKey.length < 32)
    wrong.push('SIGNING_KEY must have at least 32 characters, all of them random');
  const encryptionKey = given('ENCRYPTION_KEY') ?? null;
  if (encryptionKey !== null && encryptionKey.length < 32)
    wrong.push('ENCRYPTION_KEY must have at least 32 characters, all of them random');

  const smtpUrl = given('SMTP_URL') ?? null;
  if (smtpUrl !== null && !/^smtps?:\/\/\S+$/.test(smtpUrl))
    wrong.push('SMTP_URL must start with smtp:// or smtps://');
  const mailFrom = given('MAIL_FROM') ?? (smtpUrl === null ? 'messages@localhost' : '');
  if (!/^[^\s@<>,;"]+@[^\s@<>,;"]+$/.test(mailFrom))
    wrong.push(
      'MAIL_FROM must be the e-mail address that messages come from, such as office@example.org',
    );
  const smsWebhookUrl = given('SMS_WEBHOOK_URL') ?? null;
  if (smsWebhookUrl !== null && !/^https?:\/\/\S+$/.test(smsWebhookUrl))
    wrong.push('SMS_WEBHOOK_URL must be an http or https address');

  const webhookPorts = listOf(given('WEBHOOK_PORTS') ?? WEBHOOK_PORTS).map(Number);
  if (!webhookPorts.every((port) => Number.isInteger(port) && port > 0 && port < 65_536))
    wrong.push('WEBHOOK_PORTS must be port numbers, such as 443,8443');

  const production = given('NODE_ENV') === 'production';
  const metricsToken = given('METRICS_TOKEN') ?? null;
  if (metricsToken !== null && metricsToken.length < 16)
    wrong.push('METRICS_TOKEN must have at least 16 characters, all of them random');
  const dataDirectory = given('DATA_DIR') ?? 'data';
  const config = {
    production,
    host: given('HOST') ?? (production ? '0.0.0.0' : '127.0.0.1'),
    port: whole('PORT', 4000, 0, 65_535),
    databaseUrl,
    redisUrl,
    logRetentionDays: whole('LOG_RETENTION_DAYS', 90, 0, 36_500),
    webhookRetentionDays: whole('WEBHOOK_RETENTION_DAYS', 30, 0, 36_500),
    messageRetentionDays: whole('MESSAGE_RETENTION_DAYS', 365, 0, 36_500),
    publicLimits: {
      actionsPerKeyAndMinute: whole(
        'PUBLIC_ACTIONS_PER_KEY',
        PUBLIC.actionsPerKeyAndMinute,
        1,
        1_000_000,
      ),
      actionsPerAddressAnd10Minutes: whole(
        'PUBLIC_ACTIONS_PER_ADDRESS',
        PUBLIC.actionsPerAddressAnd10Minutes,
        1,
        1_000_000,
      ),
      bookingsPerRecipientAndHour: whole(
        'PUBLIC_BOOKINGS_PER_RECIPIENT',
        PUBLIC.bookingsPerRecipientAndHour,
        1,
        1_000_000,
      ),
      openHolds: whole('PUBLIC_OPEN_HOLDS', PUBLIC.openHolds, 1, 1_000_000),
      openHoldsPerStaff: whole(
        'PUBLIC_OPEN_HOLDS_PER_STAFF',
        PUBLIC.openHoldsPerStaff,
        1,
        1_000_000,
      ),
    },
    dataDirectory,
    sqliteFile: join(dataDirectory, 'slotgraph.db'),
    poolSize: whole('DATABASE_POOL', 10, 1, 200),
    databaseWaitSeconds: whole('DATABASE_WAIT_SECONDS', 30, 0, 3_600),
    seedDemo: oneOf('SEED_DEMO', '1', ['0', '1']) === '1' && !production && !databaseUrl,
    logLevel: oneOf('LOG_LEVEL', 'info', LOG_LEVELS),
    corsOrigins: listOf(given('CORS_ORIGINS') ?? '*'),
    corsHeaders: listOf(given('CORS_HEADERS') ?? TRACING_HEADERS),
    compressFromBytes: whole('COMPRESS_FROM_BYTES', 2_048, 0, 104_857_600),
    explorer: oneOf('EXPLORER', '1', ['0', '1']) === '1',
    introspection: oneOf('INTROSPECTION', '1', ['0', '1']) === '1',
    metrics: oneOf('METRICS', production && !metricsToken ? '0' : '1', ['0', '1']) === '1',
    metricsToken,
    maxBodyBytes: whole('MAX_BODY_BYTES', 1_048_576, 1_024, 104_857_600),
    shutdownMs: whole('SHUTDOWN_MS', 8_000, 0, 60_000),
    publicUrl,
    manageUrl,
    signingKey,
    encryptionKey,
    smtpUrl,
    mailFrom,
    smsWebhookUrl,
    webhookAllowedHosts: listOf(given('WEBHOOK_ALLOWED_HOSTS')),
    webhookPorts,
    limits: {
      maxInFlight: whole('MAX_IN_FLIGHT', SERVER_LIMITS.maxInFlight, 1, 10_000),
      maxQueued: whole('MAX_QUEUED', SERVER_LIMITS.maxQueued, 1, 100_000),
      queueWaitMs: whole('QUEUE_WAIT_MS', SERVER_LIMITS.queueWaitMs, 10, 60_000),
      queryTimeoutMs: whole('QUERY_TIMEOUT_MS', SERVER_LIMITS.queryTimeoutMs, 100, 600_000),
      maxOperationsPerSocket: whole(
        'MAX_OPERATIONS_PER_SOCKET',
        SERVER_LIMITS.maxOperationsPerSocket,
        1,
        10_000,
      ),
      maxSubscriptionsPerSocket: whole(
        'MAX_SUBSCRIPTIONS_PER_SOCKET',
        SERVER_LIMITS.maxSubscriptionsPerSocket,
        1,
        100_000,
      ),
      maxSubscriptionsPerCaller: whole(
        'MAX_SUBSCRIPTIONS_PER_KEY',
        SERVER_LIMITS.maxSubscriptionsPerCaller,
        1,
        1_000_000,
      ),
      maxSocketsPerCaller: whole(
        'MAX_SOCKETS_PER_KEY',
        SERVER_LIMITS.maxSocketsPerCaller,
        1,
        1_000_000,
      ),
      maxAnonymousSockets: whole(
        'MAX_ANONYMOUS_SOCKETS',
        SERVER_LIMITS.maxAnonymousSockets,
        0,
        1_000_000,
      ),
      anonymousIdleMs: whole('ANONYMOUS_IDLE_MS', SERVER_LIMITS.anonymousIdleMs, 100, 86_400_000),
    },
  };
  if (wrong.length)
    throw new DomainError(
      ErrorCode.BAD_USER_INPUT,
      `The configuration is wrong:\n${wrong.map((line) => `  - ${line}`).join('\n')}`,
    );
  return Object.freeze({ ...config, warnings: [...misspelt(env, known), ...doubtful(config)] });
}

/** Shorter names resemble too many others. */
const MIN_NAME_LENGTH = 6;
const MAX_TYPOS = 2;

/** Variables that are not read and almost have the name of one that is read. */
function misspelt(env: Environment, known: ReadonlySet<string>): string[] {
  const names = [...known].filter((name) => name.length >= MIN_NAME_LENGTH);
  return Object.keys(env)
    .filter((name) => !known.has(name) && /^[A-Z_]+$/.test(name))
    .flatMap((name) => {
      const [nearest] = names
        .map((each) => ({ each, typos: distance(name, each) }))
        .sort((one, other) => one.typos - other.typos);
      return nearest && nearest.typos <= MAX_TYPOS
        ? [`The variable ${name} is unknown and ignored: ${nearest.each} may be meant`]
        : [];
    });
}

/** The number of characters to insert, delete or replace (Levenshtein). */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, character] of [...one].entries()) {
    const next = [index + 1];
    for (let at = 1; at <= other.length; at += 1) {
      const replaced = (row[at - 1] as number) + (other[at - 1] === character ? 0 : 1);
      next.push(Math.min(replaced, (row[at] as number) + 1, (next[at - 1] as number) + 1));
    }
    row = next;
  }
  return row[other.length] as number;
}

function doubtful({
  production,
  encryptionKey,
  smtpUrl,
  manageUrl,
  publicUrl,
  host,
  port,
}: Omit<Config, 'warnings'>): string[] {
  return [
    ...(production && encryptionKey === null
      ? [
          'ENCRYPTION_KEY is not set: the secrets of webhooks are stored unencrypted. Set it to 32 random characters or more',
        ]
      : []),
    ...(smtpUrl !== null && manageUrl === null && publicUrl === null
      ? [
          `SMTP_URL is set, and neither MANAGE_URL nor PUBLIC_URL: e-mails link to http://${host}:${port}/manage. Set PUBLIC_URL to the address that clients reach`,
        ]
      : []),
  ];
}
