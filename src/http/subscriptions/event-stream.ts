import { execute, type ExecutionArgs, type ExecutionResult } from 'graphql';
import { DomainError, ErrorCode } from '../../errors';
import { isLogSource } from '../../graphql/log-source';
import { EncodedEvent } from './encoded-event';
import { groupKey } from './group-key';
import type { SubscriptionGroups, GroupMember } from './subscription-group';

interface Options {
  readonly source: AsyncIterable<unknown>;
  readonly args: ExecutionArgs;
  readonly renew: (context: any) => object;
  /** What the viewer may see, as text; null where nothing can be shared. */
  readonly scope: string | null;
  readonly groups: SubscriptionGroups;
  /** An execution's answer as the client may see it. */
  readonly shape: (result: ExecutionResult) => ExecutionResult;
  readonly refuse: (error: unknown) => ExecutionResult;
}

/** Where a subscriber's answers go. */
export interface Sink {
  /** Whether it takes no more for now. */
  readonly full: boolean;
  /** Sends it; answers what to wait for before the next, where there is something. */
  send(answer: EncodedEvent): Promise<void> | null;
}

/** A subscription that has begun. */
export interface EventStream {
  /** Sends its answers, to the end. Once. */
  run(outlet: Sink): Promise<void>;
  /** Tells the subscriber why, and ends. */
  refuse(error: unknown): void;
  /** Ends without a word. */
  stop(): void;
}

/** For how long a database that does not respond delays an event. */
const MAX_DELAY_MS = 30_000;
const RETRY_MS = 250;

const isBusy = ({ errors }: ExecutionResult): boolean =>
  errors?.some(({ extensions }) => extensions?.code === ErrorCode.BUSY) ?? false;

/**
 * Executes an event of a log again while the database cannot be read. Sent as an error without a
 * cursor, the event would be lost to a subscriber that resumes after the next one.
 * @throws DomainError BUSY after `MAX_DELAY_MS`: the stream ends, and its last cursor is valid
 */
async function executeUntilRead(
  executeOnce: () => Promise<ExecutionResult>,
): Promise<ExecutionResult> {
  for (const end = performance.now() + MAX_DELAY_MS; ;) {
    const result = await executeOnce();
    if (!isBusy(result)) return result;
    if (performance.now() > end)
      throw new DomainError(
        ErrorCode.BUSY,
        'The database does not respond. Subscribe again after your last cursor.',
        { retryable: true },
      );
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
  }
}

/**
 * Executes the operation for each event, on a context of its own: loaders remember rows, and one that outlived an event would show the
 * next one what was, not what is. Whoever has caught up with a log is told by a group of all who ask the same. A source that fails tells
 * the subscriber why, then the stream ends.
 */
export function eachExecuted({
  source,
  args,
  renew,
  scope,
  groups,
  shape,
  refuse,
}: Options): EventStream {
  const events = source[Symbol.asyncIterator]();
  const log = isLogSource(source) ? source : null;
  const cursor = (event: unknown) => (log ? log.cursorOf(event as object) : null);
  const executeOnce = async (event: unknown) =>
    shape(await execute({ ...args, rootValue: event, contextValue: renew(args.contextValue) }));
  const make = async (event: unknown) =>
    new EncodedEvent(
      await (log ? executeUntilRead(() => executeOnce(event)) : executeOnce(event)),
      cursor(event),
    );
  const shared =
    log && scope !== null ? groups.join(`${log.feedId} ${groupKey(args, scope)}`, make) : null;
  let ended = false;
  let refusal: { readonly error: unknown } | null = null;
  let member: GroupMember | null = null;

  async function next(outlet: Sink): Promise<void> {
    if (shared && member?.source.caughtUp) return shared.group.wait(member);
    const event = await events.next();
    if (event.done) return stop();
    const answer = await make(event.value);
    if (!ended) await outlet.send(answer);
  }

  function stop(): void {
    if (ended) return;
    ended = true;
    if (member) shared?.group.leave(member);
    shared?.leave();
    void events.return?.();
  }

  return {
    stop,
    async run(outlet) {
      if (log)
        member = {
          source: log,
          get full() {
            return outlet.full;
          },
          send: (answer) => void outlet.send(answer),
        };
      try {
        while (!ended) await next(outlet);
      } catch (error) {
        refusal ??= { error };
        stop();
      }
      if (refusal) await outlet.send(new EncodedEvent(refuse(refusal.error)));
    },
    refuse(error) {
      if (!ended) refusal = { error };
      stop();
    },
  };
}
