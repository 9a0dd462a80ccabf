import { join, raw, sql, type Dialect, type Sql } from '../db/sql';
import { tableOf, type TableColumn } from '../db/table';
import { tailOf, type AskedOne, type AskedPage } from '../list';
import { MAX_LINKED } from '../relation';
import type { TenantRow } from '../source';
import type { Member, PageMember, PagePlan, Plan, Root, Rows } from './plan';
import { dense, jsonOf, letters, made, together, type Piece, type Run, type Template } from './text';

/**
 * The one statement of a plan. Where the database's text can be sent as it stands, it is the answer's data; else it is arrays in the order
 * of the plan, constants left out, which `finisherOf` turns into the data.
 */
export function statementOf({ direct, roots }: Plan, dialect: Dialect): Template {
  const all = direct ? object(roots.map((one) => [one.key, root(one)])) : array(roots.filter(varies).map(root));
  return dense(['SELECT ', ...together(all), ' AS json']);

  function root(one: Root): readonly Piece[] {
    switch (one.kind) {
      case 'constant': return [letters(JSON.stringify(one.value))];
      case 'hole': return [];
      case 'page': return page(one.page);
      case 'one': {
        const { rows: { source, alias }, question } = one;
        return [made(
          'COALESCE((SELECT ', ...row(one.rows), ' FROM ', () => source.from(alias), ...joins(one.rows), ' WHERE ',
          (run) => sql`${source.visible(run.member, alias)} AND ${source.table.column(alias, 'rowId')} = ${(run.asked[question] as AskedOne).id}`,
          "), 'null')",
        )];
      }
    }
  }

  function row({ members, ...rows }: Rows): Template {
    const pieces = (one: Member) => member(rows, one);
    if (direct) return together(object(members.map((one) => [one.key, pieces(one)])));
    const whole = rows.hole === null ? [] : rows.source.table.columns.map((one) => plain(rows.alias, one));
    return together(array([...members.filter(varies).map(pieces), ...whole]));
  }

  function plain(alias: string, { kind, name, nullable }: TableColumn): readonly Piece[] {
    return jsonOf(dialect, kind, column(alias, name), nullable);
  }

  function member({ alias, source: { table } }: Omit<Rows, 'members'>, one: Member): readonly Piece[] {
    switch (one.kind) {
      case 'constant': return [letters(JSON.stringify(one.value))];
      case 'hole': return [];
      case 'id': return [letters(`"${one.type}:`), made(column(alias, 'id')), letters('"')];
      case 'column': return jsonOf(dialect, one.shape, column(alias, one.column.name), one.column.nullable);
      case 'derived': return listed(one.columns.map((own) => plain(alias, own)));
      case 'toOne': return [one.rows.optional ? made(`(CASE WHEN ${column(one.rows.alias, 'id')} IS NULL THEN 'null' ELSE `, ...row(one.rows), ' END)') : made('(', ...row(one.rows), ')')];
      case 'through': {
        const { relation: { link, fromColumn, toColumn }, rows } = one;
        const links = tableOf(link as new () => TenantRow);
        const of = (property: string): string => column(`l${rows.alias}`, nameOf(links, property));
        const id = column(rows.alias, 'id');
        return [made(
          `COALESCE((SELECT '[' || string_agg(`, ...row(rows), `, ',' ORDER BY ${id}) || ']' FROM (SELECT ${columnsOf(rows)} FROM "${links.name}" AS "l${rows.alias}"`,
          ` JOIN "${rows.source.table.name}" AS "${rows.alias}" ON ${column(rows.alias, 'business_id')} = ${of('businessId')} AND ${id} = ${of(toColumn)}`,
          ` WHERE ${of('businessId')} = ${column(alias, 'business_id')} AND ${of(fromColumn)} = ${column(alias, nameOf(table, 'rowId'))}`,
          ` ORDER BY ${id} LIMIT ${MAX_LINKED}) AS "${rows.alias}"`, ...joins(rows), "), '[]')",
        )];
      }
      case 'page': return page(one.page, raw(column(alias, 'id')));
    }
  }

  function page({ rows, members, question, wants }: PagePlan, parent?: Sql): readonly Piece[] {
    const asked = (run: Run) => run.asked[question] as AskedPage;

    const total = (): Piece => made('(SELECT count(*) FROM ', (run) => {
      const alias = `c${question}`;
      return sql`${asked(run).list.source.from(alias)} WHERE ${asked(run).all(run.member, alias, parent)}`;
    }, ')');

    function found(of: Rows): Piece {
      const ordered = (run: Run) => asked(run).rows(run.member, of.alias, parent);
      const keys = (run: Run): Sql => join(ordered(run).columns.map((_, index) => raw(quoted(`"${of.alias}"."o${index}"`))), " || ',' || ");
      const element: Template = wants.cursors ? ["'[[' || ", keys, " || '],' || ", ...row(of), " || ']'"] : row(of);
      return made(
        `COALESCE((SELECT '[' || string_agg(`, ...element, `, ',' ORDER BY `,
        (run) => {
          const { columns, descending } = ordered(run);
          // As it stands the answer is in the order of the list; what is finished is in the order of the reading.
          const downwards = direct && asked(run).window.backward ? !descending : descending;
          return join(columns.map((_, index) => raw(`"${of.alias}"."o${index}"${downwards ? ' DESC' : ''}`)));
        },
        `) || ']' FROM (SELECT ${columnsOf(of)}`,
        (run) => {
          const { window } = asked(run);
          const { where, columns, descending } = ordered(run);
          const keyed = columns.map((key, index) => sql`, ${key} AS ${raw(`"o${index}"`)}`);
          return sql`${join(keyed, '')} FROM ${of.source.from(of.alias)} WHERE ${where} ${tailOf(columns, descending, window.limit + (wants.info ? 1 : 0), window.offset)}`;
        },
        `) AS "${of.alias}"`, ...joins(of), "), '[]')",
      );
    }

    if (!direct) return array([...(rows ? [[found(rows)]] : []), ...(wants.total ? [[total()]] : [])]);
    const plain = (one: PageMember): readonly Piece[] =>
      one.kind === 'constant' ? [letters(JSON.stringify(one.value))] : [one.kind === 'totalCount' ? total() : found(rows as Rows)];
    return object(members.map((one) => [one.key, plain(one)]));
  }

  function quoted(name: string): string {
    return dialect === 'postgres' ? `to_json(${name})::text` : `json_quote(${name})`;
  }
}

/** What the database has to say of a plan's member: all but what stands in the plan, and what resolvers say. */
const varies = ({ kind }: { kind: string }): boolean => kind !== 'constant' && kind !== 'hole';

const column = (alias: string, name: string): string => `"${alias}"."${name}"`;

const nameOf = (table: { byProperty: ReadonlyMap<string, { readonly name: string }> }, property: string): string => (table.byProperty.get(property) as { name: string }).name;

/** What a subselect has to bring of its rows. */
const columnsOf = ({ source: { table }, alias, properties }: Rows): string => [...properties].map((property) => column(alias, nameOf(table, property))).join(', ');

/** Edges to one row, and from there on. */
function joins(rows: Rows): Template {
  return rows.members.flatMap((one) => {
    if (one.kind !== 'toOne') return [];
    const { alias, optional, source: { table } } = one.rows;
    const on = `${column(alias, 'business_id')} = ${column(rows.alias, 'business_id')} AND ${column(alias, 'id')} = ${column(rows.alias, nameOf(rows.source.table, one.via))}`;
    return [` ${optional ? 'LEFT ' : ''}JOIN "${table.name}" AS "${alias}" ON ${on}`, ...joins(one.rows)];
  });
}

const object = (entries: readonly (readonly [string, readonly Piece[]])[]): readonly Piece[] =>
  [letters('{'), ...entries.flatMap(([key, pieces], index) => [letters(`${index ? ',' : ''}"${key}":`), ...pieces]), letters('}')];

const listed = (items: readonly (readonly Piece[])[]): readonly Piece[] => items.flatMap((pieces, index) => (index ? [letters(','), ...pieces] : pieces));

const array = (items: readonly (readonly Piece[])[]): readonly Piece[] => [letters('['), ...listed(items), letters(']')];
