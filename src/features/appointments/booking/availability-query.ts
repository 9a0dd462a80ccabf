import type { Context } from '../../../context';
import { isOneOf, raw, sql, type Sql } from '../../../db/sql';
import type { Interval } from '../../../lib/intervals';
import {
  MS_PER_DAY,
  MS_PER_HOUR,
  MS_PER_MINUTE,
  parseLocalDateTime,
  toInstant,
} from '../../../lib/time-zone';
import { MAX_MINUTES } from '../../../lib/appointment-times';
import type { AvailabilityQuery } from '../../availability/facts/query';
import { clients } from '../../clients/client.list';
import { locations } from '../../locations/location.list';
import { reasons } from '../../reasons/reason.list';
import { staff as staffSource } from '../../staff/staff.list';
import type { Appointment } from '../model/appointment.entity';
import type { CreateAppointmentInput } from './inputs';
import type { BookingReferences, LoadedBooking } from './booking';

export const subjectIdsOfStaff = (businessId: number, staffIds: readonly number[]): Sql =>
  sql`SELECT subject_id FROM staff WHERE business_id = ${businessId} AND ${isOneOf(raw('staff.id'), staffIds)}`;

export const subjectsOfStaff =
  (businessId: number, staffIds: readonly number[]) =>
  (id: Sql): Sql => {
    const theirs = subjectIdsOfStaff(businessId, staffIds);
    return staffIds.length === 1 ? sql`${id} = (${theirs})` : sql`${id} IN (${theirs})`;
  };

/** Margin that covers the length and the buffers of most reasons. */
const AROUND_MS = 4 * MS_PER_HOUR;

/**
 * Estimates the interval of a booking before its length and time zone are known. The estimate may
 * be too narrow: see `covers`.
 */
export function lookAround({
  start,
  localStart,
  end,
  durationMinutes,
}: CreateAppointmentInput): Interval {
  const startAt =
    start ?? (localStart == null ? 0 : toInstant(parseLocalDateTime(localStart), 'UTC'));
  const shift = start == null ? 16 * MS_PER_HOUR : 0;
  const lastsMs = Math.min(
    Math.max(end == null ? (durationMinutes ?? 0) * MS_PER_MINUTE : end - startAt, 0),
    MAX_MINUTES * MS_PER_MINUTE,
  );
  return {
    startAt: startAt - MS_PER_DAY - AROUND_MS - shift,
    endAt: startAt + lastsMs + 2 * AROUND_MS + shift,
  };
}

type Moment = 'startAt' | 'endAt' | 'staffStartAt' | 'staffEndAt';
const earliest = (visits: readonly Appointment[], moment: Moment): number =>
  Math.min(...visits.map((visit) => visit[moment]));
const latest = (visits: readonly Appointment[], moment: Moment): number =>
  Math.max(...visits.map((visit) => visit[moment]));

/** Whether the estimated interval contains everything that the visits must be checked against. */
export const covers = (guess: Interval, visits: readonly Appointment[]): boolean =>
  guess.startAt <=
    Math.min(earliest(visits, 'startAt') - MS_PER_DAY, earliest(visits, 'staffStartAt')) &&
  latest(visits, 'staffEndAt') <= guess.endAt;

/**
 * Builds the query for the visits of one booking, one visit for each candidate. All visits have the
 * same id.
 */
export function availabilityQueryFor(
  { booking: { input }, request, references, options }: LoadedBooking,
  now: number,
): AvailabilityQuery {
  const visits = options.map(({ appointment }) => appointment);
  return {
    ...references,
    screeningAnswer: input.screeningAnswer ?? null,
    staff: references.candidates,
    companions: references.additional,
    resourceIds: request.resourceIds,
    now,
    range: { startAt: earliest(visits, 'startAt') - MS_PER_DAY, endAt: latest(visits, 'endAt') },
    durationMinutes:
      Math.max(...visits.map(({ startAt, endAt }) => endAt - startAt)) / MS_PER_MINUTE,
    exceptAppointmentId: (visits[0] as Appointment).rowId,
  };
}

/** Primes the loaders with the rows read for the booking, for use in the response. */
export function primeLoaders(
  context: Context,
  { reason, location, candidates, client }: BookingReferences,
): void {
  context.handOver?.((to) => {
    reasons.prime(to, reason);
    locations.prime(to, location);
    for (const person of candidates) staffSource.prime(to, person);
    if (client) clients.prime(to, client);
  });
}
