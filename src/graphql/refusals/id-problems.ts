import {
  getNamedType,
  GraphQLID,
  isInputObjectType,
  type GraphQLInputObjectType,
  type GraphQLInputType,
} from 'graphql';
import { problemsOf, type InputProblem } from '../../errors';
import { parseGlobalId } from '../global-id';

/** Types of ids by the names of their fields: the last words, or `parent.id`. */
const TYPES: readonly (readonly [name: RegExp, type: string])[] = [
  [/^(?:candidate|additional|blocked)?staffIds?$/i, 'Staff'],
  [/^(?:viewable)?clientIds?$/i, 'Client'],
  [/^(?:addOn)?reasonIds?$|^addOnIds$/i, 'Reason'],
  [/^locationIds?$/, 'Location'],
  [/^resourceIds?$/, 'Resource'],
  [/^classScheduleIds?$/, 'ClassSchedule'],
  [/^courseSetIds?$/, 'CourseSet'],
  [/^appointmentIds?$/, 'Appointment'],
  [/^(?:entryIds|waitlistEntryIds)$/, 'WaitlistEntry'],
  [/^field\.id$/, 'CustomField'],
  [/^(?:entry|withSecret)\.id$/, 'WaitlistEntry'],
  [/^hold\.id$/, 'Appointment'],
  [/^couponIds?$/, 'Coupon'],
  [/^(?:location|locationSuper|reason|staff)GroupIds?$/, 'Group'],
  [/^packageIds?$/, 'Package'],
  [/^packageSoldIds?$/, 'PackageSold'],
];

/** Returns the problems of malformed ids, and of ids of other types, in an input. */
export function idProblems(
  value: unknown,
  type: GraphQLInputType,
  path: readonly string[],
): InputProblem[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value))
    return value.flatMap((item, index) => idProblems(item, type, [...path, String(index)]));
  const named = getNamedType(type);
  if (isInputObjectType(named)) return ofFields(value as Record<string, unknown>, named, path);
  const [parent, last] = path.filter((step) => !/^\d+$/.test(step)).slice(-2);
  const name = last === 'id' ? `${parent}.id` : (last ?? '');
  const expected = TYPES.find(([pattern]) => pattern.test(name))?.[1];
  if (named !== GraphQLID || expected === undefined) return [];
  try {
    parseGlobalId(expected, String(value), path);
    return [];
  } catch (error) {
    return [...problemsOf(error)];
  }
}

const ofFields = (
  value: Readonly<Record<string, unknown>>,
  type: GraphQLInputObjectType,
  path: readonly string[],
): InputProblem[] =>
  Object.values(type.getFields()).flatMap(({ name, type: of }) =>
    idProblems(value[name], of, [...path, name]),
  );
