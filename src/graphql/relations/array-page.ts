import { Page, toWindow, type Order, type PageArgs, type Window } from '../connection';

/** The order of computed rows: its name in cursors, and numbers that identify a row. */
export interface ArrayOrder<E> {
  readonly name: string;
  readonly keysOf: (row: E) => readonly number[];
}

const isBefore = (one: readonly number[], other: readonly unknown[]): boolean => {
  const place = one.findIndex((key, index) => key !== other[index]);
  return place >= 0 && (one[place] as number) < (other[place] as number);
};

/**
 * Returns a page of rows that are computed as a whole, in ascending order of `keys` keys.
 * @throws DomainError BAD_USER_INPUT as `toWindow` does
 */
export function arrayPage<E>(
  rows: readonly E[],
  args: PageArgs,
  { name, keysOf }: ArrayOrder<E>,
  keys: number,
): Page<E> {
  const column = { kind: 'number', limit: Number.MAX_SAFE_INTEGER } as const;
  const order: Order = { name, columns: Array.from({ length: keys }, () => column) };
  const window = toWindow(args, order);
  return new Page(window, {
    order: name,
    count: () => Promise.resolve(rows.length),
    read: () =>
      Promise.resolve(within(rows, window, keysOf).map((node) => ({ node, keys: keysOf(node) }))),
  });
}

function within<E>(
  rows: readonly E[],
  { after, before, backward, limit, offset }: Window,
  keysOf: ArrayOrder<E>['keysOf'],
): readonly E[] {
  const found = rows.filter((row) => {
    const keys = keysOf(row);
    return (
      (!after || (!isBefore(keys, after) && keys.some((key, index) => key !== after[index]))) &&
      (!before || isBefore(keys, before))
    );
  });
  return (backward ? found.reverse() : found).slice(offset, offset + limit + 1);
}
