import type { Reader } from '../../../db/database';
import type { Interval } from '../../../lib/intervals';
import { heldWithin, type Held } from '../../occupancy/occupancy.service';
import { resourcesByIds } from '../../resources/resource-needs';
import { schedulesOf } from '../../schedules/stored-hours';
import { workingWindows } from '../../schedules/windows';
import type { EngineFacts, ResourcePool, Taken } from '../engine/engine';
import { ownedBy, type Days } from './hours';
import { purposeOf, type AvailabilityQuery } from './query';
import { ownersWithHours, type StoredSchedule } from './stored-schedule';

/** Groups claims by subject, each sorted by start. */
export function bySubject(held: readonly Held[]): Map<number, Taken[]> {
  const found = new Map<number, Taken[]>();
  for (const { subjectId, startMs, endMs, units, appointmentId } of held) {
    const taken = { startAt: startMs, endAt: endMs, units, appointmentId };
    const known = found.get(subjectId);
    if (known) known.push(taken);
    else found.set(subjectId, [taken]);
  }
  for (const taken of found.values()) taken.sort((one, other) => one.startAt - other.startAt);
  return found;
}

/**
 * Loads the needs of the reason at this location, the named resources, and the hours and claims of
 * each resource.
 */
export async function loadResourcePools(
  reader: Reader,
  query: AvailabilityQuery,
  { needs: stored }: StoredSchedule,
  { span, days }: { readonly span: Interval; readonly days: Days },
): Promise<Pick<EngineFacts, 'needs' | 'named' | 'things'>> {
  const {
    member: { businessId },
    location,
    resourceIds,
    now,
    exceptAppointmentId,
  } = query;
  if (!stored.length && !resourceIds.length) return { needs: [], named: [], things: new Map() };
  const options = stored.map((need) =>
    need.filter(({ locationId }) => locationId === location.rowId).map(({ takes }) => takes),
  );
  const known = new Map(options.flat(2).map((taken) => [taken.resourceId, taken]));
  const more = await resourcesByIds(
    reader,
    businessId,
    resourceIds.filter((id) => !known.has(id)),
  );
  for (const one of more) known.set(one.resourceId, one);
  const all = [...known.values()];
  const ids = all.map(({ resourceId }) => resourceId);
  const [hours, withHours, held] = await Promise.all([
    schedulesOf(reader, businessId, { resourceIds: ids }, days),
    ownersWithHours(reader, businessId, 'resource_id', ids),
    heldWithin(
      reader,
      all.map(({ subjectId }) => subjectId),
      { businessId, startMs: span.startAt, endMs: span.endAt, exceptAppointmentId, now },
    ),
  ]);
  const taken = bySubject(held);
  const purpose = purposeOf(query);
  return {
    needs: options,
    named: resourceIds,
    things: new Map(
      all.map(({ resourceId, subjectId, quantity }): [number, ResourcePool] => [
        resourceId,
        {
          resourceId,
          subjectId,
          quantity,
          taken: taken.get(subjectId) ?? [],
          windows: workingWindows(
            ownedBy(hours, {
              column: 'resourceId',
              id: resourceId,
              always: !withHours.has(resourceId),
            }),
            purpose,
            days,
            location.timeZoneCode,
          ),
        },
      ]),
    ),
  };
}
