// Writes Relay documents over the whole schema: a refetchable fragment for each type with an id, a
// connection with pagination for each list, and an operation for each root field. relay-compiler
// refuses what Relay cannot use.
import { readFileSync, writeFileSync } from 'node:fs';
import { buildSchema, getNamedType, isLeafType, isObjectType, isRequiredArgument } from 'graphql';

const schema = buildSchema(readFileSync('../schema.graphql', 'utf8'));
const types = Object.values(schema.getTypeMap()).filter(isObjectType);
const fieldsOf = (type) => Object.values(type.getFields());
const isNode = (type) => type.getInterfaces().some(({ name }) => name === 'Node');
const documents = [];

/** Leaf fields without required arguments. */
const leavesOf = (type) =>
  fieldsOf(type)
    .filter((field) => isLeafType(getNamedType(field.type)) && !field.args.some(isRequiredArgument))
    .map(({ name }) => name);

const selectionOf = (type) => {
  if (isLeafType(type)) return '';
  const errors = isObjectType(type) && type.getFields().userErrors ? 'userErrors { message }' : '';
  return `{ __typename ${isObjectType(type) ? leavesOf(type).join(' ') : ''} ${errors} }`;
};

function addConnection(type, { name, type: connection }) {
  const fragment = `documents_${type.name}_${name}`;
  const query = `documents${type.name}${name}PaginationQuery`;
  const node = getNamedType(
    getNamedType(getNamedType(connection).getFields().edges.type).getFields().node.type,
  );
  documents.push(`fragment ${fragment} on ${type.name}
    @refetchable(queryName: "${query}")
    @argumentDefinitions(first: { type: "Int", defaultValue: 10 }, after: { type: "String" }) {
    ${name}(first: $first, after: $after) @connection(key: "${fragment}") {
      edges { node ${selectionOf(node)} }
    }
  }`);
}

for (const type of types) {
  if (isNode(type))
    documents.push(`fragment documents_${type.name} on ${type.name}
      @refetchable(queryName: "documents${type.name}RefetchQuery") { ${leavesOf(type).join(' ')} }`);
  if (isNode(type) || type.name === 'Query')
    for (const field of fieldsOf(type))
      if (getNamedType(field.type).name.endsWith('Connection')) addConnection(type, field);
}
for (const root of [schema.getMutationType(), schema.getSubscriptionType()])
  for (const { name, args, type } of fieldsOf(root)) {
    const kind = root.name.toLowerCase();
    const required = args.filter(isRequiredArgument);
    const variables = required.map((arg) => `$${arg.name}: ${arg.type}`).join(', ');
    const values = required.map((arg) => `${arg.name}: $${arg.name}`).join(', ');
    documents.push(`${kind} documents${name}${root.name} ${variables && `(${variables})`} {
      ${name}${values && `(${values})`} ${selectionOf(getNamedType(type))}
    }`);
  }

writeFileSync(
  'relay-schema/documents.ts',
  `import { graphql } from 'relay-runtime';\n${documents.map((text) => `graphql\`${text}\`;\n`).join('')}`,
);
