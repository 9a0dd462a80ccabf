import { setImmediate } from 'node:timers/promises';

/** Maximum time for which a slice holds the event loop. */
const SLICE_MS = 8;

/**
 * Reads a source of items in slices, between which other requests are served. An item that takes
 * longer to compute than a slice is not interrupted.
 */
export async function readInSlices<T>(source: Iterator<T>, read: (item: T) => void): Promise<void> {
  let begun = performance.now();
  for (let next = source.next(); !next.done; next = source.next()) {
    read(next.value);
    if (performance.now() - begun < SLICE_MS) continue;
    await setImmediate();
    begun = performance.now();
  }
}
