import * as fc from 'fast-check';
import { AvailabilityRule } from '../../../src/features/availability/engine/rules';
import type { Need } from '../../../src/features/availability/engine/allocation';
import {
  allocate,
  offers,
  refusals,
  type EngineFacts,
  type Candidate,
  type Rules,
  type Taken,
  type ResourcePool,
} from '../../../src/features/availability/engine/engine';
import { toLocal } from '../../../src/lib/time-zone';
import { cases } from './cases';
import { MINUTE, HOUR } from './engine-properties.fixture';

/** A reference implementation without intervals: it tests every five minutes. */
const GRAIN = 5 * MINUTE;
const inside = (
  windows: readonly { startAt: number; endAt: number }[],
  from: number,
  to: number,
): boolean => {
  for (let at = from; at < to; at += GRAIN)
    if (!windows.some(({ startAt, endAt }) => startAt <= at && at < endAt)) return false;
  return true;
};
const load = (list: readonly Taken[], at: number): number =>
  list.reduce(
    (sum, { startAt, endAt, units }) => (startAt <= at && at < endAt ? sum + units : sum),
    0,
  );

function truths(
  { rules, open, offered, companions, needs, named, things, quota }: EngineFacts,
  person: Candidate,
  start: number,
): Set<AvailabilityRule> {
  const [end, from, to] = [
    start + rules.durationMs,
    start - rules.bufferBeforeMs,
    start + rules.durationMs + rules.bufferAfterMs,
  ];
  const found = new Set<AvailabilityRule>();
  if (start < rules.earliest) found.add(AvailabilityRule.NOTICE);
  if (start > rules.latest) found.add(AvailabilityRule.HORIZON);
  if (!inside(open, start, end)) found.add(AvailabilityRule.LOCATION_CLOSED);
  if (!inside(offered, start, end)) found.add(AvailabilityRule.REASON_NOT_OFFERED);
  for (const one of [person, ...companions]) {
    if (!inside(one.windows, start, end)) found.add(AvailabilityRule.STAFF_NOT_WORKING);
    for (let at = from; at < to; at += GRAIN)
      if (load(one.taken, at) > 0) found.add(AvailabilityRule.STAFF_TAKEN);
  }
  const picks = needs.reduce<Need>(
    (all, need) => all.flatMap((chosen) => need.map((option) => [...chosen, ...option])),
    [[]],
  );
  const beside = (takes: Need[number]) =>
    named.filter((id) => !takes.some(({ resourceId }) => resourceId === id));
  const fewest = Math.min(...picks.map((takes) => beside(takes).length));
  const choices = picks
    .filter((takes) => beside(takes).length === fewest)
    .map((takes) => [...takes, ...beside(takes).map((resourceId) => ({ resourceId, units: 1 }))]);
  const met = choices.some((takes) =>
    takes.every(({ resourceId }) => {
      const thing = things.get(resourceId);
      if (!thing || !inside(thing.windows, start, end)) return false;
      const wanted = takes.reduce(
        (sum, one) => (one.resourceId === resourceId ? sum + one.units : sum),
        0,
      );
      for (let at = from; at < to; at += GRAIN)
        if (load(thing.taken, at) + wanted > thing.quantity) return false;
      return true;
    }),
  );
  if (!met) found.add(AvailabilityRule.RESOURCE_TAKEN);
  if (quota && quota.used(quota.periodOf(toLocal(start, person.timeZone).date)) >= quota.limit)
    found.add(AvailabilityRule.QUOTA_REACHED);
  return found;
}

describe('the engine, with all rules', () => {
  const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);

  it(`offers what passes every rule and nothing else, and each refusal is true (SEED=${SEED})`, () => {
    let [offered, refused] = [0, 0];
    fc.assert(
      fc.property(cases, ({ facts, from, to }) => {
        const found = new Map(
          [...offers(facts, { startAt: from, endAt: to })].map((offer) => [offer.startAt, offer]),
        );
        for (const person of facts.people) {
          for (let start = from; start < to; start += 55 * MINUTE) check(start);
          for (const start of found.keys()) check(start);
          function check(start: number) {
            const said = refusals(facts, person, start).map(({ rule }) => rule);
            const truth = truths(facts, person, start);
            const isOffered = found.get(start)?.staffIds.includes(person.staffId) ?? false;
            const aligned = !said.includes(AvailabilityRule.NOT_ALIGNED);
            const given = new Set(said.filter((rule) => rule !== AvailabilityRule.NOT_ALIGNED));
            // Refusal reasons are sound and complete. An offered start has none; a start that is
            // not offered to clients has one.
            const same = given.size === truth.size && [...given].every((rule) => truth.has(rule));
            if (
              !same ||
              (isOffered && said.length > 0) ||
              (!isOffered && facts.rules.grid && said.length === 0) ||
              (isOffered && !aligned)
            ) {
              throw new Error(
                `${new Date(start).toISOString()} for ${person.staffId}: offered ${isOffered}, reported ${said.join()}, true ${[...truth].join()}`,
              );
            }
            if (isOffered) offered += 1;
            else refused += 1;
          }
        }
        return true;
      }),
      { numRuns: 2_000, seed: SEED },
    );
    // Both outcomes occurred.
    expect(Math.min(offered, refused)).toBeGreaterThan(1_000);
  }, 120_000);

  it('takes no more of a resource than its capacity, and an offered start names its resources', () => {
    fc.assert(
      fc.property(cases, ({ facts, from, to }) => {
        for (const { startAt, takes } of offers(facts, { startAt: from, endAt: to })) {
          expect(takes).toEqual(allocate(facts, startAt));
          for (const { resourceId, units } of takes) {
            for (
              let at = startAt - facts.rules.bufferBeforeMs;
              at < startAt + facts.rules.durationMs + facts.rules.bufferAfterMs;
              at += GRAIN
            ) {
              expect(
                load((facts.things.get(resourceId) as ResourcePool).taken, at) + units,
              ).toBeLessThanOrEqual((facts.things.get(resourceId) as ResourcePool).quantity);
            }
          }
        }
      }),
      { numRuns: 300, seed: SEED },
    );
  });

  it('tries another option if the first leaves nothing for the next need', () => {
    const open = [{ startAt: 0, endAt: 10 * HOUR }];
    const thing = (resourceId: number): [number, ResourcePool] => [
      resourceId,
      { resourceId, subjectId: resourceId, quantity: 1, windows: open, taken: [] },
    ];
    const rules: Rules = {
      durationMs: HOUR,
      bufferBeforeMs: 0,
      bufferAfterMs: 0,
      stepMs: HOUR,
      alignment: 'WINDOW',
      grid: true,
      timeZone: 'UTC',
      earliest: 0,
      latest: 1e15,
    };
    const facts: EngineFacts = {
      rules,
      barred: [],
      open,
      offered: open,
      people: [],
      companions: [],
      quota: null,
      named: [],
      things: new Map([thing(1), thing(2)]),
      needs: [
        [[{ resourceId: 1, units: 1 }], [{ resourceId: 2, units: 1 }]],
        [[{ resourceId: 1, units: 1 }]],
      ],
    };
    expect(allocate(facts, 0)).toEqual(
      expect.arrayContaining([
        { resourceId: 2, units: 1 },
        { resourceId: 1, units: 1 },
      ]),
    );
    expect(
      allocate({ ...facts, needs: [...facts.needs, [[{ resourceId: 2, units: 1 }]]] }, 0),
    ).toBeNull();
    // A named resource meets the need that leaves the other named one its own, in any order of
    // names.
    const either = {
      ...facts,
      needs: [
        [[{ resourceId: 1, units: 1 }], [{ resourceId: 2, units: 1 }]],
        [[{ resourceId: 1, units: 1 }]],
      ],
    };
    for (const named of [[1, 2], [2, 1], [1], [2], []])
      expect(allocate({ ...either, named }, 0)).toEqual([
        { resourceId: 2, units: 1 },
        { resourceId: 1, units: 1 },
      ]);
    // Twelve needs that any of eleven resources could meet: refused quickly.
    const ids = Array.from({ length: 11 }, (_, id) => id + 1);
    const crowded = {
      ...facts,
      things: new Map(ids.map(thing)),
      needs: Array.from({ length: 12 }, () => ids.map((resourceId) => [{ resourceId, units: 1 }])),
    };
    for (let start = 0; start < 9 * HOUR; start += 60_000)
      expect(allocate(crowded, start)).toBeNull();
    // With one need fewer each resource meets one; the last need has a single choice.
    const exact = {
      ...crowded,
      needs: [...crowded.needs.slice(0, 10), [[{ resourceId: 1, units: 1 }]]],
    };
    expect(new Set(allocate(exact, 0)?.map(({ resourceId }) => resourceId))).toEqual(new Set(ids));
    for (const named of [ids, [...ids].reverse()])
      expect(allocate({ ...exact, named }, 0)).toHaveLength(11);
    expect(allocate({ ...crowded, named: ids }, 0)).toBeNull();
  });
});
