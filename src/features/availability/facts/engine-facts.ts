import type { Reader } from '../../../db/database';
import { ALWAYS, type Interval } from '../../../lib/intervals';
import { heldWithin, type Held } from '../../occupancy/occupancy.service';
import type { Serving } from '../../reasons/links/active-links';
import { WorkSchedule } from '../../reasons/reason-enums';
import type { Staff } from '../../staff/staff.entity';
import type { Candidate, EngineFacts, Refusal, Rules, Taken } from '../engine/engine';
import { barredFor, barredOf, inactiveStaff } from './barred';
import { windowsOf, type Owner, type ReadHours, type Windows } from './hours';
import { bindsHours, purposeOf, rulesOf, type AvailabilityQuery } from './query';
import { quotaOf } from './quota';
import { bySubject, loadResourcePools } from './resource-pools';
import { daysOf, earlierHours, readStored, type StoredSchedule } from './stored-schedule';

/** Facts that the caller of `loadEngineFacts` has read already, and options. */
export interface KnownFacts {
  readonly stored?: StoredSchedule;
  /** Claims on the staff around the range. */
  readonly held?: readonly Held[];
  /** Reads hours of earlier days, for windows that began before the days that were read. */
  readonly earlier?: ReadHours;
  /** Whether to list starts in steps also for callers who may book between them. */
  readonly lists?: boolean;
}

/** The facts of the engine, and the assignments that they were derived from. */
export interface LoadedFacts extends EngineFacts {
  readonly serving: readonly Serving[];
}

/**
 * Loads all facts that the engine needs. The number of statements does not depend on the number of
 * staff.
 */
export async function loadEngineFacts(
  reader: Reader,
  query: AvailabilityQuery,
  { stored, held, earlier, lists = false }: KnownFacts = {},
): Promise<LoadedFacts> {
  const {
    member: { businessId },
    reason,
    location,
    range,
  } = query;
  const rules = rulesOf(query);
  const days = daysOf(range, rules.durationMs);
  const span = spanOf(rules, range);
  const [schedule, claims] = await Promise.all([
    stored ??
      readStored(reader, businessId, {
        reasonId: reason.rowId,
        locationId: location.rowId,
        staffIds: [...query.staff, ...query.companions].map(({ rowId }) => rowId),
        days,
      }),
    held ?? claimsWithin(reader, query, span),
  ]);
  const owners = ownersOf(query, schedule);
  const older = rules.grid || lists ? (earlier ?? earlierHours(reader, businessId)) : null;
  const [pools, quota, windows] = await Promise.all([
    loadResourcePools(reader, query, schedule, { span, days }),
    quotaOf(reader, query),
    bindsHours(reason)
      ? windowsOf(
          { common: [owners.place, owners.offer, ...owners.companions], people: owners.candidates },
          schedule.hours,
          { purpose: purposeOf(query), days, earlier: older },
        )
      : null,
  ]);
  const hoursOf = (owner: Owner): readonly Interval[] => windows?.get(owner) ?? ALWAYS;
  return {
    rules,
    serving: schedule.serving,
    ...pools,
    quota,
    barred: barredOf(query, schedule),
    open: hoursOf(owners.place),
    offered: hoursOf(owners.offer),
    ...peopleOf(query, schedule, owners, { windows, taken: bySubject(claims) }),
  };
}

/** Reads the claims on all staff of the query. */
const claimsWithin = (
  reader: Reader,
  { member, staff, companions, blocked = [], exceptAppointmentId, now }: AvailabilityQuery,
  span: Interval,
): Promise<Held[]> =>
  heldWithin(
    reader,
    [...staff, ...companions, ...blocked].map(({ subjectId }) => subjectId),
    {
      businessId: member.businessId,
      startMs: span.startAt,
      endMs: span.endAt,
      exceptAppointmentId,
      now,
    },
  );

/** Owners of the hours that bind a visit. */
interface Owners {
  readonly place: Owner;
  readonly offer: Owner;
  /** In the order of the staff of the query. */
  readonly candidates: readonly Owner[];
  readonly companions: readonly Owner[];
}

function ownersOf(
  { reason, location, staff, companions }: AvailabilityQuery,
  { placeHasHours }: StoredSchedule,
): Owners {
  const ownerOf = ({ rowId, timeZoneCode }: Staff): Owner => ({
    column: 'staffId',
    id: rowId,
    timeZone: timeZoneCode,
    always: false,
  });
  return {
    place: {
      column: 'ofLocationId',
      id: location.rowId,
      timeZone: location.timeZoneCode,
      always: !placeHasHours,
    },
    offer: {
      column: 'ofReasonId',
      id: reason.rowId,
      timeZone: location.timeZoneCode,
      always: reason.customWorkSchedule !== WorkSchedule.CUSTOM_SCHEDULE,
    },
    candidates: staff.map(ownerOf),
    companions: companions.map(ownerOf),
  };
}

/** Hours by owner, null where hours do not bind, and claims by subject. */
interface Occupied {
  readonly windows: Windows | null;
  readonly taken: ReadonlyMap<number, Taken[]>;
}

/** Returns the candidates, and the staff who must be free as well. */
function peopleOf(
  query: AvailabilityQuery,
  schedule: StoredSchedule,
  owners: Owners,
  { windows, taken }: Occupied,
): Pick<EngineFacts, 'people' | 'companions'> {
  const { staff, companions, blocked = [] } = query;
  const candidateOf = (
    { rowId, subjectId, timeZoneCode }: Staff,
    barred: readonly Refusal[],
    owner?: Owner,
  ): Candidate => ({
    staffId: rowId,
    timeZone: timeZoneCode,
    barred,
    windows: (owner && windows?.get(owner)) ?? ALWAYS,
    taken: taken.get(subjectId) ?? [],
  });
  return {
    people: staff.map((person, index) =>
      candidateOf(person, barredFor(person, query, schedule), owners.candidates[index]),
    ),
    companions: [
      ...companions.map((person, index) =>
        candidateOf(person, inactiveStaff(person), owners.companions[index]),
      ),
      ...blocked.map((person) => candidateOf(person, [])),
    ],
  };
}

/** Returns the interval of claims that can conflict with a visit starting in the range. */
const spanOf = (
  { durationMs, bufferBeforeMs, bufferAfterMs }: Rules,
  { startAt, endAt }: Interval,
): Interval => ({ startAt: startAt - bufferBeforeMs, endAt: endAt + durationMs + bufferAfterMs });
