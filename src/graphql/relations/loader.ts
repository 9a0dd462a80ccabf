import DataLoader from 'dataloader';
import type { Context } from '../../context';

/** Loaders by context and definition. */
const loadersOf = new WeakMap<Context, Map<object, unknown>>();

/** Returns the instance of a definition in a context, created on first use. */
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
 * Declares a loader. `batch` receives the distinct keys of one tick and returns values in their
 * order. The returned function returns the loader of a context, created on first use.
 */
export function defineLoader<K, V>(batch: (context: Context, keys: readonly K[]) => Promise<V[]>) {
  return (context: Context): DataLoader<K, V> =>
    ofContext(context, batch, () => new DataLoader((keys: readonly K[]) => batch(context, keys)));
}

/** Declares state derived from loaded data and evicted with it. */
export function defineDerivedState<T>(make: () => T): (context: Context) => T {
  return (context) => ofContext(context, make, make);
}

/**
 * Declares a family of loaders, one for each value of `options`, because a field with other
 * arguments needs another batch.
 */
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

/** Returns rows in the order of `keys`; null for a missing row. */
export function alignByKey<K, V>(
  keys: readonly K[],
  rows: readonly V[],
  keyOf: (row: V) => K,
): (V | null)[] {
  const byKey = new Map(rows.map((row) => [keyOf(row), row]));
  return keys.map((key) => byKey.get(key) ?? null);
}

/** Returns rows grouped by key, in the order of `keys`; an empty list for a key without rows. */
export function groupByKey<K, V>(
  keys: readonly K[],
  rows: readonly V[],
  keyOf: (row: V) => K,
): V[][] {
  const groups = new Map<K, V[]>(keys.map((key) => [key, []]));
  for (const row of rows) groups.get(keyOf(row))?.push(row);
  return keys.map((key) => groups.get(key) ?? []);
}
