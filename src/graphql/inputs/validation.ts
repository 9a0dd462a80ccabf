import {
  getMetadataStorage,
  IS_OPTIONAL,
  validateOrReject,
  ValidationTypes,
  type ValidationArguments,
  type ValidationError,
} from 'class-validator';
import { ArgumentValidationError } from 'type-graphql';

const OPTIONS = {
  skipMissingProperties: true,
  forbidUnknownValues: false,
  stopAtFirstError: false,
};

/** A constraint on the value of a property, or on each item if `each` is set. */
interface Check {
  readonly each: boolean;
  readonly constraints: readonly unknown[];
  readonly validators: readonly {
    validate(value: unknown, args: ValidationArguments): Promise<boolean> | boolean;
  }[];
}

interface Demands {
  readonly property: string;
  readonly checks: readonly Check[];
  readonly isNested: boolean;
  /** Whether class-validator must evaluate it. */
  readonly isUnusual: boolean;
}

const demands = new WeakMap<Function, readonly Demands[]>();

/**
 * Validates an argument by the decorators of its class. The constraints of a class are collected
 * once, and valid values are accepted here. class-validator evaluates other values and explains
 * the failure.
 * @throws ArgumentValidationError
 */
export async function validateArgument(value: unknown): Promise<void> {
  const objects = (Array.isArray(value) ? value : [value]).filter(
    (one): one is object => typeof one === 'object' && one !== null,
  );
  for (const object of objects) {
    if (meetsDemands(object)) continue;
    await validateOrReject(object, OPTIONS).catch((errors: ValidationError[]) => {
      throw new ArgumentValidationError(errors);
    });
  }
}

const isMissing = (value: unknown): boolean => value === null || value === undefined;

/** Returns false also if the constraints cannot be evaluated here. */
export function meetsDemands(object: object): boolean {
  return demandsOf(object.constructor).every(({ property, checks, isNested, isUnusual }) => {
    const value = (object as Record<string, unknown>)[property];
    if (isUnusual) return false;
    if (isMissing(value)) return true;
    return (
      checks.every((check) => meets(check, object, property, value)) &&
      (!isNested || meetsNested(value))
    );
  });
}

function meets(
  { each, constraints, validators }: Check,
  object: object,
  property: string,
  value: unknown,
): boolean {
  const validationArguments = {
    targetName: object.constructor.name,
    property,
    object,
    value,
    constraints: constraints as unknown[],
  };
  return validators.every((validator) =>
    (each && Array.isArray(value) ? value : [value]).every(
      (one) => validator.validate(one, validationArguments) === true,
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

const KNOWN: readonly string[] = [
  ValidationTypes.CUSTOM_VALIDATION,
  ValidationTypes.NESTED_VALIDATION,
];

function gather(target: Function): Demands[] {
  const storage = getMetadataStorage();
  const byProperty = storage.groupByPropertyName(
    storage.getTargetValidationMetadatas(target, '', false, false),
  );
  return Object.entries(byProperty).map(([property, all]): Demands => ({
    property,
    checks: all
      .filter(({ type }) => type === ValidationTypes.CUSTOM_VALIDATION)
      .map(({ each, constraints, constraintCls }) => ({
        each,
        constraints: constraints ?? [],
        validators: storage
          .getTargetValidatorConstraints(constraintCls)
          .map(({ instance }) => instance),
      })),
    isNested: all.some(({ type }) => type === ValidationTypes.NESTED_VALIDATION),
    // IsOptional needs no check, because missing properties are skipped.
    isUnusual: all.some(
      ({ type, name, validateIf }) =>
        validateIf !== undefined || !(KNOWN.includes(type) || name === IS_OPTIONAL),
    ),
  }));
}
