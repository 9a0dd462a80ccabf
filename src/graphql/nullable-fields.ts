import {
  getNamedType,
  getNullableType,
  isObjectType,
  type GraphQLField,
  type GraphQLSchema,
} from 'graphql';

/**
 * Makes every field nullable that can be refused by itself: the root fields of queries and
 * mutations, connections, which a role may not list, and fields with arguments, which can be
 * invalid. Such a field is null with an error at its path; otherwise the failure would erase its
 * siblings, those of mutations that are already committed among them. Returns the schema that it
 * changes.
 */
export function nullableFields(schema: GraphQLSchema): GraphQLSchema {
  const roots = [schema.getQueryType(), schema.getMutationType()];
  for (const type of Object.values(schema.getTypeMap()).filter(isObjectType)) {
    if (type.name.startsWith('__') || type === schema.getSubscriptionType()) continue;
    for (const field of Object.values(type.getFields()))
      if (field.name !== '_entities' && (roots.includes(type) || isRefusable(field)))
        field.type = getNullableType(field.type);
  }
  return schema;
}

const isRefusable = ({ type, args }: GraphQLField<unknown, unknown>): boolean =>
  args.length > 0 || getNamedType(type).name.endsWith('Connection');
