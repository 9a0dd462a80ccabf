import type { Interval } from '../../../lib/intervals';
import { offers, type EngineFacts, type AllocationAt, type Offer } from '../engine/engine';

/** An instant, and how many offers before and after it are searched. */
interface NearestQuery {
  readonly at: number;
  readonly count: number;
  readonly needed: AllocationAt;
}

/**
 * Returns the offers nearest to an instant within a range, except the instant itself: a limited
 * number before and after it, in order.
 */
export function nearest(
  facts: EngineFacts,
  { startAt, endAt }: Interval,
  { at, count, needed }: NearestQuery,
): Offer[] {
  const [before, after]: [Offer[], Offer[]] = [[], []];
  for (const offer of offers(facts, { startAt, endAt: Math.min(at, endAt) }, { needed })) {
    before.push(offer);
    if (before.length > count) before.shift();
  }
  for (const offer of offers(facts, { startAt: Math.max(at + 1, startAt), endAt }, { needed })) {
    after.push(offer);
    if (after.length === count) break;
  }
  return [...before, ...after];
}
