import { createHash } from 'node:crypto';
import { Role, type Member, type UnitOfWork } from '../../../context';
import { badInput, InputProblemCode } from '../../../errors';
import { CreateAppointmentInput, type HoldAppointmentInput } from './inputs';
import type { AppointmentAggregate } from '../model/aggregate';
import { countPublicHold } from './public-holds';

/**
 * A hold. By default it lasts for the booking timer and is available to callers that know its
 * secret.
 */
export interface Hold {
  readonly secretHash: string | null;
  readonly expiresAt?: number;
  readonly subStatus?: string;
  /** Runs last in the same transaction. */
  readonly last?: (unit: UnitOfWork, held: AppointmentAggregate) => Promise<void>;
}

/** Input of a booking on behalf of another caller. */
export type DelegatedBooking = Omit<CreateAppointmentInput, 'override'> & { override?: boolean };

export const delegatedBooking = (input: DelegatedBooking): CreateAppointmentInput =>
  Object.assign(new CreateAppointmentInput(), { override: false }, input);

/**
 * Returns a hold as the booking that it may become.
 * @throws DomainError BAD_USER_INPUT
 */
export function holdOf(
  member: Member,
  { holdSecret, ...input }: HoldAppointmentInput,
): { request: CreateAppointmentInput; hold: Hold } {
  const isPublic = member.role === Role.PUBLIC;
  if (isPublic && holdSecret == null) {
    throw badInput(
      InputProblemCode.REQUIRED,
      'Give a holdSecret of your choice: it is required to book the hold later.',
      'holdSecret',
    );
  }
  return {
    request: delegatedBooking(input),
    hold: {
      secretHash: holdSecret == null ? null : hashOfSecret(holdSecret),
      ...(isPublic ? { last: countPublicHold } : {}),
    },
  };
}

export const hashOfSecret = (secret: string): string =>
  createHash('sha256').update(secret).digest('base64url');
