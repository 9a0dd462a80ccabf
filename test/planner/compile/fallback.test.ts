import {
  parse,
  print,
  type FieldNode,
  type GraphQLObjectType,
  type OperationDefinitionNode,
} from 'graphql';
import { type Context } from '../../../src/context';
import {
  documentOf,
  fallbackSchemaOf,
  resolveFallback,
} from '../../../src/graphql/planner/fallback';
import { Author, library } from '../../support/fixtures/library';
import { MEMBER, inOneLine } from './compile.fixture';

describe('fallback fields', () => {
  const schema = fallbackSchemaOf(library);
  const typeNamed = (name: string) => library.getType(name) as GraphQLObjectType;
  const fields = (text: string): FieldNode[] =>
    (parse(text).definitions[0] as OperationDefinitionNode).selectionSet.selections as FieldNode[];
  const text = `query Q($x: Int) { book(id: "1") { author { secret } } ...F }
  fragment F on Query { ping(x: $x) }`;
  const document = parse(text);
  const fallbacks = [
    { type: typeNamed('Author'), nodes: fields('{ secret s: secret }') },
    { type: null, nodes: fields('{ ping(x: $x) p: ping(x: 2) }') },
  ];
  const [operation] = document.definitions as OperationDefinitionNode[];
  const rest = documentOf(fallbacks, document, operation as OperationDefinitionNode);
  const resolve = (slots: Parameters<typeof resolveFallback>[0]) =>
    resolveFallback(slots, fallbacks, {
      schema,
      document: rest,
      variableValues: { x: 1 },
      context: { viewer: MEMBER } as unknown as Context,
    });
  const rowNamed = (name: string) => Object.assign(new Author(), { businessId: 7, rowId: 1, name });

  it('are selected on a list of rows for each type, with the fragments', () =>
    expect(inOneLine(print(rest))).toBe(
      'query Q($x: Int) { #0: Author { secret s: secret } ping(x: $x) p: ping(x: 2) } fragment F on Query { ping(x: $x) }',
    ));
  it('have a schema that starts from rows of every type', () => {
    const query = schema.getQueryType() as GraphQLObjectType;
    const shown = (type: GraphQLObjectType) =>
      Object.values(type.getFields()).map(({ name, type: returned }) => `${name}: ${returned}`);
    const types = ['Author', 'BookConnection', 'Book', 'Press', 'Chapter', 'Size'].concat([
      'BookEdge',
      'PageInfo',
      'PressConnection',
    ]);
    expect(query.name).toBe('FallbackQuery');
    expect(shown(query).sort()).toEqual(
      [...shown(typeNamed('Query')), ...types.map((name) => `${name}: [${name}!]!`)].sort(),
    );
  });
  it('are added to the objects of their rows', async () => {
    const [one, other, data] = [{ id: 1 }, {}, {}];

    expect(
      await resolve([
        [
          { into: one, row: rowNamed('A') },
          { into: other, row: rowNamed('B') },
        ],
        [{ into: data, row: {} }],
      ]),
    ).toBe(true);

    const from = (name: string) => `${name} from the resolver`;
    expect([one, other, data]).toEqual([
      { id: 1, secret: from('A'), s: from('A') },
      { secret: from('B'), s: from('B') },
      { ping: 'pong 1', p: 'pong 2' },
    ]);
  });
  it('are not resolved without rows', async () => {
    expect(await resolve([[], []])).toBe(true);
  });
  it('return false on an error and change nothing', async () => {
    const into = {};
    expect(await resolve([[{ into, row: rowNamed('fails') }], []])).toBe(false);
    expect(into).toEqual({});
  });
});
