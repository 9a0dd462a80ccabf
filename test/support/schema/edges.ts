import {
  getNamedType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  type GraphQLField,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql';

/** Selections that follow every edge of a type, and the rows found in their results. */

export const isNode = (type: GraphQLObjectType): boolean =>
  type.getInterfaces().some(({ name }) => name === 'Node');

const isOpen = (field: GraphQLField<unknown, unknown>): boolean =>
  !field.args.some(isRequiredArgument);

/** Leaves and value objects of a type, and `depth` levels of the rows that it leads to. */
export function selectionOf(
  type: GraphQLObjectType,
  depth: number,
  trail: readonly string[] = [],
): string {
  const own = isNode(type) ? ['__typename', 'id'] : [];
  const fields = Object.values(type.getFields())
    .filter(isOpen)
    .map((field) => fieldOf(field, depth, trail));
  return [...own, ...fields.filter((text) => text !== '')].join(' ');
}

/** The id of a row behind an interface, and the fields that its types have in common. */
export const identityOf = (type: GraphQLInterfaceType): string => {
  const names = Object.keys(type.getFields()).filter((name) => name !== 'id');
  return ['__typename ... on Node { id }', ...names].join(' ');
};

/** One field with what it leads to; empty for a field that a walk of this depth does not follow. */
export function fieldOf(
  field: GraphQLField<unknown, unknown>,
  depth: number,
  trail: readonly string[] = [],
): string {
  const type = getNamedType(field.type);
  if (isLeafType(type)) return field.name;
  if (isInterfaceType(type)) return depth > 0 ? `${field.name} { ${identityOf(type)} }` : '';
  if (!isObjectType(type)) return '';
  if (type.name.endsWith('Connection')) {
    const node = getNamedType(type.getFields().nodes?.type as never);
    return depth > 0 && isObjectType(node)
      ? `${field.name}(first: 2) { nodes { ${selectionOf(node, depth - 1, trail)} } }`
      : '';
  }
  if (isNode(type))
    return depth > 0 ? `${field.name} { ${selectionOf(type, depth - 1, trail)} }` : '';
  if (trail.includes(type.name)) return '';
  const inner = selectionOf(type, depth, [...trail, type.name]);
  return inner ? `${field.name} { ${inner} }` : '';
}

/** Fields that lead to rows, directly or through connections and value objects. */
export const edgesOf = (type: GraphQLObjectType): GraphQLField<unknown, unknown>[] =>
  Object.values(type.getFields()).filter(
    (field) =>
      isOpen(field) &&
      !isLeafType(getNamedType(field.type)) &&
      fieldOf(field, 1) !== fieldOf(field, 0),
  );

export type Row = Record<string, unknown> & { readonly id: string };

/** Every row of a result, at any depth. */
export function rowsIn(value: unknown): Row[] {
  if (Array.isArray(value)) return value.flatMap(rowsIn);
  if (typeof value !== 'object' || value === null) return [];
  const own = '__typename' in value && 'id' in value ? [value as Row] : [];
  return [...own, ...Object.values(value).flatMap(rowsIn)];
}

const isEmpty = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  (typeof value === 'object' && Object.values(value as object).every(isEmpty));

/**
 * The part of a shown value that an own query of less depth selects: value objects there lack the
 * rows that they lead to, which are compared by themselves.
 */
function comparable(shown: unknown, own: unknown): unknown {
  if (Array.isArray(shown) && Array.isArray(own))
    return shown.map((one, index) => comparable(one, own[index]));
  if (typeof shown !== 'object' || typeof own !== 'object' || !shown || !own) return shown;
  return Object.fromEntries(
    Object.entries(shown)
      .filter(([name]) => name in own)
      .map(([name, value]) => [name, comparable(value, own[name as keyof typeof own])]),
  );
}

/** Fields in which a row shows more than its own query does: `Client.notes`. */
export function excessOf(shown: Row, own: Row | null, schema: GraphQLSchema): string[] {
  const typeName = shown.id.split(':')[0] as string;
  if (!own) return [`${typeName}.id`];
  const type = schema.getType(typeName) as GraphQLObjectType;
  return Object.entries(shown)
    .filter(([name]) => name in own && type.getFields()[name])
    .map(([name, value]) => [name, comparable(value, own[name])] as const)
    .filter(([, value]) => !isEmpty(value) && !rowsIn(value).length)
    .filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(own[name]))
    .map(([name]) => `${typeName}.${name}`);
}

/** Every string of a result. */
export function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}
