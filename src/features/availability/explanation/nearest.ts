import type { Interval } from '../../../lib/intervals';
import { offers, type EngineFacts, type Needed, type Offer } from '../engine/engine';

/**
 * What is offered nearest to an instant within a range, the instant itself left out: up to so many
 * before it and so many after, by start.
 */
export function nearest(
  facts: EngineFacts,
  { startAt, endAt }: Interval,
  at: number,
  count: number,
  needed: Needed,
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
