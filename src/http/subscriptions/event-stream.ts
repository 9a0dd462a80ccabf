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
  /** The serialized permissions of the viewer; null if results cannot be shared. */
  readonly scope: string | null;
  readonly groups: SubscriptionGroups;
  /** Formats the errors of a result for the client. */
  readonly shape: (result: ExecutionResult) => ExecutionResult;
  readonly refuse: (error: unknown) => ExecutionResult;
}

/** The destination of the events of one subscriber. */
export interface Sink {
  /** Whether its buffer exceeds the high-water mark. */
  readonly full: boolean;
  /** Sends an event. Returns a promise to await before the next one, or null. */
  send(event: EncodedEvent): Promise<void> | null;
}

/** A started subscription. */
export interface EventStream {
  /** Sends events until the stream ends. Called once. */
  run(sink: Sink): Promise<void>;
  /** Sends the error to the subscriber and ends the stream. */
  refuse(error: unknown): void;
  /** Ends the stream without a message. */
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
 * Executes the operation for each event on a new context, because loaders cache rows, which would
 * be stale for the next event. A subscriber that has caught up with its log receives events through
 * a group. An error of the source is sent, then the stream ends.
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
  const encode = async (event: unknown) =>
    new EncodedEvent(
      await (log ? executeUntilRead(() => executeOnce(event)) : executeOnce(event)),
      cursor(event),
    );
  const shared =
    log && scope !== null ? groups.join(`${log.feedId} ${groupKey(args, scope)}`, encode) : null;
  let ended = false;
  let refusal: { readonly error: unknown } | null = null;
  let member: GroupMember | null = null;

  async function next(sink: Sink): Promise<void> {
    if (shared && member?.source.isCaughtUp) return shared.group.wait(member);
    const event = await events.next();
    if (event.done) return stop();
    const answer = await encode(event.value);
    if (!ended) await sink.send(answer);
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
    async run(sink) {
      if (log)
        member = {
          source: log,
          get full() {
            return sink.full;
          },
          send: (answer) => void sink.send(answer),
        };
      try {
        while (!ended) await next(sink);
      } catch (error) {
        refusal ??= { error };
        stop();
      }
      if (refusal) await sink.send(new EncodedEvent(refuse(refusal.error)));
    },
    refuse(error) {
      if (!ended) refusal = { error };
      stop();
    },
  };
}
