import type { Context } from '../../context';
import { statusChange } from '../appointments/changes/change-status';
import { AppointmentStatus } from '../appointments/model/status';
import { changedSeries, changeSeries } from './change-series';
import type { SeriesResult } from './create-series';
import {
  RecurrenceScope,
  type CancelRecurringAppointmentInput,
} from './recurring-appointment.inputs';
import { placeOf } from './select-appointments';
import { splitAt } from './series-rule';
import { ConflictPolicy } from './series-payloads';

/**
 * Cancels appointments of a series. THIS_AND_FOLLOWING ends the series before the given
 * appointment. @throws DomainError as updateRecurringAppointment
 */
export function cancelRecurringAppointment(
  context: Context,
  input: CancelRecurringAppointmentInput,
): Promise<SeriesResult> {
  const { id, reason, note, notifyClient, notifyStaff } = input;
  return changeSeries(context, input, (unit, series, { anchor }) => {
    const before =
      input.scope === RecurrenceScope.THIS_AND_FOLLOWING && anchor
        ? splitAt(series, placeOf(anchor)).before
        : null;
    return {
      series: changedSeries(series, before ?? {}),
      rest: null,
      policy: ConflictPolicy.ALL_OR_NOTHING,
      order: 1,
      startOf: ({ appointment }) => appointment.startAt,
      change: (aggregate) =>
        statusChange(unit.context, {
          id,
          status: AppointmentStatus.CANCELLED,
          reason,
          note,
          notifyClient,
          notifyStaff,
        })(aggregate, unit.member, unit.now),
    };
  });
}
