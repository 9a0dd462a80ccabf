import { buildSchema } from 'graphql';
import { staff } from '../../../src/features/staff/staff.list';
import { limitDisclosure } from '../../../src/graphql/disclosure';
import { authors, books } from '../../support/fixtures/library';
import { type Options, planOf, planned } from './compile.fixture';

describe('compile', () => {
  it.each([
    '{ ping }',
    '{ missing }',
    '{ sureBook(id: "1") { title } }',
    'mutation { book(id: "1") { title } }',
    'query @mark { book(id: "1") { title } }',
  ])('returns null for %s', (text) => expect(planOf(text)).toBeNull());

  it.each<[string, string[], Options?]>([
    ['{ ping books { totalCount } }', ['Query.ping']],
    [
      '{ sureBook(id: "2") { author { books { totalCount } } } books { totalCount } }',
      ['Query.sureBook'],
    ],
    ['{ author(id: "1") { sureNote name } }', ['Author.sureNote']],
    ['{ author(id: "1") { secret unknown s: secret } }', ['Author.secret unknown secret']],
    ['{ author(id: "1") { unplanned } }', ['Author.unplanned']],
    ['{ author(id: "1") { stray { totalCount } } }', ['Author.stray']],
    ['{ book(id: "1") { sureEditor { name } } }', ['Book.sureEditor']],
    ['{ book(id: "1") { sureOpening { heading } } }', ['Book.sureOpening']],
    ['{ book(id: "1") { wrongType { name } } }', ['Book.wrongType']],
    [
      '{ book(id: "1") { author { secret } editor { secret } } ping }',
      ['Author.secret', 'Author.secret', 'Query.ping'],
    ],
    ['{ book(id: "1") { chapters { id heading } } }', ['Chapter.id']],
    ['{ author(id: "1") { name } stray { title } }', ['Query.stray']],
    ['{ author(id: "1") { name } mixed { __typename } }', ['Query.mixed']],
    // A page in part is no page: its rows would be read twice.
    ['{ author(id: "1") { name } books { average } }', ['Query.books']],
    ['{ author(id: "1") { name } books { nodes { author { secret } } average } }', ['Query.books']],
    [
      '{ author(id: "1") { name } books { a: nodes { title } b: nodes { title } } }',
      ['Query.books'],
    ],
    [
      '{ author(id: "1") { name } books { nodes { title } edges { node { title } } } }',
      ['Query.books'],
    ],
    [
      '{ author(id: "1") { name } books { edges { a: node { title } b: node { title } } } }',
      ['Query.books'],
    ],
    ['{ author(id: "1") { name books { average } } }', ['Author.books']],
    ['{ author(id: "1") { name books { totalCount } } }', ['Author.books'], { limited: [authors] }],
  ])('leaves fields of %s to resolvers: %j', (text, wanted, options = {}) => {
    const { fallbacks, bindings, direct } = planned(text, options);
    expect(
      fallbacks.map(
        ({ type, nodes }) =>
          `${type?.name ?? 'Query'}.${nodes.map(({ name }) => name.value).join(' ')}`,
      ),
    ).toEqual(wanted);
    expect(bindings).toHaveLength(1);
    expect(direct).toBe(false);
  });
  it('binds each page to its field', () => {
    const { bindings } = planned(
      '{ b: books { nodes { author { books(first: 1) { totalCount } } } } }',
    );
    expect(
      bindings.map(({ field, parent, nodes }) => [parent.name, field.name, nodes.length]),
    ).toEqual([
      ['Query', 'books', 1],
      ['Author', 'books', 1],
    ]);
  });
  it('throws other errors than those of fields without a plan', () => {
    const broken = {
      includes(): never {
        throw new Error('The limits could not be read.');
      },
    };
    expect(() => planOf('{ author(id: "1") { name } }', { limited: broken as never })).toThrow(
      'The limits could not be read.',
    );
  });
  it('is given no field of a partly readable row that cannot be null', () => {
    const { name } = staff.table.entity;
    const schema = buildSchema(
      `type Query { row: ${name} } type ${name} { id: ID! fullName: String! userName: String! }`,
    );
    expect(() => limitDisclosure(schema)).toThrow(
      `${name}.userName is neither in the summary of its source nor nullable.`,
    );
  });
  it('requests the limits of each repository separately', () => {
    const { roots } = planned(
      '{ author(id: "1") { name } book(id: "1") { title } press(id: "1") { city } }',
      {
        limited: [authors, books],
      },
    );
    expect(roots.map((root) => root.kind === 'one' && root.partly)).toEqual([true, false, false]);
    expect(planned('{ author(id: "1") { name } }', { limited: [authors] }).direct).toBe(false);
    expect(planned('{ author(id: "1") { name } }').direct).toBe(true);
  });
});
