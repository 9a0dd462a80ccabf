import { join } from 'node:path';
import { DEFAULT_PUBLIC_LIMITS as PUBLIC, type PublicLimits } from './context';
import { trustedProxiesOf, type TrustedProxies } from './http/client-address';
import { SERVER_LIMITS, type ServerLimits } from './http/limits/server-limits';
import { Environment, type EnvironmentVariables } from './start/environment';

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
  /** Connections of the pool for writes, and as many of that for reads. PostgreSQL only. */
  readonly poolSize: number;
  /** Maximum wait at the start for an unreachable PostgreSQL. */
  readonly databaseWaitSeconds: number;
  readonly seedDemo: boolean;
  readonly logLevel: string;
  readonly corsOrigins: readonly string[];
  /** Proxies whose `X-Forwarded-For` is believed; null for none. */
  readonly trustedProxies: TrustedProxies;
  /** Request headers that browsers may send in addition to those of the gateway. */
  readonly corsHeaders: readonly string[];
  /** Minimum bytes of a response for compression; 0 for never. */
  readonly compressFromBytes: number;
  readonly explorer: boolean;
  readonly introspection: boolean;
  /** Whether the planner reads queries. If false, resolvers execute all of them. */
  readonly planner: boolean;
  /** Whether the schema is a subgraph of Apollo Federation. */
  readonly subgraph: boolean;
  readonly metrics: boolean;
  /** Bearer token that /metrics requires; null for none. */
  readonly metricsToken: string | null;
  /** Port of a listener that serves /metrics only; null to serve it on `port`. */
  readonly metricsPort: number | null;
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
  /** Former keys, which open secrets that are not sealed with the present one. */
  readonly previousEncryptionKeys: readonly string[];
  /** Hosts that webhooks may reach without TLS and in private networks. For development. */
  readonly webhookAllowedHosts: readonly string[];
  /** Warnings about valid settings that are probably unintended. */
  readonly warnings: readonly string[];
  /** Ports that webhooks may reach on all other hosts. */
  readonly webhookPorts: readonly number[];
  /** Limits on the use of the process by callers. */
  readonly limits: ServerLimits;
}

/**
 * Reads and checks the environment.
 * @throws DomainError BAD_USER_INPUT. Its message names each invalid variable and its valid values.
 */
export function loadConfig(variables: EnvironmentVariables = process.env): Config {
  const env = new Environment(variables);
  const production = env.text('NODE_ENV') === 'production';
  const config = {
    production,
    ...databaseOf(env, production),
    ...addressesOf(env, production),
    ...secretsOf(env),
    ...deliveryOf(env),
    ...accessOf(env, production),
    ...retentionOf(env),
    publicLimits: publicLimitsOf(env),
    limits: serverLimitsOf(env),
    logLevel: env.oneOf('LOG_LEVEL', 'info', LOG_LEVELS),
    planner: env.flag('PLANNER', true),
    subgraph: env.flag('SUBGRAPH', false),
    compressFromBytes: env.integer('COMPRESS_FROM_BYTES', 2_048, 0, 104_857_600),
    maxBodyBytes: env.integer('MAX_BODY_BYTES', 1_048_576, 1_024, 104_857_600),
    shutdownMs: env.integer('SHUTDOWN_MS', 8_000, 0, 60_000),
  };
  if (production && linksNowhere(config))
    env.reject(
      'SMTP_URL',
      `needs PUBLIC_URL or MANAGE_URL: e-mails would link to ${ownUrl(config)}`,
    );
  env.throwIfRejected();
  return Object.freeze({
    ...config,
    warnings: [...env.misspellings(), ...unintendedSettings(config)],
  });
}

const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'];

function databaseOf(env: Environment, production: boolean) {
  const databaseUrl = env.matching('DATABASE_URL', {
    valid: /^postgres(ql)?:\/\//,
    message: 'must start with postgres:// or postgresql://',
  });
  const redisUrl = env.matching('REDIS_URL', {
    valid: /^rediss?:\/\//,
    message: 'must start with redis:// or rediss://',
  });
  const dataDirectory = env.text('DATA_DIR') ?? 'data';
  return {
    databaseUrl,
    redisUrl,
    dataDirectory,
    sqliteFile: join(dataDirectory, 'slotgraph.db'),
    poolSize: env.integer('DATABASE_POOL', 10, 1, 200),
    databaseWaitSeconds: env.integer('DATABASE_WAIT_SECONDS', 30, 0, 3_600),
    seedDemo: env.flag('SEED_DEMO', true) && !production && !databaseUrl,
  };
}

function addressesOf(env: Environment, production: boolean) {
  const publicUrl = env.matching('PUBLIC_URL', {
    valid: /^https?:\/\/[^\s?#]*[^\s?#/]\/*$/,
    message:
      'must be an http or https address without a query, such as https://booking.example.org',
  });
  return {
    host: env.text('HOST') ?? (production ? '0.0.0.0' : '127.0.0.1'),
    port: env.integer('PORT', 4000, 0, 65_535),
    publicUrl: publicUrl?.replace(/\/+$/, '') ?? null,
    manageUrl: env.matching('MANAGE_URL', {
      valid: /^[a-z][a-z0-9+.-]*:\S*\{token\}\S*$/i,
      message:
        'must be an address with {token} in it, such as https://app.example.org/manage#{token}',
    }),
  };
}

const secretsOf = (env: Environment) => ({
  signingKey: env.secret('SIGNING_KEY'),
  encryptionKey: env.secret('ENCRYPTION_KEY'),
  previousEncryptionKeys: env.secrets('ENCRYPTION_KEY_PREVIOUS'),
});

/** Ports of HTTPS. */
const WEBHOOK_PORTS = '443,8443';

function deliveryOf(env: Environment) {
  const smtpUrl = env.matching('SMTP_URL', {
    valid: /^smtps?:\/\/\S+$/,
    message: 'must start with smtp:// or smtps://',
  });
  const mailFrom = env.text('MAIL_FROM') ?? (smtpUrl === null ? 'messages@localhost' : '');
  if (!/^[^\s@<>,;"]+@[^\s@<>,;"]+$/.test(mailFrom))
    env.reject(
      'MAIL_FROM',
      'must be the e-mail address that messages come from, such as office@example.org',
    );
  const smsWebhookUrl = env.matching('SMS_WEBHOOK_URL', {
    valid: /^https?:\/\/\S+$/,
    message: 'must be an http or https address',
  });
  const webhookPorts = env.list('WEBHOOK_PORTS', WEBHOOK_PORTS).map(Number);
  if (!webhookPorts.every((port) => Number.isInteger(port) && port > 0 && port < 65_536))
    env.reject('WEBHOOK_PORTS', 'must be port numbers, such as 443,8443');
  const webhookAllowedHosts = env.list('WEBHOOK_ALLOWED_HOSTS');
  return { smtpUrl, mailFrom, smsWebhookUrl, webhookAllowedHosts, webhookPorts };
}

/**
 * Request headers of Sentry, OpenTelemetry, Apollo Client and event-stream libraries in browsers.
 */
const TRACING_HEADERS =
  'baggage, sentry-trace, traceparent, tracestate, apollographql-client-name, apollographql-client-version, apollo-require-preflight, cache-control, x-requested-with';

function accessOf(env: Environment, production: boolean) {
  const metricsToken = env.secret('METRICS_TOKEN', 16);
  const metricsPort =
    env.text('METRICS_PORT') === undefined ? null : env.integer('METRICS_PORT', 0, 0, 65_535);
  return {
    metricsToken,
    metricsPort,
    metrics: env.flag('METRICS', !production || metricsToken !== null || metricsPort !== null),
    trustedProxies: proxiesOf(env),
    corsOrigins: env.list('CORS_ORIGINS', '*'),
    corsHeaders: env.list('CORS_HEADERS', TRACING_HEADERS),
    explorer: env.flag('EXPLORER', true),
    introspection: env.flag('INTROSPECTION', true),
  };
}

function proxiesOf(env: Environment): TrustedProxies {
  const entries = env.list('TRUSTED_PROXIES');
  try {
    return trustedProxiesOf(entries);
  } catch {
    env.reject(
      'TRUSTED_PROXIES',
      `must be addresses or networks, such as 127.0.0.1,10.0.0.0/8, not "${entries.join(',')}"`,
    );
    return null;
  }
}

const MAX_DAYS = 36_500;

const retentionOf = (env: Environment) => ({
  logRetentionDays: env.integer('LOG_RETENTION_DAYS', 90, 0, MAX_DAYS),
  webhookRetentionDays: env.integer('WEBHOOK_RETENTION_DAYS', 30, 0, MAX_DAYS),
  messageRetentionDays: env.integer('MESSAGE_RETENTION_DAYS', 365, 0, MAX_DAYS),
});

function publicLimitsOf(env: Environment): PublicLimits {
  const limit = (name: string, fallback: number) => env.integer(name, fallback, 1, 1_000_000);
  return {
    actionsPerKeyAndMinute: limit('PUBLIC_ACTIONS_PER_KEY', PUBLIC.actionsPerKeyAndMinute),
    actionsPerAddressAnd10Minutes: limit(
      'PUBLIC_ACTIONS_PER_ADDRESS',
      PUBLIC.actionsPerAddressAnd10Minutes,
    ),
    bookingsPerRecipientAndHour: limit(
      'PUBLIC_BOOKINGS_PER_RECIPIENT',
      PUBLIC.bookingsPerRecipientAndHour,
    ),
    openHolds: limit('PUBLIC_OPEN_HOLDS', PUBLIC.openHolds),
    openHoldsPerKey: limit('PUBLIC_OPEN_HOLDS_PER_KEY', PUBLIC.openHoldsPerKey),
    openHoldsPerStaff: limit('PUBLIC_OPEN_HOLDS_PER_STAFF', PUBLIC.openHoldsPerStaff),
  };
}

/** The variable of each limit, its minimum and its maximum. */
const LIMITS: Readonly<Record<keyof ServerLimits, readonly [string, number, number]>> = {
  maxInFlight: ['MAX_IN_FLIGHT', 1, 10_000],
  maxQueued: ['MAX_QUEUED', 1, 100_000],
  queueWaitMs: ['QUEUE_WAIT_MS', 10, 60_000],
  queryTimeoutMs: ['QUERY_TIMEOUT_MS', 100, 600_000],
  maxOperationsPerSocket: ['MAX_OPERATIONS_PER_SOCKET', 1, 10_000],
  maxSubscriptionsPerSocket: ['MAX_SUBSCRIPTIONS_PER_SOCKET', 1, 100_000],
  maxSubscriptionsPerCaller: ['MAX_SUBSCRIPTIONS_PER_KEY', 1, 1_000_000],
  maxSocketsPerCaller: ['MAX_SOCKETS_PER_KEY', 1, 1_000_000],
  maxAnonymousSockets: ['MAX_ANONYMOUS_SOCKETS', 0, 1_000_000],
  anonymousIdleMs: ['ANONYMOUS_IDLE_MS', 100, 86_400_000],
};

function serverLimitsOf(env: Environment): ServerLimits {
  const limits: { -readonly [K in keyof ServerLimits]: number } = { ...SERVER_LIMITS };
  for (const name of Object.keys(LIMITS) as (keyof ServerLimits)[]) {
    const [variable, min, max] = LIMITS[name];
    limits[name] = env.integer(variable, SERVER_LIMITS[name], min, max);
  }
  return limits;
}

/** Whether e-mails are sent whose links lead to the address that the process listens on. */
const linksNowhere = ({
  smtpUrl,
  manageUrl,
  publicUrl,
}: Pick<Config, 'smtpUrl' | 'manageUrl' | 'publicUrl'>): boolean =>
  smtpUrl !== null && manageUrl === null && publicUrl === null;

const ownUrl = ({ host, port }: Pick<Config, 'host' | 'port'>): string =>
  `http://${host}:${port}/manage`;

function unintendedSettings(config: Omit<Config, 'warnings'>): string[] {
  const { production, encryptionKey } = config;
  return [
    ...(production && encryptionKey === null
      ? [
          'ENCRYPTION_KEY is not set: the secrets of webhooks are stored unencrypted. Set it to 32 random characters or more',
        ]
      : []),
    ...(linksNowhere(config)
      ? [
          `SMTP_URL is set, and neither MANAGE_URL nor PUBLIC_URL: e-mails link to ${ownUrl(config)}. Set PUBLIC_URL to the address that clients reach`,
        ]
      : []),
  ];
}
