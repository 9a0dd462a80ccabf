import { execute, type ExecutionArgs, type ExecutionResult } from 'graphql';
import { isLogSource } from '../shared/log-source';
import { Answer } from './answer';
import { groupKey, type SharedAnswers } from './shared-answers';

interface Options {
  readonly source: AsyncIterable<unknown>;
  readonly args: ExecutionArgs;
  readonly renew: (context: any) => object;
  /** What the viewer may see, as text; null where nothing can be shared. */
  readonly scope: string | null;
  readonly shared: SharedAnswers;
  /** An execution's answer as the client may see it. */
  readonly shape: (result: ExecutionResult) => ExecutionResult;
  readonly refuse: (error: unknown) => ExecutionResult;
}

/** A subscriber's answers. */
export interface AnswerStream extends AsyncIterableIterator<Answer, undefined> {
  /** Tells the subscriber why, then ends. */
  refuse(error: unknown): void;
  return(): Promise<{ done: true; value: undefined }>;
}

/**
 * Executes the operation for each event, on a context of its own: loaders remember rows, and one that outlived an event would show the
 * next one what was, not what is. Subscribers who are live and ask the same share one execution. A source that fails tells the subscriber
 * why, then the stream ends.
 */
export function eachExecuted({ source, args, renew, scope, shared, shape, refuse }: Options): AnswerStream {
  const events = source[Symbol.asyncIterator]();
  const log = isLogSource(source) ? source : null;
  const group = log && scope !== null ? shared.join(groupKey(args, scope)) : null;
  let ended = false;
  let refusal: { readonly error: unknown } | null = null;
  const refused = (error: unknown): IteratorResult<Answer, undefined> => ({ done: false, value: new Answer(refuse(error)) });

  async function make(event: unknown): Promise<Answer> {
    const result = shape(await execute({ ...args, rootValue: event, contextValue: renew(args.contextValue) }));
    return new Answer(result, log?.cursorOf(event as object));
  }

  async function next(): Promise<IteratorResult<Answer, undefined>> {
    try {
      const event = ended ? null : await events.next();
      if (event && !event.done && !ended) {
        const shares = group && log?.live;
        return { done: false, value: await (shares ? shared.of(group, event.value as object, () => make(event.value)) : make(event.value)) };
      }
    } catch (error) {
      await leave();
      return refused(error);
    }
    await leave();
    if (!refusal) return { done: true, value: undefined };
    const { error } = refusal;
    refusal = null;
    return refused(error);
  }

  async function leave(): Promise<{ done: true; value: undefined }> {
    if (!ended) {
      ended = true;
      if (group) shared.leave(group);
      await events.return?.();
    }
    return { done: true, value: undefined };
  }

  return {
    [Symbol.asyncIterator]() { return this; },
    next,
    return: leave,
    refuse(error) {
      refusal = { error };
      void leave();
    },
  };
}
