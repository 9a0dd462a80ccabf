import DataLoader from 'dataloader';
import type { Context } from '../../context';

/** The loaders of each context, by their definition. */
const loadersOf = new WeakMap<Context, Map<object, unknown>>();

/** What a context has of a definition; `make` makes it on first use. */
function ofContext<T>(context: Context, definition: object, make: () => T): T {
  let known = loadersOf.get(context);
  if (!known) loadersOf.set(context, (known = new Map()));
  let made = known.get(definition) as T | undefined;
  if (made === undefined) known.set(definition, (made = make()));
  return made;
}

/** Evicts everything that a context has loaded, so that it next reads what is stored now. */
export const clearLoaders = (context: Context): void => void loadersOf.delete(context);

/**
 * Declares a loader. `batch` gets the distinct keys of one tick and answers in their order.
 * The returned function gives the loader of one context, made on first use.
 */
export function defineLoader<K, V>(batch: (context: Context, keys: readonly K[]) => Promise<V[]>) {
  return (context: Context): DataLoader<K, V> =>
    ofContext(context, batch, () => new DataLoader((keys: readonly K[]) => batch(context, keys)));
}

/** Declares state that is derived from what a context loaded, and evicted with it. */
export function defineDerivedState<T>(make: () => T): (context: Context) => T {
  return (context) => ofContext(context, make, make);
}

/** A family of loaders, one for each value of `options`: the same field with other arguments is another batch. */
export function defineLoaders<O, K, V>(
  batch: (context: Context, options: O, keys: readonly K[]) => Promise<V[]>,
) {
  return (context: Context, options: O): DataLoader<K, V> => {
    const family = ofContext(context, batch, () => new Map<string, DataLoader<K, V>>());
    const name = JSON.stringify(options);
    let loader = family.get(name);
    if (!loader)
      family.set(
        name,
        (loader = new DataLoader((keys: readonly K[]) => batch(context, options, keys))),
      );
    return loader;
  };
}

/** Rows in the order of `keys`; null where no row has the key. */
export function alignByKey<K, V>(
  keys: readonly K[],
  rows: readonly V[],
  keyOf: (row: V) => K,
): (V | null)[] {
  const byKey = new Map(rows.map((row) => [keyOf(row), row]));
  return keys.map((key) => byKey.get(key) ?? null);
}

/** Rows grouped by key, in the order of `keys`; an empty list where no row has the key. */
export function groupByKey<K, V>(
  keys: readonly K[],
  rows: readonly V[],
  keyOf: (row: V) => K,
): V[][] {
  const groups = new Map<K, V[]>(keys.map((key) => [key, []]));
  for (const row of rows) groups.get(keyOf(row))?.push(row);
  return keys.map((key) => groups.get(key) ?? []);
}
