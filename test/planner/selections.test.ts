import type { GraphQLScalarType } from 'graphql';
import {
  buildSchema,
  GraphQLEnumType,
  parse,
  type FieldNode,
  type GraphQLObjectType,
  type OperationDefinitionNode,
} from 'graphql';
import type { TableColumn } from '../../src/db/table';
import {
  completeOf,
  shapeOf,
  unplannable,
  UnplannableError,
} from '../../src/graphql/planner/codec';
import { deciding, selectionsOf, setsOf } from '../../src/graphql/planner/selection';

const schema = buildSchema(`
  interface Named { name: String }
  interface Other { name: String }
  union Any = Item | Tag
  enum Color { RED, GREEN }
  scalar Upper
  scalar DateTime
  scalar Decimal
  scalar LocalDate
  scalar LocalDateTime
  type Tag implements Named { name: String, size: Int }
  type Plain { color: Color, name: String!, tag: Tag, upper: Upper }
  type Item implements Named {
    name: String, size: Int, item: Item, plain: Plain, plains: [Plain!], required: Plain!, union: Any, upper: Upper
    matrix: [[Int!]]!, resolved: Resolved
  }
  type Resolved { value: Int }
  type Query { item: Item, tag: Tag }
`);
const typeOf = <T = GraphQLObjectType>(name: string): T => schema.getType(name) as unknown as T;
Object.assign(typeOf<GraphQLScalarType>('Upper'), {
  serialize: (value: string) => value.toUpperCase(),
});
Object.assign(typeOf('Resolved').getFields().value as object, { resolve: () => 1 });

const operationOf = (text: string) => {
  const document = parse(text);
  return { document, operation: document.definitions[0] as OperationDefinitionNode };
};

describe('selectionsOf', () => {
  /** Lists the fields of Item by response name, each with the names below. */
  const fields = (text: string, variables: Record<string, unknown> = {}): string => {
    const { document, operation } = operationOf(text);
    const selections = selectionsOf(schema, document, variables);
    const shown = (type: GraphQLObjectType, nodes: readonly FieldNode[]): string =>
      [...selections.fields(type, setsOf(nodes))]
        .map(([key, own]) => {
          const below = shown(type, own);
          return `${key}:${own.map(({ name }) => name.value).join('+')}${below && `(${below})`}`;
        })
        .join(' ');
    return [
      ...selections.fields(schema.getQueryType() as GraphQLObjectType, [operation.selectionSet]),
    ]
      .map(([, nodes]) => shown(typeOf('Item'), nodes))
      .join(' | ');
  };

  it.each<[string, string]>([
    ['{ item { name size } }', 'name:name size:size'],
    ['{ item { a: name name } }', 'a:name name:name'],
    ['{ item { name size name } }', 'name:name+name size:size'],
    [
      '{ item { size name } item { name item { size } } }',
      'size:size name:name+name item:item(size:size)',
    ],
    ['{ item { item { name } item { size name } } }', 'item:item+item(name:name+name size:size)'],
    ['{ item { ... { name } size } }', 'name:name size:size'],
    // Type conditions.
    ['{ item { ... on Item { name } } }', 'name:name'],
    ['{ item { ... on Named { name } } }', 'name:name'],
    ['{ item { ... on Any { __typename } } }', '__typename:__typename'],
    ['{ item { ... on Tag { name } size } }', 'size:size'],
    ['{ item { ... on Other { name } size } }', 'size:size'],
    ['{ item { ... on Missing { name } size } }', 'size:size'],
    ['{ item { ... on Color { name } size } }', 'size:size'],
    // Fragments.
    [
      '{ item { ...F size } } fragment F on Item { name ...G } fragment G on Named { a: name }',
      'name:name a:name size:size',
    ],
    ['{ item { ...F size } } fragment F on Tag { name }', 'size:size'],
    ['{ item { ...F size } }', 'size:size'],
    // Once at each place.
    [
      '{ item { ...F ...F item { ...F } } } fragment F on Item { name }',
      'name:name item:item(name:name)',
    ],
    ['{ item { ...F } item { ...F } } fragment F on Item { name ...F }', 'name:name'],
    // Directives.
    ['{ item { name @skip(if: true) size } }', 'size:size'],
    ['{ item { name @skip(if: false) size } }', 'name:name size:size'],
    ['{ item { name @include(if: false) size } }', 'size:size'],
    ['{ item { name @include(if: true) size } }', 'name:name size:size'],
    ['{ item { name @include(if: true) @skip(if: true) size } }', 'size:size'],
    ['{ item { name @include(if: false) @skip(if: false) size } }', 'size:size'],
    ['{ item { ... @skip(if: true) { name } ... @include(if: true) { size } } }', 'size:size'],
    ['{ item { ...F @include(if: false) size } } fragment F on Item { name }', 'size:size'],
    [
      '{ item { ...F @skip(if: true) ...F size } } fragment F on Item { name }',
      'name:name size:size',
    ],
    ['{ item { name @other size } }', 'name:name size:size'],
    ['{ item @skip(if: true) { name } }', ''],
  ])('%s', (text, wanted) => expect(fields(text)).toBe(wanted));
  it('reads the variables of directives', () => {
    const text =
      'query ($a: Boolean!, $b: Boolean!) { item { name @skip(if: $a) size @include(if: $b) } }';
    expect(fields(text, { a: true, b: true })).toBe('size:size');
    expect(fields(text, { a: false, b: false })).toBe('name:name');
  });
  it('skips fields without a selection', () => {
    const { document } = operationOf('{ item }');
    const { fields: of } = selectionsOf(schema, document, {});
    expect([...of(typeOf('Item'), [undefined])]).toEqual([]);
  });
});

describe('deciding', () => {
  it.each<[string, string[]]>([
    ['query ($a: Int) { item(x: $a) { name } }', []],
    ['query { item { name @skip(if: true) } }', []],
    ['query A { item { name } } query B ($b: Boolean!) { item @skip(if: $b) { name } }', []],
    ['query { item @mark { name } }', []],
    [
      'query ($b: Boolean!, $a: Boolean!) { item @skip(if: $b) { name @include(if: $a) } }',
      ['a', 'b'],
    ],
    ['query ($a: Boolean!) { item @skip(if: $a) { name @include(if: $a) } }', ['a']],
    ['query ($a: Boolean!) { ... @skip(if: $a) { item { name } } }', ['a']],
    ['query ($a: Boolean!) { ... { item { ... on Item { name @skip(if: $a) } } } }', ['a']],
    ['query ($a: Boolean!) { ...F @skip(if: $a) } fragment F on Query { item { name } }', ['a']],
    ['query { ...F } fragment F on Query { item { name @skip(if: $a) } }', ['a']],
    ['query ($a: Boolean!, $b: Int) { item @mark(x: 1, if: $a, y: $b) { name } }', ['a', 'b']],
  ])('%s: %j', (text, wanted) => {
    const { document, operation } = operationOf(text);
    expect(deciding(document, operation)).toEqual(wanted);
  });
});

/** Completes a value of the field `Item.name` by the selection. */
const complete = (selection: string, value: unknown): unknown => {
  const { document, operation } = operationOf(`{ item { ${selection} } }`);
  const [item] = operation.selectionSet.selections as FieldNode[];
  const selections = selectionsOf(schema, document, {});
  const [[, nodes]] = selections.fields(typeOf('Item'), setsOf([item as FieldNode])) as unknown as [
    [string, FieldNode[]],
  ];
  const { type } = typeOf('Item').getFields()[(nodes[0] as FieldNode).name.value] as { type: any };
  return completeOf(selections, type, nodes)(value);
};

describe('completeOf', () => {
  const plain = { color: 'RED', name: 'n', tag: { name: 't', size: 2 }, upper: 'u' };
  it.each<[string, unknown, unknown]>([
    ['name', 'a', 'a'],
    ['name', null, null],
    ['name', undefined, null],
    ['name', 7, '7'],
    ['upper', 'a', 'A'],
    ['matrix', [[1, 2], null, []], [[1, 2], null, []]],
    ['plain { name }', null, null],
    ['plain { name }', undefined, null],
    ['plain { name color upper }', plain, { name: 'n', color: 'RED', upper: 'U' }],
    [
      'plain { b: name __typename a: __typename }',
      plain,
      { b: 'n', __typename: 'Plain', a: 'Plain' },
    ],
    ['plain { tag { size } tag { name } }', plain, { tag: { size: 2, name: 't' } }],
    ['plain { tag { size } }', { tag: null }, { tag: null }],
    ['plains { name }', [plain, { name: 'm' }], [{ name: 'n' }, { name: 'm' }]],
    ['plains { name }', null, null],
    ['plains { name }', undefined, null],
    ['required { name }', plain, { name: 'n' }],
  ])('%s of %j is %j', (selection, value, wanted) =>
    expect(complete(selection, value)).toEqual(wanted),
  );
  it.each<[string, unknown]>([
    ['matrix', null],
    ['matrix', undefined],
    ['matrix', [[null]]],
    ['required { name }', null],
    ['plain { name }', { name: null }],
    ['plains { name }', [null]],
  ])('refuses a missing value of %s in %j', (selection, value) =>
    expect(() => complete(selection, value)).toThrow('A non-null field was null.'),
  );
  it.each(['union { __typename }', 'resolved { value }'])('cannot complete %s', (selection) =>
    expect(() => complete(selection, {})).toThrow(UnplannableError),
  );
  it('fails by unplannable', () => expect(unplannable).toThrow(UnplannableError));
});

describe('shapeOf', () => {
  const column = (kind: TableColumn['kind'], nullable = false): TableColumn => ({
    property: 'p',
    name: 'p',
    kind,
    nullable,
    limit: 1,
  });
  const fieldType = (text: string) => {
    const made =
      buildSchema(`enum Color { RED } scalar DateTime scalar Decimal scalar LocalDate scalar LocalDateTime scalar Upper
      type Tag { a: Int } type Query { f: ${text} }`);
    return (made.getQueryType() as GraphQLObjectType).getFields().f!.type;
  };

  const KINDS = ['number', 'text', 'boolean', 'json'] as const;
  it.each<[string, (string | null)[]]>([
    ['Int', ['number', null, null, null]],
    ['DateTime', ['instant', null, null, null]],
    ['Boolean', [null, null, 'boolean', null]],
    ['String', [null, 'text', null, null]],
    ['ID', [null, 'text', null, null]],
    ['Decimal', [null, 'text', null, null]],
    ['LocalDate', [null, 'text', null, null]],
    ['LocalDateTime', [null, 'text', null, null]],
    ['Upper', [null, null, null, null]],
    ['Float', [null, null, null, null]],
    ['Color', [null, 'word', null, null]],
    ['Tag', [null, null, null, null]],
    ['[String!]', [null, null, null, 'json']],
    ['[LocalDate]', [null, null, null, 'json']],
    ['[Int!]', [null, null, null, null]],
    ['[Color!]', [null, null, null, null]],
    ['[Tag!]', [null, null, null, null]],
    ['[[String]]', [null, null, null, null]],
  ])('%s of a number, text, boolean and JSON: %j', (text, wanted) => {
    expect(KINDS.map((kind) => shapeOf(fieldType(text), column(kind)))).toEqual(wanted);
    expect(KINDS.map((kind) => shapeOf(fieldType(`${text}!`), column(kind)))).toEqual(wanted);
    expect(KINDS.map((kind) => shapeOf(fieldType(text), column(kind, true)))).toEqual(wanted);
  });
  it('refuses a nullable column of a field that is not', () =>
    expect(() => shapeOf(fieldType('Int!'), column('number', true))).toThrow(UnplannableError));
  it('serialises an enum whose values differ from their names', () => {
    const odd = (value: string) =>
      new GraphQLEnumType({ name: 'Odd', values: { A: { value: 'A' }, B: { value } } });
    expect(shapeOf(odd('B'), column('text'))).toBe('word');
    expect(shapeOf(odd('b'), column('text'))).toBeNull();
  });
});
