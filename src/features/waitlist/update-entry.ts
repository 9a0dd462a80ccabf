import type { Context } from '../../context';
import { changedRow } from '../../db/new-row';
import { BusinessRule } from '../../business-rule';
import {
  at,
  badInput,
  type DomainError,
  InputProblemCode,
  requireVersion,
  violated,
} from '../../errors';
import { parseGlobalIds, toGlobalId } from '../../graphql/global-id';
import { changesOf, refuseNull } from '../../lib/patch';
import { unitOf } from '../../services/unit-of-work';
import { BookingEventType } from '../appointments/model/events';
import { retryOnStale } from '../appointments/model/write';
import { clients } from '../clients/client.list';
import { locations } from '../locations/location.list';
import { staff } from '../staff/staff.list';
import { entryOf } from './entry-access';
import { fullSession } from './full-session';
import { changeEntry } from './model/events';
import { WaitlistStatus } from './model/status';
import { WaitlistEntry } from './model/waitlist-entry.entity';
import { requestedTimes, type RequestedTimes } from './requested-times';
import type { UpdateWaitlistEntryInput } from './waitlist.inputs';
import { checkLocation, refuseOverlap } from './waitlist.rules';

/**
 * Changes the wish of a waiting client.
 * @throws DomainError NOT_FOUND, BAD_USER_INPUT, VERSION_CONFLICT, CONFLICT; RULE_VIOLATED for an
 * entry that does not wait; TIME_UNAVAILABLE for times in the past
 */
export function updateWaitlistEntry(
  context: Context,
  input: UpdateWaitlistEntryInput,
): Promise<WaitlistEntry> {
  refuseNull(input, ['wish', 'staffIds']);
  return retryOnStale(async () => {
    const now = context.now();
    const before = await entryOf(context, input.entry);
    requireVersion(before, input.expectedVersion);
    if (before.status !== WaitlistStatus.WAITING)
      throw violated(
        BusinessRule.WAITLIST_STATUS,
        `The entry is ${before.status}. Only a WAITING one can be changed.`,
        'entry',
      );
    const changes = await changesOfEntry(context, before, input, now);
    if (!isChanged(before, changes)) return before;
    const client = await clients.getById(context, before.clientId);
    return context.db.transaction(async (tx) => {
      const unit = unitOf(context, tx, now);
      await refuseOverlap(unit, changedRow(WaitlistEntry, before, changes), client);
      return changeEntry(unit, before, changes, { type: BookingEventType.WAITLIST_UPDATED });
    });
  });
}

const isChanged = (before: WaitlistEntry, changes: Partial<WaitlistEntry>): boolean =>
  (Object.keys(changes) as (keyof WaitlistEntry)[]).some(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(changes[name]),
  );

async function changesOfEntry(
  context: Context,
  before: WaitlistEntry,
  input: UpdateWaitlistEntryInput,
  now: number,
): Promise<Partial<WaitlistEntry>> {
  const location = await locations.getById(context, before.locationId);
  const address = input.address === undefined ? before.address : input.address;
  if (input.address !== undefined)
    checkLocation(location, Boolean(address) || before.classScheduleId !== null);
  const staffIds =
    input.staffIds == null
      ? before.staffIds
      : [...new Set(parseGlobalIds('Staff', input.staffIds, at('staffIds')))];
  if (input.staffIds != null)
    await Promise.all(staffIds.map((id) => staff.getVisible(context, id, at('staffIds'))));
  const times =
    before.classScheduleId === null
      ? timesAfter(before, input, location.timeZoneCode, now)
      : await seatsAfter(context, before, input, now);
  return {
    ...(changesOf(input, ['note']) as Partial<WaitlistEntry>),
    ...times,
    address: address ?? null,
    staffIds,
  };
}

/** @throws DomainError BAD_USER_INPUT, TIME_UNAVAILABLE */
function timesAfter(
  before: WaitlistEntry,
  { wish }: UpdateWaitlistEntryInput,
  timeZone: string,
  now: number,
): Partial<RequestedTimes> {
  if (!wish) return {};
  if (wish.seats != null)
    throw badInput(InputProblemCode.NOT_ALLOWED, 'Only a session has seats.', 'wish', 'seats');
  return requestedTimes(
    {
      reasonId: toGlobalId('Reason', before.reasonId),
      locationId: toGlobalId('Location', before.locationId),
      wish,
    },
    timeZone,
    now,
  );
}

const SEATS = ['wish', 'seats'];

/** @throws DomainError BAD_USER_INPUT, RULE_VIOLATED, TIME_UNAVAILABLE */
async function seatsAfter(
  context: Context,
  { classScheduleId, seats: seatsBefore }: WaitlistEntry,
  { wish, staffIds }: UpdateWaitlistEntryInput,
  now: number,
): Promise<Partial<RequestedTimes>> {
  if (staffIds != null) throw fixedBySession('staffIds');
  if (!wish) return {};
  const { seats } = wish;
  if (seats == null) throw fixedBySession('wish', wish.times ? 'times' : 'days');
  if (seats === seatsBefore) return {};
  const id = toGlobalId('ClassSchedule', classScheduleId as number);
  const paths = { session: SEATS, seats: SEATS };
  await fullSession(context, { classScheduleId: id, seats, paths }, now);
  return { seats };
}

const fixedBySession = (...path: string[]): DomainError =>
  badInput(
    InputProblemCode.NOT_ALLOWED,
    `The session determines it: omit ${path.at(-1)}.`,
    ...path,
  );
