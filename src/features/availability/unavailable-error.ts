import { at, DomainError, ErrorCode } from '../../errors';
import { toGlobalId } from '../../graphql/global-id';
import { NOT_ONLINE } from '../clients/client.errors';
import type { Staff } from '../staff/staff.entity';
import { AvailabilityRule } from './engine/rules';
import type { Refusal } from './engine/engine';
import type { ExplainAvailabilityInput } from './explanation/explanation';

/** A candidate with whom a time cannot be booked, and why. */
export interface RefusedCandidate {
  readonly person: Staff;
  readonly refusals: readonly Refusal[];
}

const SENTENCES: Readonly<Record<AvailabilityRule, string>> = {
  REASON_INACTIVE: 'This reason can no longer be booked.',
  REASON_NOT_ONLINE: NOT_ONLINE,
  REASON_NOT_AT_LOCATION: 'This reason is not offered at this location. Choose another location.',
  LOCATION_INACTIVE: 'This location takes no appointments. Choose another location.',
  CLIENT_CANNOT_BOOK: 'This client cannot book.',
  SCREENING: 'Answer the screening question first, with an answer that passes.',
  STAFF_INACTIVE: 'The staff member takes no appointments. Choose another staff member.',
  STAFF_NOT_ASSIGNED: 'The staff member does not serve this reason. Choose another staff member.',
  STAFF_NOT_AT_LOCATION:
    'The staff member does not work at this location. Choose another staff member or ' +
    'another location.',
  NOTICE: 'This is too soon. Choose a later time.',
  HORIZON: 'This is too far ahead. Choose an earlier time.',
  LOCATION_CLOSED: 'The location is closed at this time. Choose another time.',
  REASON_NOT_OFFERED: 'This reason is not offered at this time. Choose another time.',
  STAFF_NOT_WORKING:
    'The staff member does not work at this time. Choose another time or another staff member.',
  NOT_ALIGNED: 'The start is between two offered times. Choose one that availability returns.',
  STAFF_TAKEN:
    'The staff member is not free at this time. Choose another time or another staff member.',
  RESOURCE_TAKEN: 'A resource that this reason needs is in use at this time. Choose another time.',
  NO_SESSION: 'No session starts at this time. Choose one that availability returns.',
  SEATS_TAKEN: 'Too few seats are left. Choose another session or request fewer seats.',
  QUOTA_REACHED: 'The quota of this reason is used up. Choose another day.',
};

export const sentenceOf = (rule: AvailabilityRule): string => SENTENCES[rule];

/** Carries the input of an explanation in the details of an error; never sent to the caller. */
export const EXPLANATION_INPUT = Symbol('explanationInput');

/** Returns the explanation input of an error that can be explained; null for other errors. */
export const readExplanationInput = ({ details }: DomainError): ExplainAvailabilityInput | null =>
  (details as { [EXPLANATION_INPUT]?: ExplainAvailabilityInput })[EXPLANATION_INPUT] ?? null;

/** Returns the details of a refusal that can be explained. */
export const withExplanationInput = (explanationInput: ExplainAvailabilityInput | null): object =>
  explanationInput ? { [EXPLANATION_INPUT]: explanationInput } : {};

/** Returns the error for a time that is refused although its staff and resources may be free. */
export const timeRefused = (
  message: string,
  field: string | readonly string[],
  explanationInput: ExplainAvailabilityInput | null,
): DomainError =>
  new DomainError(ErrorCode.TIME_UNAVAILABLE, message, {
    path: at(...[field].flat()),
    staffIds: [],
    ...withExplanationInput(explanationInput),
  });

/**
 * Returns the error for a time that cannot be booked with any candidate: QUOTA_REACHED if only the
 * quota refuses it, else TIME_UNAVAILABLE.
 */
export function unavailable(
  refused: readonly RefusedCandidate[],
  explanationInput: ExplainAvailabilityInput,
  field = 'start',
): DomainError {
  const rules = refused.flatMap(({ refusals }) => refusals.map(({ rule }) => rule));
  const staffIds = [
    ...new Set(
      refused.flatMap(({ refusals }) =>
        refusals
          .filter(({ rule }) => rule === AvailabilityRule.STAFF_TAKEN)
          .map(({ staffId }) => staffId as number),
      ),
    ),
  ];
  const taken = refused
    .filter(({ person }) => staffIds.includes(person.rowId))
    .map(({ person }) => person.fullName);
  const everyoneTaken = taken.length === refused.length;
  const [first = AvailabilityRule.RESOURCE_TAKEN] = rules;
  const quota = rules.length > 0 && rules.every((rule) => rule === AvailabilityRule.QUOTA_REACHED);
  return new DomainError(
    quota ? ErrorCode.QUOTA_REACHED : ErrorCode.TIME_UNAVAILABLE,
    everyoneTaken
      ? `${taken.join(', ')}: not free at this time. Choose another time or another staff member.`
      : sentenceOf(first),
    {
      path: ['input', field],
      staffIds: staffIds.map((id) => toGlobalId('Staff', id)),
      ...withExplanationInput(explanationInput),
    },
  );
}
