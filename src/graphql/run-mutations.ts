import {
  GraphQLInputObjectType,
  GraphQLString,
  getNamedType,
  type GraphQLField,
  type GraphQLSchema,
} from 'graphql';
import type { Context } from '../context';
import { keyedRunOf, MAX_KEY_LENGTH } from '../services/idempotency';
import { clearLoaders } from './relations/loader';

type MutationField = GraphQLField<unknown, Context>;

/**
 * Runs each root field of a mutation on a context of its own, with its idempotency key, and evicts
 * what earlier root fields loaded before its payload is read. Every mutation of the schema goes
 * through here. Returns the schema that it changes.
 */
export function runMutations(schema: GraphQLSchema): GraphQLSchema {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    acceptKey(field as MutationField);
    runOnce(field as MutationField);
  }
  return schema;
}

function runOnce(field: MutationField): void {
  const { resolve } = field;
  if (!resolve) throw new Error(`The mutation ${field.name} has no resolver.`);
  field.resolve = async (source, args, context, info) => {
    const handOvers: ((to: Context) => void)[] = [];
    const run = keyedRunOf(context, { name: field.name, responseKey: String(info.path.key), args });
    const own: Context = {
      ...context,
      keyedRun: run,
      db: run ? run.database() : context.db,
      handOver: (give) => void handOvers.push(give),
    };
    try {
      return (await resolve(source, args, own, info)) as unknown;
    } finally {
      clearLoaders(context);
      for (const give of handOvers) give(context);
    }
  };
}

const DESCRIPTION = `Key that makes the request safe to repeat: the same key with the same input returns the first result, for 72 hours. 1 to ${MAX_KEY_LENGTH} characters. Takes precedence over the header Idempotency-Key.`;

/** Adds `idempotencyKey` to the input of a mutation. The runner reads it, resolvers do not. */
function acceptKey(field: MutationField): void {
  const type = getNamedType(field.args.find(({ name }) => name === 'input')?.type);
  if (!(type instanceof GraphQLInputObjectType)) return;
  type.getFields().idempotencyKey = {
    name: 'idempotencyKey',
    type: GraphQLString,
    description: DESCRIPTION,
    defaultValue: undefined,
    deprecationReason: undefined,
    extensions: {},
    astNode: undefined,
  };
}
