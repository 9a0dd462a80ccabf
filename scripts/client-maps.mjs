// Writes what clients configure from schema.graphql to examples/generated: the scalars of
// graphql-codegen, the type policies of Apollo Client, and the keys and resolvers of Graphcache.
import { readFileSync, writeFileSync } from 'node:fs';
import {
  buildSchema,
  getNamedType,
  isAbstractType,
  isObjectType,
  isScalarType,
  isSpecifiedScalarType,
} from 'graphql';

const HEADER = '// Generated from schema.graphql by `npm run schema:print`. Do not edit.\n';
const PAGING = new Set(['first', 'last', 'after', 'before']);
/** Every custom scalar is a string in JSON. Decimal also accepts integers. */
const INPUTS = { Decimal: 'string | number' };

const schema = buildSchema(readFileSync('schema.graphql', 'utf8'));
const types = Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
const roots = new Set(['Query', 'Mutation', 'Subscription']);
const objects = types.filter((type) => isObjectType(type) && !roots.has(type.name));

const scalars = Object.fromEntries([
  // Arguments also accept the number of a row.
  ['ID', { input: 'string | number', output: 'string' }],
  ...types
    .filter((type) => isScalarType(type) && !isSpecifiedScalarType(type))
    .map(({ name }) => [name, { input: INPUTS[name] ?? 'string', output: 'string' }]),
]);

/** The visibility of an event depends on the filter of its list, which no id has. */
const isEntity = (type) =>
  String(type.getFields().id?.type) === 'ID!' && !type.getFields().visibility;
/** Types that a cache embeds in the object that has them, because they have no global id. */
const embedded = objects.filter((type) => !isEntity(type)).map(({ name }) => name);

const possibleTypes = types
  .filter(isAbstractType)
  .map((type) => [type.name, schema.getPossibleTypes(type).map(({ name }) => name)]);

const isPaged = ({ type, args }) =>
  getNamedType(type).name.endsWith('Connection') && args.some(({ name }) => name === 'first');

/** The paged fields of each type, with the arguments that identify a list. */
const connections = types
  .filter(isObjectType)
  .map((type) => [
    type.name,
    Object.values(type.getFields())
      .filter(isPaged)
      .map(({ name, args }) => [
        name,
        args.map((each) => each.name).filter((each) => !PAGING.has(each)),
      ]),
  ])
  .filter(([, fields]) => fields.length > 0);

const listOf = (names) => `[${names.map((name) => `'${name}'`).join(', ')}]`;
const linesOf = (lines) => lines.map((line) => `  ${line},\n`).join('');

const fieldsOf = new Map(connections);
const policies = [
  ...connections.map(([name, fields]) => {
    const pages = fields.map(([field, args]) => `${field}: relayStylePagination(${listOf(args)})`);
    const key = embedded.includes(name) ? 'keyFields: false, merge: true, ' : '';
    return `${name}: { ${key}fields: {\n${pages.map((page) => `    ${page},\n`).join('')}  } }`;
  }),
  ...embedded.filter((name) => !fieldsOf.has(name)).map((name) => `${name}: EMBEDDED`),
];

writeFileSync('examples/generated/scalars.json', `${JSON.stringify(scalars, null, 2)}\n`);

writeFileSync(
  'examples/generated/apollo.ts',
  `${HEADER}import type { PossibleTypesMap, TypePolicies } from '@apollo/client';
import { relayStylePagination } from '@apollo/client/utilities';

/** A value without a global id: part of the object that has it. */
const EMBEDDED = { keyFields: false, merge: true } as const;

/** Implementations of each interface and union, for fragments on them. */
export const possibleTypes: PossibleTypesMap = {
${linesOf(possibleTypes.map(([name, names]) => `${name}: ${listOf(names)}`))}};

/** Pages of a list are merged if they select \`edges\`. */
export const typePolicies: TypePolicies = {
${linesOf(policies)}};
`,
);

writeFileSync(
  'examples/generated/graphcache.ts',
  `${HEADER}import type { KeyingConfig, ResolverConfig } from '@urql/exchange-graphcache';
import { relayPagination } from '@urql/exchange-graphcache/extras';

const embedded = () => null;

/** Types without a global id: values of the object that has them. */
export const keys: KeyingConfig = {
${linesOf(embedded.map((name) => `${name}: embedded`))}};

/** Merges the pages of a list. */
export const resolvers: ResolverConfig = {
${linesOf(
  connections.map(
    ([name, fields]) =>
      `${name}: {\n${fields.map(([field]) => `    ${field}: relayPagination(),\n`).join('')}  }`,
  ),
)}};
`,
);
