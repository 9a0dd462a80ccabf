import { isInputObjectType, type GraphQLSchema } from 'graphql';

const UPDATE = /^Update\w*Input$/;
const DEFAULT = /\s*\bDefaults to (?:[^.]|\.\S)*\./g;

/**
 * Removes sentences that state a default ("Defaults to 10.") from the descriptions of
 * `Update…Input`: an omitted field of an
 * update stays unchanged. Create and update inputs share the declarations of their fields.
 */
export function omitDefaultsOfUpdates(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isInputObjectType(type) || !UPDATE.test(type.name)) continue;
    for (const field of Object.values(type.getFields())) {
      field.description = field.description?.replace(DEFAULT, '').trim() || undefined;
    }
  }
  return schema;
}
