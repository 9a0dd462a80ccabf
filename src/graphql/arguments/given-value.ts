import { Kind, type EnumValueNode, type GraphQLScalarType, type ValueNode } from 'graphql';

/**
 * A value as the caller gave it: as a literal in the document, or in a variable. Both have one
 * form, so that a fault of either has the same problem.
 */
export type GivenValue =
  | { readonly kind: 'null' }
  /** A variable within a literal, whose value is checked by itself. */
  | { readonly kind: 'variable' }
  | { readonly kind: 'list'; readonly items: readonly GivenValue[] }
  | { readonly kind: 'object'; readonly fields: ReadonlyMap<string, GivenValue> }
  | GivenLeaf;

/** A text, number, boolean or name. */
export interface GivenLeaf {
  readonly kind: 'leaf';
  /** The name of an enum value, or null if it cannot be one. */
  readonly enumName: string | null;
  /** Throws, or returns undefined, for a value that the scalar does not accept. */
  readonly parse: (scalar: GraphQLScalarType) => unknown;
}

const NULL: GivenValue = { kind: 'null' };

export function givenLiteral(node: ValueNode): GivenValue {
  switch (node.kind) {
    case Kind.NULL:
      return NULL;
    case Kind.VARIABLE:
      return { kind: 'variable' };
    case Kind.LIST:
      return { kind: 'list', items: node.values.map(givenLiteral) };
    case Kind.OBJECT:
      return {
        kind: 'object',
        fields: new Map(node.fields.map(({ name, value }) => [name.value, givenLiteral(value)])),
      };
    default:
      return {
        kind: 'leaf',
        enumName: node.kind === Kind.ENUM ? (node as EnumValueNode).value : null,
        parse: (scalar) => scalar.parseLiteral(node),
      };
  }
}

export function givenVariable(value: unknown): GivenValue {
  if (value === null || value === undefined) return NULL;
  if (Array.isArray(value)) return { kind: 'list', items: value.map(givenVariable) };
  if (typeof value === 'object')
    return {
      kind: 'object',
      fields: new Map(
        Object.entries(value)
          .filter(([, field]) => field !== undefined)
          .map(([name, field]) => [name, givenVariable(field)]),
      ),
    };
  return {
    kind: 'leaf',
    enumName: typeof value === 'string' ? value : null,
    parse: (scalar) => scalar.parseValue(value),
  };
}
