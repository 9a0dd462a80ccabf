import {
  execute,
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLSchema,
  isIntrospectionType,
  isObjectType,
  Kind,
  type DocumentNode,
  type FieldNode,
  type GraphQLFieldConfig,
  type NameNode,
  type OperationDefinitionNode,
} from 'graphql';
import type { Context } from '../../context';
import { summarised } from '../disclosure';

/** What no plan covers, fields of one type on the rows that were read at one place, or fields of Query: `type` is null. */
export interface FallbackField {
  readonly type: GraphQLObjectType | null;
  readonly nodes: FieldNode[];
}

/** An object of the answer that lacks these fields, and the row to resolve them on. */
export interface FallbackSlot {
  readonly into: Record<string, unknown>;
  readonly row: object;
}

/** By hole. */
export type FallbackSlots = readonly FallbackSlot[][];

/** No name of GraphQL, so that no alias of an operation is the same. */
const aliasOf = (hole: number): string => `#${hole}`;

const nameNode = (value: string): NameNode => ({ kind: Kind.NAME, value });

/** The operation that asks for the holes of another, each as a list of all its rows. */
export function documentOf(
  holes: readonly FallbackField[],
  document: DocumentNode,
  operation: OperationDefinitionNode,
): DocumentNode {
  const selections = holes.flatMap(({ type, nodes }, hole): readonly FieldNode[] =>
    type
      ? [
          {
            kind: Kind.FIELD,
            alias: nameNode(aliasOf(hole)),
            name: nameNode(type.name),
            selectionSet: { kind: Kind.SELECTION_SET, selections: nodes },
          },
        ]
      : nodes,
  );
  const fragments = document.definitions.filter(({ kind }) => kind === Kind.FRAGMENT_DEFINITION);
  return {
    kind: Kind.DOCUMENT,
    definitions: [
      { ...operation, selectionSet: { kind: Kind.SELECTION_SET, selections } },
      ...fragments,
    ],
  };
}

/** A schema that starts from rows: beside the fields of Query it has one for each type, named like it, that answers with those at hand. */
export function schemaOfHoles(schema: GraphQLSchema): GraphQLSchema {
  const query = schema.getQueryType() as GraphQLObjectType;
  const roots = new Set([query, schema.getMutationType(), schema.getSubscriptionType()]);
  const types = Object.values(schema.getTypeMap()).filter(
    (type) => isObjectType(type) && !roots.has(type) && !isIntrospectionType(type),
  ) as GraphQLObjectType[];
  const rowsOf = (
    type: GraphQLObjectType,
  ): GraphQLFieldConfig<Record<string, object[]>, Context> => ({
    type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(type))),
    resolve: (rows, _args, context, { path }) => summarised(rows[path.key] as object[], context),
  });
  const fields = {
    ...query.toConfig().fields,
    ...Object.fromEntries(types.map((type) => [type.name, rowsOf(type)])),
  };
  return new GraphQLSchema({
    query: new GraphQLObjectType({ name: 'Holes', fields }),
    types,
    assumeValid: true,
  });
}

/**
 * Resolves what the gaps lack, all of them in one execution, so that their loaders batch together. False where anything went wrong: what, the
 * resolvers of the whole operation say.
 */
export async function resolveFallback(
  gaps: FallbackSlots,
  holes: readonly FallbackField[],
  {
    schema,
    document,
    variableValues,
    context,
  }: {
    schema: GraphQLSchema;
    document: DocumentNode;
    variableValues: Readonly<Record<string, unknown>>;
    context: Context;
  },
): Promise<boolean> {
  if (gaps.every(({ length }) => !length)) return true;
  const rootValue = Object.fromEntries(
    gaps.map((ofHole, hole) => [aliasOf(hole), ofHole.map(({ row }) => row)]),
  );
  const { data, errors } = await execute({
    schema,
    document,
    rootValue,
    contextValue: context,
    variableValues,
  });
  if (errors || !data) return false;
  holes.forEach(({ type, nodes }, hole) => {
    const filled = type
      ? (data[aliasOf(hole)] as object[])
      : [
          Object.fromEntries(
            nodes.map(({ alias, name }) => (alias ?? name).value).map((key) => [key, data[key]]),
          ),
        ];
    gaps[hole]?.forEach(({ into }, index) => Object.assign(into, filled[index]));
  });
  return true;
}
