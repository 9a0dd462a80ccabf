import { Heap } from './heap';

/** The ascending starts of one item, such as a candidate. */
interface Queue<T> {
  readonly item: T;
  readonly starts: Iterator<number, void>;
}

/** A queue with its next start, and the place of its item. */
interface Head<T> extends Queue<T> {
  readonly startAt: number;
  readonly place: number;
}

/**
 * Yields each start of the queues with all items that have it, in the order of the queues. Reads
 * each queue no further than the start that is yielded and the next one of its item.
 */
export function* mergedStarts<T>(
  queues: readonly Queue<T>[],
): Generator<{ startAt: number; items: T[] }> {
  const heads = new Heap<Head<T>>(
    (one, other) =>
      one.startAt < other.startAt || (one.startAt === other.startAt && one.place < other.place),
  );
  const advance = (item: T, starts: Queue<T>['starts'], place: number): void => {
    const startAt = starts.next().value;
    if (startAt !== undefined) heads.push({ item, starts, startAt, place });
  };
  queues.forEach(({ item, starts }, place) => advance(item, starts, place));
  for (let { least } = heads; least; { least } = heads) {
    const { startAt } = least;
    const items: T[] = [];
    while (heads.least?.startAt === startAt) {
      const { item, starts, place } = heads.pop() as Head<T>;
      items.push(item);
      advance(item, starts, place);
    }
    yield { startAt, items };
  }
}
