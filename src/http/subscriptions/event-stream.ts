import { execute, type ExecutionArgs, type ExecutionResult } from 'graphql';
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
  const make = async (event: unknown) =>
    new EncodedEvent(
      shape(await execute({ ...args, rootValue: event, contextValue: renew(args.contextValue) })),
      cursor(event),
    );
  const shared =
    log && scope !== null ? groups.join(`${log.feedId} ${groupKey(args, scope)}`, make) : null;
  let ended = false;
  let refusal: { readonly error: unknown } | null = null;
  let member: GroupMember | null = null;

  async function next(outlet: Sink): Promise<void> {
    if (shared && member?.source.isCaughtUp) return shared.group.wait(member);
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
