import { Sql, type Dialect } from '../../db/sql';
import type { PageRequest, RowRequest } from '../relations/list';
import type { ExpressionInputs } from '../relations/edge';

/** The values of one execution of a plan. */
export interface Run extends ExpressionInputs {
  readonly requests: readonly (PageRequest | RowRequest)[];
}

type Hole = (run: Run) => Sql;

/** A statement or a part of one, with holes for values of the run. */
export type Template = readonly (string | Hole)[];

/** A part of a JSON text built by the database: literal text, or an SQL expression. */
export type SqlPart = { readonly letters: string } | { readonly made: Template };

export const literal = (text: string): SqlPart => ({ letters: text });
export const expression = (...parts: Template): SqlPart => ({ made: parts });

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** Concatenates the parts into one SQL expression. Adjacent literals are merged. */
export function concat(pieces: readonly SqlPart[]): Template {
  const operands: Template[] = [];
  let pending = '';
  for (const piece of pieces) {
    if ('letters' in piece) pending += piece.letters;
    else {
      // Joined to a literal, every operand is converted to text.
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
 * Concatenates as a balanced tree, because SQLite limits expressions to a depth of 1,000. Each
 * half begins with a literal, so that it is text.
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

/** Merges adjacent strings. */
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
  new Sql(template.map((part) => (typeof part === 'string' ? part : part(run))));

/** The JSON encoding of a column. `instant` is RFC 3339, `word` a text that needs no escaping. */
export type Shape = 'number' | 'boolean' | 'text' | 'word' | 'instant' | 'json';

const JSON_OF: Readonly<
  Record<Dialect, Readonly<Record<Shape, (column: string) => readonly SqlPart[]>>>
> = {
  postgres: {
    number: (column) => [expression(column)],
    // A boolean joined to text becomes true or false.
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

/** Returns the SQL that encodes a column as JSON. */
export function jsonOf(
  dialect: Dialect,
  shape: Shape,
  column: string,
  nullable: boolean,
): readonly SqlPart[] {
  const json = JSON_OF[dialect][shape](column);
  // Text even without a literal beside it.
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
