import { isIntrospectionType, isObjectType, type GraphQLField, type GraphQLSchema } from 'graphql';
import type { Context } from '../context';

/**
 * Makes each resolver check the deadline of its operation first, so that the remaining fields of a
 * query stop once its time limit has passed. Returns the schema that it changes.
 */
export function checkDeadlines(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap()))
    // All schemas of a process share the introspection types.
    if (isObjectType(type) && !isIntrospectionType(type))
      Object.values(type.getFields()).forEach(checkFirst);
  return schema;
}

function checkFirst(field: GraphQLField<unknown, Context>): void {
  const { resolve } = field;
  if (!resolve) return;
  field.resolve = (source, args, context, info) => {
    context.deadline?.check();
    return resolve(source, args, context, info) as unknown;
  };
}
