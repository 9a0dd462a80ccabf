import { getNullableType, type GraphQLSchema } from 'graphql';

/**
 * Makes every root field of Query and Mutation nullable. A root field that fails is null with an
 * error at its path; a field that cannot be null would erase the results of the other root fields,
 * those of mutations that are already committed among them. Returns the schema that it changes.
 */
export function nullableRoots(schema: GraphQLSchema): GraphQLSchema {
  for (const type of [schema.getQueryType(), schema.getMutationType()]) {
    for (const field of Object.values(type?.getFields() ?? {})) {
      field.type = getNullableType(field.type);
    }
  }
  return schema;
}
