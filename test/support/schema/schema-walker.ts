import {
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
} from 'graphql';

/** A valid literal of each scalar. The id names an existing row. */
const SCALARS: Readonly<Record<string, string>> = {
  Boolean: 'true',
  Int: '1',
  Float: '1',
  String: '"x"',
  ID: '"Appointment:1"',
  DateTime: '"2031-06-01T12:00:00Z"',
  LocalDate: '"2031-06-01"',
  TimeOfDay: '"09:00"',
  LocalDateTime: '"2031-06-01T09:00"',
  Decimal: '"1.00"',
};

function literalOf(type: GraphQLInputType): string {
  const inner = getNullableType(type);
  if (isListType(inner)) return `[${literalOf(inner.ofType)}]`;
  if (isEnumType(inner)) return inner.getValues()[0]!.name;
  if (isInputObjectType(inner)) {
    const fields = Object.values(inner.getFields());
    const required = inner.isOneOf ? fields.slice(0, 1) : fields.filter(isRequiredInputField);
    return `{
      ${required
        .map(
          ({ name, type: of }) =>
            `${name}: ${literalOf(isNonNullType(of) ? of : getNullableType(of))}`,
        )
        .join(', ')}
    }`;
  }
  const value = SCALARS[inner.name];
  if (!value)
    throw new Error(
      `Add a literal of ${inner.name} to SCALARS in test/support/schema/schema-walker.ts.`,
    );
  return value;
}

/** The smallest valid selection of a type. */
const selectionOf = (type: GraphQLOutputType): string =>
  isLeafType(getNamedType(type)) ? '' : ' { __typename }';

/**
 * Returns a selection of a field with its required arguments and the smallest valid subselection.
 */
export function selectionOfField({ name, args, type }: GraphQLField<unknown, unknown>): string {
  const required = args
    .filter(isRequiredArgument)
    .map((argument) => `${argument.name}: ${literalOf(argument.type)}`);
  return `${name}${required.length ? `(${required.join(', ')})` : ''}${selectionOf(type)}`;
}

/** The leaf fields of a type that need no arguments. */
export const leavesOf = (type: GraphQLObjectType): string[] =>
  Object.values(type.getFields())
    .filter((field) => isLeafType(getNamedType(field.type)) && !field.args.some(isRequiredArgument))
    .map(({ name }) => name);

/** The fields of a type that return objects. */
export const edgesOf = (type: GraphQLObjectType): GraphQLField<unknown, unknown>[] =>
  Object.values(type.getFields()).filter((field) => !isLeafType(getNamedType(field.type)));

export const objectOf = (field: GraphQLField<unknown, unknown>): GraphQLObjectType | null => {
  const type = getNamedType(field.type);
  return isObjectType(type) ? type : null;
};
