import {
  getDirectiveValues, getNamedType, GraphQLIncludeDirective, GraphQLSkipDirective, isObjectType, Kind, type GraphQLObjectType, type GraphQLResolveInfo,
  type SelectionNode, type SelectionSetNode,
} from 'graphql';
import type { Context } from '../context';
import { join, raw, sql, type Sql } from './db/sql';
import { isPlanning } from './plan/asked';
import { relations, type Relation } from './relations';
import type { TenantRow } from './source';

type ToOne = Extract<Relation, { kind: 'toOne' }>;

/**
 * Reading ahead: the edges to one row that an operation follows from rows of a type are joined into the statement that reads these rows,
 * and what they lead to waits in the loaders. Resolvers and loaders stay what decides an answer; they only find it there.
 */

/** Off, every edge is read by its loader. The tests answer each query both ways and compare. */
export const readAhead = { on: true };

/** Names of the edges to one row that are selected on rows of `typeName` below this field, in the order of the schema. */
export function edgesAhead(info: GraphQLResolveInfo, typeName: string): readonly string[] {
  const found = new Set<string>();
  if (!readAhead.on || isPlanning(info)) return [];
  const type = getNamedType(info.returnType);
  if (isObjectType(type)) for (const { selectionSet } of info.fieldNodes) if (selectionSet) collect(selectionSet, type, typeName, info, found);
  return [...found].sort();
}

function collect(set: SelectionSetNode, type: GraphQLObjectType, typeName: string, info: GraphQLResolveInfo, found: Set<string>): void {
  for (const selection of set.selections) {
    if (!included(selection, info)) continue;
    if (selection.kind === Kind.FRAGMENT_SPREAD) {
      const fragment = info.fragments[selection.name.value];
      if (fragment) collect(fragment.selectionSet, type, typeName, info, found);
    } else if (selection.kind === Kind.INLINE_FRAGMENT) {
      collect(selection.selectionSet, type, typeName, info, found);
    } else if (type.name === typeName) {
      const name = selection.name.value;
      if (selection.selectionSet && relations.get(`${typeName}.${name}`)?.kind === 'toOne') found.add(name);
    } else {
      // A connection, an edge or a payload: the rows are further down.
      const inner = getNamedType(type.getFields()[selection.name.value]?.type);
      if (selection.selectionSet && isObjectType(inner)) collect(selection.selectionSet, inner, typeName, info, found);
    }
  }
}

function included(node: SelectionNode, { variableValues }: GraphQLResolveInfo): boolean {
  return getDirectiveValues(GraphQLSkipDirective, node, variableValues)?.if !== true && getDirectiveValues(GraphQLIncludeDirective, node, variableValues)?.if !== false;
}

export interface Ahead {
  /** `, "j0"."id" AS "j0.rowId", …` */
  readonly select: Sql;
  /** `LEFT JOIN …`, on columns that `base` names. */
  readonly joins: Sql;
  /** Puts what was joined to a row where the loaders look first. */
  keep(context: Context, rows: readonly Record<string, unknown>[]): void;
}

/** What to add to a statement over rows of `typeName`. `base` says how it names a column of theirs. */
export function joinAhead(typeName: string, edges: readonly string[], base: (property: string) => Sql): Ahead {
  const joined = edges.map((edge, index) => ({ ...(relations.get(`${typeName}.${edge}`) as ToOne), alias: `j${index}` }));
  return {
    select: join(joined.map(({ target, alias }) => raw(`, ${target.table.columns.map(({ name, property }) => `"${alias}"."${name}" AS "${alias}.${property}"`).join(', ')}`)), ''),
    joins: join(joined.map(({ target, alias, key }) => sql` LEFT JOIN ${target.from(alias)}
      ON ${target.table.column(alias, 'businessId')} = ${base('businessId')} AND ${target.table.column(alias, 'rowId')} = ${base(key)}`), ''),
    keep(context, rows) {
      for (const { target, alias } of joined) {
        const kept = new Set<unknown>();
        for (const row of rows) {
          const id = row[`${alias}.rowId`];
          if (id === null || id === undefined || kept.has(id)) continue;
          kept.add(id);
          target.keep?.(context, target.table.hydrate(row, `${alias}.`) as TenantRow);
        }
      }
    },
  };
}
