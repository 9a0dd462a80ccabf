import { createHash } from 'node:crypto';
import { Role, type Member } from '../../../context';
import { badInput } from '../../../errors';
import type { Tx } from '../../../db/database';
import { CreateAppointmentInput, type HoldAppointmentInput } from '../booking/inputs';
import type { AppointmentAggregate } from '../model/aggregate';

/** A time that is held: for some minutes, for whoever knows the secret, unless more is said. */
export interface Hold {
  readonly secretHash: string | null;
  readonly expiresAt?: number;
  readonly subStatus?: string;
  /** Comes last in the same transaction. */
  readonly last?: (tx: Tx, held: AppointmentAggregate) => Promise<void>;
}

/** What is asked for on behalf of somebody. */
export type DelegatedBooking = Omit<CreateAppointmentInput, 'override'> & { override?: boolean };

export const delegatedBooking = (input: DelegatedBooking): CreateAppointmentInput =>
  Object.assign(new CreateAppointmentInput(), { override: false }, input);

/**
 * A hold as the booking that it may become.
 * @throws DomainError BAD_USER_INPUT
 */
export function holdOf(
  member: Member,
  { holdSecret, ...input }: HoldAppointmentInput,
): { asked: CreateAppointmentInput; hold: Hold } {
  if (member.role === Role.PUBLIC && holdSecret == null) {
    throw badInput(
      'Make a secret and give it as holdSecret: with it you book later what you hold now.',
      'holdSecret',
    );
  }
  return {
    asked: delegatedBooking(input),
    hold: { secretHash: holdSecret == null ? null : hashOfSecret(holdSecret) },
  };
}

export const hashOfSecret = (secret: string): string =>
  createHash('sha256').update(secret).digest('base64url');
