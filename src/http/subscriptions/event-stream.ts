import { execute, type ExecutionArgs, type ExecutionResult } from 'graphql';
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
  const encode = async (event: unknown) =>
    new EncodedEvent(
      shape(await execute({ ...args, rootValue: event, contextValue: renew(args.contextValue) })),
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
