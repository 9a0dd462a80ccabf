import type { Context } from '../../../context';
import type { Interval } from '../../../lib/intervals';
import type { Node } from '../../../graphql/node';
import { MS_PER_DAY, toLocal } from '../../../lib/time-zone';
import { classSchedules } from '../../classes/class.list';
import { locations } from '../../locations/location.list';
import { resources } from '../../resources/resource.list';
import type { StoredHours } from '../../schedules/stored-hours';
import { dateOverrides } from '../../schedules/schedule.list';
import type { Staff } from '../../staff/staff.entity';
import { staff as staffSource } from '../../staff/staff.list';
import { AvailabilityRule } from '../engine/rules';
import type { Wish } from '../wish';
import type { Refusal } from '../engine/engine';
import type { AvailabilityRefusal } from './explanation';
import { sentenceOf } from '../unavailable-error';

/**
 * Distance in each direction within which other times are searched, and the maximum number reported
 * in each direction.
 */
const AROUND_MS = 14 * MS_PER_DAY;
export const NEAREST = 3;
export const aroundOf = (start: number): Interval => ({
  startAt: start - AROUND_MS,
  endAt: start + AROUND_MS,
});

/** The explained start. */
export interface ExplainedStart {
  readonly wish: Wish;
  readonly start: number;
  /** Hours that bind the candidates, if any. */
  readonly hours: StoredHours;
}

/** Maps a refusal to its GraphQL type. */
export async function describeRefusal(
  context: Context,
  explained: ExplainedStart,
  refusal: Refusal,
): Promise<AvailabilityRefusal> {
  const { rule, resourceIds = [], taken = [], classScheduleIds = [] } = refusal;
  return {
    rule,
    message: sentenceOf(rule),
    row: await rowOf(context, explained, refusal),
    resources: (await Promise.all(resourceIds.map((id) => resources.findById(context, id)))).filter(
      (row) => row !== null,
    ),
    // Ids of sessions and appointments share one sequence.
    appointmentIds: [
      ...new Set([...taken.map(({ appointmentId }) => appointmentId), ...classScheduleIds]),
    ],
  };
}

/**
 * Returns the row that the rule comes from if the viewer may see it. A date override precedes its
 * owner.
 */
async function rowOf(
  context: Context,
  { wish: { reason, location, client }, hours, start }: ExplainedStart,
  { rule, staffId, resourceIds, locationId, classScheduleIds }: Refusal,
): Promise<Node | null> {
  const override = async (
    column: 'staffId' | 'ofLocationId' | 'ofReasonId',
    id: number,
    timeZone: string,
  ) => {
    const { date } = toLocal(start, timeZone);
    const row = hours.overrides.find((one) => one[column] === id && one.date === date);
    return row ? dateOverrides.findVisible(context, row.rowId) : null;
  };
  switch (rule) {
    case AvailabilityRule.LOCATION_CLOSED:
      return (await override('ofLocationId', location.rowId, location.timeZoneCode)) ?? location;
    case AvailabilityRule.LOCATION_INACTIVE:
      return locationId === undefined ? location : locations.findById(context, locationId);
    case AvailabilityRule.REASON_NOT_OFFERED:
      return (await override('ofReasonId', reason.rowId, location.timeZoneCode)) ?? reason;
    case AvailabilityRule.CLIENT_CANNOT_BOOK:
      return client;
    case AvailabilityRule.RESOURCE_TAKEN:
      return resourceIds?.[0] === undefined ? reason : resources.findById(context, resourceIds[0]);
    case AvailabilityRule.SEATS_TAKEN:
      return classSchedules.findVisible(context, (classScheduleIds as [number])[0]);
    case AvailabilityRule.STAFF_NOT_WORKING: {
      const person = (await staffSource.findById(context, staffId as number)) as Staff;
      return (await override('staffId', person.rowId, person.timeZoneCode)) ?? person;
    }
    default:
      return staffId === undefined ? reason : staffSource.findById(context, staffId);
  }
}
