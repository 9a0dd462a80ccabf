import { OneRow, Sql, type Dialect } from '../../db/sql';
import type { PageRequest } from '../relations/list';
import type { RowRequest } from './plan';
import type { Asking } from '../relations/relation-registry';

/** What is known of a run and not of its plan. */
export interface Run extends Asking {
  readonly asked: readonly (PageRequest | RowRequest)[];
}

type Hole = (run: Run) => Sql;

/** A statement, or a part of one, up to what only a run can say. */
export type Template = readonly (string | Hole)[];

/** Part of a text that the database puts together: letters, or SQL that makes some. */
export type SqlPart = { readonly letters: string } | { readonly made: Template };

export const literal = (text: string): SqlPart => ({ letters: text });
export const expression = (...parts: Template): SqlPart => ({ made: parts });

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** The pieces as one SQL expression. Letters side by side become one literal. */
export function concat(pieces: readonly SqlPart[]): Template {
  const operands: Template[] = [];
  let pending = '';
  for (const piece of pieces) {
    if ('letters' in piece) pending += piece.letters;
    else {
      // Joined to letters, whatever else comes is text.
      if (pending || !operands.length) operands.push([quoted(pending)]);
      pending = '';
      operands.push(piece.made);
    }
  }
  if (pending || !operands.length) operands.push([quoted(pending)]);
  return compact(joined(operands));
}

const IN_A_ROW = 16;

const isLiteral = ([first]: Template): boolean =>
  typeof first === 'string' && first.startsWith("'");

/**
 * By halves: SQLite allows an expression to be a thousand deep, and every operand of a row makes it one deeper. Each half begins with letters,
 * so that it is text by itself.
 */
function joined(operands: readonly Template[]): Template {
  const middle = operands.findIndex(
    (operand, index) => index >= operands.length / 2 && isLiteral(operand),
  );
  if (operands.length <= IN_A_ROW || middle < 0)
    return operands.flatMap((operand, index) => (index ? [' || ', ...operand] : operand));
  return [
    '(',
    ...joined(operands.slice(0, middle)),
    ') || (',
    ...joined(operands.slice(middle)),
    ')',
  ];
}

/** Strings side by side as one. */
export function compact(template: Template): Template {
  const parts: (string | Hole)[] = [];
  for (const part of template) {
    const last = parts.length - 1;
    if (typeof part === 'string' && typeof parts[last] === 'string') parts[last] += part;
    else if (part !== '') parts.push(part);
  }
  return parts;
}

export const filled = (template: Template, run: Run): Sql =>
  new OneRow(template.map((part) => (typeof part === 'string' ? part : part(run))));

/** How a column becomes JSON. `instant` is RFC 3339, `word` a text without anything to escape. */
export type Shape = 'number' | 'boolean' | 'text' | 'word' | 'instant' | 'json';

const JSON_OF: Readonly<
  Record<Dialect, Readonly<Record<Shape, (column: string) => readonly SqlPart[]>>>
> = {
  postgres: {
    number: (column) => [expression(column)],
    // A boolean joined to text becomes true or false by itself.
    boolean: (column) => [expression(column)],
    text: (column) => [expression(`to_json(${column})`)],
    word: (column) => [literal('"'), expression(column), literal('"')],
    instant: (column) => [
      literal('"'),
      expression(
        `to_char(timestamp '1970-01-01' + ${column} * interval '1 millisecond', 'YYYY-MM-DD"T"HH24:MI:SS.MS')`,
      ),
      literal('Z"'),
    ],
    json: (column) => [expression(`${column}::text`)],
  },
  sqlite: {
    number: (column) => [expression(column)],
    boolean: (column) => [expression(`iif(${column}, 'true', 'false')`)],
    text: (column) => [expression(`json_quote(${column})`)],
    word: (column) => [literal('"'), expression(column), literal('"')],
    instant: (column) => [
      expression(`strftime('"%Y-%m-%dT%H:%M:%fZ"', ${column} / 1000.0, 'unixepoch')`),
    ],
    json: (column) => [expression(column)],
  },
};

/** A column as JSON. */
export function jsonOf(
  dialect: Dialect,
  shape: Shape,
  column: string,
  nullable: boolean,
): readonly SqlPart[] {
  const json = JSON_OF[dialect][shape](column);
  // Joined to no letters it is text all the same.
  return nullable
    ? [
        expression(
          `CASE WHEN ${column} IS NULL THEN 'null' ELSE `,
          ...concat([literal(''), ...json]),
          ' END',
        ),
      ].map(bracketed)
    : json;
}

const bracketed = (piece: SqlPart): SqlPart =>
  'made' in piece ? expression('(', ...piece.made, ')') : piece;
