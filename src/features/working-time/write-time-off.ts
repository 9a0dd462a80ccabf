import type { WriteUnit } from '../../context';
import { at, DomainError, ErrorCode } from '../../errors';
import { toGlobalId } from '../../graphql/global-id';
import { keepUndeleted } from '../../log/soft-deletion';
import type { AppointmentAggregate } from '../appointments/model/aggregate';
import { writeAppointment } from '../appointments/model/write';
import { Location } from '../locations/location.entity';
import { fits, heldWithin, lockSubjects } from '../occupancy/occupancy.service';
import { Reason } from '../reasons/reason.entity';
import { Staff } from '../staff/staff.entity';
import type { TimeOffConflictRow } from './time-off.inputs';

/**
 * Writes time off of several staff members, all or none.
 * @throws DomainError TIME_UNAVAILABLE with all `conflicts`; RULE_VIOLATED for a row that was
 * deleted since it was read
 */
export async function writeTimeOff(
  unit: WriteUnit,
  aggregates: readonly AppointmentAggregate[],
  override: boolean,
): Promise<void> {
  const { tx, member, now } = unit;
  const subjectIds = aggregates.map(({ staff: [person] }) => (person as Staff).subjectId);
  const [from, to] = [
    Math.min(...aggregates.map(({ appointment }) => appointment.staffStartAt)),
    Math.max(...aggregates.map(({ appointment }) => appointment.staffEndAt)),
  ];
  const [capacities, held] = await Promise.all([
    lockSubjects(tx, member.businessId, subjectIds, now),
    override
      ? []
      : heldWithin(tx, subjectIds, {
          businessId: member.businessId,
          startMs: from,
          endMs: to,
          exceptAppointmentId: 0,
        }),
  ]);
  await keepUndeleted(
    tx,
    aggregates.flatMap(({ staff: [person], appointment: { businessId, reasonId, locationId } }) => [
      { entity: Staff, row: person as Staff, path: at('staffIds') },
      { entity: Reason, row: { businessId, rowId: reasonId }, path: at('reasonId') },
      { entity: Location, row: { businessId, rowId: locationId }, path: at('locationId') },
    ]),
  );
  const inConflict = aggregates.filter(({ appointment, staff: [person] }) => {
    const { subjectId } = person as Staff;
    return !fits(
      { subjectId, startMs: appointment.staffStartAt, endMs: appointment.staffEndAt, units: 1 },
      held,
      capacities.get(subjectId) ?? 0,
    );
  });
  if (inConflict.length) {
    const conflicts = inConflict.flatMap(({ appointment, staff: [person] }) =>
      held
        .filter(
          ({ subjectId, startMs, endMs }) =>
            subjectId === person?.subjectId &&
            startMs < appointment.staffEndAt &&
            endMs > appointment.staffStartAt,
        )
        .map(({ appointmentId, startMs, endMs }): TimeOffConflictRow => ({
          staffId: appointment.staffId,
          appointmentId,
          startMs,
          endMs,
        }))
        .sort((one, other) => one.startMs - other.startMs),
    );
    throw staffUnavailable(
      inConflict.map(({ staff: [person] }) => person as Staff),
      conflicts,
    );
  }
  for (const aggregate of aggregates) await writeAppointment(unit, aggregate, capacities);
}

function staffUnavailable(
  staff: readonly Staff[],
  conflicts: readonly TimeOffConflictRow[],
): DomainError {
  const others = staff.length > 1 ? ` and ${staff.length - 1} more` : '';
  return new DomainError(
    ErrorCode.TIME_UNAVAILABLE,
    `${staff[0]?.fullName}${others}: booked in this time. ` +
      'Move or cancel what is in conflicts first, or take another time.',
    {
      path: ['input', 'staffIds'],
      staffIds: staff.map(({ rowId }) => toGlobalId('Staff', rowId)),
      conflicts,
    },
  );
}
