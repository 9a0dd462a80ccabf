import { execute, type ExecutionArgs, type ExecutionResult } from 'graphql';

interface Options {
  readonly source: AsyncIterable<unknown>;
  readonly args: ExecutionArgs;
  readonly renew: (context: any) => object;
  /** An execution's answer as the client may see it. */
  readonly shape: (result: ExecutionResult) => ExecutionResult;
  readonly refuse: (error: unknown) => ExecutionResult;
}

/**
 * Executes the operation once for each event, on a context of its own: loaders remember rows, and one that outlived an event would show the
 * next one what was, not what is. A source that fails tells the subscriber why, then the stream ends.
 */
export function eachExecuted({ source, args, renew, shape, refuse }: Options): AsyncIterableIterator<ExecutionResult> {
  const events = source[Symbol.asyncIterator]();
  let ended = false;

  async function next(): Promise<IteratorResult<ExecutionResult, undefined>> {
    if (ended) return { done: true, value: undefined };
    let event: IteratorResult<unknown>;
    try {
      event = await events.next();
    } catch (error) {
      ended = true;
      return { done: false, value: refuse(error) };
    }
    if (event.done || ended) return { done: true, value: undefined };
    try {
      return { done: false, value: shape(await execute({ ...args, rootValue: event.value, contextValue: renew(args.contextValue) })) };
    } catch (error) {
      await leave();
      return { done: false, value: refuse(error) };
    }
  }

  async function leave(): Promise<{ done: true; value: undefined }> {
    if (!ended) {
      ended = true;
      await events.return?.();
    }
    return { done: true, value: undefined };
  }

  return { [Symbol.asyncIterator]() { return this; }, next, return: leave };
}
