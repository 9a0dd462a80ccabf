import type { Context, UnitOfWork } from '../../context';
import { BusinessRule } from '../../business-rule';
import { badInput, InputProblemCode, violated } from '../../errors';
import { refuseBoth } from '../../lib/choice';
import { wallClock } from '../../lib/time-zone';
import type { Change } from '../appointments/changes/change';
import { rescheduling } from '../appointments/changes/reschedule';
import { updating } from '../appointments/changes/update';
import type { AppointmentAggregate } from '../appointments/model/aggregate';
import type { Appointment } from '../appointments/model/appointment.entity';
import { authoriseOverride } from '../appointments/model/rules';
import { changedSeries, changeSeries, type SeriesDecision } from './change-series';
import type { SeriesResult } from './create-series';
import type { RecurringAppointment } from './recurring-appointment.entity';
import {
  RecurrenceScope,
  type UpdateRecurringAppointmentInput,
} from './recurring-appointment.inputs';
import { placeOf, startOfPlace } from './select-appointments';
import { movedBy, shifted, splitAt, wallShift } from './series-rule';
import { creatorOf, modifierOf } from '../../log/actors/stamps';

/**
 * Moves appointments of a series, or changes their fields. THIS_AND_FOLLOWING splits them off as a
 * separate series.
 * @throws DomainError NOT_FOUND, FORBIDDEN, BAD_USER_INPUT, VERSION_CONFLICT, RULE_VIOLATED,
 * TIME_UNAVAILABLE with `conflicts`
 */
export async function updateRecurringAppointment(
  context: Context,
  input: UpdateRecurringAppointmentInput,
): Promise<SeriesResult> {
  const request = parseUpdate(input);
  const restId =
    input.scope === RecurrenceScope.THIS_AND_FOLLOWING
      ? await context.ids.next('recurring_appointment')
      : null;
  return changeSeries(context, input, (unit, series, { anchor }) =>
    decideUpdate(unit, request, series, { anchor, restId }),
  );
}

/** The requested changes, by what they concern. */
interface UpdateRequest {
  readonly input: UpdateRecurringAppointmentInput;
  readonly changesStart: boolean;
  /** Whether time, staff member or location change. */
  readonly reschedules: boolean;
  /** Changes of other fields. Null if there are none. */
  readonly fieldChanges: Omit<Parameters<typeof updating>[1], 'id' | 'override'> | null;
}

/** @throws DomainError BAD_USER_INPUT */
function parseUpdate(input: UpdateRecurringAppointmentInput): UpdateRequest {
  const {
    id: _id,
    scope: _scope,
    appointmentId,
    onConflict: _onConflict,
    includeMoved: _includeMoved,
    start,
    localStart,
    durationMinutes,
    staffId,
    locationId,
    override: _override,
    expectedVersion: _expectedVersion,
    changeNote: _changeNote,
    ...fieldChanges
  } = input;
  const changesStart = start != null || localStart != null;
  const reschedules =
    changesStart || [durationMinutes, staffId, locationId].some((value) => value != null);
  const changesFields = Object.values(fieldChanges).some((value) => value !== undefined);
  refuseBoth(input, 'start', 'localStart');
  if (changesStart && appointmentId == null)
    throw badInput(
      InputProblemCode.REQUIRED,
      'Give appointmentId of the appointment to start then: the others move by the same amount.',
      'appointmentId',
    );
  if (!reschedules && !changesFields)
    throw badInput(InputProblemCode.REQUIRED, 'Give at least one field to change.', 'id');
  return { input, changesStart, reschedules, fieldChanges: changesFields ? fieldChanges : null };
}

function decideUpdate(
  unit: UnitOfWork,
  request: UpdateRequest,
  series: RecurringAppointment,
  { anchor, restId }: { readonly anchor: Appointment | null; readonly restId: number | null },
): SeriesDecision {
  const { scope, start, localStart, onConflict, override } = request.input;
  authoriseOverride(unit.member, override);
  const place = anchor && placeOf(anchor);
  const shift =
    request.changesStart && place !== null
      ? wallShift(place, localStart ?? wallClock(start as number, series.timeZoneCode))
      : 0;
  const { rest, ...rules } = splitRules(unit, series, { scope, place, shift, restId });
  const placeAfter = (before: AppointmentAggregate): string =>
    shifted(placeOf(before.appointment), shift);
  const startOf = (before: AppointmentAggregate): number => {
    if (!request.changesStart) return before.appointment.startAt;
    return start != null && before.appointment === anchor
      ? start
      : startOfPlace(placeAfter(before), series);
  };
  return {
    ...rules,
    rest,
    startOf,
    policy: onConflict,
    order: shift > 0 ? -1 : 1,
    change: async (before) => {
      const change = await decideChange(unit, request, before, startOf(before));
      if (scope !== RecurrenceScope.THIS)
        Object.assign(change.after.appointment, {
          recurrenceStart: placeAfter(before),
          recurringAppointmentId: (rest ?? series).rowId,
        });
      return change;
    },
  };
}

/** Decides the change of one appointment: first its time, then its other fields. */
async function decideChange(
  { context, member, now }: UnitOfWork,
  { input, reschedules, fieldChanges }: UpdateRequest,
  before: AppointmentAggregate,
  start: number,
): Promise<Change> {
  const { id, durationMinutes, staffId, locationId, override, changeNote } = input;
  const moved = reschedules
    ? await rescheduling(context, {
        id,
        start,
        durationMinutes,
        staffId,
        locationId,
        override,
        changeNote,
      })(before, member, now)
    : null;
  const fieldChange = fieldChanges
    ? await updating(context, { ...fieldChanges, id, changeNote, override })(
        moved?.after ?? before,
        member,
        now,
      )
    : null;
  return { ...fieldChange, ...moved, after: (fieldChange ?? (moved as Change)).after } as Change;
}

/** Where a series is split, and by how much its times move. */
interface Split {
  readonly scope: RecurrenceScope;
  /** Wall-clock start that the rule assigns to the given appointment. Null if none is given. */
  readonly place: string | null;
  /** Milliseconds of wall-clock time. */
  readonly shift: number;
  /** The id of the series that is split off. Null if none is. */
  readonly restId: number | null;
}

/**
 * Returns the rules of the series and, for a split, of the new series. @throws DomainError
 * RULE_VIOLATED
 */
function splitRules(
  { member, now }: UnitOfWork,
  series: RecurringAppointment,
  { scope, place, shift, restId }: Split,
): Pick<SeriesDecision, 'series' | 'rest'> {
  if (scope === RecurrenceScope.THIS) return { series, rest: null };
  const whole = () => ({
    series: changedSeries(series, movedBy(series, series.timeZoneCode, shift)),
    rest: null,
  });
  if (scope === RecurrenceScope.ALL) return whole();
  const { before, rest } = splitAt(series, place as string);
  if (!before) return whole();
  if (!rest)
    throw violated(
      BusinessRule.NO_OCCURRENCE_LEFT,
      'No occurrence of this series follows. Use the scope THIS.',
      'scope',
    );
  const own = {
    rowId: restId as number,
    version: 1,
    createdAt: now,
    ...creatorOf(member),
    modifiedAt: now,
    ...modifierOf(member),
  };
  return {
    series: changedSeries(series, before),
    rest: changedSeries(series, { ...movedBy(rest, series.timeZoneCode, shift), ...own }),
  };
}
