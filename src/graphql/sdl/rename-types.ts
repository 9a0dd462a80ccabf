import { GraphQLSchema, isAbstractType, isIntrospectionType, type GraphQLNamedType } from 'graphql';

type Rename = (name: string) => string;

/** Returns the name of the class of a type's objects, which a subgraph may have renamed. */
export const classNameOf = ({
  name,
  extensions,
}: Pick<GraphQLNamedType, 'name' | 'extensions'>): string =>
  (extensions.className as string | undefined) ?? name;

/** Renames the types that resolve to the name of a class. */
function renameResolved(type: GraphQLNamedType, rename: Rename): void {
  if (!isAbstractType(type)) return;
  const { resolveType } = type;
  if (!resolveType) return;
  type.resolveType = async (...args) => {
    const name = await resolveType(...args);
    return typeof name === 'string' ? rename(name) : name;
  };
}

/** Renames types of a schema. The ids of their objects keep the names of the classes. */
export function renameTypes(schema: GraphQLSchema, rename: Rename): GraphQLSchema {
  const types = Object.values(schema.getTypeMap()).filter((type) => !isIntrospectionType(type));
  for (const type of types) {
    renameResolved(type, rename);
    const name = rename(type.name);
    if (name === type.name) continue;
    type.extensions = { ...type.extensions, className: type.name };
    type.name = name;
  }
  return new GraphQLSchema({ ...schema.toConfig(), types });
}
