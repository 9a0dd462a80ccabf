import { memberOf, type Context } from '../../../context';
import { refuseProblems } from '../../../errors';
import { businessOf } from '../../businesses/business.list';
import { CustomFieldMode } from '../data-types';
import { definitionsFor, NO_REASON } from '../definitions';
import { applyFieldValues, type CheckedFieldValues, type FieldSubmission } from './validate';
import type { FieldValues } from './field-value';

/**
 * Returns the field values of an appointment for a reason.
 * @throws DomainError BAD_USER_INPUT
 */
export const acceptAppointmentFields = (
  context: Context,
  reasonId: number,
  submission: FieldSubmission,
): Promise<FieldValues> => acceptFields(context, CustomFieldMode.APPT, reasonId, submission);

/** Returns the field values of a client. @throws DomainError BAD_USER_INPUT */
export const acceptClientFields = (
  context: Context,
  submission: FieldSubmission,
): Promise<FieldValues> => acceptFields(context, CustomFieldMode.CLIENT, NO_REASON, submission);

/** @throws DomainError BAD_USER_INPUT */
async function acceptFields(
  context: Context,
  mode: CustomFieldMode,
  reasonId: number,
  submission: FieldSubmission,
): Promise<FieldValues> {
  const { values, problems } = await checkFields(context, mode, reasonId, submission);
  refuseProblems(problems);
  return values;
}

/**
 * Returns the merged values and their problems. Reads only the business if no value is submitted
 * and none is required.
 */
export async function checkFields(
  context: Context,
  mode: CustomFieldMode,
  reasonId: number,
  submission: FieldSubmission,
): Promise<CheckedFieldValues> {
  const { submitted, before = null, complete } = submission;
  if (!submitted?.length && !(complete && (await businessOf(context)).requiresFields))
    return { values: before, problems: [] };
  const [definitions, { country }] = await Promise.all([
    definitionsFor(context).load(reasonId),
    businessOf(context),
  ]);
  return applyFieldValues(
    memberOf(context),
    definitions.filter(({ field }) => field.mode === mode),
    submission,
    country,
  );
}
