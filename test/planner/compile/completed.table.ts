import type { Case } from './compile.fixture';

export const COMPLETED: Case[] = [
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
