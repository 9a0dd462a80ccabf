import {
  type Candidate,
  type EngineFacts,
  type ResourcePool,
  type Rules,
  type Taken,
} from '../../../src/features/availability/engine/engine';
import type { Need } from '../../../src/features/availability/engine/allocation';
import { AvailabilityRule } from '../../../src/features/availability/engine/rules';
import { ALWAYS, type Interval } from '../../../src/lib/intervals';

/** Times are minutes after a midnight in UTC. */
export const MINUTE = 60_000;
export const BASE = Date.parse('2030-01-31T00:00:00Z');
export const at = (minute: number): number => BASE + minute * MINUTE;
export const span = (from: number, to: number): Interval => ({ startAt: at(from), endAt: at(to) });
export const taken = (from: number, to: number, units = 1, appointmentId = 1): Taken => ({
  ...span(from, to),
  units,
  appointmentId,
});

const RULES: Rules = {
  durationMs: 30 * MINUTE,
  bufferBeforeMs: 0,
  bufferAfterMs: 0,
  stepMs: 30 * MINUTE,
  alignment: 'WINDOW',
  timeZone: 'UTC',
  grid: true,
  earliest: at(0),
  latest: at(1_000),
};
export const person = (staffId: number, given: Partial<Candidate> = {}): Candidate => ({
  staffId,
  timeZone: 'UTC',
  barred: [],
  windows: [span(0, 90)],
  taken: [],
  ...given,
});
export const pool = (resourceId: number, given: Partial<ResourcePool> = {}): ResourcePool => ({
  resourceId,
  subjectId: resourceId,
  quantity: 1,
  windows: [...ALWAYS],
  taken: [],
  ...given,
});
export const need = (...ids: number[]): Need => ids.map((resourceId) => [{ resourceId, units: 1 }]);
export const facts = (
  given: Partial<EngineFacts> = {},
  rules: Partial<Rules> = {},
): EngineFacts => ({
  rules: { ...RULES, ...rules },
  barred: [],
  open: ALWAYS,
  offered: ALWAYS,
  people: [person(1)],
  companions: [],
  things: new Map(),
  needs: [],
  named: [],
  quota: null,
  ...given,
});
export const pools = (...list: ResourcePool[]) => new Map(list.map((one) => [one.resourceId, one]));
export const BARRED = [{ rule: AvailabilityRule.STAFF_INACTIVE, staffId: 9 }];
