import {
  Kind,
  type FieldNode,
  type GraphQLField,
  type OperationDefinitionNode,
  type ValueNode,
} from 'graphql';
import { DEFAULT_PAGE, MAX_PAGE } from '../connection';

/** Variables as the caller sent them. */
export type Variables = Readonly<Record<string, unknown>>;

/** The values that the page sizes and the costs of an operation depend on. */
export interface CostOptions {
  readonly operation: OperationDefinitionNode;
  readonly variables: Variables;
  /** Collects the names of variables that page sizes depend on. */
  readonly sizes: Set<string>;
}

export const isPaged = ({ args }: GraphQLField<unknown, unknown>): boolean =>
  args.some(({ name }) => name === 'first' || name === 'last');

/** Returns the larger of `first` and `last`, or the default page. */
export function pageSizeOf(
  field: FieldNode,
  { operation, variables, sizes: names }: CostOptions,
): number {
  const sizes = (field.arguments ?? [])
    .filter(({ name }) => name.value === 'first' || name.value === 'last')
    .map(({ value }) => {
      if (value.kind === Kind.VARIABLE) names.add(value.name.value);
      return sizeOf(value, operation, variables);
    });
  return sizes.length ? Math.max(...sizes) : DEFAULT_PAGE;
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
