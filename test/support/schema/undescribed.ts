import { isEnumType, isSpecifiedScalarType, type GraphQLSchema } from 'graphql';

/** Returns the coordinates without a description. */
export function undescribed(schema: GraphQLSchema) {
  const own = Object.values(schema.getTypeMap()).filter(
    (type) => !type.name.startsWith('__') && !isSpecifiedScalarType(type),
  );
  const members = own.flatMap((type): Member[] => {
    if (isEnumType(type)) return type.getValues().map((value) => memberOf(type, value));
    return 'getFields' in type
      ? Object.values(type.getFields()).map((field) => memberOf(type, field))
      : [];
  });
  return {
    types: own.filter(({ description }) => !description).map(({ name }) => name),
    members: members.filter(({ description }) => !description).map(({ name }) => name),
    arguments: members.flatMap(({ name, args }) =>
      args.filter(({ description }) => !description).map((each) => `${name}(${each.name}:)`),
    ),
  };
}

interface Described {
  readonly name: string;
  readonly description?: string | null;
}

interface Member extends Described {
  readonly args: readonly Described[];
}

const memberOf = (
  { name }: Described,
  member: Described & { readonly args?: readonly Described[] },
): Member => ({ args: [], ...member, name: `${name}.${member.name}` });
