import { join } from 'node:path';
import { DEFAULT_PUBLIC_LIMITS as PUBLIC, type PublicLimits } from './context';
import { DomainError, ErrorCode } from './errors';
import { SERVER_LIMITS, type ServerLimits } from './http/limits/server-limits';

/** The settings of the process, read from the environment once at its start. */
export interface Config {
  readonly production: boolean;
  readonly host: string;
  readonly port: number;
  /** URL of PostgreSQL; null for the embedded SQLite under `dataDirectory`. */
  readonly databaseUrl: string | null;
  /**
   * URL of the Redis that notifies processes of new events; null for notifications by PostgreSQL.
   */
  readonly redisUrl: string | null;
  /** Days that events of the log are kept; 0 for unlimited. */
  readonly logRetentionDays: number;
  /** Days that webhook deliveries are kept; 0 for unlimited. */
  readonly webhookRetentionDays: number;
  /** Days that messages are kept; 0 for unlimited. */
  readonly messageRetentionDays: number;
  /** Rate limits of callers with a publishable key. */
  readonly publicLimits: PublicLimits;
  readonly dataDirectory: string;
  readonly sqliteFile: string;
  /**
   * Connections of the pool for writes, and equally many of the pool for reads. PostgreSQL only.
   */
  readonly poolSize: number;
  /** Maximum wait at the start for an unreachable PostgreSQL. */
  readonly databaseWaitSeconds: number;
  readonly seedDemo: boolean;
  readonly logLevel: string;
  readonly corsOrigins: readonly string[];
  /** Request headers that browsers may send in addition to those of the gateway. */
  readonly corsHeaders: readonly string[];
  /** Minimum bytes of a response for compression; 0 for never. */
  readonly compressFromBytes: number;
  readonly explorer: boolean;
  readonly introspection: boolean;
  /** Whether the planner reads queries. If false, resolvers execute all of them. */
  readonly planner: boolean;
  readonly metrics: boolean;
  /** Bearer token that /metrics requires; null for none. */
  readonly metricsToken: string | null;
  readonly maxBodyBytes: number;
  readonly shutdownMs: number;
  /** Public URL of the gateway, without a trailing slash; null for the URL that it listens on. */
  readonly publicUrl: string | null;
  /**
   * URL of the manage page, with a placeholder `{token}`; null for `/manage#{token}` under the
   * public URL.
   */
  readonly manageUrl: string | null;
  /** Signs links in messages; null for a key that is generated and stored in the database. */
  readonly signingKey: string | null;
  /** URL of the SMTP server; null if e-mails are only recorded. */
  readonly smtpUrl: string | null;
  /** Sender address of e-mails. */
  readonly mailFrom: string;
  /** URL that text messages are posted to; null if they are only recorded. */
  readonly smsWebhookUrl: string | null;
  /** Encrypts stored secrets; null if they are stored unencrypted. */
  readonly encryptionKey: string | null;
  /** Hosts that webhooks may reach without TLS and in private networks. For development. */
  readonly webhookAllowedHosts: readonly string[];
  /** Warnings about valid settings that are probably unintended. */
  readonly warnings: readonly string[];
  /** Ports that webhooks may reach on all other hosts. */
  readonly webhookPorts: readonly number[];
  /** Limits on the use of the process by callers. */
  readonly limits: ServerLimits;
}

const WEBHOOK_PORTS = '443,8443';

type Environment = Readonly<Record<string, string | undefined>>;

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

/**
 * Request headers of Sentry, OpenTelemetry, Apollo Client and event-stream libraries in browsers.
 */
const TRACING_HEADERS =
  'baggage, sentry-trace, traceparent, tracestate, apollographql-client-name, apollographql-client-version, apollo-require-preflight, cache-control, x-requested-with';

const listOf = (text = ''): string[] =>
  text
    .split(',')
    .map((entry) => entry.trim())
    .filter(Boolean);

/**
 * Reads and checks the environment.
 * @throws DomainError BAD_USER_INPUT. Its message names each invalid variable and its valid values.
 */
export function loadConfig(env: Environment = process.env): Config {
  const wrong: string[] = [];
  const names = new Set<string>();
  const read = (name: string): string | undefined => {
    names.add(name);
    return env[name]?.trim() || undefined;
  };
  const integer = (name: string, fallback: number, min: number, max: number): number => {
    const text = read(name);
    if (text === undefined) return fallback;
    const value = Number(text);
    if (!Number.isInteger(value) || value < min || value > max)
      wrong.push(`${name} must be a whole number from ${min} to ${max}, not "${text}"`);
    return value;
  };
  const oneOf = (name: string, fallback: string, allowed: readonly string[]): string => {
    const text = read(name) ?? fallback;
    if (!allowed.includes(text))
      wrong.push(`${name} must be one of ${allowed.join(', ')}, not "${text}"`);
    return text;
  };
  const databaseUrl = read('DATABASE_URL') ?? null;
  if (databaseUrl && !/^postgres(ql)?:\/\//.test(databaseUrl))
    wrong.push('DATABASE_URL must start with postgres:// or postgresql://');

  const redisUrl = read('REDIS_URL') ?? null;
  if (redisUrl && !/^rediss?:\/\//.test(redisUrl))
    wrong.push('REDIS_URL must start with redis:// or rediss://');

  const publicUrl = read('PUBLIC_URL')?.replace(/\/+$/, '') ?? null;
  if (publicUrl !== null && !/^https?:\/\/[^\s?#]+$/.test(publicUrl))
    wrong.push(
      'PUBLIC_URL must be an http or https address without a query, such as https://booking.example.org',
    );
  const manageUrl = read('MANAGE_URL') ?? null;
  if (manageUrl !== null && !/^[a-z][a-z0-9+.-]*:\S*\{token\}\S*$/i.test(manageUrl))
    wrong.push(
      'MANAGE_URL must be an address with {token} in it, such as https://app.example.org/manage#{token}',
    );
  const signingKey = read('SIGNING_KEY') ?? null;
  if (signingKey !== null && signingKey.length < 32)
    wrong.push('SIGNING_KEY must have at least 32 characters, all of them random');
  const encryptionKey = read('ENCRYPTION_KEY') ?? null;
  if (encryptionKey !== null && encryptionKey.length < 32)
    wrong.push('ENCRYPTION_KEY must have at least 32 characters, all of them random');

  const smtpUrl = read('SMTP_URL') ?? null;
  if (smtpUrl !== null && !/^smtps?:\/\/\S+$/.test(smtpUrl))
    wrong.push('SMTP_URL must start with smtp:// or smtps://');
  const mailFrom = read('MAIL_FROM') ?? (smtpUrl === null ? 'messages@localhost' : '');
  if (!/^[^\s@<>,;"]+@[^\s@<>,;"]+$/.test(mailFrom))
    wrong.push(
      'MAIL_FROM must be the e-mail address that messages come from, such as office@example.org',
    );
  const smsWebhookUrl = read('SMS_WEBHOOK_URL') ?? null;
  if (smsWebhookUrl !== null && !/^https?:\/\/\S+$/.test(smsWebhookUrl))
    wrong.push('SMS_WEBHOOK_URL must be an http or https address');

  const webhookPorts = listOf(read('WEBHOOK_PORTS') ?? WEBHOOK_PORTS).map(Number);
  if (!webhookPorts.every((port) => Number.isInteger(port) && port > 0 && port < 65_536))
    wrong.push('WEBHOOK_PORTS must be port numbers, such as 443,8443');

  const production = read('NODE_ENV') === 'production';
  const metricsToken = read('METRICS_TOKEN') ?? null;
  if (metricsToken !== null && metricsToken.length < 16)
    wrong.push('METRICS_TOKEN must have at least 16 characters, all of them random');
  const dataDirectory = read('DATA_DIR') ?? 'data';
  const config = {
    production,
    host: read('HOST') ?? (production ? '0.0.0.0' : '127.0.0.1'),
    port: integer('PORT', 4000, 0, 65_535),
    databaseUrl,
    redisUrl,
    logRetentionDays: integer('LOG_RETENTION_DAYS', 90, 0, 36_500),
    webhookRetentionDays: integer('WEBHOOK_RETENTION_DAYS', 30, 0, 36_500),
    messageRetentionDays: integer('MESSAGE_RETENTION_DAYS', 365, 0, 36_500),
    publicLimits: {
      actionsPerKeyAndMinute: integer(
        'PUBLIC_ACTIONS_PER_KEY',
        PUBLIC.actionsPerKeyAndMinute,
        1,
        1_000_000,
      ),
      actionsPerAddressAnd10Minutes: integer(
        'PUBLIC_ACTIONS_PER_ADDRESS',
        PUBLIC.actionsPerAddressAnd10Minutes,
        1,
        1_000_000,
      ),
      bookingsPerRecipientAndHour: integer(
        'PUBLIC_BOOKINGS_PER_RECIPIENT',
        PUBLIC.bookingsPerRecipientAndHour,
        1,
        1_000_000,
      ),
      openHolds: integer('PUBLIC_OPEN_HOLDS', PUBLIC.openHolds, 1, 1_000_000),
      openHoldsPerKey: integer('PUBLIC_OPEN_HOLDS_PER_KEY', PUBLIC.openHoldsPerKey, 1, 1_000_000),
      openHoldsPerStaff: integer(
        'PUBLIC_OPEN_HOLDS_PER_STAFF',
        PUBLIC.openHoldsPerStaff,
        1,
        1_000_000,
      ),
    },
    dataDirectory,
    sqliteFile: join(dataDirectory, 'slotgraph.db'),
    poolSize: integer('DATABASE_POOL', 10, 1, 200),
    databaseWaitSeconds: integer('DATABASE_WAIT_SECONDS', 30, 0, 3_600),
    seedDemo: oneOf('SEED_DEMO', '1', ['0', '1']) === '1' && !production && !databaseUrl,
    logLevel: oneOf('LOG_LEVEL', 'info', LOG_LEVELS),
    corsOrigins: listOf(read('CORS_ORIGINS') ?? '*'),
    corsHeaders: listOf(read('CORS_HEADERS') ?? TRACING_HEADERS),
    compressFromBytes: integer('COMPRESS_FROM_BYTES', 2_048, 0, 104_857_600),
    explorer: oneOf('EXPLORER', '1', ['0', '1']) === '1',
    introspection: oneOf('INTROSPECTION', '1', ['0', '1']) === '1',
    planner: oneOf('PLANNER', '1', ['0', '1']) === '1',
    metrics: oneOf('METRICS', production && !metricsToken ? '0' : '1', ['0', '1']) === '1',
    metricsToken,
    maxBodyBytes: integer('MAX_BODY_BYTES', 1_048_576, 1_024, 104_857_600),
    shutdownMs: integer('SHUTDOWN_MS', 8_000, 0, 60_000),
    publicUrl,
    manageUrl,
    signingKey,
    encryptionKey,
    smtpUrl,
    mailFrom,
    smsWebhookUrl,
    webhookAllowedHosts: listOf(read('WEBHOOK_ALLOWED_HOSTS')),
    webhookPorts,
    limits: {
      maxInFlight: integer('MAX_IN_FLIGHT', SERVER_LIMITS.maxInFlight, 1, 10_000),
      maxQueued: integer('MAX_QUEUED', SERVER_LIMITS.maxQueued, 1, 100_000),
      queueWaitMs: integer('QUEUE_WAIT_MS', SERVER_LIMITS.queueWaitMs, 10, 60_000),
      queryTimeoutMs: integer('QUERY_TIMEOUT_MS', SERVER_LIMITS.queryTimeoutMs, 100, 600_000),
      maxOperationsPerSocket: integer(
        'MAX_OPERATIONS_PER_SOCKET',
        SERVER_LIMITS.maxOperationsPerSocket,
        1,
        10_000,
      ),
      maxSubscriptionsPerSocket: integer(
        'MAX_SUBSCRIPTIONS_PER_SOCKET',
        SERVER_LIMITS.maxSubscriptionsPerSocket,
        1,
        100_000,
      ),
      maxSubscriptionsPerCaller: integer(
        'MAX_SUBSCRIPTIONS_PER_KEY',
        SERVER_LIMITS.maxSubscriptionsPerCaller,
        1,
        1_000_000,
      ),
      maxSocketsPerCaller: integer(
        'MAX_SOCKETS_PER_KEY',
        SERVER_LIMITS.maxSocketsPerCaller,
        1,
        1_000_000,
      ),
      maxAnonymousSockets: integer(
        'MAX_ANONYMOUS_SOCKETS',
        SERVER_LIMITS.maxAnonymousSockets,
        0,
        1_000_000,
      ),
      anonymousIdleMs: integer('ANONYMOUS_IDLE_MS', SERVER_LIMITS.anonymousIdleMs, 100, 86_400_000),
    },
  };
  if (wrong.length)
    throw new DomainError(
      ErrorCode.BAD_USER_INPUT,
      `The configuration is wrong:\n${wrong.map((line) => `  - ${line}`).join('\n')}`,
    );
  return Object.freeze({
    ...config,
    warnings: [...misspelledVariables(env, names), ...unintendedSettings(config)],
  });
}

/** Shorter names are not compared, because they resemble too many others. */
const MIN_NAME_LENGTH = 6;
const MAX_TYPOS = 2;

/** Returns warnings about unknown variables with a name similar to that of a setting. */
function misspelledVariables(env: Environment, names: ReadonlySet<string>): string[] {
  const candidates = [...names].filter((name) => name.length >= MIN_NAME_LENGTH);
  return Object.keys(env)
    .filter((name) => !names.has(name) && /^[A-Z_]+$/.test(name))
    .flatMap((name) => {
      const [nearest] = candidates
        .map((each) => ({ each, typos: distance(name, each) }))
        .sort((one, other) => one.typos - other.typos);
      return nearest && nearest.typos <= MAX_TYPOS
        ? [`The variable ${name} is unknown and ignored: ${nearest.each} may be meant`]
        : [];
    });
}

/** Returns the Levenshtein distance. */
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

function unintendedSettings({
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
