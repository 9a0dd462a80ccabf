import { isStaffSide, type Member } from '../../../context';
import { DomainError, ErrorCode } from '../../../errors';

/** Who is not to be told of a change; left out, everybody is. */
export interface NotificationChoice {
  readonly client?: false;
  readonly staff?: false;
}

interface NotificationInput {
  readonly notifyClient?: boolean | null;
  readonly notifyStaff?: boolean | null;
  readonly sendConfirmationToClient?: boolean | null;
  readonly sendConfirmationToStaff?: boolean | null;
}

/**
 * The same as a part of a snapshot, which it leaves as it is where everybody is notified.
 * @throws DomainError FORBIDDEN
 */
export function notifying(
  member: Member,
  input: NotificationInput,
): { readonly notify?: NotificationChoice } {
  const notify = notificationChoiceOf(member, input);
  return notify ? { notify } : {};
}

/**
 * What whoever makes a change says of its messages: the log carries it to those who send them.
 * @throws DomainError FORBIDDEN
 */
export function notificationChoiceOf(
  member: Member,
  input: NotificationInput,
): NotificationChoice | undefined {
  const field = (
    ['notifyClient', 'sendConfirmationToClient', 'notifyStaff', 'sendConfirmationToStaff'] as const
  ).filter((name) => input[name] === false);
  if (!field.length) return undefined;
  if (!isStaffSide(member))
    throw new DomainError(ErrorCode.FORBIDDEN, `Only staff may set ${field[0]}.`, {
      path: ['input', field[0] as string],
    });
  return {
    ...(field.some((name) => name.endsWith('Client')) ? { client: false } : {}),
    ...(field.some((name) => name.endsWith('Staff')) ? { staff: false } : {}),
  };
}
