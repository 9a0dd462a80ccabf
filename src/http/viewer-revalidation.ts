import { DomainError, ErrorCode } from '../errors';
import type { RequestFacts, ServerOptions } from './server';
import type { EventStream } from './subscriptions/event-stream';

/** A connection that outlives a request, and what it listens to. */
export interface Connection {
  readonly facts: RequestFacts;
  context: object;
  readonly streams: Set<EventStream>;
  /** Why nothing more is run for it, once its key is known to be revoked. */
  refusal: unknown;
  /** Ends it, for good. */
  close(): void;
}

/** How many clients of a transport are connected now, and what they listen to. */
export interface LiveCounts {
  readonly connections: number;
  readonly subscriptions: number;
}

/** With the second for which a looked-up key is kept, a revoked one ends within two. */
const RECHECK_MS = 750;
/** Keys that are looked up concurrently. */
const BATCH = 50;

export const isRefusal = (error: unknown): boolean =>
  error instanceof DomainError &&
  (error.code === ErrorCode.UNAUTHENTICATED || error.code === ErrorCode.FORBIDDEN);

const CHANGED = new DomainError(
  ErrorCode.VIEWER_CHANGED,
  'What your key may see has changed. Subscribe again, with your last cursor as "after".',
);

/** Keys are revoked and rights change while a connection lasts: what is no longer granted ends, within seconds. Answers what stops the checks. */
export function revalidateViewers(
  {
    contextFor,
    scopeOf,
    log,
    recheckMs = RECHECK_MS,
  }: Pick<ServerOptions, 'contextFor' | 'scopeOf' | 'log' | 'recheckMs'>,
  connections: ReadonlySet<Connection>,
): () => void {
  async function check(connection: Connection): Promise<void> {
    const context = await contextFor(connection.facts);
    if (scopeOf && scopeOf(context) !== scopeOf(connection.context))
      endStreams(connection, CHANGED);
    connection.context = context;
  }

  /** One look for all that came with the same key; the others only if it shows a change. */
  async function checkAll(group: readonly Connection[]): Promise<void> {
    const [first] = group as [Connection];
    const before = first.context;
    try {
      await check(first);
      const changed = !scopeOf || scopeOf(first.context) !== scopeOf(before);
      const differ = (one: Connection) =>
        changed || scopeOf?.(one.context) !== scopeOf?.(first.context);
      for (const one of group) if (one !== first && differ(one)) await check(one);
    } catch (error) {
      // The database may be away for a moment: nobody has lost a right by that.
      if (!isRefusal(error)) return;
      for (const connection of group) {
        connection.refusal = error;
        endStreams(connection, error);
        // After what tells the client of it.
        setImmediate(() => connection.close());
      }
    }
  }

  return every(
    recheckMs,
    async () => {
      const groups = new Map<string, Connection[]>();
      for (const connection of connections) {
        const { authorization, 'x-api-key': key } = connection.facts.headers;
        const name = JSON.stringify([authorization, key]);
        const group = groups.get(name);
        if (group) group.push(connection);
        else groups.set(name, [connection]);
      }
      const all = [...groups.values()];
      for (let start = 0; start < all.length; start += BATCH) {
        await Promise.all(all.slice(start, start + BATCH).map(checkAll));
      }
    },
    (error) => log.error({ err: error }, 'viewers could not be checked'),
  );
}

function endStreams({ streams }: Connection, error: unknown): void {
  for (const stream of streams) stream.refuse(error);
}

/** Runs a step again and again, so long after its end. Answers what stops it. */
function every(ms: number, step: () => Promise<void>, onError: (error: Error) => void): () => void {
  let timer = setTimeout(run, ms).unref();
  let stopped = false;
  function run() {
    void step()
      .catch(onError)
      .then(() => {
        if (!stopped) timer = setTimeout(run, ms).unref();
      });
  }
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
