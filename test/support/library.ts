import 'reflect-metadata';
import { buildSchema, type GraphQLObjectType } from 'graphql';
import { Column, Entity } from 'typeorm';
import type { Context, Member } from '../../src/context';
import { raw, sql, type Sql } from '../../src/db/sql';
import { tableOf } from '../../src/db/table';
import type { List } from '../../src/graphql/relations/list';
import type { Membership, Relation } from '../../src/graphql/relations/edge';
import type { Repository } from '../../src/graphql/relations/repository';
import { rowsetOf, type TenantRow } from '../../src/graphql/relations/rowset';

/**
 * A schema with one field of each kind that the planner knows. Conditions of access are function
 * calls by name, so that a statement shows where each applies.
 */

@Entity('author')
export class Author {
  @Column({ type: 'integer' }) businessId!: number;
  @Column({ type: 'integer', name: 'id' }) rowId!: number;
  @Column({ type: 'varchar' }) name!: string;
  @Column({ type: 'varchar', nullable: true }) note!: string | null;
  @Column({ type: 'bigint' }) bornAt!: number;
  @Column({ type: 'boolean' }) active!: boolean;
  @Column({ type: 'json' }) nicknames!: string[];
  @Column({ type: 'integer' }) mentorId!: number;
}

@Entity('book')
class Book {
  @Column({ type: 'integer' }) businessId!: number;
  @Column({ type: 'integer', name: 'id' }) rowId!: number;
  @Column({ type: 'varchar' }) title!: string;
  @Column({ type: 'integer' }) authorId!: number;
  @Column({ type: 'integer', nullable: true }) editorId!: number | null;
  @Column({ type: 'integer' }) pressId!: number;
  @Column({ type: 'integer', nullable: true }) pages!: number | null;
}

@Entity('press')
class Press {
  @Column({ type: 'integer' }) businessId!: number;
  @Column({ type: 'integer', name: 'id' }) rowId!: number;
  @Column({ type: 'varchar' }) name!: string;
  @Column({ type: 'varchar', nullable: true }) city!: string | null;
}

/** A chapter is reached from its book only. */
@Entity('chapter')
class Chapter {
  @Column({ type: 'integer' }) businessId!: number;
  @Column({ type: 'integer' }) bookId!: number;
  @Column({ type: 'integer' }) position!: number;
  @Column({ type: 'varchar' }) heading!: string;
}

const called = (name: string, { businessId }: Member, alias: string): Sql =>
  sql`${raw(`${name}(${alias}`)}, ${businessId})`;

function repositoryOf<E extends TenantRow>(
  entity: new () => E,
  rest: Pick<Repository<E>, 'summary' | 'listsInFull'>,
): Repository<E> {
  const { from } = rowsetOf(entity);
  return {
    get table() {
      return tableOf(entity);
    },
    from,
    visible: (member: Member, alias: string) => called('visible', member, alias),
    readable: (member: Member, alias: string) => called('readable', member, alias),
    full: (member: Member, alias: string) => called('full', member, alias),
    limits: () => true,
    ...rest,
  } as unknown as Repository<E>;
}

/** Some rows may be readable in part: the id and the name. */
export const authors = repositoryOf(Author, {
  summary: new Set(['id', 'name']),
  listsInFull: false,
});
/** Likewise, except that visible rows are readable in full. */
export const presses = repositoryOf(Press, {
  summary: new Set(['id', 'name']),
  listsInFull: true,
});
/** Some rows may not be readable at all. */
export const books = repositoryOf(Book, { summary: null, listsInFull: true });
const chapters = rowsetOf(Chapter);

const listOf = (source: Repository<any>): List<any, any> => ({ source }) as List<any, any>;
const bookList = listOf(books);
const authorList = listOf(authors);
const pressList = listOf(presses);

const column = (property: string) => (alias: string) =>
  tableOf(Book).column(alias, property as never);
const toOne = (
  key: string,
  target: Extract<Relation, { kind: 'toOne' }>['target'],
  by = 'rowId',
): Relation => ({ kind: 'toOne', key, target, by });
const among = (refers: boolean, ...order: string[]): Membership => ({
  order,
  limit: 500,
  refers,
  from: (alias) => raw(`linked AS "${alias}"`),
  where: (alias, parent, { businessId }) => sql`links(${raw(alias)}, ${parent}, ${businessId})`,
});
const author = toOne('authorId', authors);
const ofBook: Relation = { kind: 'some', target: chapters, among: among(false, 'position') };
const readerCount: Relation = {
  kind: 'value',
  reads: ['pages'],
  expression: ({ member: { businessId } }, own) =>
    sql`readers(${own('rowId')}, ${own('pages')}, ${businessId})`,
};
const edge = (relation: Relation) => Object.assign(() => null, { relation }) as never;
const tie = (alias: string, parent: Sql): Sql => sql`${column('authorId')(alias)} = ${parent}`;

const RELATIONS: Readonly<Record<string, Relation>> = {
  'Query.book': { kind: 'one', list: bookList },
  'Query.sureBook': { kind: 'one', list: bookList },
  'Query.author': { kind: 'one', list: authorList },
  'Query.press': { kind: 'one', list: pressList },
  'Query.books': { kind: 'page', list: bookList },
  'Query.presses': { kind: 'page', list: pressList },
  'Query.mixed': { kind: 'page', list: bookList },
  'Query.stray': { kind: 'toMany', list: bookList, tie },
  'Author.books': { kind: 'toMany', list: bookList, tie },
  'Author.mentor': author.kind === 'toOne' ? { ...author, key: 'mentorId' } : author,
  'Author.debut': toOne('rowId', books, 'authorId'),
  'Author.sureDebut': toOne('rowId', books, 'authorId'),
  'Author.stray': { kind: 'page', list: bookList },
  'Author.unplanned': {
    kind: 'derived',
    reads: { properties: [], derive: () => 'unplanned' },
    across: [{ edge: edge({ kind: 'page', list: bookList }), properties: [] }],
  },
  'Book.author': author,
  'Book.press': toOne('pressId', presses),
  'Book.editor': toOne('editorId', authors),
  'Book.sureEditor': toOne('editorId', authors),
  'Book.wrongType': toOne('authorId', books),
  'Book.chapters': ofBook,
  'Book.opening': ofBook,
  'Book.sureOpening': ofBook,
  'Book.readers': { kind: 'some', target: books, among: among(false, 'rowId', 'title') },
  'Book.openReaders': { kind: 'some', target: books, among: among(true, 'title') },
  'Book.readerCount': readerCount,
  'Book.byline': {
    kind: 'derived',
    reads: {
      properties: ['title'],
      derive: (row, _context, ...found) => JSON.stringify([row, ...found]),
    },
    across: [
      { edge: edge(author), properties: ['name', 'active'] },
      { edge: edge(toOne('editorId', authors)), properties: ['name'] },
      { edge: edge(ofBook), properties: ['heading'] },
      { edge: edge(readerCount), properties: [] },
    ],
  },
  'Book.viewerRole': {
    kind: 'derived',
    reads: { properties: [], derive: (_row, { viewer }) => viewer.role },
    across: [],
  },
};

export const library = buildSchema(`
  scalar DateTime
  interface Node { id: ID! }
  union Any = Author | Book
  type Author implements Node {
    id: ID!
    name: String!
    note: String
    sureNote: String!
    bornAt: DateTime!
    active: Boolean!
    nicknames: [String!]!
    initials: String
    secret: String
    unknown: String
    unplanned: String
    stray: BookConnection
    books(first: Int): BookConnection!
    mentor: Author!
    debut: Book
    sureDebut: Book!
  }
  type Book implements Node {
    id: ID!
    title: String!
    named: String!
    pages: Float
    size: Size!
    author: Author!
    press: Press!
    editor: Author
    sureEditor: Author!
    wrongType: Author!
    chapters: [Chapter!]!
    opening: Chapter
    sureOpening: Chapter!
    readers: [Book!]!
    openReaders: [Book!]!
    readerCount: Int!
    byline: String!
    viewerRole: String!
  }
  type Press implements Node { id: ID!, name: String!, city: String, tags: [String!]! }
  type Size { pages: Int, thick: Boolean! }
  interface Numbered { position: Int! }
  type Chapter implements Numbered { id: ID, position: Int!, heading: String! }
  type BookEdge { cursor: String!, node: Book! }
  type PageInfo { hasNextPage: Boolean!, hasPreviousPage: Boolean!, startCursor: String, endCursor: String }
  type BookConnection { nodes: [Book!]!, edges: [BookEdge!]!, pageInfo: PageInfo!, totalCount: Int!, average: Float }
  type PressConnection { nodes: [Press!]! }
  type Query {
    ping(x: Int): String
    book(id: ID!): Book
    sureBook(id: ID!): Book!
    author(id: ID!): Author
    press(id: ID!): Press
    books(first: Int): BookConnection!
    presses: PressConnection!
    mixed: Any
    stray: Book
  }
  type Mutation { book(id: ID!): Book }
`);

const extend = (type: string, field: string, properties: object): unknown =>
  Object.assign(
    (library.getType(type) as GraphQLObjectType).getFields()[field] as object,
    properties,
  );
for (const [coordinate, relation] of Object.entries(RELATIONS)) {
  const [type, field] = coordinate.split('.') as [string, string];
  extend(type, field, { extensions: { relation } });
}
const reads = (
  properties: readonly string[],
  derive?: (row: any, context: Context) => unknown,
) => ({
  extensions: { reads: { properties, derive } },
});
const resolve = ({ name }: Partial<Author>) => {
  if (name === 'fails') throw new Error('The resolver fails.');
  return `${name} from the resolver`;
};
extend('Author', 'initials', {
  resolve,
  ...reads(
    ['name', 'active'],
    ({ name, active }, { viewer }) => `${name} ${active} ${viewer.role}`,
  ),
});
extend('Author', 'sureNote', reads(['note']));
extend('Author', 'secret', { resolve });
extend('Book', 'named', { resolve, ...reads(['title']) });
extend(
  'Book',
  'size',
  reads(['pages'], ({ pages }) => ({ pages, thick: pages > 300 })),
);
extend(
  'Press',
  'tags',
  reads(['city'], ({ city }) => [city]),
);
extend('Query', 'ping', { resolve: (_: unknown, { x }: { x?: number }) => `pong ${x}` });
