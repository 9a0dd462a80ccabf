import {
  parse,
  print,
  type FieldNode,
  type GraphQLObjectType,
  type OperationDefinitionNode,
} from 'graphql';
import { Role, type Context, type Member } from '../../src/context';
import { raw, render, sql, type Dialect, type Sql } from '../../src/db/sql';
import { encodeCursor } from '../../src/graphql/connection';
import { finisherOf, type Finishing } from '../../src/graphql/planner/assemble';
import { UnplannableError } from '../../src/graphql/planner/codec';
import { compile } from '../../src/graphql/planner/compile';
import { documentOf, fallbackSchemaOf, resolveFallback } from '../../src/graphql/planner/fallback';
import { filled } from '../../src/graphql/planner/json-sql';
import type { OperationPlan, PageBinding } from '../../src/graphql/planner/plan';
import { statementOf } from '../../src/graphql/planner/sql';
import type { PageRequest, RowRequest } from '../../src/graphql/relations/list';
import type { Repository } from '../../src/graphql/relations/repository';
import { Author, authors, books, library, presses } from '../support/fixtures/library';

/** Differences of a case from a forward page, for a viewer of all rows, on SQLite. */
interface Options {
  /** Repositories of which the viewer may read some rows in part or not at all. */
  readonly limited?: readonly Repository<any>[];
  readonly backward?: boolean;
  readonly offset?: number;
  readonly dialect?: Dialect;
}

const MEMBER = { businessId: 7, role: Role.ADMINISTRATOR } as Member;

function planOf(text: string, { limited = [] }: Options = {}): OperationPlan | null {
  const document = parse(text);
  const [operation] = document.definitions as OperationDefinitionNode[];
  return compile({
    schema: library,
    document,
    operation: operation as OperationDefinitionNode,
    variables: {},
    limits: (source) => limited.includes(source),
  });
}

/** A request for two rows, whose conditions are function calls by name. */
function requestOf(
  { relation }: PageBinding,
  { backward = false, offset = 0 }: Options,
): PageRequest | RowRequest {
  if (!('list' in relation)) throw new Error('A binding has a list.');
  const { list } = relation;
  if (relation.kind === 'one') return { list, id: 5 };
  const called = (name: string, { businessId }: Member, alias: string, parent?: Sql) =>
    sql`${raw(`${name}(${alias}`)}, ${businessId}${parent ? sql`, ${parent}` : raw('')})`;
  return {
    list,
    order: 'Book.TITLE',
    window: { limit: 2, backward, after: null, before: null, offset },
    rows: (member: Member, alias: string, parent?: Sql) => ({
      where: called('page', member, alias, parent),
      columns: [raw(`"${alias}"."title"`), raw(`"${alias}"."id"`)],
      descending: backward,
    }),
    all: (member: Member, alias: string, parent?: Sql) => called('all', member, alias, parent),
  } as unknown as PageRequest;
}

const runOf = (plan: OperationPlan, options: Options = {}): Finishing => ({
  member: MEMBER,
  now: () => 0,
  requests: plan.bindings.map((binding) => requestOf(binding, options)),
  context: { viewer: MEMBER } as unknown as Context,
  slots: plan.fallbacks.map(() => []),
});

/** Plans an operation that can be planned. */
function planned(text: string, options?: Options): OperationPlan {
  const plan = planOf(text, options);
  if (!plan) throw new Error(`No plan of ${text}`);
  return plan;
}

const inOneLine = (text: string): string => text.trim().replace(/\s+/g, ' ');

function statement(text: string, options: Options = {}) {
  const { dialect = 'sqlite' } = options;
  const plan = planned(text, options);
  const { text: made, values } = render(
    filled(statementOf(plan, dialect), runOf(plan, options)),
    dialect,
  );
  return { direct: plan.direct, text: inOneLine(made), values };
}

type Case = [query: string, text: string, values: readonly unknown[], options?: Options];

const DIRECT: Case[] = [
  ['{ __typename }', `'{"__typename":"Query"}'`, []],
  [
    '{ a: book(id: "1") { id title __typename } b: book(id: "2") { t: __typename } t: __typename }',
    `'{"a":' || COALESCE((SELECT '{"id":"Book:' || "t1"."id" || '","title":' ||
      json_quote("t1"."title") || ',"__typename":"Book"}' FROM "book" AS "t1" WHERE
      visible(t1, ?) AND "t1"."id" = ?), 'null') || ',"b":' || COALESCE((SELECT '{"t":"Book"}'
      FROM "book" AS "t2" WHERE visible(t2, ?) AND "t2"."id" = ?), 'null') || ',"t":"Query"}'`,
    [7, 5, 7, 5],
  ],
  [
    '{ author(id: "1") { name note bornAt active nicknames } }',
    `'{"author":' || COALESCE((SELECT '{"name":' || json_quote("t1"."name") || ',"note":' ||
      (CASE WHEN "t1"."note" IS NULL THEN 'null' ELSE '' || json_quote("t1"."note") END) ||
      ',"bornAt":' || strftime('"%Y-%m-%dT%H:%M:%fZ"', "t1"."born_at" / 1000.0, 'unixepoch')
      || ',"active":' || iif("t1"."active", 'true', 'false') || ',"nicknames":' ||
      "t1"."nicknames" || '}' FROM "author" AS "t1" WHERE visible(t1, ?) AND "t1"."id" = ?),
      'null') || '}'`,
    [7, 5],
  ],
  [
    '{ author(id: "1") { note bornAt active } }',
    `'{"author":' || COALESCE((SELECT '{"note":' || (CASE WHEN "t1"."note" IS NULL THEN
      'null' ELSE '' || to_json("t1"."note") END) || ',"bornAt":"' || to_char(timestamp
      '1970-01-01' + "t1"."born_at" * interval '1 millisecond', 'YYYY-MM-DD"T"HH24:MI:SS.MS')
      || 'Z","active":' || "t1"."active" || '}' FROM "author" AS "t1" WHERE visible(t1, $1)
      AND "t1"."id" = $2), 'null') || '}'`,
    [7, 5],
    { dialect: 'postgres' },
  ],
  [
    '{ book(id: "1") { author { name } } }',
    `'{"book":' || COALESCE((SELECT '{"author":' || ('{"name":' || json_quote("t2"."name") ||
      '}') || '}' FROM "book" AS "t1" JOIN "author" AS "t2" ON "t2"."business_id" =
      "t1"."business_id" AND "t2"."id" = "t1"."author_id" WHERE visible(t1, ?) AND "t1"."id" =
      ?), 'null') || '}'`,
    [7, 5],
  ],
  [
    '{ book(id: "1") { editor { mentor { name } } author { mentor { name } } } }',
    `'{"book":' || COALESCE((SELECT '{"editor":' || (CASE WHEN "t2"."id" IS NULL THEN 'null'
      ELSE '{"mentor":' || (CASE WHEN "t3"."id" IS NULL THEN 'null' ELSE '{"name":' ||
      json_quote("t3"."name") || '}' END) || '}' END) || ',"author":' || ('{"mentor":' ||
      ('{"name":' || json_quote("t5"."name") || '}') || '}') || '}' FROM "book" AS "t1" LEFT
      JOIN "author" AS "t2" ON "t2"."business_id" = "t1"."business_id" AND "t2"."id" =
      "t1"."editor_id" LEFT JOIN "author" AS "t3" ON "t3"."business_id" = "t2"."business_id"
      AND "t3"."id" = "t2"."mentor_id" JOIN "author" AS "t4" ON "t4"."business_id" =
      "t1"."business_id" AND "t4"."id" = "t1"."author_id" JOIN "author" AS "t5" ON
      "t5"."business_id" = "t4"."business_id" AND "t5"."id" = "t4"."mentor_id" WHERE
      visible(t1, ?) AND "t1"."id" = ?), 'null') || '}'`,
    [7, 5],
  ],
  [
    '{ author(id: "1") { debut { title } } }',
    `'{"author":' || COALESCE((SELECT '{"debut":' || (CASE WHEN "t2"."author_id" IS NULL THEN
      'null' ELSE '{"title":' || json_quote("t2"."title") || '}' END) || '}' FROM "author" AS
      "t1" LEFT JOIN "book" AS "t2" ON "t2"."business_id" = "t1"."business_id" AND
      "t2"."author_id" = "t1"."id" WHERE visible(t1, ?) AND "t1"."id" = ?), 'null') || '}'`,
    [7, 5],
  ],
  [
    '{ books { n: nodes { title } t: totalCount __typename } }',
    `'{"books":{"n":' || COALESCE((SELECT '[' || string_agg('{"title":' ||
      json_quote("t1"."title") || '}', ',' ORDER BY "t1"."o0", "t1"."o1") || ']' FROM (SELECT
      "t1"."business_id", "t1"."id", "t1"."title", "t1"."title" AS "o0", "t1"."id" AS "o1"
      FROM "book" AS "t1" WHERE page(t1, ?) ORDER BY "t1"."title" ASC, "t1"."id" ASC LIMIT 2)
      AS "t1"), '[]') || ',"t":' || (SELECT count(*) FROM "book" AS "c0" WHERE all(c0, ?)) ||
      ',"__typename":"BookConnection"}}'`,
    [7, 7],
  ],
  [
    '{ books { totalCount } }',
    `'{"books":{"totalCount":' || (SELECT count(*) FROM "book" AS "c0" WHERE all(c0, ?)) ||
      '}}'`,
    [7],
  ],
  [
    '{ books { nodes { title } } }',
    `'{"books":{"nodes":' || COALESCE((SELECT '[' || string_agg('{"title":' ||
      json_quote("t1"."title") || '}', ',' ORDER BY "t1"."o0", "t1"."o1") || ']' FROM (SELECT
      "t1"."business_id", "t1"."id", "t1"."title", "t1"."title" AS "o0", "t1"."id" AS "o1"
      FROM "book" AS "t1" WHERE page(t1, ?) ORDER BY "t1"."title" DESC, "t1"."id" DESC LIMIT
      2) AS "t1"), '[]') || '}}'`,
    [7],
    { backward: true },
  ],
  [
    '{ books { nodes { title } } }',
    `'{"books":{"nodes":' || COALESCE((SELECT '[' || string_agg('{"title":' ||
      json_quote("t1"."title") || '}', ',' ORDER BY "t1"."o0", "t1"."o1") || ']' FROM (SELECT
      "t1"."business_id", "t1"."id", "t1"."title", "t1"."title" AS "o0", "t1"."id" AS "o1"
      FROM "book" AS "t1" WHERE page(t1, ?) ORDER BY "t1"."title" ASC, "t1"."id" ASC LIMIT 2
      OFFSET ?) AS "t1"), '[]') || '}}'`,
    [7, 9],
    { offset: 9 },
  ],
  [
    '{ author(id: "1") { books { nodes { title } totalCount } } }',
    `'{"author":' || COALESCE((SELECT '{"books":{"nodes":' || COALESCE((SELECT '[' ||
      string_agg('{"title":' || json_quote("t2"."title") || '}', ',' ORDER BY "t2"."o0",
      "t2"."o1") || ']' FROM (SELECT "t2"."business_id", "t2"."id", "t2"."title", "t2"."title"
      AS "o0", "t2"."id" AS "o1" FROM "book" AS "t2" WHERE page(t2, ?, "t1"."id") ORDER BY
      "t2"."title" ASC, "t2"."id" ASC LIMIT 2) AS "t2"), '[]') || ',"totalCount":' || (SELECT
      count(*) FROM "book" AS "c1" WHERE all(c1, ?, "t1"."id")) || '}}' FROM "author" AS "t1"
      WHERE visible(t1, ?) AND "t1"."id" = ?), 'null') || '}'`,
    [7, 7, 7, 5],
  ],
  [
    '{ book(id: "1") { chapters { position } opening { heading } } }',
    `'{"book":' || COALESCE((SELECT '{"chapters":' || COALESCE((SELECT '[' ||
      string_agg('{"position":' || "t2"."position" || '}', ',' ORDER BY "t2"."o0") || ']' FROM
      (SELECT "t2"."business_id", "t2"."position", "t2"."position" AS "o0" FROM linked AS "t2"
      WHERE links(t2, "t1"."id", ?) AND 1 = 1 ORDER BY "t2"."position" ASC LIMIT 500) AS
      "t2"), '[]') || ',"opening":' || COALESCE((SELECT '{"heading":' ||
      json_quote("t3"."heading") || '}' FROM (SELECT "t3"."business_id", "t3"."heading",
      "t3"."position" AS "o0" FROM linked AS "t3" WHERE links(t3, "t1"."id", ?) AND 1 = 1
      ORDER BY "t3"."position" ASC LIMIT 1) AS "t3"), 'null') || '}' FROM "book" AS "t1" WHERE
      visible(t1, ?) AND "t1"."id" = ?), 'null') || '}'`,
    [7, 7, 7, 5],
  ],
  [
    '{ book(id: "1") { readers { author { name } } openReaders { title } } }',
    `'{"book":' || COALESCE((SELECT '{"readers":' || COALESCE((SELECT '[' ||
      string_agg('{"author":' || ('{"name":' || json_quote("t3"."name") || '}') || '}', ','
      ORDER BY "t2"."o0", "t2"."o1") || ']' FROM (SELECT "t2"."business_id", "t2"."id",
      "t2"."author_id", "t2"."id" AS "o0", "t2"."title" AS "o1" FROM linked AS "t2" WHERE
      links(t2, "t1"."id", ?) AND 1 = 1 ORDER BY "t2"."id" ASC, "t2"."title" ASC LIMIT 500) AS
      "t2" JOIN "author" AS "t3" ON "t3"."business_id" = "t2"."business_id" AND "t3"."id" =
      "t2"."author_id"), '[]') || ',"openReaders":' || COALESCE((SELECT '[' ||
      string_agg('{"title":' || json_quote("t4"."title") || '}', ',' ORDER BY "t4"."o0") ||
      ']' FROM (SELECT "t4"."business_id", "t4"."id", "t4"."title", "t4"."title" AS "o0" FROM
      linked AS "t4" WHERE links(t4, "t1"."id", ?) AND 1 = 1 ORDER BY "t4"."title" ASC LIMIT
      500) AS "t4"), '[]') || '}' FROM "book" AS "t1" WHERE visible(t1, ?) AND "t1"."id" = ?),
      'null') || '}'`,
    [7, 7, 7, 5],
  ],
  [
    '{ book(id: "1") { readerCount } }',
    `'{"book":' || COALESCE((SELECT '{"readerCount":' || readers("t1"."id", "t1"."pages", ?)
      || '}' FROM "book" AS "t1" WHERE visible(t1, ?) AND "t1"."id" = ?), 'null') || '}'`,
    [7, 7, 5],
  ],
];

const COMPLETED: Case[] = [
  [
    '{ books { edges { cursor node { title } } } t: __typename }',
    `'[[' || COALESCE((SELECT '[' || string_agg('[[' || json_quote("t1"."o0") || ',' ||
      json_quote("t1"."o1") || '],' || '[' || json_quote("t1"."title") || ']' || ']', ','
      ORDER BY "t1"."o0", "t1"."o1") || ']' FROM (SELECT "t1"."business_id", "t1"."id",
      "t1"."title", "t1"."title" AS "o0", "t1"."id" AS "o1" FROM "book" AS "t1" WHERE page(t1,
      ?) ORDER BY "t1"."title" ASC, "t1"."id" ASC LIMIT 2) AS "t1"), '[]') || ']]'`,
    [7],
  ],
  [
    '{ books { edges { cursor node { title } } } }',
    `'[[' || COALESCE((SELECT '[' || string_agg('[[' || to_json("t1"."o0")::text || ',' ||
      to_json("t1"."o1")::text || '],' || '[' || to_json("t1"."title") || ']' || ']', ','
      ORDER BY "t1"."o0", "t1"."o1") || ']' FROM (SELECT "t1"."business_id", "t1"."id",
      "t1"."title", "t1"."title" AS "o0", "t1"."id" AS "o1" FROM "book" AS "t1" WHERE page(t1,
      $1) ORDER BY "t1"."title" ASC, "t1"."id" ASC LIMIT 2) AS "t1"), '[]') || ']]'`,
    [7],
    { dialect: 'postgres' },
  ],
  [
    '{ books { edges { cursor node { title } } } }',
    `'[[' || COALESCE((SELECT '[' || string_agg('[[' || json_quote("t1"."o0") || ',' ||
      json_quote("t1"."o1") || '],' || '[' || json_quote("t1"."title") || ']' || ']', ','
      ORDER BY "t1"."o0" DESC, "t1"."o1" DESC) || ']' FROM (SELECT "t1"."business_id",
      "t1"."id", "t1"."title", "t1"."title" AS "o0", "t1"."id" AS "o1" FROM "book" AS "t1"
      WHERE page(t1, ?) ORDER BY "t1"."title" DESC, "t1"."id" DESC LIMIT 2) AS "t1"), '[]') ||
      ']]'`,
    [7],
    { backward: true },
  ],
  [
    '{ books { edges { n: node { title } __typename } totalCount } }',
    `'[[' || COALESCE((SELECT '[' || string_agg('[' || json_quote("t1"."title") || ']', ','
      ORDER BY "t1"."o0", "t1"."o1") || ']' FROM (SELECT "t1"."business_id", "t1"."id",
      "t1"."title", "t1"."title" AS "o0", "t1"."id" AS "o1" FROM "book" AS "t1" WHERE page(t1,
      ?) ORDER BY "t1"."title" ASC, "t1"."id" ASC LIMIT 2) AS "t1"), '[]') || ',' || (SELECT
      count(*) FROM "book" AS "c0" WHERE all(c0, ?)) || ']]'`,
    [7, 7],
  ],
  [
    '{ books { edges { cursor } } }',
    `'[[' || COALESCE((SELECT '[' || string_agg('[[' || json_quote("t1"."o0") || ',' ||
      json_quote("t1"."o1") || '],' || '[]' || ']', ',' ORDER BY "t1"."o0", "t1"."o1") || ']'
      FROM (SELECT "t1"."business_id", "t1"."id", "t1"."title" AS "o0", "t1"."id" AS "o1" FROM
      "book" AS "t1" WHERE page(t1, ?) ORDER BY "t1"."title" ASC, "t1"."id" ASC LIMIT 2) AS
      "t1"), '[]') || ']]'`,
    [7],
  ],
  [
    '{ books { edges { __typename } } }',
    `'[[' || COALESCE((SELECT '[' || string_agg('[]', ',' ORDER BY "t1"."o0", "t1"."o1") ||
      ']' FROM (SELECT "t1"."business_id", "t1"."id", "t1"."title" AS "o0", "t1"."id" AS "o1"
      FROM "book" AS "t1" WHERE page(t1, ?) ORDER BY "t1"."title" ASC, "t1"."id" ASC LIMIT 2)
      AS "t1"), '[]') || ']]'`,
    [7],
  ],
  [
    '{ books { edges { __typename } totalCount } }',
    `'[[' || COALESCE((SELECT '[' || string_agg('[]', ',' ORDER BY "t1"."o0", "t1"."o1") ||
      ']' FROM (SELECT "t1"."business_id", "t1"."id", "t1"."title" AS "o0", "t1"."id" AS "o1"
      FROM "book" AS "t1" WHERE page(t1, ?) ORDER BY "t1"."title" ASC, "t1"."id" ASC LIMIT 2)
      AS "t1"), '[]') || ',' || (SELECT count(*) FROM "book" AS "c0" WHERE all(c0, ?)) || ']]'`,
    [7, 7],
  ],
  [
    '{ books { pageInfo { endCursor } } }',
    `'[[' || COALESCE((SELECT '[' || string_agg('[[' || json_quote("t1"."o0") || ',' ||
      json_quote("t1"."o1") || '],' || '[]' || ']', ',' ORDER BY "t1"."o0", "t1"."o1") || ']'
      FROM (SELECT "t1"."business_id", "t1"."id", "t1"."title" AS "o0", "t1"."id" AS "o1" FROM
      "book" AS "t1" WHERE page(t1, ?) ORDER BY "t1"."title" ASC, "t1"."id" ASC LIMIT 3) AS
      "t1"), '[]') || ']]'`,
    [7],
  ],
  [
    '{ books { edges { node { title } } pageInfo { endCursor } } }',
    `'[[' || COALESCE((SELECT '[' || string_agg('[[' || json_quote("t1"."o0") || ',' ||
      json_quote("t1"."o1") || '],' || '[' || json_quote("t1"."title") || ']' || ']', ','
      ORDER BY "t1"."o0", "t1"."o1") || ']' FROM (SELECT "t1"."business_id", "t1"."id",
      "t1"."title", "t1"."title" AS "o0", "t1"."id" AS "o1" FROM "book" AS "t1" WHERE page(t1,
      ?) ORDER BY "t1"."title" ASC, "t1"."id" ASC LIMIT 3) AS "t1"), '[]') || ']]'`,
    [7],
  ],
  [
    '{ books { totalCount pageInfo { endCursor } } ping }',
    `'[[' || COALESCE((SELECT '[' || string_agg('[[' || json_quote("t1"."o0") || ',' ||
      json_quote("t1"."o1") || '],' || '[]' || ']', ',' ORDER BY "t1"."o0", "t1"."o1") || ']'
      FROM (SELECT "t1"."business_id", "t1"."id", "t1"."title" AS "o0", "t1"."id" AS "o1" FROM
      "book" AS "t1" WHERE page(t1, ?) ORDER BY "t1"."title" ASC, "t1"."id" ASC LIMIT 3) AS
      "t1"), '[]') || ',' || (SELECT count(*) FROM "book" AS "c0" WHERE all(c0, ?)) || ']]'`,
    [7, 7],
  ],
  [
    '{ book(id: "1") { pages __typename size { thick } } }',
    `'[' || COALESCE((SELECT '[' || (CASE WHEN "t1"."pages" IS NULL THEN 'null' ELSE '' ||
      "t1"."pages" END) || ',' || (CASE WHEN "t1"."pages" IS NULL THEN 'null' ELSE '' ||
      "t1"."pages" END) || ']' FROM "book" AS "t1" WHERE visible(t1, ?) AND "t1"."id" = ?),
      'null') || ']'`,
    [7, 5],
  ],
  [
    '{ book(id: "1") { byline } }',
    `'[' || COALESCE((SELECT '[' || json_quote("t1"."title") || ',' || ('[' ||
      json_quote("t2"."name") || ',' || iif("t2"."active", 'true', 'false') || ']') || ',' ||
      (CASE WHEN "t3"."id" IS NULL THEN 'null' ELSE '[' || json_quote("t3"."name") || ']' END)
      || ',' || COALESCE((SELECT '[' || string_agg('[' || json_quote("t4"."heading") || ']',
      ',' ORDER BY "t4"."o0") || ']' FROM (SELECT "t4"."business_id", "t4"."heading",
      "t4"."position" AS "o0" FROM linked AS "t4" WHERE links(t4, "t1"."id", ?) AND 1 = 1
      ORDER BY "t4"."position" ASC LIMIT 500) AS "t4"), '[]') || ',' || readers("t1"."id",
      "t1"."pages", ?) || ']' FROM "book" AS "t1" JOIN "author" AS "t2" ON "t2"."business_id"
      = "t1"."business_id" AND "t2"."id" = "t1"."author_id" LEFT JOIN "author" AS "t3" ON
      "t3"."business_id" = "t1"."business_id" AND "t3"."id" = "t1"."editor_id" WHERE
      visible(t1, ?) AND "t1"."id" = ?), 'null') || ']'`,
    [7, 7, 7, 5],
  ],
  [
    '{ book(id: "1") { viewerRole named viewerRole } }',
    `'[' || COALESCE((SELECT '[' || json_quote("t1"."title") || ']' FROM "book" AS "t1" WHERE
      visible(t1, ?) AND "t1"."id" = ?), 'null') || ']'`,
    [7, 5],
  ],
  [
    '{ author(id: "1") { initials } }',
    `'[' || COALESCE((SELECT '[' || json_quote("t1"."name") || ',' || iif("t1"."active",
      'true', 'false') || ']' FROM "author" AS "t1" WHERE visible(t1, ?) AND "t1"."id" = ?),
      'null') || ']'`,
    [7, 5],
  ],
  [
    '{ book(id: "1") { title author { secret name } } }',
    `'[' || COALESCE((SELECT '[' || json_quote("t1"."title") || ',' || (('[' ||
      json_quote("t2"."name") || ',' || "t2"."business_id" || ',' || "t2"."id" || ',' ||
      json_quote("t2"."name") || ',' || (CASE WHEN "t2"."note" IS NULL THEN 'null' ELSE '' ||
      json_quote("t2"."note") END)) || (',' || "t2"."born_at" || ',' || iif("t2"."active",
      'true', 'false') || ',' || "t2"."nicknames" || ',' || "t2"."mentor_id" || ']')) || ']'
      FROM "book" AS "t1" JOIN "author" AS "t2" ON "t2"."business_id" = "t1"."business_id" AND
      "t2"."id" = "t1"."author_id" WHERE visible(t1, ?) AND "t1"."id" = ?), 'null') || ']'`,
    [7, 5],
  ],
  [
    '{ book(id: "1") { chapters { id heading } } ping }',
    `'[' || COALESCE((SELECT '[' || COALESCE((SELECT '[' || string_agg('[' ||
      json_quote("t2"."heading") || ',' || "t2"."business_id" || ',' || "t2"."book_id" || ','
      || "t2"."position" || ',' || json_quote("t2"."heading") || ']', ',' ORDER BY "t2"."o0")
      || ']' FROM (SELECT "t2"."business_id", "t2"."book_id", "t2"."position", "t2"."heading",
      "t2"."position" AS "o0" FROM linked AS "t2" WHERE links(t2, "t1"."id", ?) AND 1 = 1
      ORDER BY "t2"."position" ASC LIMIT 500) AS "t2"), '[]') || ']' FROM "book" AS "t1" WHERE
      visible(t1, ?) AND "t1"."id" = ?), 'null') || ']'`,
    [7, 7, 5],
  ],
];

const IN_PART: Case[] = [
  [
    '{ author(id: "1") { id name note nicknames __typename } }',
    `'[' || COALESCE((SELECT '["Author:' || "t1"."id" || '",' || json_quote("t1"."name") ||
      ',' || (CASE WHEN full(t1, ?) THEN '[' || (CASE WHEN "t1"."note" IS NULL THEN 'null'
      ELSE '' || json_quote("t1"."note") END) || ']' ELSE 'null' END) || ',' || (CASE WHEN
      full(t1, ?) THEN '[' || "t1"."nicknames" || ']' ELSE 'null' END) || ']' FROM "author" AS
      "t1" WHERE visible(t1, ?) AND "t1"."id" = ?), 'null') || ']'`,
    [7, 7, 7, 5],
    { limited: [authors] },
  ],
  [
    '{ author(id: "1") { initials debut { title } } }',
    `'[' || COALESCE((SELECT '[' || (CASE WHEN full(t1, ?) THEN '[' ||
      json_quote("t1"."name") || ',' || iif("t1"."active", 'true', 'false') || ']' ELSE 'null'
      END) || ',' || (CASE WHEN full(t1, ?) THEN '[' || (CASE WHEN "t2"."author_id" IS NULL OR
      NOT (readable(t2, ?)) THEN 'null' ELSE '[' || json_quote("t2"."title") || ']' END) ||
      ']' ELSE 'null' END) || ']' FROM "author" AS "t1" LEFT JOIN "book" AS "t2" ON
      "t2"."business_id" = "t1"."business_id" AND "t2"."author_id" = "t1"."id" WHERE
      visible(t1, ?) AND "t1"."id" = ?), 'null') || ']'`,
    [7, 7, 7, 7, 5],
    { limited: [authors, books] },
  ],
  [
    '{ book(id: "1") { author { note } editor { note } } }',
    `'[' || COALESCE((SELECT '[' || ('[' || (CASE WHEN full(t2, ?) THEN '[' || (CASE WHEN
      "t2"."note" IS NULL THEN 'null' ELSE '' || json_quote("t2"."note") END) || ']' ELSE
      'null' END) || ']') || ',' || (CASE WHEN "t3"."id" IS NULL THEN 'null' ELSE '[' || (CASE
      WHEN full(t3, ?) THEN '[' || (CASE WHEN "t3"."note" IS NULL THEN 'null' ELSE '' ||
      json_quote("t3"."note") END) || ']' ELSE 'null' END) || ']' END) || ']' FROM "book" AS
      "t1" JOIN "author" AS "t2" ON "t2"."business_id" = "t1"."business_id" AND "t2"."id" =
      "t1"."author_id" LEFT JOIN "author" AS "t3" ON "t3"."business_id" = "t1"."business_id"
      AND "t3"."id" = "t1"."editor_id" WHERE visible(t1, ?) AND "t1"."id" = ?), 'null') || ']'`,
    [7, 7, 7, 5],
    { limited: [authors] },
  ],
  [
    '{ press(id: "1") { name city } presses { nodes { city } } book(id: "1") { press { name city tags } } }',
    `'[' || COALESCE((SELECT '[' || json_quote("t1"."name") || ',' || (CASE WHEN "t1"."city"
      IS NULL THEN 'null' ELSE '' || json_quote("t1"."city") END) || ']' FROM "press" AS "t1"
      WHERE visible(t1, ?) AND "t1"."id" = ?), 'null') || ',[' || COALESCE((SELECT '[' ||
      string_agg('[' || (CASE WHEN "t2"."city" IS NULL THEN 'null' ELSE '' ||
      json_quote("t2"."city") END) || ']', ',' ORDER BY "t2"."o0", "t2"."o1") || ']' FROM
      (SELECT "t2"."business_id", "t2"."id", "t2"."city", "t2"."title" AS "o0", "t2"."id" AS
      "o1" FROM "press" AS "t2" WHERE page(t2, ?) ORDER BY "t2"."title" ASC, "t2"."id" ASC
      LIMIT 2) AS "t2"), '[]') || '],' || COALESCE((SELECT '[' || ('[' ||
      json_quote("t4"."name") || ',' || (CASE WHEN full(t4, ?) THEN '[' || (CASE WHEN
      "t4"."city" IS NULL THEN 'null' ELSE '' || json_quote("t4"."city") END) || ']' ELSE
      'null' END) || ',' || (CASE WHEN full(t4, ?) THEN '[' || (CASE WHEN "t4"."city" IS NULL
      THEN 'null' ELSE '' || json_quote("t4"."city") END) || ']' ELSE 'null' END) || ']') ||
      ']' FROM "book" AS "t3" JOIN "press" AS "t4" ON "t4"."business_id" = "t3"."business_id"
      AND "t4"."id" = "t3"."press_id" WHERE visible(t3, ?) AND "t3"."id" = ?), 'null') || ']'`,
    [7, 5, 7, 7, 7, 7, 5],
    { limited: [presses] },
  ],
];

const SOME_ROWS: Case[] = [
  [
    '{ author(id: "1") { debut { title } sureDebut { title } } }',
    `'{"author":' || COALESCE((SELECT '{"debut":' || (CASE WHEN "t2"."author_id" IS NULL OR
      NOT (readable(t2, ?)) THEN 'null' ELSE '{"title":' || json_quote("t2"."title") || '}'
      END) || ',"sureDebut":' || (CASE WHEN "t3"."author_id" IS NULL THEN 'null' ELSE
      '{"title":' || json_quote("t3"."title") || '}' END) || '}' FROM "author" AS "t1" LEFT
      JOIN "book" AS "t2" ON "t2"."business_id" = "t1"."business_id" AND "t2"."author_id" =
      "t1"."id" LEFT JOIN "book" AS "t3" ON "t3"."business_id" = "t1"."business_id" AND
      "t3"."author_id" = "t1"."id" WHERE visible(t1, ?) AND "t1"."id" = ?), 'null') || '}'`,
    [7, 7, 5],
    { limited: [books] },
  ],
  [
    '{ book(id: "1") { title editor { name } } }',
    `'{"book":' || COALESCE((SELECT '{"title":' || json_quote("t1"."title") || ',"editor":'
      || (CASE WHEN "t2"."id" IS NULL THEN 'null' ELSE '{"name":' || json_quote("t2"."name")
      || '}' END) || '}' FROM "book" AS "t1" LEFT JOIN "author" AS "t2" ON "t2"."business_id"
      = "t1"."business_id" AND "t2"."id" = "t1"."editor_id" WHERE visible(t1, ?) AND "t1"."id"
      = ?), 'null') || '}'`,
    [7, 5],
    { limited: [books] },
  ],
  [
    '{ book(id: "1") { readers { title } openReaders { title } } }',
    `'{"book":' || COALESCE((SELECT '{"readers":' || COALESCE((SELECT '[' ||
      string_agg('{"title":' || json_quote("t2"."title") || '}', ',' ORDER BY "t2"."o0",
      "t2"."o1") || ']' FROM (SELECT "t2"."business_id", "t2"."id", "t2"."title",
      "t2"."author_id", "t2"."editor_id", "t2"."press_id", "t2"."pages", "t2"."id" AS "o0",
      "t2"."title" AS "o1" FROM linked AS "t2" WHERE links(t2, "t1"."id", ?) AND readable(t2,
      ?) ORDER BY "t2"."id" ASC, "t2"."title" ASC LIMIT 500) AS "t2"), '[]') ||
      ',"openReaders":' || COALESCE((SELECT '[' || string_agg('{"title":' ||
      json_quote("t3"."title") || '}', ',' ORDER BY "t3"."o0") || ']' FROM (SELECT
      "t3"."business_id", "t3"."id", "t3"."title", "t3"."title" AS "o0" FROM linked AS "t3"
      WHERE links(t3, "t1"."id", ?) AND 1 = 1 ORDER BY "t3"."title" ASC LIMIT 500) AS "t3"),
      '[]') || '}' FROM "book" AS "t1" WHERE visible(t1, ?) AND "t1"."id" = ?), 'null') || '}'`,
    [7, 7, 7, 7, 5],
    { limited: [books] },
  ],
  [
    '{ book(id: "1") { chapters { heading } } }',
    `'{"book":' || COALESCE((SELECT '{"chapters":' || COALESCE((SELECT '[' ||
      string_agg('{"heading":' || json_quote("t2"."heading") || '}', ',' ORDER BY "t2"."o0")
      || ']' FROM (SELECT "t2"."business_id", "t2"."heading", "t2"."position" AS "o0" FROM
      linked AS "t2" WHERE links(t2, "t1"."id", ?) AND 1 = 1 ORDER BY "t2"."position" ASC
      LIMIT 500) AS "t2"), '[]') || '}' FROM "book" AS "t1" WHERE visible(t1, ?) AND "t1"."id"
      = ?), 'null') || '}'`,
    [7, 7, 5],
    { limited: [books, presses, authors] },
  ],
];

describe('compile and statementOf', () => {
  it.each<Case>(DIRECT)('read the response of %s', (query, text, values, options = {}) =>
    expect(statement(query, options)).toEqual({
      direct: true,
      text: `SELECT ${inOneLine(text)} AS json`,
      values,
    }),
  );
  it.each<Case>(COMPLETED)('read the values of %s', (query, text, values, options = {}) =>
    expect(statement(query, options)).toEqual({
      direct: false,
      text: `SELECT ${inOneLine(text)} AS json`,
      values,
    }),
  );
  it.each<Case>(IN_PART)(
    'read %s for a viewer who sees rows in part',
    (query, text, values, options = {}) =>
      expect(statement(query, options)).toEqual({
        direct: false,
        text: `SELECT ${inOneLine(text)} AS json`,
        values,
      }),
  );
  it.each<Case>(SOME_ROWS)(
    'read %s for a viewer of some rows',
    (query, text, values, options = {}) =>
      expect(statement(query, options)).toEqual({
        direct: true,
        text: `SELECT ${inOneLine(text)} AS json`,
        values,
      }),
  );
});

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
    expect(() => planOf('{ author(id: "1") { bornAt } }', { limited: [authors] })).toThrow(
      'Author.bornAt is neither in the summary of its source nor nullable.',
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
      '{ book(id: "1") { pages opening { heading } chapters { heading } author { name } editor { name } readerCount } }',
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
      '{ books { nodes { title } pageInfo { hasNextPage hasPreviousPage startCursor e: endCursor __typename } } }',
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
      '{ author(id: "1") { id name note nicknames initials __typename } }',
      [['Author:3', 'N', null, null, null]],
      {
        author: {
          id: 'Author:3',
          name: 'N',
          note: null,
          nicknames: [],
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

describe('fallback fields', () => {
  const schema = fallbackSchemaOf(library);
  const typeNamed = (name: string) => library.getType(name) as GraphQLObjectType;
  const fields = (text: string): FieldNode[] =>
    (parse(text).definitions[0] as OperationDefinitionNode).selectionSet.selections as FieldNode[];
  const text =
    'query Q($x: Int) { book(id: "1") { author { secret } } ...F } fragment F on Query { ping(x: $x) }';
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
