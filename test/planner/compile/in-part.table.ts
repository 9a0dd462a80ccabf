import { authors, books, presses } from '../../support/fixtures/library';
import type { Case } from './compile.fixture';

export const IN_PART: Case[] = [
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
    `{
      press(id: "1") { name city } presses { nodes { city } }
      book(id: "1") { press { name city tags } }
    }`,
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

export const SOME_ROWS: Case[] = [
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
