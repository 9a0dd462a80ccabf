import { DomainError, ErrorCode } from '../errors';
import type { RequestFacts, ServerOptions } from './server-options';
import type { EventStream } from './subscriptions/event-stream';

/** A long-lived connection and its subscriptions. */
export interface Connection {
  readonly facts: RequestFacts;
  context: object;
  readonly streams: Set<EventStream>;
  /** The error for further operations, once its key is revoked; else null. */
  refusal: unknown;
  close(): void;
}

/** Numbers of open connections and subscriptions of a transport. */
export interface LiveCounts {
  readonly connections: number;
  readonly subscriptions: number;
}

/** A resolved key is cached for 1 s, so connections of a revoked key close within 2 s. */
const RECHECK_MS = 750;
/** Number of keys that are resolved concurrently. */
const BATCH = 50;

export const isRefusal = (error: unknown): boolean =>
  error instanceof DomainError &&
  (error.code === ErrorCode.UNAUTHENTICATED || error.code === ErrorCode.FORBIDDEN);

const CHANGED = new DomainError(
  ErrorCode.VIEWER_CHANGED,
  'The permissions of your key have changed. Subscribe again with your last cursor as "after".',
);

/**
 * Revalidates the viewers of connections periodically: closes connections of revoked keys and ends
 * streams whose scope changed. Returns a function that stops the checks.
 */
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

  /**
   * Checks one connection of each key, and the others of the key only if the first shows a change.
   */
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
      // An unreachable database does not revoke a permission.
      if (!isRefusal(error)) return;
      for (const connection of group) {
        connection.refusal = error;
        endStreams(connection, error);
        // Closes after the error was sent to the client.
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
    (error) => log.error({ err: error }, 'viewer revalidation failed'),
  );
}

function endStreams({ streams }: Connection, error: unknown): void {
  for (const stream of streams) stream.refuse(error);
}

/** Runs a step repeatedly, `ms` after each end. Returns a function that stops it. */
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
