import {
  getNullableType,
  isEnumType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isScalarType,
  type FieldNode,
  type GraphQLField,
  type GraphQLOutputType,
} from 'graphql';
import type { TableColumn } from '../../db/table';
import type { Complete } from './plan';
import { setsOf, type Selections } from './selection';
import type { Shape } from './json-sql';
import { isProperty } from '../property-field';
import { readsOf } from '../relations/column-field';

/** Thrown if a field cannot be planned. */
export class UnplannableError extends Error {}

export const unplannable = (): never => {
  throw new UnplannableError();
};

/**
 * Serialises computed values: leaves, lists, and objects whose selected fields are all plain
 * properties.
 */
export function completeOf(
  selections: Selections,
  type: GraphQLOutputType,
  nodes: readonly FieldNode[],
): Complete {
  if (isNonNullType(type)) {
    const inner = completeOf(selections, type.ofType, nodes);
    return (value) => inner(value) ?? missing();
  }
  const nullable = getNullableType(type);
  if (isListType(nullable)) {
    const inner = completeOf(selections, nullable.ofType, nodes);
    return (value) => (value == null ? null : (value as unknown[]).map(inner));
  }
  if (isLeafType(nullable)) return (value) => (value == null ? null : nullable.serialize(value));
  if (!isObjectType(nullable)) return unplannable();
  const members = [...selections.fields(nullable, setsOf(nodes))].map(([key, own]) => {
    const name = own[0]?.name.value as string;
    if (name === '__typename') return { key, name, of: () => nullable.name };
    const field = nullable.getFields()[name] as GraphQLField<unknown, unknown>;
    const property = isProperty(field) ? name : shownPropertyOf(field);
    return { key, name: property, of: completeOf(selections, field.type, own) };
  });
  return (value) =>
    value == null
      ? null
      : Object.fromEntries(
          members.map(({ key, name, of }) => [key, of((value as Record<string, unknown>)[name])]),
        );
}

/** Returns the property that a field shows under another name. */
function shownPropertyOf({ extensions }: GraphQLField<unknown, unknown>): string {
  const reads = readsOf(extensions);
  const [property] = (!reads?.derive && reads?.properties) || unplannable();
  return property as string;
}

function missing(): never {
  throw new Error('A non-null field was null.');
}

const TEXTS = new Set(['String', 'ID', 'Decimal', 'LocalDate', 'LocalDateTime']);

/** Other scalars, with the kind of their columns and its encoding. */
const ENCODED = new Map<string, readonly [TableColumn['kind'], Shape]>([
  ['Int', ['number', 'number']],
  ['DateTime', ['number', 'instant']],
  ['Boolean', ['boolean', 'boolean']],
]);

/**
 * Returns how the database encodes a column for a field; null if the field's type must serialise
 * it.
 */
export function shapeOf(returned: GraphQLOutputType, column: TableColumn): Shape | null {
  if (isNonNullType(returned) && column.nullable) return unplannable();
  const type = getNullableType(returned);
  if (isListType(type)) {
    const inner = getNullableType(type.ofType);
    return column.kind === 'json' && isScalarType(inner) && TEXTS.has(inner.name) ? 'json' : null;
  }
  if (isEnumType(type))
    return column.kind === 'text' && type.getValues().every(({ name, value }) => name === value)
      ? 'word'
      : null;
  return isScalarType(type) ? scalarShapeOf(type.name, column.kind) : null;
}

const scalarShapeOf = (type: string, kind: TableColumn['kind']): Shape | null => {
  const encoded = ENCODED.get(type) ?? (TEXTS.has(type) ? (['text', 'text'] as const) : null);
  return encoded?.[0] === kind ? encoded[1] : null;
};
