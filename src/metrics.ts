import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { jobCounts } from './jobs/queue';
import type { JobRunner } from './jobs/runner';
import { APPOINTMENT, logLagOf } from './log/log.service';
import type { Database } from './db/database';
import type { OperationSink } from './http/access-log';
import type { LiveCounts } from './http/viewer-revalidation';

/**
 * Operation names come from callers. Names beyond this number share a label, so that a caller
 * cannot create unlimited series.
 */
const MAX_NAMES = 50;
const OTHER = 'other';

export interface Metrics {
  readonly onOperation: NonNullable<OperationSink['onOperation']>;
  /** Prometheus text format. */
  text(): Promise<string>;
  stop(): void;
}

interface Sources {
  readonly db: Database;
  readonly jobs: JobRunner;
  readonly now: () => number;
  readonly backstopHits: () => number;
  readonly live: () => Readonly<Record<'ws' | 'sse', LiveCounts>>;
}

/** The metrics that Prometheus reads at /metrics. */
export function metricsOf(sources: Sources): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ database: sources.db.dialect });
  collectDefaultMetrics({ register: registry });
  addGauges(registry, sources);
  addDatabaseGauges(registry, sources);
  const attempts = new Counter({
    name: 'slotgraph_job_attempts_total',
    help: 'Attempts at background jobs by outcome.',
    labelNames: ['kind', 'result'],
    registers: [registry],
  });
  sources.jobs.onSettled((kind, result) => attempts.inc({ kind, result }));
  const stops = addCounters(registry, sources.db);
  return {
    onOperation: operationsOf(registry),
    text: () => registry.metrics(),
    stop: () => stops.forEach((stop) => stop()),
  };
}

function operationsOf(registry: Registry): Metrics['onOperation'] {
  const duration = new Histogram({
    name: 'slotgraph_operation_duration_seconds',
    help: 'Time from the parsed request to the response, without subscriptions, by the code of the first error.',
    labelNames: ['transport', 'type', 'operation', 'code'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers: [registry],
  });
  const errors = new Counter({
    name: 'slotgraph_operation_errors_total',
    help: 'GraphQL errors by extensions.code.',
    labelNames: ['code'],
    registers: [registry],
  });
  const names = new Set<string>();
  const labelOf = (name: string, isTrusted: boolean): string => {
    if (isTrusted && names.size < MAX_NAMES) names.add(name);
    return names.has(name) ? name : OTHER;
  };
  return ({ transport, type, operationName }, durationMs, codes) => {
    const [code = 'OK'] = codes;
    for (const each of codes) errors.inc({ code: each });
    if (type === 'subscription') return;
    const operation = operationName ? labelOf(operationName, codes.length === 0) : 'anonymous';
    duration.observe({ transport, type: type ?? 'refused', operation, code }, durationMs / 1_000);
  };
}

function addCounters(registry: Registry, { signals }: Database): (() => void)[] {
  const sent = new Counter({
    name: 'slotgraph_sql_statements_total',
    help: 'SQL statements sent, without BEGIN and COMMIT.',
    registers: [registry],
  });
  const bookings = new Counter({
    name: 'slotgraph_booking_events_total',
    help: 'Appointment events committed by this process, by type.',
    labelNames: ['type'],
    registers: [registry],
  });
  const commands = new Counter({
    name: 'slotgraph_commands_total',
    help: 'Mutations by the type that they change and their outcome: OK or the code of the user error.',
    labelNames: ['subject', 'code'],
    registers: [registry],
  });
  const messages = new Counter({
    name: 'slotgraph_messages_total',
    help: 'Messages by the state that this process gave them: PLANNED, SENT, RECORDED, VOID or FAILED.',
    labelNames: ['state'],
    registers: [registry],
  });
  return [
    signals.messageSettled.on((state) => messages.inc({ state })),
    signals.statementSent.on(() => sent.inc()),
    signals.appended.on(
      ({ entityType, type }) => entityType === APPOINTMENT && bookings.inc({ type }),
    ),
    signals.commandEnded.on(({ subject, code }) => commands.inc({ subject, code })),
  ];
}

type Collect = (this: Gauge) => void | Promise<void>;

const gaugesOf =
  (registry: Registry) =>
  (name: string, help: string, labelNames: readonly string[], collect: Collect): void =>
    registry.registerMetric(
      new Gauge({
        name: `slotgraph_${name}`,
        help,
        labelNames: [...labelNames],
        registers: [],
        collect,
      }),
    );

function addGauges(registry: Registry, { db, live, backstopHits }: Sources): void {
  const gauge = gaugesOf(registry);
  gauge(
    'occupancy_backstop_hits',
    'Bookings that only a database constraint refused. Expected to stay 0.',
    [],
    function () {
      this.set(backstopHits());
    },
  );
  gauge('connections', 'Open WebSockets and event streams.', ['transport'], function () {
    for (const [transport, { connections }] of Object.entries(live()))
      this.set({ transport }, connections);
  });
  gauge('subscriptions', 'Active subscriptions.', ['transport'], function () {
    for (const [transport, { subscriptions }] of Object.entries(live()))
      this.set({ transport }, subscriptions);
  });
  gauge(
    'database_connections',
    'Connections by pool and state. On SQLite the writer is busy while transactions run.',
    ['pool', 'state'],
    function () {
      for (const { pool, busy, idle } of db.pools()) {
        this.set({ pool, state: 'busy' }, busy);
        this.set({ pool, state: 'idle' }, idle);
      }
    },
  );
  gauge(
    'database_waiting',
    'Transactions and statements waiting for a connection, by pool.',
    ['pool'],
    function () {
      for (const { pool, waiting } of db.pools()) this.set({ pool }, waiting);
    },
  );
}

/** Reads the database at each scrape. While it is unreachable, these metrics are absent. */
function addDatabaseGauges(registry: Registry, { db, now }: Sources): void {
  const gauge = gaugesOf(registry);
  const read = <T>(query: Promise<T>, show: (value: T) => void) =>
    query.then(show, () => undefined);
  const ageOf = (instant: number) => Math.max(0, now() - instant) / 1_000;

  const jobs = new Shared(() => jobCounts(db, now()));
  gauge('jobs', 'Background jobs that are due, running or dead.', ['kind', 'state'], function () {
    this.reset();
    return read(jobs.next(), (counts) => {
      for (const { kind, state, count } of counts) this.set({ kind, state }, count);
    });
  });
  gauge('job_lag_seconds', 'Age of the oldest job that is due.', ['kind'], function () {
    this.reset();
    return read(jobs.next(), (counts) => {
      for (const { kind, state, oldest } of counts)
        if (state === 'due') this.set({ kind }, ageOf(oldest));
    });
  });
  const lag = new Shared(() => logLagOf(db));
  gauge('log_unnumbered_events', 'Events that subscribers do not see yet.', [], function () {
    this.reset();
    return read(lag.next(), ({ unnumbered }) => this.set(unnumbered));
  });
  gauge('log_lag_seconds', 'Age of the oldest event that subscribers do not see.', [], function () {
    this.reset();
    return read(lag.next(), ({ oldest }) => this.set(oldest === null ? 0 : ageOf(oldest)));
  });
}

/** One read for the metrics that are collected together. */
class Shared<T> {
  private current: Promise<T> | null = null;

  constructor(private readonly read: () => Promise<T>) {}

  next(): Promise<T> {
    const started = (this.current ??= this.read());
    setImmediate(() => (this.current = null));
    return started;
  }
}
