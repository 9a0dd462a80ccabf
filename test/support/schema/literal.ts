import {
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  type GraphQLInputType,
} from 'graphql';

/** Writes a value as a literal; a text at the place of an enum is a name. */
export function literal(value: unknown, type: GraphQLInputType | undefined): string {
  const inner = type && getNullableType(type);
  if (Array.isArray(value)) {
    const of = isListType(inner) ? (inner.ofType as GraphQLInputType) : inner;
    return `[${value.map((item) => literal(item, of)).join(', ')}]`;
  }
  if (typeof value === 'object' && value !== null) {
    const named = inner && getNamedType(inner);
    const of = isInputObjectType(named) ? named.getFields() : {};
    const parts = Object.entries(value).map(
      ([name, one]) => `${name}: ${literal(one, of[name]?.type)}`,
    );
    return `{ ${parts.join(', ')} }`;
  }
  const isName = typeof value === 'string' && inner && isEnumType(getNamedType(inner));
  return isName ? value : JSON.stringify(value);
}
