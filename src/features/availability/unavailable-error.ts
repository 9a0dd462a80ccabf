import { DomainError, ErrorCode } from '../../errors';
import { toGlobalId } from '../../graphql/global-id';
import { NOT_ONLINE } from '../clients/cannot-book';
import type { Staff } from '../staff/staff.entity';
import { AvailabilityRule } from './engine/rules';
import type { Refusal } from './engine/engine';
import type { ExplainAvailabilityInput } from './explanation/explain.type';

/** Somebody with whom a time cannot be booked, and why. */
export interface Refused {
  readonly person: Staff;
  readonly refusals: readonly Refusal[];
}

const SENTENCES: Readonly<Record<AvailabilityRule, string>> = {
  REASON_INACTIVE: 'This reason is no longer booked.',
  REASON_NOT_ONLINE: NOT_ONLINE,
  REASON_NOT_AT_LOCATION: 'This reason is not offered at this location. Choose another location.',
  LOCATION_INACTIVE: 'This location takes no appointments. Choose another location.',
  CLIENT_CANNOT_BOOK: 'This client cannot book.',
  SCREENING: 'Answer the screening question first, with an answer that passes.',
  STAFF_INACTIVE: 'They take no appointments. Choose somebody else.',
  STAFF_NOT_ASSIGNED: 'They do not serve this reason. Choose somebody else.',
  STAFF_NOT_AT_LOCATION:
    'They do not work at this location. Choose somebody else, or another location.',
  NOTICE: 'This is too soon. Choose a later time.',
  HORIZON: 'This is too far ahead. Choose an earlier time.',
  LOCATION_CLOSED: 'The location is closed at this time. Choose another time.',
  REASON_NOT_OFFERED: 'This reason is not offered at this time. Choose another time.',
  STAFF_NOT_WORKING: 'They do not work at this time. Choose another time or somebody else.',
  NOT_ALIGNED:
    'Times are offered in steps, and this lies between two of them. Choose one that availability answers.',
  STAFF_TAKEN: 'They are not free at this time. Choose another time or somebody else.',
  RESOURCE_TAKEN: 'What this needs is in use at this time. Choose another time.',
  NO_SESSION: 'No session begins at this time. Choose one that availability answers.',
  SEATS_TAKEN: 'Fewer seats are left than are wanted. Choose another session, or ask for fewer.',
  QUOTA_REACHED: 'As many of these as are allowed have been booked. Choose another day.',
};

export const sentenceOf = (rule: AvailabilityRule): string => SENTENCES[rule];

/** Carries what was asked, for whoever wants to know more; never sent. */
export const ASKED = Symbol('asked');

/** Returns what was wanted, of an error that can be explained; null of others. */
export const wantedOf = ({ details }: DomainError): ExplainAvailabilityInput | null =>
  (details as { [ASKED]?: ExplainAvailabilityInput })[ASKED] ?? null;

/** Details of a refusal that can be explained. */
export const withAsked = (asked: ExplainAvailabilityInput | null): object =>
  asked ? { [ASKED]: asked } : {};

/**
 * Why a time cannot be booked with anybody who was asked: QUOTA_REACHED where nothing else is in
 * the way, else TIME_UNAVAILABLE.
 */
export function unavailable(
  refused: readonly Refused[],
  asked: ExplainAvailabilityInput,
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
      ? `${taken.join(', ')}: not free at this time. Choose another time or somebody else.`
      : sentenceOf(first),
    {
      path: ['input', field],
      staffIds: staffIds.map((id) => toGlobalId('Staff', id)),
      ...withAsked(asked),
    },
  );
}
