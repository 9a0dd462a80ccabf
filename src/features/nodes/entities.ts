import {
  GraphQLList,
  GraphQLNonNull,
  GraphQLObjectType,
  GraphQLScalarType,
  GraphQLSchema,
  GraphQLUnionType,
  isInterfaceType,
  valueFromASTUntyped,
} from 'graphql';
import { memberOf, type Context } from '../../context';
import { badValue, InputProblemCode } from '../../errors';
import { anyGlobalId, partsOfKeyedId } from '../../graphql/global-id';
import type { Node } from '../../graphql/node';
import { allKeyed, findNode } from './find-node';

const MAX_REPRESENTATIONS = 1_000;

/** A reference of another subgraph to an object. */
interface Representation {
  readonly __typename: string;
  readonly id: string;
}

const ANY = new GraphQLScalarType({
  name: '_Any',
  description: 'Representation of an object: __typename and id.',
  extensions: { acceptsObjects: true },
  parseValue: (value) => value,
  parseLiteral: valueFromASTUntyped,
});

type Path = readonly string[];

/** @throws DomainError BAD_USER_INPUT for anything but a type and an id of that type */
function checked(value: unknown, nameOf: (type: string) => string, path: Path): Representation {
  const { __typename, id } = (value ?? {}) as Partial<Record<string, unknown>>;
  if (typeof id !== 'string' || typeof __typename !== 'string')
    throw badValue(InputProblemCode.REQUIRED, 'A representation contains __typename and id.', path);
  const type = partsOfKeyedId(id)?.type ?? anyGlobalId(id, [...path, 'id']).type;
  if (nameOf(type) !== __typename)
    throw badValue(
      InputProblemCode.WRONG_FORMAT,
      `Expected the id of type ${__typename}, not one of type ${type}.`,
      [...path, 'id'],
    );
  return { __typename, id };
}

/** Reads the objects of one operation, those without numbers once for each type. */
class EntityReader {
  private readonly keyed = new Map<string, Promise<readonly Node[]> | null>();

  constructor(private readonly context: Context) {}

  async find(id: string, path: Path): Promise<Node | null> {
    const type = partsOfKeyedId(id)?.type ?? '';
    if (!this.keyed.has(type)) this.keyed.set(type, allKeyed(this.context, type));
    const objects = await this.keyed.get(type);
    if (objects) return objects.find((object) => object.id === id) ?? null;
    return findNode(this.context, id, path);
  }
}

/** @throws DomainError BAD_USER_INPUT for too many representations */
function findEntities(
  context: Context,
  representations: readonly unknown[],
  nameOf: (type: string) => string,
): Promise<(Node | Error | null)[]> {
  memberOf(context);
  if (representations.length > MAX_REPRESENTATIONS)
    throw badValue(
      InputProblemCode.TOO_LONG,
      `A request can contain at most ${MAX_REPRESENTATIONS} representations.`,
      ['representations'],
    );
  const reader = new EntityReader(context);
  return Promise.all(
    representations.map(async (value, index) => {
      const path = ['representations', String(index)];
      try {
        return await reader.find(checked(value, nameOf, path).id, path);
      } catch (error) {
        return error as Error;
      }
    }),
  );
}

/** Returns the types whose objects have a global id. */
export function entityTypes(schema: GraphQLSchema): readonly GraphQLObjectType[] {
  const node = schema.getType('Node');
  return isInterfaceType(node) ? schema.getPossibleTypes(node) : [];
}

/**
 * Adds Query._entities, by which a federated gateway reads objects by their ids. It discloses what
 * Query.nodes does. Objects that are not visible are null.
 */
export const addEntities =
  (nameOf: (type: string) => string) =>
  (schema: GraphQLSchema): GraphQLSchema => {
    const types = entityTypes(schema);
    const entity = new GraphQLUnionType({
      name: '_Entity',
      description: 'An object that other subgraphs can refer to.',
      types,
      resolveType: (value: object) => value.constructor.name,
    });
    const config = schema.toConfig();
    const query = config.query?.toConfig();
    if (!query) return schema;
    const fields: typeof query.fields = {
      ...query.fields,
      _entities: {
        type: new GraphQLNonNull(new GraphQLList(entity)),
        description: `Objects by their representations. Maximum ${MAX_REPRESENTATIONS}.`,
        args: {
          representations: {
            type: new GraphQLNonNull(new GraphQLList(new GraphQLNonNull(ANY))),
            description: 'References to objects of any types.',
          },
        },
        extensions: { sizedBy: 'representations' },
        resolve: (_root, { representations }, context: Context) =>
          findEntities(context, representations as readonly unknown[], nameOf),
      },
    };
    const others = config.types.filter((type) => type !== config.query);
    return new GraphQLSchema({
      ...config,
      query: new GraphQLObjectType({ ...query, fields }),
      types: [...others, entity],
    });
  };
