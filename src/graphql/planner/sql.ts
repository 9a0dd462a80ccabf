import { join, raw, sql, TRUE, type Dialect, type Sql } from '../../db/sql';
import type { TableColumn } from '../../db/table';
import { tailOf, type AskedPage } from '../relations/list';
import type { Source } from '../relations/repository';
import type { Member, PageMember, PagePlan, Plan, Root, RowRequest, Rows } from './plan';
import {
  dense,
  jsonOf,
  letters,
  made,
  together,
  type Piece,
  type Run,
  type Template,
} from './json-sql';

/**
 * The one statement of a plan. Where the database's text can be sent as it stands, it is the answer's data; else it is arrays in the order
 * of the plan, constants left out, which `finisherOf` turns into the data.
 */
export function statementOf({ direct, roots }: Plan, dialect: Dialect): Template {
  const all = direct
    ? object(roots.map((one) => [one.key, root(one)]))
    : array(roots.filter(varies).map(root));
  return dense(['SELECT ', ...together(all), ' AS json']);

  function root(one: Root): readonly Piece[] {
    switch (one.kind) {
      case 'constant':
        return [letters(JSON.stringify(one.value))];
      case 'hole':
        return [];
      case 'page':
        return page(one.page);
      case 'one': {
        const {
          rows: { source, alias },
          question,
        } = one;
        return [
          made(
            'COALESCE((SELECT ',
            ...row(one.rows),
            ' FROM ',
            () => source.from(alias),
            ...joins(one.rows),
            ' WHERE ',
            (run) => {
              const { id, list } = run.asked[question] as RowRequest;
              return sql`${list.source.visible(run.member, alias)} AND ${source.table.column(alias, 'rowId')} = ${id}`;
            },
            "), 'null')",
          ),
        ];
      }
    }
  }

  function row({ members, ...rows }: Rows): Template {
    const pieces = (one: Member) => member(rows, one);
    if (direct) return together(object(members.map((one) => [one.key, pieces(one)])));
    const whole =
      rows.hole === null ? [] : rows.source.table.columns.map((one) => plain(rows.alias, one));
    return together(array([...members.filter(varies).map(pieces), ...whole]));
  }

  function plain(alias: string, { kind, name, nullable }: TableColumn): readonly Piece[] {
    return jsonOf(dialect, kind, column(alias, name), nullable);
  }

  function member(of: Pick<Rows, 'alias' | 'source'>, one: Member): readonly Piece[] {
    const {
      alias,
      source: { table },
    } = of;
    switch (one.kind) {
      case 'constant':
        return [letters(JSON.stringify(one.value))];
      case 'hole':
        return [];
      case 'id':
        return [letters(`"${one.type}:`), made(column(alias, 'id')), letters('"')];
      case 'column':
        return jsonOf(dialect, one.shape, column(alias, one.column.name), one.column.nullable);
      case 'derived':
        return listed([
          ...one.columns.map((own) => plain(alias, own)),
          ...one.across.map((found) => member(of, found)),
        ]);
      case 'guarded': {
        const full = (run: Run): Sql => (of.source as Source<any>).full(run.member, alias);
        return [
          made(
            '(CASE WHEN ',
            full,
            ' THEN ',
            ...together(array([member(of, one.member)])),
            " ELSE 'null' END)",
          ),
        ];
      }
      case 'toOne':
        return [
          one.rows.checked
            ? made(
                `(CASE WHEN ${keyOf(one)} IS NULL OR NOT (`,
                readable(one.rows),
                ") THEN 'null' ELSE ",
                ...row(one.rows),
                ' END)',
              )
            : one.rows.optional
              ? made(
                  `(CASE WHEN ${keyOf(one)} IS NULL THEN 'null' ELSE `,
                  ...row(one.rows),
                  ' END)',
                )
              : made('(', ...row(one.rows), ')'),
        ];
      case 'value':
        return [
          made((run) =>
            one.relation.expression(run, (property) => raw(column(alias, nameOf(table, property)))),
          ),
        ];
      case 'some': {
        const {
          relation: { among },
          rows,
          first,
        } = one;
        const keys = among.order.map((property) => rows.source.table.ordered(rows.alias, property));
        const inOrder = join(keys.map((_, index) => raw(column(rows.alias, `o${index}`))));
        const found = [
          `FROM (SELECT ${columnsOf(rows)}`,
          (run: Run) => sql`${ordering(keys)} FROM ${among.from(rows.alias)}
            WHERE ${among.where(rows.alias, raw(column(alias, nameOf(table, 'rowId'))), run.member)} AND ${rows.checked ? readable(rows)(run) : TRUE} ${tailOf(keys, false, first ? 1 : among.limit, 0)}`,
          `) AS "${rows.alias}"`,
          ...joins(rows),
        ];
        return [
          first
            ? made('COALESCE((SELECT ', ...row(rows), ' ', ...found, "), 'null')")
            : made(
                `COALESCE((SELECT '[' || string_agg(`,
                ...row(rows),
                `, ',' ORDER BY `,
                () => inOrder,
                `) || ']' `,
                ...found,
                "), '[]')",
              ),
        ];
      }
      case 'page':
        return page(one.page, raw(column(alias, 'id')));
    }
  }

  function page({ rows, members, question, wants }: PagePlan, parent?: Sql): readonly Piece[] {
    const asked = (run: Run) => run.asked[question] as AskedPage;

    const total = (): Piece =>
      made(
        '(SELECT count(*) FROM ',
        (run) => {
          const alias = `c${question}`;
          return sql`${asked(run).list.source.from(alias)} WHERE ${asked(run).all(run.member, alias, parent)}`;
        },
        ')',
      );

    function found(of: Rows): Piece {
      const ordered = (run: Run) => asked(run).rows(run.member, of.alias, parent);
      const keys = (run: Run): Sql =>
        join(
          ordered(run).columns.map((_, index) => raw(quoted(`"${of.alias}"."o${index}"`))),
          " || ',' || ",
        );
      const element: Template = wants.cursors
        ? ["'[[' || ", keys, " || '],' || ", ...row(of), " || ']'"]
        : row(of);
      return made(
        `COALESCE((SELECT '[' || string_agg(`,
        ...element,
        `, ',' ORDER BY `,
        (run) => {
          const { columns, descending } = ordered(run);
          // As it stands the answer is in the order of the list; what is finished is in the order of the reading.
          const downwards = direct && asked(run).window.backward ? !descending : descending;
          return join(
            columns.map((_, index) => raw(`"${of.alias}"."o${index}"${downwards ? ' DESC' : ''}`)),
          );
        },
        `) || ']' FROM (SELECT ${columnsOf(of)}`,
        (run) => {
          const { window } = asked(run);
          const { where, columns, descending } = ordered(run);
          return sql`${ordering(columns)} FROM ${of.source.from(of.alias)} WHERE ${where} ${tailOf(columns, descending, window.limit + (wants.info ? 1 : 0), window.offset)}`;
        },
        `) AS "${of.alias}"`,
        ...joins(of),
        "), '[]')",
      );
    }

    if (!direct)
      return array([...(rows ? [[found(rows)]] : []), ...(wants.total ? [[total()]] : [])]);
    const plain = (one: PageMember): readonly Piece[] =>
      one.kind === 'constant'
        ? [letters(JSON.stringify(one.value))]
        : [one.kind === 'totalCount' ? total() : found(rows as Rows)];
    return object(members.map((one) => [one.key, plain(one)]));
  }

  function quoted(name: string): string {
    return dialect === 'postgres' ? `to_json(${name})::text` : `json_quote(${name})`;
  }
}

/** What the database has to say of a plan's member: all but what stands in the plan, and what resolvers say. */
const varies = ({ kind }: { kind: string }): boolean => kind !== 'constant' && kind !== 'hole';

const column = (alias: string, name: string): string => `"${alias}"."${name}"`;

const nameOf = (
  table: { byProperty: ReadonlyMap<string, { readonly name: string }> },
  property: string,
): string => (table.byProperty.get(property) as { name: string }).name;

/** What a subselect has to bring of its rows. */
const columnsOf = ({ source: { table }, alias, properties }: Rows): string =>
  [...properties].map((property) => column(alias, nameOf(table, property))).join(', ');

/** The columns that a subselect is ordered by, for whoever puts its rows together. */
const ordering = (columns: readonly Sql[]): Sql =>
  join(
    columns.map((key, index) => sql`, ${key} AS ${raw(`"o${index}"`)}`),
    '',
  );

const readable =
  ({ source, alias }: Pick<Rows, 'source' | 'alias'>) =>
  (run: Run): Sql =>
    (source as Source<any>).readable(run.member, alias);

const unguarded = (one: Member): Member => (one.kind === 'guarded' ? one.member : one);

type ToOne = Extract<Member, { kind: 'toOne' }>;

const keyOf = ({
  relation: { by },
  rows: {
    alias,
    source: { table },
  },
}: ToOne): string => column(alias, nameOf(table, by));

/** Edges to one row, and from there on. */
function joins(rows: Rows): Template {
  const own = (property: string): string => column(rows.alias, nameOf(rows.source.table, property));
  return rows.members
    .map(unguarded)
    .flatMap((one) => (one.kind === 'derived' ? one.across : [one]))
    .flatMap((one) => {
      if (one.kind !== 'toOne') return [];
      const {
        alias,
        optional,
        source: { table },
      } = one.rows;
      const on = `${column(alias, nameOf(table, 'businessId'))} = ${own('businessId')} AND ${keyOf(one)} = ${own(one.relation.key)}`;
      return [
        ` ${optional ? 'LEFT ' : ''}JOIN "${table.name}" AS "${alias}" ON ${on}`,
        ...joins(one.rows),
      ];
    });
}

const object = (entries: readonly (readonly [string, readonly Piece[]])[]): readonly Piece[] => [
  letters('{'),
  ...entries.flatMap(([key, pieces], index) => [
    letters(`${index ? ',' : ''}"${key}":`),
    ...pieces,
  ]),
  letters('}'),
];

const listed = (items: readonly (readonly Piece[])[]): readonly Piece[] =>
  items.flatMap((pieces, index) => (index ? [letters(','), ...pieces] : pieces));

const array = (items: readonly (readonly Piece[])[]): readonly Piece[] => [
  letters('['),
  ...listed(items),
  letters(']'),
];
