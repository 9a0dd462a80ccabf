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

/** Values that each scalar takes; ids lead to something that is there. */
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
    const given = inner.isOneOf ? fields.slice(0, 1) : fields.filter(isRequiredInputField);
    return `{ ${given.map(({ name, type: of }) => `${name}: ${literalOf(isNonNullType(of) ? of : getNullableType(of))}`).join(', ')} }`;
  }
  const value = SCALARS[inner.name];
  if (!value) throw new Error(`Say in test/support/walk.ts what a ${inner.name} looks like.`);
  return value;
}

/** The least that may be selected. */
const selectionOf = (type: GraphQLOutputType): string =>
  isLeafType(getNamedType(type)) ? '' : ' { __typename }';

/** A field with every argument that it must have, and the least below it. */
export function asked({ name, args, type }: GraphQLField<unknown, unknown>): string {
  const given = args
    .filter(isRequiredArgument)
    .map((argument) => `${argument.name}: ${literalOf(argument.type)}`);
  return `${name}${given.length ? `(${given.join(', ')})` : ''}${selectionOf(type)}`;
}

/** Every leaf of a type that can be asked for without arguments. */
export const leavesOf = (type: GraphQLObjectType): string[] =>
  Object.values(type.getFields())
    .filter((field) => isLeafType(getNamedType(field.type)) && !field.args.some(isRequiredArgument))
    .map(({ name }) => name);

/** The fields of a type that lead to other objects. */
export const edgesOf = (type: GraphQLObjectType): GraphQLField<unknown, unknown>[] =>
  Object.values(type.getFields()).filter((field) => !isLeafType(getNamedType(field.type)));

export const objectOf = (field: GraphQLField<unknown, unknown>): GraphQLObjectType | null => {
  const type = getNamedType(field.type);
  return isObjectType(type) ? type : null;
};
