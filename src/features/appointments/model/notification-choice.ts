import { isStaffSide, type Member } from '../../../context';
import { DomainError, ErrorCode } from '../../../errors';

/** Recipients who are not notified of a change. Omitted recipients are notified. */
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
 * Returns the choice as part of a snapshot; empty if all recipients are notified.
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
 * Returns the caller's choice of notifications, which the log carries to the sender.
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
