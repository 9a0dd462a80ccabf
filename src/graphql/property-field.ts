import { isObjectType, type GraphQLField, type GraphQLSchema } from 'graphql';

/**
 * Marks fields without a resolver, which return a property of their object: Apollo Server gives
 * every field a resolver once a plugin observes resolvers. Returns the schema that it changes.
 */
export function markPropertyFields(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap()))
    if (isObjectType(type))
      for (const field of Object.values(type.getFields()))
        if (!field.resolve) field.extensions = { ...field.extensions, isProperty: true };
  return schema;
}

export const isProperty = ({
  resolve,
  extensions,
}: Pick<GraphQLField<unknown, unknown>, 'resolve' | 'extensions'>): boolean =>
  !resolve || extensions.isProperty === true;
