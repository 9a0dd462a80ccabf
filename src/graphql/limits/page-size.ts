import {
  Kind,
  type FieldNode,
  type GraphQLField,
  type OperationDefinitionNode,
  type ValueNode,
} from 'graphql';
import { DEFAULT_PAGE, MAX_PAGE } from '../connection';
import { sizedBy } from '../field-cost';

/** Variables as the caller sent them. */
export type Variables = Readonly<Record<string, unknown>>;

/** The values that the page sizes and the costs of an operation depend on. */
export interface CostOptions {
  readonly operation: OperationDefinitionNode;
  readonly variables: Variables;
  /** Collects the names of variables that page sizes depend on. */
  readonly sizes: Set<string>;
}

/** Assumed number of entries of a list without a page size. */
export const PLAIN_LIST = 10;

/** Assumed number of entries of `fields` of a schema type. */
export const FIELDS_OF_TYPE = 30;

type Field = GraphQLField<unknown, unknown>;

/** Returns the names of the arguments that determine the size of a field. */
export function slicingArgumentsOf({ args, extensions }: Field): readonly string[] {
  const list = sizedBy(extensions);
  if (list) return [list];
  return args.map(({ name }) => name).filter((name) => name === 'first' || name === 'last');
}

export const isPaged = (field: Field): boolean => slicingArgumentsOf(field).length > 0;

/** Returns the largest size that an argument has, or the default page. */
export function pageSizeOf(
  field: FieldNode,
  definition: Field,
  { operation, variables, sizes: names }: CostOptions,
): number {
  const slicing = slicingArgumentsOf(definition);
  const sizeIn = sizedBy(definition.extensions) ? lengthOf : sizeOf;
  const sizes = (field.arguments ?? [])
    .filter(({ name }) => slicing.includes(name.value))
    .map(({ value }) => {
      if (value.kind === Kind.VARIABLE) names.add(value.name.value);
      return sizeIn(value, operation, variables);
    });
  return sizes.length ? Math.max(...sizes) : DEFAULT_PAGE;
}

/** Returns the number of values in a list. A single value is a list of one. */
function lengthOf(
  value: ValueNode,
  operation: OperationDefinitionNode,
  variables: Variables,
): number {
  if (value.kind === Kind.LIST) return Math.max(1, value.values.length);
  if (value.kind !== Kind.VARIABLE) return 1;
  const name = value.name.value;
  const given = variables[name];
  if (Array.isArray(given)) return Math.max(1, given.length);
  const { defaultValue } =
    operation.variableDefinitions?.find(({ variable }) => variable.name.value === name) ?? {};
  return given === undefined && defaultValue ? lengthOf(defaultValue, operation, variables) : 1;
}

/** The field itself refuses sizes beyond the maximum. Non-numbers count as the maximum. */
function sizeOf(
  value: ValueNode,
  operation: OperationDefinitionNode,
  variables: Variables,
): number {
  if (value.kind === Kind.NULL) return DEFAULT_PAGE;
  if (value.kind === Kind.INT) return clamp(Number(value.value));
  if (value.kind !== Kind.VARIABLE) return MAX_PAGE;
  const name = value.name.value;
  const given = variables[name];
  if (given === undefined) {
    const { defaultValue } =
      operation.variableDefinitions?.find(({ variable }) => variable.name.value === name) ?? {};
    return defaultValue ? sizeOf(defaultValue, operation, variables) : DEFAULT_PAGE;
  }
  if (given === null) return DEFAULT_PAGE;
  return typeof given === 'number' ? clamp(given) : MAX_PAGE;
}

const clamp = (size: number): number => Math.max(1, Math.min(size, MAX_PAGE));
