type Equal<X, Y> =
  (<T>() => T extends X ? 1 : 2) extends <T>() => T extends Y ? 1 : 2 ? true : false;

/** The properties of an entity that a row stores: neither methods nor getters. */
type ColumnKeys<E> = {
  [K in keyof E]-?: E[K] extends (...args: never[]) => unknown
    ? never
    : Equal<{ [P in K]: E[K] }, { -readonly [P in K]: E[K] }> extends true
      ? K
      : never;
}[keyof E];

/** Every column of an entity. */
export type Columns<E> = Pick<E, ColumnKeys<E>>;

/** Returns a new row with every column given; a missing column does not compile. */
export const newRow = <E extends object>(entity: new () => E, columns: Columns<E>): E =>
  Object.assign(new entity(), columns);

/** Returns the columns of `after` that differ from `before`. */
export const changedColumns = <E extends object>(before: E, after: E): Partial<E> =>
  Object.fromEntries(
    (Object.keys(after) as (keyof E)[])
      .filter((name) => before[name] !== after[name])
      .map((name) => [name, after[name]]),
  ) as Partial<E>;

/** Returns a copy of a row with some columns replaced. */
export const changedRow = <E extends object>(
  entity: new () => E,
  row: NoInfer<E>,
  changes: Partial<Columns<NoInfer<E>>>,
): E => Object.assign(new entity(), row, changes);
