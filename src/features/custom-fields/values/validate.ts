import { isStaffSide, type Viewer } from '../../../context';
import { InputProblemCode, problemsOf, type InputProblem } from '../../../errors';
import { parseGlobalId } from '../../../graphql/global-id';
import type { CustomField } from '../custom-field.entity';
import type { FieldDefinition } from '../definitions';
import type { FieldValueInput } from './field-value.inputs';
import { maySee } from './read';
import type { FieldValues } from './field-value';
import { accept, type Fault } from './rules';

/** Submitted values of custom fields of an appointment or a client. */
export interface FieldSubmission {
  readonly submitted: readonly FieldValueInput[] | null | undefined;
  /** Stored values, which are kept unless submitted. */
  readonly before?: FieldValues;
  /**
   * Whether all fields that are required from the viewer must have a value: for new appointments
   * and clients.
   */
  readonly complete: boolean;
  readonly path: readonly string[];
}

export interface CheckedFieldValues {
  readonly values: FieldValues;
  readonly problems: readonly InputProblem[];
}

type Outcome = { readonly kept: string } | { readonly fault: Fault };

/**
 * Maximum sum of the lengths of all values, in UTF-16 units, because each event of the log contains
 * them.
 */
const MAX_TOTAL = 50_000;

const faultOutcome = (code: InputProblemCode, message: string): Outcome => ({
  fault: { code, message },
});

/**
 * Merges submitted values into the stored ones. Returns the values and all problems. Pure.
 */
export function applyFieldValues(
  viewer: Viewer,
  definitions: readonly FieldDefinition[],
  submission: FieldSubmission,
  country: string,
): CheckedFieldValues {
  const { complete, path } = submission;
  const { values, problems, touched } = mergeSubmitted(viewer, definitions, submission, country);
  for (const { field, applies } of definitions) {
    const isChecked = applies && (complete || touched.has(field)) && isRequired(viewer, field);
    if (!isChecked || values[field.rowId] !== undefined) continue;
    if (!problems.some(({ customField }) => customField?.id === field.id))
      problems.push(
        problemOf(field, { code: InputProblemCode.REQUIRED, message: 'is required' }, path),
      );
  }
  const total = Object.values(values).reduce((length, value) => length + value.length, 0);
  if (total > MAX_TOTAL)
    problems.push({
      code: InputProblemCode.TOO_LONG,
      message: `The values have more than ${MAX_TOTAL} characters in total.`,
      path: [...path],
    });
  return { values: Object.keys(values).length ? values : null, problems };
}

/** Returns the merged values, the problems of submitted ones, and the fields that they name. */
function mergeSubmitted(
  viewer: Viewer,
  definitions: readonly FieldDefinition[],
  { submitted, before = null, path }: FieldSubmission,
  country: string,
) {
  const values: Record<string, string> = { ...before };
  const problems: InputProblem[] = [];
  const touched = new Set<CustomField>();
  for (const [index, one] of (submitted ?? []).entries()) {
    const at = [...path, String(index)];
    let definition: FieldDefinition | undefined;
    try {
      definition = find(definitions, one, at);
    } catch (error) {
      problems.push(...problemsOf(error));
      continue;
    }
    if (!definition || !maySee(viewer, definition.field)) {
      problems.push({
        code: InputProblemCode.UNKNOWN,
        message: 'The field does not exist here, or your key may not set it.',
        path: at,
      });
      continue;
    }
    const { field } = definition;
    const outcome = touched.has(field)
      ? faultOutcome(InputProblemCode.DUPLICATE, 'is given twice')
      : take(definition, one.value?.trim() ?? '', country);
    touched.add(field);
    if ('fault' in outcome) problems.push(problemOf(field, outcome.fault, at));
    else if (outcome.kept) values[field.rowId] = outcome.kept;
    else delete values[field.rowId];
  }
  return { values, problems, touched };
}

const isRequired = (
  viewer: Viewer,
  { active, required, visible, visibleOnScheduler }: CustomField,
): boolean => active && required && visible && (visibleOnScheduler || isStaffSide(viewer));

function find(
  definitions: readonly FieldDefinition[],
  { field: { id, code } }: FieldValueInput,
  path: readonly string[],
): FieldDefinition | undefined {
  if (code != null)
    return definitions.find(({ field }) => field.code === code && !field.userDefined);
  const rowId = parseGlobalId('CustomField', id as string, [...path, 'field', 'id']);
  return definitions.find(({ field }) => field.rowId === rowId);
}

/** Accepts a value for a field. A field can always be cleared. */
function take({ field, applies }: FieldDefinition, value: string, country: string): Outcome {
  if (!value) return { kept: '' };
  if (!field.active) return faultOutcome(InputProblemCode.NOT_ALLOWED, 'is not in use');
  if (!applies) return faultOutcome(InputProblemCode.NOT_ALLOWED, 'does not apply to this reason');
  return accept(field, value, country);
}

const problemOf = (
  { id, label }: CustomField,
  { code, message }: Fault,
  path: readonly string[],
): InputProblem => ({
  customField: { id },
  code,
  message: `${label} ${message}.`,
  path: [...path],
});
