import { isStaffSide, type Viewer } from '../../../context';
import { DomainError, ErrorCode } from '../../../errors';
import { parseGlobalId } from '../../../graphql/global-id';
import type { CustomField } from '../custom-field.entity';
import { FieldProblemCode } from '../custom-field.enums';
import type { FieldProblem } from '../custom-field.errors';
import type { Definition } from '../definitions';
import type { FieldValueInput } from './field-value.inputs';
import { maySee } from './read';
import type { FieldValues } from './field-value.type';
import { accept, type Fault } from './rules';

/** What is said of an appointment or a client, and how much has to be. */
export interface Saying {
  readonly given: readonly FieldValueInput[] | null | undefined;
  /** What was said before, and stays unless it is given. */
  readonly before?: FieldValues;
  /** Whether all has to be there that is required of the viewer: when something is booked, or a client is added. */
  readonly complete: boolean;
  readonly path: readonly string[];
}

type Outcome = { readonly kept: string } | { readonly fault: Fault };

/** Every event of the log holds all of it. In UTF-16 units. */
const MAX_TOTAL = 50_000;

const refused = (code: FieldProblemCode, message: string): Outcome => ({
  fault: { code, message },
});

/**
 * What is said from then on, and all that is wrong with it. Pure.
 * @throws DomainError BAD_USER_INPUT for a field that is not named, or named in two ways
 */
export function settle(
  viewer: Viewer,
  definitions: readonly Definition[],
  { given, before = null, complete, path }: Saying,
  country: string,
): { values: FieldValues; problems: FieldProblem[] } {
  const values: Record<string, string> = { ...before };
  const problems: FieldProblem[] = [];
  const touched = new Set<CustomField>();
  for (const [index, one] of (given ?? []).entries()) {
    const at = [...path, String(index)];
    const definition = find(definitions, one, at);
    if (!definition || !maySee(viewer, definition.field)) {
      problems.push({
        fieldId: null,
        label: null,
        code: FieldProblemCode.UNKNOWN,
        message: 'There is no such field here, or your key may not fill it in.',
        path: at,
      });
      continue;
    }
    const { field } = definition;
    const outcome = touched.has(field)
      ? refused(FieldProblemCode.GIVEN_TWICE, 'is given twice')
      : take(definition, one.value?.trim() ?? '', country);
    touched.add(field);
    if ('fault' in outcome) problems.push(problemOf(field, outcome.fault, at));
    else if (outcome.kept) values[field.rowId] = outcome.kept;
    else delete values[field.rowId];
  }
  for (const { field, asked } of definitions) {
    if (
      !asked ||
      !isRequired(viewer, field) ||
      values[field.rowId] !== undefined ||
      !(complete || touched.has(field))
    )
      continue;
    if (!problems.some(({ fieldId }) => fieldId === field.id))
      problems.push(
        problemOf(field, { code: FieldProblemCode.REQUIRED, message: 'is required' }, path),
      );
  }
  const total = Object.values(values).reduce((length, value) => length + value.length, 0);
  if (total > MAX_TOTAL)
    problems.push({
      fieldId: null,
      label: null,
      code: FieldProblemCode.TOO_LONG,
      message: `All values together have more than ${MAX_TOTAL} characters.`,
      path: [...path],
    });
  return { values: Object.keys(values).length ? values : null, problems };
}

const isRequired = (
  viewer: Viewer,
  { active, required, visible, visibleOnScheduler }: CustomField,
): boolean => active && required && visible && (visibleOnScheduler || isStaffSide(viewer));

function find(
  definitions: readonly Definition[],
  { fieldId, code }: FieldValueInput,
  path: readonly string[],
): Definition | undefined {
  if ((fieldId == null) === (code == null))
    throw new DomainError(
      ErrorCode.BAD_USER_INPUT,
      'Name a field by exactly one of fieldId and code.',
      { path },
    );
  if (code != null)
    return definitions.find(({ field }) => field.code === code && !field.userDefined);
  const rowId = parseGlobalId('CustomField', fieldId as string, [...path, 'fieldId']);
  return definitions.find(({ field }) => field.rowId === rowId);
}

/** Whatever has become of a field, it can be cleared. */
function take({ field, asked }: Definition, value: string, country: string): Outcome {
  if (!value) return { kept: '' };
  if (!field.active) return refused(FieldProblemCode.INACTIVE, 'is no longer asked for');
  if (!asked) return refused(FieldProblemCode.NOT_FOR_REASON, 'is not asked for this reason');
  return accept(field, value, country);
}

const problemOf = (
  { id, label }: CustomField,
  { code, message }: Fault,
  path: readonly string[],
): FieldProblem => ({ fieldId: id, label, code, message: `${label} ${message}.`, path: [...path] });
