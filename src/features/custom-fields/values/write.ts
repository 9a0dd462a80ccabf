import { memberOf, type Context } from '../../../context';
import { DomainError, ErrorCode } from '../../../errors';
import { businessOf } from '../../businesses/business.list';
import { CustomFieldMode } from '../data-types';
import { definitionsFor, NO_REASON } from '../definitions';
import { applyFieldValues, type FieldSubmission } from './validate';
import type { FieldValues } from './field-value';

/**
 * Returns the field values of an appointment for a reason.
 * @throws DomainError INVALID_FIELDS, BAD_USER_INPUT
 */
export const acceptAppointmentFields = (
  context: Context,
  reasonId: number,
  submission: FieldSubmission,
): Promise<FieldValues> => acceptFields(context, CustomFieldMode.APPT, reasonId, submission);

/** Returns the field values of a client. @throws DomainError INVALID_FIELDS, BAD_USER_INPUT */
export const acceptClientFields = (
  context: Context,
  submission: FieldSubmission,
): Promise<FieldValues> => acceptFields(context, CustomFieldMode.CLIENT, NO_REASON, submission);

const MAX_NAMED = 3;

/** Reads only the business if no value is submitted and none is required. */
async function acceptFields(
  context: Context,
  mode: CustomFieldMode,
  reasonId: number,
  submission: FieldSubmission,
): Promise<FieldValues> {
  const { submitted, before = null, complete, path } = submission;
  if (!submitted?.length && !(complete && (await businessOf(context)).requiresFields))
    return before;
  const [definitions, { country }] = await Promise.all([
    definitionsFor(context).load(reasonId),
    businessOf(context),
  ]);
  const { values, problems } = applyFieldValues(
    memberOf(context),
    definitions.filter(({ field }) => field.mode === mode),
    submission,
    country,
  );
  if (!problems.length) return values;
  const named = problems
    .slice(0, MAX_NAMED)
    .map(({ message }) => message)
    .join(' ');
  throw new DomainError(
    ErrorCode.INVALID_FIELDS,
    problems.length > MAX_NAMED ? `${named} See problems for the others.` : named,
    { path, problems },
  );
}
