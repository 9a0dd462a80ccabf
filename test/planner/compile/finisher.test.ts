import { encodeCursor } from '../../../src/graphql/connection';
import { finisherOf } from '../../../src/graphql/planner/assemble';
import { UnplannableError } from '../../../src/graphql/planner/codec';
import { Author, authors } from '../../support/fixtures/library';
import { type Options, runOf, planned } from './compile.fixture';

describe('finisherOf', () => {
  const finish = (text: string, found: unknown, options?: Options) => {
    const plan = planned(text, options);
    const run = runOf(plan, options);
    return { data: finisherOf(plan)(found, run), slots: run.slots };
  };
  const cursor = (...values: unknown[]) => encodeCursor('Book.TITLE', values);
  const [A, B, C] = [
    [['A', 1], ['A']],
    [['B', 2], ['B']],
    [['C', 3], ['C']],
  ];
  const node = (title: string) => ({ title });

  it.each<[string, unknown, unknown, Options?]>([
    ['{ t: __typename book(id: "1") { pages } }', [null], { t: 'Query', book: null }],
    [
      '{ a: book(id: "1") { pages size { thick pages } __typename } b: book(id: "2") { pages } }',
      [[310, 310], [null]],
      {
        a: { pages: 310, size: { thick: true, pages: 310 }, __typename: 'Book' },
        b: { pages: null },
      },
    ],
    [
      '{ author(id: "1") { initials name } }',
      [['N', true, 'N']],
      { author: { initials: 'N true ADMINISTRATOR', name: 'N' } },
    ],
    [
      '{ book(id: "1") { viewerRole named } }',
      [['T']],
      { book: { viewerRole: 'ADMINISTRATOR', named: 'T' } },
    ],
    [
      '{ book(id: "1") { byline id } }',
      [['T', ['N', false], null, [['H1'], ['H2']], 4, 'Book:1']],
      {
        book: {
          byline: JSON.stringify([
            { title: 'T' },
            { name: 'N', active: false },
            null,
            [{ heading: 'H1' }, { heading: 'H2' }],
            4,
          ]),
          id: 'Book:1',
        },
      },
    ],
    [
      `{
        book(id: "1") {
          pages opening { heading } chapters { heading } author { name } editor { name } readerCount
        }
      }`,
      [[1, null, [], ['N'], null, 4]],
      {
        book: {
          pages: 1,
          opening: null,
          chapters: [],
          author: { name: 'N' },
          editor: null,
          readerCount: 4,
        },
      },
    ],
    [
      '{ book(id: "1") { pages opening { heading } chapters { heading } editor { name } } }',
      [[1, ['H'], [['H'], ['I']], ['E']]],
      {
        book: {
          pages: 1,
          opening: { heading: 'H' },
          chapters: [{ heading: 'H' }, { heading: 'I' }],
          editor: { name: 'E' },
        },
      },
    ],
    // Pages of two rows, of which three may have been read.
    [
      '{ books { edges { cursor } } }',
      [[[A, B]]],
      { books: { edges: [{ cursor: cursor('A', 1) }, { cursor: cursor('B', 2) }] } },
    ],
    [
      '{ books { edges { c: cursor n: node { title } __typename } totalCount __typename } }',
      [[[A, B, C], 12]],
      {
        books: {
          edges: [
            { c: cursor('A', 1), n: node('A'), __typename: 'BookEdge' },
            { c: cursor('B', 2), n: node('B'), __typename: 'BookEdge' },
          ],
          totalCount: 12,
          __typename: 'BookConnection',
        },
      },
    ],
    [
      '{ books { edges { node { title } } } }',
      [[[['B'], ['A']]]],
      { books: { edges: [{ node: node('A') }, { node: node('B') }] } },
      { backward: true },
    ],
    [
      `{
        books {
          nodes { title }
          pageInfo { hasNextPage hasPreviousPage startCursor e: endCursor __typename }
        }
      }`,
      [[[A, B, C]]],
      {
        books: {
          nodes: [node('A'), node('B')],
          pageInfo: {
            hasNextPage: true,
            hasPreviousPage: false,
            startCursor: cursor('A', 1),
            e: cursor('B', 2),
            __typename: 'PageInfo',
          },
        },
      },
    ],
    [
      '{ books { pageInfo { hasNextPage startCursor } } }',
      [[[]]],
      { books: { pageInfo: { hasNextPage: false, startCursor: null } } },
    ],
    [
      '{ books { totalCount } book(id: "1") { pages } }',
      [[12], null],
      { books: { totalCount: 12 }, book: null },
    ],
    [
      '{ books { __typename nodes { pages } } }',
      [[[[1], [2]]]],
      { books: { __typename: 'BookConnection', nodes: [{ pages: 1 }, { pages: 2 }] } },
    ],
    [
      '{ author(id: "1") { initials books { totalCount nodes { title } } name } }',
      [['N', true, [[['A']], 12], 'N']],
      {
        author: {
          initials: 'N true ADMINISTRATOR',
          books: { totalCount: 12, nodes: [node('A')] },
          name: 'N',
        },
      },
    ],
    // Rows that the viewer reads in part.
    [
      '{ author(id: "1") { id name note initials __typename } }',
      [['Author:3', 'N', null, null]],
      {
        author: {
          id: 'Author:3',
          name: 'N',
          note: null,
          initials: null,
          __typename: 'Author',
        },
      },
      { limited: [authors] },
    ],
    [
      '{ author(id: "1") { note nicknames initials name } }',
      [[[null], [['x']], ['N', true], 'N']],
      { author: { note: null, nicknames: ['x'], initials: 'N true ADMINISTRATOR', name: 'N' } },
      { limited: [authors] },
    ],
  ])('completes %s', (text, found, wanted, options = {}) => {
    const { data } = finish(text, found, options);
    expect(data).toEqual(wanted);
    expect(JSON.stringify(data)).toBe(JSON.stringify(wanted));
  });
  it('keeps aliases such as __proto__', () =>
    expect(
      JSON.stringify(finish('{ __proto__: book(id: "1") { __proto__: pages } }', [[3]]).data),
    ).toBe('{"__proto__":{"__proto__":3}}'));
  it('computes from an instance with the read columns only', () => {
    const { data } = finish('{ book(id: "1") { size { pages thick } } }', [[3]]);
    expect(data).toEqual({ book: { size: { pages: 3, thick: false } } });
  });
  it('leaves an invisible row that may be readable in part to resolvers', () =>
    expect(() => finish('{ author(id: "1") { name } }', [null], { limited: [authors] })).toThrow(
      UnplannableError,
    ));
  it('leaves a list of a row that the viewer reads in part to resolvers, which refuse it', () =>
    expect(() =>
      finish('{ author(id: "1") { name nicknames } }', [['N', null]], { limited: [authors] }),
    ).toThrow(UnplannableError));
  it('records the rows that lack fields', () => {
    const { data, slots } = finish(
      '{ book(id: "1") { author { secret name unknown } editor { secret } } ping }',
      [[['N', 7, 3, 'N', null, 9, true, '["x"]', 4], null]],
    );
    const { book } = data as { book: { author: object } };
    const row = Object.assign(new Author(), {
      businessId: 7,
      rowId: 3,
      name: 'N',
      note: null,
      bornAt: 9,
      active: true,
      nicknames: ['x'],
      mentorId: 4,
    });

    expect(data).toEqual({ book: { author: { name: 'N' }, editor: null } });
    expect(Object.keys(book.author)).toEqual(['secret', 'name', 'unknown']);
    expect(slots.map(({ length }) => length)).toEqual([1, 0, 1]);
    expect(slots[0]?.[0]?.into).toBe(book.author);
    expect(slots[0]?.[0]?.row).toEqual(row);
    expect(slots[0]?.[0]?.row).toBeInstanceOf(Author);
    expect(slots[2]?.[0]?.into).toBe(data);
  });
});
