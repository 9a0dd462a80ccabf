import { join, raw, sql, TRUE, type Dialect, type Sql } from '../../db/sql';
import type { TableColumn } from '../../db/table';
import { tailOf, type PageRequest } from '../relations/list';
import type { Repository } from '../relations/repository';
import type {
  PlanField,
  PageMember,
  PageNode,
  OperationPlan,
  Root,
  RowRequest,
  RowNode,
} from './plan';
import {
  compact,
  jsonOf,
  literal,
  expression,
  concat,
  type SqlPart,
  type Run,
  type Template,
} from './json-sql';

/**
 * Builds the one statement of a plan. For a direct plan its text is the response data. Otherwise
 * it returns arrays in plan order without constants, which `finisherOf` turns into the data.
 */
export function statementOf({ direct, roots }: OperationPlan, dialect: Dialect): Template {
  const all = direct
    ? object(roots.map((one) => [one.key, root(one)]))
    : array(roots.filter(varies).map(root));
  return compact(['SELECT ', ...concat(all), ' AS json']);

  function root(one: Root): readonly SqlPart[] {
    switch (one.kind) {
      case 'constant':
        return [literal(JSON.stringify(one.value))];
      case 'fallback':
        return [];
      case 'page':
        return page(one.page);
      case 'one': {
        const {
          rows: { source, alias },
          binding,
        } = one;
        return [
          expression(
            'COALESCE((SELECT ',
            ...row(one.rows),
            ' FROM ',
            () => source.from(alias),
            ...joins(one.rows),
            ' WHERE ',
            (run) => {
              const { id, list } = run.requests[binding] as RowRequest;
              return sql`${list.source.visible(run.member, alias)} AND ${source.table.column(alias, 'rowId')} = ${id}`;
            },
            "), 'null')",
          ),
        ];
      }
    }
  }

  function row({ fields: members, ...rows }: RowNode): Template {
    const pieces = (one: PlanField) => member(rows, one);
    if (direct) return concat(object(members.map((one) => [one.key, pieces(one)])));
    const whole =
      rows.fallback === null ? [] : rows.source.table.columns.map((one) => plain(rows.alias, one));
    return concat(array([...members.filter(varies).map(pieces), ...whole]));
  }

  function plain(alias: string, { kind, name, nullable }: TableColumn): readonly SqlPart[] {
    return jsonOf(dialect, kind, column(alias, name), nullable);
  }

  function member(of: Pick<RowNode, 'alias' | 'source'>, one: PlanField): readonly SqlPart[] {
    const {
      alias,
      source: { table },
    } = of;
    switch (one.kind) {
      case 'constant':
        return [literal(JSON.stringify(one.value))];
      case 'fallback':
        return [];
      case 'id':
        return [literal(`"${one.type}:`), expression(column(alias, 'id')), literal('"')];
      case 'column':
        return jsonOf(dialect, one.shape, column(alias, one.column.name), one.column.nullable);
      case 'derived':
        return listed([
          ...one.columns.map((own) => plain(alias, own)),
          ...one.across.map((found) => member(of, found)),
        ]);
      case 'guarded': {
        const full = (run: Run): Sql => (of.source as Repository<any>).full(run.member, alias);
        return [
          expression(
            '(CASE WHEN ',
            full,
            ' THEN ',
            ...concat(array([member(of, one.member)])),
            " ELSE 'null' END)",
          ),
        ];
      }
      case 'toOne':
        return [
          one.rows.checked
            ? expression(
                `(CASE WHEN ${keyOf(one)} IS NULL OR NOT (`,
                readable(one.rows),
                ") THEN 'null' ELSE ",
                ...row(one.rows),
                ' END)',
              )
            : one.rows.optional
              ? expression(
                  `(CASE WHEN ${keyOf(one)} IS NULL THEN 'null' ELSE `,
                  ...row(one.rows),
                  ' END)',
                )
              : expression('(', ...row(one.rows), ')'),
        ];
      case 'value':
        return [
          expression((run) =>
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
            ? expression('COALESCE((SELECT ', ...row(rows), ' ', ...found, "), 'null')")
            : expression(
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

  function page(
    { rows, fields: members, binding, wants }: PageNode,
    parent?: Sql,
  ): readonly SqlPart[] {
    const requestOf = (run: Run) => run.requests[binding] as PageRequest;

    const total = (): SqlPart =>
      expression(
        '(SELECT count(*) FROM ',
        (run) => {
          const alias = `c${binding}`;
          return sql`${requestOf(run).list.source.from(alias)} WHERE ${requestOf(run).all(run.member, alias, parent)}`;
        },
        ')',
      );

    function found(of: RowNode): SqlPart {
      const ordered = (run: Run) => requestOf(run).rows(run.member, of.alias, parent);
      const keys = (run: Run): Sql =>
        join(
          ordered(run).columns.map((_, index) => raw(quoted(`"${of.alias}"."o${index}"`))),
          " || ',' || ",
        );
      const element: Template = wants.cursors
        ? ["'[[' || ", keys, " || '],' || ", ...row(of), " || ']'"]
        : row(of);
      return expression(
        `COALESCE((SELECT '[' || string_agg(`,
        ...element,
        `, ',' ORDER BY `,
        (run) => {
          const { columns, descending } = ordered(run);
          // A direct response is in list order; other rows are in read order and are reordered
          // later.
          const downwards = direct && requestOf(run).window.backward ? !descending : descending;
          return join(
            columns.map((_, index) => raw(`"${of.alias}"."o${index}"${downwards ? ' DESC' : ''}`)),
          );
        },
        `) || ']' FROM (SELECT ${columnsOf(of)}`,
        (run) => {
          const { window } = requestOf(run);
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
    const plain = (one: PageMember): readonly SqlPart[] =>
      one.kind === 'constant'
        ? [literal(JSON.stringify(one.value))]
        : [one.kind === 'totalCount' ? total() : found(rows as RowNode)];
    return object(members.map((one) => [one.key, plain(one)]));
  }

  function quoted(name: string): string {
    return dialect === 'postgres' ? `to_json(${name})::text` : `json_quote(${name})`;
  }
}

/** Whether a field is read: constants are added outside the statement. */
const varies = ({ kind }: { kind: string }): boolean => kind !== 'constant';

const column = (alias: string, name: string): string => `"${alias}"."${name}"`;

const nameOf = (
  table: { byProperty: ReadonlyMap<string, { readonly name: string }> },
  property: string,
): string => (table.byProperty.get(property) as { name: string }).name;

/** The select list of a subselect. */
const columnsOf = ({ source: { table }, alias, properties }: RowNode): string =>
  [...properties].map((property) => column(alias, nameOf(table, property))).join(', ');

/** The ordering columns of a subselect, for the aggregate around it. */
const ordering = (columns: readonly Sql[]): Sql =>
  join(
    columns.map((key, index) => sql`, ${key} AS ${raw(`"o${index}"`)}`),
    '',
  );

const readable =
  ({ source, alias }: Pick<RowNode, 'source' | 'alias'>) =>
  (run: Run): Sql =>
    (source as Repository<any>).readable(run.member, alias);

const unguarded = (one: PlanField): PlanField => (one.kind === 'guarded' ? one.member : one);

type ToOne = Extract<PlanField, { kind: 'toOne' }>;

const keyOf = ({
  relation: { by },
  rows: {
    alias,
    source: { table },
  },
}: ToOne): string => column(alias, nameOf(table, by));

/** Joins to-one relations, recursively. */
function joins(rows: RowNode): Template {
  const own = (property: string): string => column(rows.alias, nameOf(rows.source.table, property));
  return rows.fields
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

const object = (
  entries: readonly (readonly [string, readonly SqlPart[]])[],
): readonly SqlPart[] => [
  literal('{'),
  ...entries.flatMap(([key, pieces], index) => [
    literal(`${index ? ',' : ''}"${key}":`),
    ...pieces,
  ]),
  literal('}'),
];

/** Omits items without parts: fallback fields, and fields computed from no value of the database. */
const listed = (items: readonly (readonly SqlPart[])[]): readonly SqlPart[] =>
  items
    .filter(({ length }) => length > 0)
    .flatMap((pieces, index) => (index ? [literal(','), ...pieces] : pieces));

const array = (items: readonly (readonly SqlPart[])[]): readonly SqlPart[] => [
  literal('['),
  ...listed(items),
  literal(']'),
];
