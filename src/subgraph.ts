import 'reflect-metadata';
import {
  GraphQLObjectType,
  GraphQLSchema,
  isSpecifiedDirective,
  parse,
  type DocumentNode,
  type GraphQLField,
} from 'graphql';
import { addEntities, entityTypes } from './features/nodes/entities';
import { printWithDirectives, type Applied } from './graphql/sdl/print-schema';
import { renameTypes } from './graphql/sdl/rename-types';
import { lazy } from './lib/lazy';
import { buildSchema } from './schema';
import { directivesOf } from './sdl';

/**
 * The gateway's schema as a subgraph of Apollo Federation 2: types of generic names have names of
 * the domain, `_entities` reads objects by their ids, and `_service` returns the SDL.
 */

const NAMES: Readonly<Record<string, string>> = {
  Message: 'AppointmentMessage',
  Job: 'BackgroundJob',
  Resource: 'SchedulingResource',
};

/** The verb of a mutation's input or payload, a generic name, and what follows it. */
const GENERIC =
  /^((?:Create|Delete|Restore|Retry|Save|Update)?)(Message|Job(?!Requisition)|Resource)(?=[A-Z]|$)/;

/** Returns the name of a type in the subgraph. */
export const subgraphName = (type: string): string =>
  type.replace(GENERIC, (_match, verb: string, name: string) => `${verb}${NAMES[name]}`);

/** Values that other subgraphs may define equally. */
const SHARED = ['PageInfo', 'Money'];

/** Directives that the specification of federation defines. */
const IMPORTED = ['key', 'shareable', 'cost', 'listSize'];
/** The specification of federation 2.9 does not know @oneOf, which the subgraph enforces itself. */
const HEAD = `
directive @oneOf on INPUT_OBJECT

extend schema
  @link(
    url: "https://specs.apollo.dev/federation/v2.9"
    import: [${IMPORTED.map((name) => `"@${name}"`).join(', ')}]
  )
`;

/**
 * Root fields by the id of any type. Each Relay subgraph has its own, which read its own objects
 * only, so that a supergraph cannot share them.
 */
const OWN_ROOTS = ['node', 'nodes'];

interface Federation {
  buildSubgraphSchema(module: { readonly typeDefs: DocumentNode }): GraphQLSchema;
}

/** Loads the modules of federation, which only a subgraph needs. */
const federation = (): Federation => require('@apollo/subgraph') as Federation;

export const subgraphSdl = lazy(() => renamed().sdl);
export const subgraphSchema = lazy(() => withService(renamed()));

interface Renamed {
  readonly schema: GraphQLSchema;
  readonly sdl: string;
}

const renamed = lazy((): Renamed => {
  const own = buildSchema([addEntities(subgraphName)]);
  const directives = directivesOf(own);
  const schema = without(renameTypes(own, subgraphName), {
    fields: OWN_ROOTS,
    types: [],
    directives: [],
  });
  return { schema, sdl: sdlOf(schema, directives) };
});

/** Returns a schema without some root fields of queries, directives and types. */
function without(
  schema: GraphQLSchema,
  names: { fields: readonly string[]; directives: readonly string[]; types: readonly string[] },
): GraphQLSchema {
  const config = schema.toConfig();
  const { fields, ...query } = (config.query as GraphQLObjectType).toConfig();
  const kept = Object.entries(fields).filter(([name]) => !names.fields.includes(name));
  return new GraphQLSchema({
    ...config,
    query: new GraphQLObjectType({ ...query, fields: Object.fromEntries(kept) }),
    types: config.types.filter((type) => type !== config.query && !names.types.includes(type.name)),
    directives: config.directives.filter(
      (directive) => isSpecifiedDirective(directive) || !names.directives.includes(directive.name),
    ),
  });
}

function sdlOf(schema: GraphQLSchema, directives: ReadonlyMap<string, readonly Applied[]>): string {
  const printable = without(schema, {
    fields: ['_entities'],
    types: ['_Any', '_Entity'],
    directives: IMPORTED,
  });
  const keys = entityTypes(printable).map(({ name }): [string, readonly Applied[]] => [
    name,
    [{ name: 'key', args: { fields: 'id' } }],
  ]);
  const shared = SHARED.map((name): [string, readonly Applied[]] => [
    name,
    [{ name: 'shareable' }],
  ]);
  const named = [...directives].map(([coordinate, applied]): [string, readonly Applied[]] => {
    const [type, field] = coordinate.split('.') as [string, string];
    return [`${subgraphName(type)}.${field}`, applied];
  });
  return printWithDirectives(printable, new Map([...keys, ...shared, ...named])) + HEAD;
}

/**
 * Returns the schema with Query._service.
 * @throws Error if the SDL is not that of a subgraph
 */
function withService({ schema, sdl }: Renamed): GraphQLSchema {
  const federated = federation().buildSubgraphSchema({ typeDefs: parse(sdl) });
  const { _service } = (federated.getQueryType() as GraphQLObjectType).getFields();
  const { type, description } = _service as GraphQLField<unknown, unknown>;
  const config = schema.toConfig();
  const query = (config.query as GraphQLObjectType).toConfig();
  const service = { type, description, resolve: () => ({ sdl }) };
  return new GraphQLSchema({
    ...config,
    query: new GraphQLObjectType({ ...query, fields: { ...query.fields, _service: service } }),
    types: config.types.filter((each) => each !== config.query),
  });
}
