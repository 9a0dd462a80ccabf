import { Cancellation } from '../../lib/cancellation';
import { render, type Rendered, type Sql, type SqlValue } from '../sql';

/** Maximum duration of a batched statement. */
const MAX_BATCH_MS = 4;
const MAX_BATCH_SIZE = 32;
/** Latency of one query above which its shape is not batched: sending it is a small part of it. */
const MAX_QUICK_MS = 1;
/** Statements in flight of a shape whose queries take up to `MAX_BATCH_MS`; later ones wait. */
const MAX_IN_FLIGHT = 2;
/** Maximum time that a query waits for a statement in flight. */
const MAX_QUEUE_WAIT_MS = 10;
/** Maximum number of shapes with a known latency; the oldest is evicted first. */
const MAX_SHAPES = 500;
/** Duration for which the lowest latency counts, at least once and at most twice. */
const LATENCY_WINDOW_MS = 5_000;

/**
 * The lowest latency of the last seconds. On a busy machine a statement waits longer than it runs,
 * so a mean would measure the load.
 */
class LowestLatency {
  private current = Number.POSITIVE_INFINITY;
  private previous = Number.POSITIVE_INFINITY;
  private startedAt = 0;

  get ms(): number {
    return Math.min(this.current, this.previous);
  }

  add(ms: number, now: number): void {
    const age = now - this.startedAt;
    if (age >= LATENCY_WINDOW_MS) {
      this.previous = age < 2 * LATENCY_WINDOW_MS ? this.current : Number.POSITIVE_INFINITY;
      this.current = Number.POSITIVE_INFINITY;
      this.startedAt = now;
    }
    if (ms < this.current) this.current = ms;
  }
}

type Row = Record<string, unknown>;

interface QueryCaller {
  readonly cancellation: Cancellation | undefined;
  resolve(row: Row): void;
  reject(error: unknown): void;
}

interface PendingQuery {
  readonly query: Rendered;
  readonly callers: QueryCaller[];
}

/** Returns a cancellation for when all callers are cancelled; undefined if one of them never is. */
function cancellationOf(queries: readonly PendingQuery[]): Cancellation | undefined {
  const own = new Set<Cancellation>();
  for (const { callers } of queries)
    for (const { cancellation } of callers) {
      if (!cancellation) return undefined;
      own.add(cancellation);
    }
  const [first] = own;
  if (own.size === 1) return first;
  const all = new Cancellation();
  let waiting = own.size;
  for (const one of own)
    one.listen(() => {
      waiting -= 1;
      if (!waiting) all.cancel(one.reason as Error);
    });
  return all;
}

/** Queries with the same text whose values have the same types. */
interface StatementShape {
  /** The statement for a batch. Its rows carry the index of their query in the column `#`. */
  readonly text: string;
  /** Queries by their JSON values. */
  readonly waiting: Map<string, PendingQuery>;
  inFlight: number;
  /** Of one query: a batch counts as its duration by the number of its queries. */
  readonly latency: LowestLatency;
  /**
   * Whether batches of this shape failed although each query succeeded by itself: the text depends
   * on types not known here.
   */
  isUnbatchable: boolean;
  nextTurn: NodeJS.Immediate | undefined;
  queueTimer: NodeJS.Timeout | undefined;
}

/**
 * Multiplexes identical statements of concurrent requests: one statement, values as a JSON
 * recordset, one row per query. Sending and starting a quick statement takes longer than running
 * it; others are sent one by one. Identical queries that wait run once, which is safe because the
 * text and values contain the viewer's scope. A query never joins a statement in flight, so results
 * are never older than the request.
 */
export class QueryMultiplexer {
  private readonly shapes = new Map<string, StatementShape>();

  /**
   * @param send sends a statement and returns its rows
   * @param now monotonic milliseconds
   */
  constructor(
    private readonly send: (query: Rendered, cancellation?: Cancellation) => Promise<Row[]>,
    private readonly now = (): number => performance.now(),
  ) {}

  /** A statement that several callers share is cancelled only once all of them are cancelled. */
  query(query: Sql, cancellation?: Cancellation): Promise<Row> {
    const rendered = render(query, 'postgres');
    const shape = this.shapeOf(query, rendered);
    return new Promise((resolve, reject) => {
      const caller = { cancellation, resolve, reject };
      if (!shape || shape.isUnbatchable)
        return void this.runOne({ query: rendered, callers: [caller] }).then(({ settle }) =>
          settle(),
        );
      const name = JSON.stringify(rendered.values);
      const existing = shape.waiting.get(name);
      if (existing) return void existing.callers.push(caller);
      shape.waiting.set(name, { query: rendered, callers: [caller] });
      this.schedule(shape);
    });
  }

  /** Returns undefined if the type of a value cannot be named. */
  private shapeOf(query: Sql, { text, values }: Rendered): StatementShape | undefined {
    const types = values.map(typeOf);
    if (types.includes(undefined)) return undefined;
    const name = `${types.join()} ${text}`;
    const existing = this.shapes.get(name);
    if (existing) return existing;
    const columns = ['"0" int', ...types.map((type, index) => `"${index + 1}" ${type}`)].join(', ');
    const batchText = render(query, 'postgres', (place) => `batch."${place}"`).text;
    const shape: StatementShape = {
      text: `${batchText}, batch."0" AS "#" FROM json_to_recordset($1) AS batch(${columns})`,
      waiting: new Map(),
      inFlight: 0,
      latency: new LowestLatency(),
      isUnbatchable: false,
      nextTurn: undefined,
      queueTimer: undefined,
    };
    // Queries that wait in an evicted shape are still answered.
    if (this.shapes.size >= MAX_SHAPES)
      this.shapes.delete(this.shapes.keys().next().value as string);
    this.shapes.set(name, shape);
    return shape;
  }

  private schedule(shape: StatementShape): void {
    if (!shape.waiting.size) return;
    // After all other statements of this event-loop turn.
    if (shape.inFlight < maxInFlightOf(shape))
      shape.nextTurn ??= setImmediate(() => this.flush(shape, maxInFlightOf(shape)));
    else
      shape.queueTimer ??= setTimeout(
        () => this.flush(shape, Number.POSITIVE_INFINITY),
        MAX_QUEUE_WAIT_MS,
      );
  }

  /** Sends one batch of a quick shape, or at most `maxInFlight` statements of another. */
  private flush(shape: StatementShape, maxInFlight: number): void {
    clearTimeout(shape.queueTimer);
    clearImmediate(shape.nextTurn);
    shape.nextTurn = shape.queueTimer = undefined;
    const waiting = [...shape.waiting];
    waiting.splice(isQuick(shape) ? batchSizeOf(shape) : maxInFlight - shape.inFlight);
    for (const [name] of waiting) shape.waiting.delete(name);
    const queries = waiting.map(([, pending]) => pending);
    if (isQuick(shape)) this.start(shape, queries);
    else for (const pending of queries) this.start(shape, [pending]);
    this.schedule(shape);
  }

  private start(shape: StatementShape, batch: readonly PendingQuery[]): void {
    shape.inFlight += 1;
    const sentAt = this.now();
    void this.runBatch(shape, batch).then(() => {
      const now = this.now();
      shape.inFlight -= 1;
      shape.latency.add((now - sentAt) / batch.length, now);
      this.schedule(shape);
    });
  }

  /** Runs a batch and settles its queries. Never rejects. */
  private async runBatch(shape: StatementShape, batch: readonly PendingQuery[]): Promise<void> {
    const [first] = batch as [PendingQuery];
    if (batch.length === 1) return (await this.runOne(first)).settle();
    const cancellation = cancellationOf(batch);
    try {
      const values = JSON.stringify(
        batch.map(({ query }, index) =>
          Object.fromEntries([index, ...query.values].map((value, place) => [place, value])),
        ),
      );
      for (const row of await this.send({ text: shape.text, values: [values] }, cancellation))
        for (const { resolve } of (batch[row['#'] as number] as PendingQuery).callers) resolve(row);
    } catch (error) {
      if (cancellation?.reason)
        return batch.forEach(({ callers }) => callers.forEach(({ reject }) => reject(error)));
      // One query may be invalid, or the types of all: run each by itself.
      const results = await Promise.all(batch.map((pending) => this.runOne(pending)));
      shape.isUnbatchable = results.every(({ succeeded }) => succeeded);
      for (const { settle } of results) settle();
    }
  }

  /**
   * Runs one query. Returns whether it succeeded, and a function that settles its callers. Never
   * rejects.
   */
  private async runOne({
    query,
    callers,
  }: PendingQuery): Promise<{ readonly succeeded: boolean; readonly settle: () => void }> {
    try {
      const [row] = await this.send(query, cancellationOf([{ query, callers }]));
      return {
        succeeded: true,
        settle: () => callers.forEach(({ resolve }) => resolve(row as Row)),
      };
    } catch (error) {
      return { succeeded: false, settle: () => callers.forEach(({ reject }) => reject(error)) };
    }
  }
}

/** Whether queries of the shape are batched; false until a latency is known. */
const isQuick = ({ latency }: StatementShape): boolean => latency.ms <= MAX_QUICK_MS;

/** Unlimited for statements that take long: the database runs more of them in parallel. */
const maxInFlightOf = ({ latency }: StatementShape): number =>
  latency.ms <= MAX_BATCH_MS ? MAX_IN_FLIGHT : Number.POSITIVE_INFINITY;

const batchSizeOf = ({ latency }: StatementShape): number =>
  Math.max(1, Math.min(MAX_BATCH_SIZE, Math.floor(MAX_BATCH_MS / latency.ms)));

const MAX_INT = 2 ** 31 - 1;
const isInt = (value: unknown): boolean =>
  Number.isInteger(value) && Math.abs(value as number) <= MAX_INT;

function arrayTypeOf(values: readonly unknown[]): string | undefined {
  if (values.every(isInt)) return 'int[]';
  if (values.every(Number.isInteger)) return 'bigint[]';
  return values.every((one) => typeof one === 'string') ? 'text[]' : undefined;
}

/** Returns the type that PostgreSQL infers for a value compared with one of our columns. */
function typeOf(value: SqlValue): string | undefined {
  if (Array.isArray(value)) return value.length ? arrayTypeOf(value) : undefined;
  switch (typeof value) {
    case 'number':
      if (isInt(value)) return 'int';
      return Number.isInteger(value) ? 'bigint' : 'float8';
    case 'string':
      return 'text';
    case 'boolean':
      return 'boolean';
    default:
      return undefined;
  }
}
