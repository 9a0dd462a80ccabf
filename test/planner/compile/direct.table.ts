import type { Case } from './compile.fixture';

export const DIRECT: Case[] = [
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
