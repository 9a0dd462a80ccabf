/**
 * Business → the number of its newest event. A wake-up carries no more; events are read from the
 * log.
 */
export type Heads = ReadonlyMap<number, number>;

/** `7:1234,9:56`. */
export const headsToText = (heads: Heads): string =>
  [...heads].map(([businessId, seq]) => `${businessId}:${seq}`).join(',');

/** Returns null for malformed text, which only means that some log has grown. */
export function headsFromText(text: string): Heads | null {
  const pairs = text.split(',').map((pair) => /^(\d{1,10}):(\d{1,15})$/.exec(pair));
  return pairs.every((pair) => pair !== null)
    ? new Map(pairs.map(([, businessId, seq]) => [Number(businessId), Number(seq)]))
    : null;
}

/** PostgreSQL limits the payload of a notification to 8,000 bytes. */
const MOST = 250;

export function inParts(heads: Heads): Heads[] {
  const all = [...heads];
  return Array.from(
    { length: Math.ceil(all.length / MOST) },
    (_, part) => new Map(all.slice(part * MOST, (part + 1) * MOST)),
  );
}
