import { isInputObjectType, type GraphQLSchema } from 'graphql';
import { Extensions } from 'type-graphql';

/**
 * Declares that an input is a choice: exactly one of its fields must be given. Printed as `@oneOf`,
 * for which type-graphql has no option.
 */
export const OneOf = (): ClassDecorator => Extensions({ oneOf: true }) as ClassDecorator;

/** Applies `OneOf` to the schema, which it changes and returns. */
export function oneOfInputs(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap()))
    if (isInputObjectType(type) && type.extensions.oneOf === true) type.isOneOf = true;
  return schema;
}
