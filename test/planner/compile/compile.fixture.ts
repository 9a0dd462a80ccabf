import { parse, type OperationDefinitionNode } from 'graphql';
import { Role, type Context, type Member } from '../../../src/context';
import { raw, sql, type Dialect, type Sql } from '../../../src/db/sql';
import { type Finishing } from '../../../src/graphql/planner/assemble';
import { compile } from '../../../src/graphql/planner/compile';
import type { OperationPlan, PageBinding } from '../../../src/graphql/planner/plan';
import type { PageRequest, RowRequest } from '../../../src/graphql/relations/list';
import type { Repository } from '../../../src/graphql/relations/repository';
import { library } from '../../support/fixtures/library';

/** Differences of a case from a forward page, for a viewer of all rows, on SQLite. */
export interface Options {
  /** Repositories of which the viewer may read some rows in part or not at all. */
  readonly limited?: readonly Repository<any>[];
  readonly backward?: boolean;
  readonly offset?: number;
  readonly dialect?: Dialect;
}

export const MEMBER = { businessId: 7, role: Role.ADMINISTRATOR } as Member;

export function planOf(text: string, { limited = [] }: Options = {}): OperationPlan | null {
  const document = parse(text);
  const [operation] = document.definitions as OperationDefinitionNode[];
  return compile({
    schema: library,
    document,
    operation: operation as OperationDefinitionNode,
    variables: {},
    limits: (source) => limited.includes(source),
  });
}

/** A request for two rows, whose conditions are function calls by name. */
function requestOf(
  { relation }: PageBinding,
  { backward = false, offset = 0 }: Options,
): PageRequest | RowRequest {
  if (!('list' in relation)) throw new Error('A binding has a list.');
  const { list } = relation;
  if (relation.kind === 'one') return { list, id: 5 };
  const called = (name: string, { businessId }: Member, alias: string, parent?: Sql) =>
    sql`${raw(`${name}(${alias}`)}, ${businessId}${parent ? sql`, ${parent}` : raw('')})`;
  return {
    list,
    order: 'Book.TITLE',
    window: { limit: 2, backward, after: null, before: null, offset },
    rows: (member: Member, alias: string, parent?: Sql) => ({
      where: called('page', member, alias, parent),
      columns: ['title', 'id'].map((name) => ({
        column: raw(`"${alias}"."${name}"`),
        descending: backward,
      })),
    }),
    all: (member: Member, alias: string, parent?: Sql) => called('all', member, alias, parent),
  } as unknown as PageRequest;
}

export const runOf = (plan: OperationPlan, options: Options = {}): Finishing => ({
  member: MEMBER,
  now: () => 0,
  requests: plan.bindings.map((binding) => requestOf(binding, options)),
  context: { viewer: MEMBER } as unknown as Context,
  slots: plan.fallbacks.map(() => []),
});

/** Plans an operation that can be planned. */
export function planned(text: string, options?: Options): OperationPlan {
  const plan = planOf(text, options);
  if (!plan) throw new Error(`No plan of ${text}`);
  return plan;
}

export const inOneLine = (text: string): string => text.trim().replace(/\s+/g, ' ');

export type Case = [query: string, text: string, values: readonly unknown[], options?: Options];
