import DataLoader from 'dataloader';
import type { Context } from '../context';

/**
 * Declares a loader. `batch` gets the distinct keys of one tick and answers in their order.
 * The returned function gives the loader of one context, made on first use.
 */
export function defineLoader<K, V>(batch: (context: Context, keys: readonly K[]) => Promise<V[]>) {
  const loaders = new WeakMap<Context, DataLoader<K, V>>();
  return (context: Context): DataLoader<K, V> => {
    let loader = loaders.get(context);
    if (!loader) loaders.set(context, (loader = new DataLoader((keys: readonly K[]) => batch(context, keys))));
    return loader;
  };
}

/** A family of loaders, one for each value of `options`: the same field with other arguments is another batch. */
export function defineLoaders<O, K, V>(batch: (context: Context, options: O, keys: readonly K[]) => Promise<V[]>) {
  const families = new WeakMap<Context, Map<string, DataLoader<K, V>>>();
  return (context: Context, options: O): DataLoader<K, V> => {
    let family = families.get(context);
    if (!family) families.set(context, (family = new Map()));
    const name = JSON.stringify(options);
    let loader = family.get(name);
    if (!loader) family.set(name, (loader = new DataLoader((keys: readonly K[]) => batch(context, options, keys))));
    return loader;
  };
}

/** Rows in the order of `keys`; null where no row has the key. */
export function alignByKey<K, V>(keys: readonly K[], rows: readonly V[], keyOf: (row: V) => K): (V | null)[] {
  const byKey = new Map(rows.map((row) => [keyOf(row), row]));
  return keys.map((key) => byKey.get(key) ?? null);
}

/** Rows grouped by key, in the order of `keys`; an empty list where no row has the key. */
export function groupByKey<K, V>(keys: readonly K[], rows: readonly V[], keyOf: (row: V) => K): V[][] {
  const groups = new Map<K, V[]>(keys.map((key) => [key, []]));
  for (const row of rows) groups.get(keyOf(row))?.push(row);
  return keys.map((key) => groups.get(key) ?? []);
}
