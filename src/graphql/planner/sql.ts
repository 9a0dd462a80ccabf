import { join, raw, sql, TRUE, type Dialect, type Sql } from '../../db/sql';
import type { TableColumn } from '../../db/table';
import type { PageRequest, RowRequest } from '../relations/list';
import { tailOf } from '../relations/list-order';
import type { Repository } from '../relations/repository';
import type { OperationPlan, PageMember, PageNode, PlanField, Root, RowNode } from './plan';
import {
  compact,
  concat,
  expression,
  jsonOf,
  literal,
  type Run,
  type SqlPart,
  type Template,
} from './json-sql';
import { column, columnsOf, joins, keyOf, nameOf, ordering, readable, type ToOne } from './row-sql';

/**
 * Builds the one statement of a plan. For a direct plan its text is the response data. Otherwise
 * it returns arrays in plan order without constants, which `finisherOf` turns into the data.
 */
export function statementOf({ direct, roots }: OperationPlan, dialect: Dialect): Template {
  const builder = new StatementBuilder(direct, dialect);
  const all = direct
    ? object(roots.map((one) => [one.key, builder.root(one)]))
    : array(roots.filter(varies).map((one) => builder.root(one)));
  return compact(['SELECT ', ...concat(all), ' AS json']);
}

type FieldOf<K extends PlanField['kind']> = Extract<PlanField, { kind: K }>;

class StatementBuilder {
  constructor(
    private readonly direct: boolean,
    private readonly dialect: Dialect,
  ) {}

  root(one: Root): readonly SqlPart[] {
    switch (one.kind) {
      case 'constant':
        return [literal(JSON.stringify(one.value))];
      case 'fallback':
        return [];
      case 'page':
        return this.page(one.page);
      case 'one':
        return [this.rowById(one)];
    }
  }

  private rowById({ rows, binding }: Extract<Root, { kind: 'one' }>): SqlPart {
    const { source, alias } = rows;
    return expression(
      'COALESCE((SELECT ',
      ...this.row(rows),
      ' FROM ',
      () => source.from(alias),
      ...joins(rows),
      ' WHERE ',
      (run) => {
        const { id, list } = run.requests[binding] as RowRequest;
        return sql`${list.source.visible(run.member, alias)} AND ${source.table.column(alias, 'rowId')} = ${id}`;
      },
      "), 'null')",
    );
  }

  private row({ fields: members, ...rows }: RowNode): Template {
    const pieces = (one: PlanField) => this.member(rows, one);
    if (this.direct) return concat(object(members.map((one) => [one.key, pieces(one)])));
    const whole =
      rows.fallback === null
        ? []
        : rows.source.table.columns.map((one) => this.plain(rows.alias, one));
    return concat(array([...members.filter(varies).map(pieces), ...whole]));
  }

  private plain(alias: string, { kind, name, nullable }: TableColumn): readonly SqlPart[] {
    return jsonOf(this.dialect, kind, column(alias, name), nullable);
  }

  private member(of: Pick<RowNode, 'alias' | 'source'>, one: PlanField): readonly SqlPart[] {
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
        return jsonOf(this.dialect, one.shape, column(alias, one.column.name), one.column.nullable);
      case 'derived':
        return listed([
          ...one.columns.map((own) => this.plain(alias, own)),
          ...one.across.map((found) => this.member(of, found)),
        ]);
      case 'guarded':
        return [this.guarded(of, one)];
      case 'toOne':
        return [this.toOne(one)];
      case 'value':
        return [
          expression((run) =>
            one.relation.expression(run, (property) => raw(column(alias, nameOf(table, property)))),
          ),
        ];
      case 'some':
        return [this.some(raw(column(alias, nameOf(table, 'rowId'))), one)];
      case 'page':
        return this.page(one.page, raw(column(alias, 'id')));
    }
  }

  private guarded(of: Pick<RowNode, 'alias' | 'source'>, one: FieldOf<'guarded'>): SqlPart {
    const full = (run: Run): Sql => (of.source as Repository<any>).full(run.member, of.alias);
    return expression(
      '(CASE WHEN ',
      full,
      ' THEN ',
      ...concat(array([this.member(of, one.member)])),
      " ELSE 'null' END)",
    );
  }

  private toOne(one: ToOne): SqlPart {
    const row = this.row(one.rows);
    if (one.rows.checked)
      return expression(
        `(CASE WHEN ${keyOf(one)} IS NULL OR NOT (`,
        readable(one.rows),
        ") THEN 'null' ELSE ",
        ...row,
        ' END)',
      );
    return one.rows.optional
      ? expression(`(CASE WHEN ${keyOf(one)} IS NULL THEN 'null' ELSE `, ...row, ' END)')
      : expression('(', ...row, ')');
  }

  private some(parent: Sql, { relation: { among }, rows, first }: FieldOf<'some'>): SqlPart {
    const { alias } = rows;
    const keys = among.order.map((property) => ({
      column: rows.source.table.ordered(alias, property),
      descending: false,
    }));
    const inOrder = join(keys.map((_, index) => raw(column(alias, `o${index}`))));
    const found = [
      `FROM (SELECT ${columnsOf(rows)}`,
      (run: Run) => sql`${ordering(keys)} FROM ${among.from(alias)}
            WHERE ${among.where(alias, parent, run.member)} AND ${rows.checked ? readable(rows)(run) : TRUE} ${tailOf(keys, first ? 1 : among.limit, 0)}`,
      `) AS "${alias}"`,
      ...joins(rows),
    ];
    return first
      ? expression('COALESCE((SELECT ', ...this.row(rows), ' ', ...found, "), 'null')")
      : expression(
          `COALESCE((SELECT '[' || string_agg(`,
          ...this.row(rows),
          `, ',' ORDER BY `,
          () => inOrder,
          `) || ']' `,
          ...found,
          "), '[]')",
        );
  }

  private page(node: PageNode, parent?: Sql): readonly SqlPart[] {
    const { rows, fields: members, wants } = node;
    const total = (): SqlPart => this.total(node, parent);
    const found = (): SqlPart => this.found(node, rows as RowNode, parent);
    if (!this.direct)
      return array([...(rows ? [[found()]] : []), ...(wants.total ? [[total()]] : [])]);
    const plain = (one: PageMember): readonly SqlPart[] =>
      one.kind === 'constant'
        ? [literal(JSON.stringify(one.value))]
        : [one.kind === 'totalCount' ? total() : found()];
    return object(members.map((one) => [one.key, plain(one)]));
  }

  private total({ binding }: PageNode, parent?: Sql): SqlPart {
    return expression(
      '(SELECT count(*) FROM ',
      (run) => {
        const alias = `c${binding}`;
        const request = run.requests[binding] as PageRequest;
        return sql`${request.list.source.from(alias)} WHERE ${request.all(run.member, alias, parent)}`;
      },
      ')',
    );
  }

  private found({ binding, wants }: PageNode, of: RowNode, parent?: Sql): SqlPart {
    const requestOf = (run: Run) => run.requests[binding] as PageRequest;
    const ordered = (run: Run) => requestOf(run).rows(run.member, of.alias, parent);
    const keys = (run: Run): Sql =>
      join(
        ordered(run).columns.map((_, index) => raw(this.quoted(`"${of.alias}"."o${index}"`))),
        " || ',' || ",
      );
    const element: Template = wants.cursors
      ? ["'[[' || ", keys, " || '],' || ", ...this.row(of), " || ']'"]
      : this.row(of);
    return expression(
      `COALESCE((SELECT '[' || string_agg(`,
      ...element,
      `, ',' ORDER BY `,
      (run) => {
        // A direct response is in list order; other rows are in read order and are reordered later.
        const isReversed = this.direct && requestOf(run).window.backward;
        return join(
          ordered(run).columns.map(({ descending }, index) =>
            raw(`"${of.alias}"."o${index}"${descending === isReversed ? '' : ' DESC'}`),
          ),
        );
      },
      `) || ']' FROM (SELECT ${columnsOf(of)}`,
      (run) => {
        const { window } = requestOf(run);
        const { where, columns } = ordered(run);
        return sql`${ordering(columns)} FROM ${of.source.from(of.alias)} WHERE ${where} ${tailOf(columns, window.limit + (wants.info ? 1 : 0), window.offset)}`;
      },
      `) AS "${of.alias}"`,
      ...joins(of),
      "), '[]')",
    );
  }

  private quoted(name: string): string {
    return this.dialect === 'postgres' ? `to_json(${name})::text` : `json_quote(${name})`;
  }
}

/** Whether a field is read: constants are added outside the statement. */
const varies = ({ kind }: { kind: string }): boolean => kind !== 'constant';

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

/** Omits items without parts: fallback fields, and fields computed from nothing that is stored. */
const listed = (items: readonly (readonly SqlPart[])[]): readonly SqlPart[] =>
  items
    .filter(({ length }) => length > 0)
    .flatMap((pieces, index) => (index ? [literal(','), ...pieces] : pieces));

const array = (items: readonly (readonly SqlPart[])[]): readonly SqlPart[] => [
  literal('['),
  ...listed(items),
  literal(']'),
];
