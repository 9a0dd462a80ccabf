/** Business → the number of its newest event. All that a wake-up tells: what happened is read from the log. */
export type Heads = ReadonlyMap<number, number>;

/** `7:1234,9:56`. */
export const headsToText = (heads: Heads): string =>
  [...heads].map(([businessId, seq]) => `${businessId}:${seq}`).join(',');

/** Null for what is no such text: then nothing is known but that there is something. */
export function headsFromText(text: string): Heads | null {
  const pairs = text.split(',').map((pair) => /^(\d{1,10}):(\d{1,15})$/.exec(pair));
  return pairs.every((pair) => pair !== null)
    ? new Map(pairs.map(([, businessId, seq]) => [Number(businessId), Number(seq)]))
    : null;
}

/** PostgreSQL lets a notification carry 8,000 bytes. */
const MOST = 250;

export function inParts(heads: Heads): Heads[] {
  const all = [...heads];
  return Array.from(
    { length: Math.ceil(all.length / MOST) },
    (_, part) => new Map(all.slice(part * MOST, (part + 1) * MOST)),
  );
}
