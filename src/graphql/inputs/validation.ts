import {
  getMetadataStorage,
  IS_OPTIONAL,
  ValidationTypes,
  type ValidationArguments,
} from 'class-validator';
import { getNamedType, type GraphQLResolveInfo } from 'graphql';
import { InputProblemCode, refuseProblems, type InputProblem } from '../../errors';

interface Validator {
  validate(value: unknown, args: ValidationArguments): Promise<boolean> | boolean;
  defaultMessage?(args: ValidationArguments): string;
}

/** A constraint on the value of a property, or on each item if `each` is set. */
interface Check {
  readonly name: string;
  readonly each: boolean;
  readonly constraints: readonly unknown[];
  readonly validators: readonly Validator[];
  readonly message: string | ((args: ValidationArguments) => string) | undefined;
  /** Determines the code by the value. */
  readonly codeOf: ((value: unknown) => InputProblemCode) | undefined;
}

interface Demands {
  readonly property: string;
  readonly checks: readonly Check[];
  readonly isNested: boolean;
}

const demands = new WeakMap<Function, readonly Demands[]>();

/** Codes of the constraints by name, except those whose code depends on the value. */
export const CODE_OF: Readonly<Record<string, InputProblemCode>> = {
  min: InputProblemCode.OUT_OF_RANGE,
  max: InputProblemCode.OUT_OF_RANGE,
  maxLength: InputProblemCode.TOO_LONG,
  arrayMaxSize: InputProblemCode.TOO_LONG,
  arrayMinSize: InputProblemCode.TOO_SHORT,
  arrayUnique: InputProblemCode.DUPLICATE,
  isDivisibleBy: InputProblemCode.OUT_OF_RANGE,
  matches: InputProblemCode.WRONG_FORMAT,
  email: InputProblemCode.WRONG_FORMAT,
  webUrl: InputProblemCode.WRONG_FORMAT,
  zone: InputProblemCode.WRONG_FORMAT,
  phone: InputProblemCode.WRONG_FORMAT,
  locale: InputProblemCode.WRONG_FORMAT,
};

/**
 * Validates an argument by the decorators of its class. The constraints of a class are collected
 * once.
 * @throws DomainError BAD_USER_INPUT with all problems
 */
export function validateArgument(
  value: unknown,
  type?: unknown,
  request?: { readonly info: GraphQLResolveInfo },
): void {
  for (const [index, object] of (Array.isArray(value) ? value : [value]).entries()) {
    if (typeof object !== 'object' || object === null || meetsDemands(object)) continue;
    const root = request ? argumentOf(type, request.info) : [];
    refuseProblems(problemsIn(object, Array.isArray(value) ? [...root, String(index)] : root));
  }
}

/** Returns the path of the argument with a class; empty for the class of all arguments. */
function argumentOf(type: unknown, { parentType, fieldName }: GraphQLResolveInfo): string[] {
  const args = parentType.getFields()[fieldName]?.args ?? [];
  const { name } = type as Function;
  const argument = args.find((one) => getNamedType(one.type).name === name);
  return argument ? [argument.name] : [];
}

/** Returns the problems of an object of an input class, in the order of its properties. */
function problemsIn(object: object, path: readonly string[]): InputProblem[] {
  return demandsOf(object.constructor).flatMap(({ property, checks, isNested }) => {
    const value = (object as Record<string, unknown>)[property];
    if (isMissing(value)) return [];
    const here = [...path, property];
    const own = checks.flatMap((check) => problemsOf(check, object, property, here));
    return isNested ? [...own, ...nestedProblems(value, here)] : own;
  });
}

function problemsOf(
  check: Check,
  object: object,
  property: string,
  path: readonly string[],
): InputProblem[] {
  const { name, each, codeOf } = check;
  const whole = (object as Record<string, unknown>)[property];
  const items = each && Array.isArray(whole) ? whole : null;
  return (items ?? [whole]).flatMap((value, index) =>
    check.validators
      .filter((validator) => {
        const args = argumentsOf(check, object, property, value);
        return validator.validate(value, args) !== true;
      })
      .map((validator) => ({
        path: items ? [...path, String(index)] : path,
        code: codeOf?.(value) ?? CODE_OF[name] ?? InputProblemCode.WRONG_FORMAT,
        message: sentence(messageOf(check, validator, argumentsOf(check, object, property, value))),
      })),
  );
}

function nestedProblems(value: unknown, path: readonly string[]): InputProblem[] {
  if (Array.isArray(value))
    return value.flatMap((one, index) => nestedProblems(one, [...path, String(index)]));
  if (isMissing(value)) return [];
  if (value instanceof Object) return problemsIn(value, path);
  const property = path.findLast((step) => !/^\d+$/.test(step));
  const message = `nested property ${property} must be either object or array.`;
  return [{ path, code: InputProblemCode.WRONG_FORMAT, message }];
}

/** Returns the message of a constraint with its tokens replaced, as class-validator does. */
function messageOf({ message }: Check, validator: Validator, args: ValidationArguments): string {
  const template =
    (typeof message === 'function' ? message(args) : message) ??
    validator.defaultMessage?.(args) ??
    '$property is not valid.';
  return args.constraints
    .reduce<string>(
      (text, constraint, index) => text.replaceAll(`$constraint${index + 1}`, String(constraint)),
      template,
    )
    .replaceAll('$property', args.property);
}

const sentence = (text: string): string => (text.endsWith('.') ? text : `${text}.`);

const isMissing = (value: unknown): boolean => value === null || value === undefined;

/** Returns whether an object satisfies the constraints of its class. */
export function meetsDemands(object: object): boolean {
  return demandsOf(object.constructor).every(({ property, checks, isNested }) => {
    const value = (object as Record<string, unknown>)[property];
    if (isMissing(value)) return true;
    return (
      checks.every((check) => meets(check, object, property, value)) &&
      (!isNested || meetsNested(value))
    );
  });
}

const argumentsOf = (
  { constraints }: Check,
  object: object,
  property: string,
  value: unknown,
): ValidationArguments => ({
  targetName: object.constructor.name,
  property,
  object,
  value,
  constraints: constraints as unknown[],
});

function meets(check: Check, object: object, property: string, value: unknown): boolean {
  const args = argumentsOf(check, object, property, value);
  return check.validators.every((validator) =>
    (check.each && Array.isArray(value) ? value : [value]).every(
      (one) => validator.validate(one, args) === true,
    ),
  );
}

const meetsNested = (value: unknown): boolean =>
  Array.isArray(value)
    ? value.every((one) => isMissing(one) || meetsNested(one))
    : value instanceof Object && meetsDemands(value);

function demandsOf(target: Function): readonly Demands[] {
  let known = demands.get(target);
  if (!known) demands.set(target, (known = gather(target)));
  return known;
}

/** IsOptional needs no check, because missing properties are skipped. */
function gather(target: Function): Demands[] {
  const storage = getMetadataStorage();
  const byProperty = storage.groupByPropertyName(
    storage.getTargetValidationMetadatas(target, '', false, false),
  );
  return Object.entries(byProperty).map(([property, all]): Demands => {
    const unknown = all.find(
      ({ type, name, validateIf }) =>
        validateIf !== undefined || !(KNOWN.includes(type) || name === IS_OPTIONAL),
    );
    if (unknown)
      throw new Error(`${target.name}.${property} has a constraint that is not evaluated.`);
    return {
      property,
      checks: all
        .filter(({ type }) => type === ValidationTypes.CUSTOM_VALIDATION)
        .map(({ name, each, constraints, constraintCls, message, context }) => ({
          name: name as string,
          each,
          constraints: constraints ?? [],
          message,
          codeOf: context as Check['codeOf'],
          validators: storage
            .getTargetValidatorConstraints(constraintCls)
            .map(({ instance }) => instance),
        })),
      isNested: all.some(({ type }) => type === ValidationTypes.NESTED_VALIDATION),
    };
  });
}

const KNOWN: readonly string[] = [
  ValidationTypes.CUSTOM_VALIDATION,
  ValidationTypes.NESTED_VALIDATION,
];
