import { Field, ObjectType } from 'type-graphql';
import type { Refusal } from '../../../errors';
import { BusinessRule } from '../../../business-rule';
import { isStaffSide, memberOf, type Context, type Member } from '../../../context';
import { across, computedField } from '../../../graphql/relations/computed-field';
import { DateTime } from '../../../graphql/scalars';
import { refusedRole } from '../../access/input-permissions';
import type { Reason } from '../../reasons/reason.entity';
import type { Author, ChangeableRow } from '../changes/change';
import {
  refusedCancellation,
  refusedMove,
  refusedTransition,
  unreleasable,
} from '../changes/refusals';
import { Appointment } from '../model/appointment.entity';
import { AppointmentStatus, BUILT_IN_SUB_STATUSES, type State } from '../model/status';
import { classScheduleOfAppointment, clientOfAppointment, reasonOfAppointment } from './relations';

@ObjectType({
  simpleResolvers: true,
  description: 'Whether the viewer may run a mutation on a row, by the rules of that mutation.',
})
class Permission {
  @Field({
    description:
      'Whether the mutation is permitted. It still checks the values of its input, such as the ' +
      'availability of a new time.',
  })
  allowed!: boolean;

  @Field(() => BusinessRule, {
    nullable: true,
    description: 'Rule that forbids it. Null if it is permitted.',
  })
  rule!: BusinessRule | null;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'Instant from which it is forbidden if nothing else changes. Null if it is forbidden, or ' +
      'has no such instant.',
  })
  until!: number | null;
}

@ObjectType({ simpleResolvers: true, description: 'A status and sub-status to change to.' })
class AppointmentTransition {
  @Field(() => AppointmentStatus)
  status!: AppointmentStatus;

  @Field({ description: 'Code of a built-in sub-status of that status.' })
  subStatus!: string;
}

const authorOf = (context: Context): Author => ({
  member: memberOf(context),
  now: context.now(),
});

/** @param ends instants from which the rules forbid it; nulls have no effect */
function permission(
  { validUntil }: Member,
  refusal: Refusal | null,
  ends: readonly (number | null)[] = [],
): Permission {
  if (refusal) return { allowed: false, rule: refusal.rule, until: null };
  const instants = [...ends, validUntil ?? null].filter((end) => end !== null);
  return { allowed: true, rule: null, until: instants.length ? Math.min(...instants) : null };
}

const startFor = (member: Member, { startAt }: ChangeableRow): number | null =>
  isStaffSide(member) ? null : startAt;

const cancelling = (author: Author, row: ChangeableRow): Refusal | null =>
  refusedRole(author.member.role, 'cancelAppointment') ?? refusedCancellation(author, row);

/** Whether any mutation makes this transition. */
function isAllowed(author: Author, row: ChangeableRow, to: State): boolean {
  const { role } = author.member;
  if (!(refusedRole(role, 'setAppointmentStatus') ?? refusedTransition(author, row, to)))
    return true;
  if (to.status === AppointmentStatus.CANCELLED) return !cancelling(author, row);
  return (
    to.status === AppointmentStatus.DELETED &&
    !(refusedRole(role, 'releaseHold') ?? unreleasable(row, author.now))
  );
}

const STATES: readonly State[] = [...BUILT_IN_SUB_STATUSES].map(([subStatus, { status }]) => ({
  status,
  subStatus,
}));

const FACTS = ['status', 'subStatusCode', 'startAt', 'holdExpiresAt'] as const;

export const transitionsOfAppointment = computedField(Appointment, 'allowedTransitions', {
  type: () => [AppointmentTransition],
  description:
    'Status changes that the viewer may make: by setAppointmentStatus, by cancelAppointment, ' +
    'and by releaseHold for a hold. Lists built-in sub-statuses; the rules of a status hold for ' +
    'sub-statuses of the business.',
  reads: FACTS,
  across: [],
  compute: (row, context) => STATES.filter((to) => isAllowed(authorOf(context), row, to)),
});

export const moveOfAppointment = computedField(Appointment, 'viewerCanReschedule', {
  type: () => Permission,
  description: 'Whether the viewer may move the appointment with rescheduleAppointment.',
  reads: FACTS,
  across: [
    across(reasonOfAppointment, 'status', 'rescheduleType'),
    across(clientOfAppointment, 'status', 'deleted'),
    across(classScheduleOfAppointment, 'courseSetId'),
  ],
  compute(row, context, ...[reason, client, session]) {
    const author = authorOf(context);
    const { member } = author;
    const refusal =
      refusedRole(member.role, 'rescheduleAppointment') ??
      refusedMove(author, { row, reason: reason as Reason, client, session });
    return permission(member, refusal, [startFor(member, row), row.holdExpiresAt]);
  },
});

export const cancellationOfAppointment = computedField(Appointment, 'viewerCanCancel', {
  type: () => Permission,
  description: 'Whether the viewer may cancel the appointment with cancelAppointment.',
  reads: FACTS,
  across: [],
  compute(row, context) {
    const author = authorOf(context);
    return permission(author.member, cancelling(author, row), [startFor(author.member, row)]);
  },
});

export const updateOfAppointment = computedField(Appointment, 'viewerCanUpdate', {
  type: () => Permission,
  description:
    'Whether the viewer may change the appointment with updateAppointment. A client may set some ' +
    'of its fields only.',
  across: [],
  compute(_row, context) {
    const member = memberOf(context);
    return permission(member, refusedRole(member.role, 'updateAppointment'));
  },
});
