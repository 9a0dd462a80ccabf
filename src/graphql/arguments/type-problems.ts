import {
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredInputField,
  type GraphQLEnumType,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLScalarType,
} from 'graphql';
import { InputProblemCode, type InputProblem } from '../../errors';
import type { GivenLeaf, GivenValue } from './given-value';

/** Faults of values of GraphQL's own scalars. Other scalars have messages of their own. */
const EXPECTED: Readonly<Record<string, string>> = {
  Boolean: 'Send true or false.',
  Float: 'Send a number.',
  ID: 'Send an id as text or as an integer.',
  Int: 'Send an integer from -2147483648 to 2147483647.',
  String: 'Send a text.',
};

/** Maximum characters of a name that a message repeats. */
const MAX_NAME = 40;
/** Maximum problems of one argument, because a list may have any number of items. */
const MAX_PROBLEMS = 50;

export const missing = (type: GraphQLInputType, path: readonly string[]): InputProblem =>
  problemAt(InputProblemCode.REQUIRED, path, `A value of the type ${String(type)} is required.`);

const problemAt = (
  code: InputProblemCode,
  path: readonly string[],
  fault: string,
): InputProblem => ({ path, code, message: `${path.join('.')}: ${fault}` });

/** Returns the faults of a value that its type does not accept, in the order of the value. */
export function typeProblems(
  value: GivenValue,
  type: GraphQLInputType,
  path: readonly string[],
): readonly InputProblem[] {
  const check = new TypeCheck();
  check.value(value, type, path);
  return check.problems;
}

class TypeCheck {
  readonly problems: InputProblem[] = [];

  value(value: GivenValue, type: GraphQLInputType, path: readonly string[]): void {
    if (value.kind === 'variable' || this.problems.length >= MAX_PROBLEMS) return;
    if (value.kind === 'null') {
      if (isNonNullType(type)) this.problems.push(missing(type, path));
      return;
    }
    const inner = getNullableType(type);
    if (isListType(inner)) this.list(value, inner.ofType as GraphQLInputType, path);
    else if (isInputObjectType(inner)) this.object(value, inner, path);
    else if (isEnumType(inner)) this.enum(value, inner, path);
    else this.scalar(value, inner as GraphQLScalarType, path);
  }

  private refuse(code: InputProblemCode, path: readonly string[], fault: string): void {
    this.problems.push(problemAt(code, path, fault));
  }

  private list(value: GivenValue, type: GraphQLInputType, path: readonly string[]): void {
    // By the specification, a value that is no list is a list of one item.
    if (value.kind !== 'list') return this.value(value, type, path);
    for (const [index, item] of value.items.entries()) {
      if (this.problems.length >= MAX_PROBLEMS) return;
      this.value(item, type, [...path, String(index)]);
    }
  }

  private object(value: GivenValue, type: GraphQLInputObjectType, path: readonly string[]): void {
    if (value.kind !== 'object') {
      this.refuse(InputProblemCode.WRONG_FORMAT, path, `Send an object of the type ${type.name}.`);
      return;
    }
    const declared = type.getFields();
    for (const [name, given] of value.fields) {
      if (this.problems.length >= MAX_PROBLEMS) return;
      const field = Object.hasOwn(declared, name) ? declared[name] : undefined;
      const here = [...path, name.slice(0, MAX_NAME)];
      if (field) this.value(given, field.type, here);
      else this.refuse(InputProblemCode.UNKNOWN, here, `${type.name} has no such field.`);
    }
    for (const field of Object.values(declared)) {
      if (isRequiredInputField(field) && !value.fields.has(field.name))
        this.problems.push(missing(field.type, [...path, field.name]));
    }
    if (type.isOneOf) this.choice(value.fields, type, path);
  }

  /** A choice has exactly one field. */
  private choice(
    fields: ReadonlyMap<string, GivenValue>,
    { name }: GraphQLInputObjectType,
    path: readonly string[],
  ): void {
    const given = [...fields.values()].filter(({ kind }) => kind !== 'null');
    if (given.length === 1 && fields.size === 1) return;
    const code = given.length ? InputProblemCode.NOT_ALLOWED : InputProblemCode.REQUIRED;
    this.refuse(code, path, `Send exactly one field of the type ${name}.`);
  }

  private enum(value: GivenValue, type: GraphQLEnumType, path: readonly string[]): void {
    const names = type.getValues().map(({ name }) => name);
    if (value.kind === 'leaf' && names.includes(value.enumName ?? '')) return;
    this.refuse(InputProblemCode.NOT_AN_OPTION, path, `Send one of ${names.join(', ')}.`);
  }

  private scalar(value: GivenValue, type: GraphQLScalarType, path: readonly string[]): void {
    if (value.kind !== 'leaf' && type.extensions.acceptsObjects === true) return;
    const fault = value.kind === 'leaf' ? scalarFault(value, type) : expected(type);
    if (fault !== null) this.refuse(InputProblemCode.WRONG_FORMAT, path, fault);
  }
}

function scalarFault(value: GivenLeaf, type: GraphQLScalarType): string | null {
  try {
    return value.parse(type) === undefined ? expected(type) : null;
  } catch (error) {
    return EXPECTED[type.name] ?? (error as Error).message;
  }
}

/** Returns what a scalar accepts, by its refusal of no value. */
function expected(type: GraphQLScalarType): string {
  const known = EXPECTED[type.name];
  if (known) return known;
  try {
    type.parseValue(undefined);
  } catch (error) {
    return (error as Error).message;
  }
  return `Send a value of the type ${type.name}.`;
}
