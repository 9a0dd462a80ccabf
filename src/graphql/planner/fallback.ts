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

/**
 * Fields without a plan, of one type on the rows of one plan node, or of Query if `type` is null.
 */
export interface FallbackField {
  readonly type: GraphQLObjectType | null;
  readonly nodes: FieldNode[];
}

/** An object of the response that lacks fallback fields, and the row to resolve them on. */
interface FallbackSlot {
  readonly into: Record<string, unknown>;
  readonly row: object;
}

/** Slots by the index of their fallback field. */
export type FallbackSlots = readonly FallbackSlot[][];

/** Contains `#`, so it cannot collide with an alias of the operation. */
const aliasOf = (fallback: number): string => `#${fallback}`;

const nameNode = (value: string): NameNode => ({ kind: Kind.NAME, value });

/** Builds the operation that selects the fallback fields, each on a list of all rows. */
export function documentOf(
  fallbacks: readonly FallbackField[],
  document: DocumentNode,
  operation: OperationDefinitionNode,
): DocumentNode {
  const selections = fallbacks.flatMap(({ type, nodes }, fallback): readonly FieldNode[] =>
    type
      ? [
          {
            kind: Kind.FIELD,
            alias: nameNode(aliasOf(fallback)),
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

/**
 * Builds a schema that starts from rows: it has the fields of Query, and one field for each type
 * that returns the fetched rows.
 */
export function fallbackSchemaOf(schema: GraphQLSchema): GraphQLSchema {
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
    query: new GraphQLObjectType({ name: 'FallbackQuery', fields }),
    types,
    assumeValid: true,
  });
}

/**
 * Resolves all fallback fields in one execution, so that their loaders share batches. Returns
 * false on any error, which the resolvers of the whole operation then report.
 */
export async function resolveFallback(
  slots: FallbackSlots,
  fallbacks: readonly FallbackField[],
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
  if (slots.every(({ length }) => !length)) return true;
  const rootValue = Object.fromEntries(
    slots.map((slotsOfField, fallback) => [aliasOf(fallback), slotsOfField.map(({ row }) => row)]),
  );
  const { data, errors } = await execute({
    schema,
    document,
    rootValue,
    contextValue: context,
    variableValues,
  });
  if (errors || !data) return false;
  fallbacks.forEach(({ type, nodes }, fallback) => {
    const filled = type
      ? (data[aliasOf(fallback)] as object[])
      : [
          Object.fromEntries(
            nodes.map(({ alias, name }) => (alias ?? name).value).map((key) => [key, data[key]]),
          ),
        ];
    slots[fallback]?.forEach(({ into }, index) => Object.assign(into, filled[index]));
  });
  return true;
}
