import { IsOptional, Max, Min } from 'class-validator';
import { ArgsType, type ClassType, Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { badValue, InputProblemCode } from '../errors';
import { isStorable } from '../db/sql';
import type { TableColumn } from '../db/table';
import { Costs } from './field-cost';

/** Cost of a count in objects, since it reads rows outside the page. */
const COUNT_COST = 20;

export const DEFAULT_PAGE = 25;
export const MAX_PAGE = 100;

export enum OrderDirection {
  ASC = 'ASC',
  DESC = 'DESC',
}
registerEnumType(OrderDirection, {
  name: 'OrderDirection',
  description: 'The direction of an order.',
  valuesConfig: { ASC: { description: 'Ascending.' }, DESC: { description: 'Descending.' } },
});

@ArgsType()
export class PageArgs {
  @Field(() => Int, {
    nullable: true,
    description:
      `Number of entries from the start, or after the cursor: 1 to ${MAX_PAGE}. Defaults ` +
      `to ${DEFAULT_PAGE}.`,
  })
  @IsOptional()
  @Min(1)
  @Max(MAX_PAGE)
  first?: number;

  @Field(() => String, { nullable: true, description: 'Cursor: returns entries after it only.' })
  after?: string;

  @Field(() => Int, {
    nullable: true,
    description: `Number of entries from the end, or before the cursor: 1 to ${MAX_PAGE}.`,
  })
  @IsOptional()
  @Min(1)
  @Max(MAX_PAGE)
  last?: number;

  @Field(() => String, { nullable: true, description: 'Cursor: returns entries before it only.' })
  before?: string;

  @Field(() => Int, {
    nullable: true,
    description: 'Number of entries to skip, for page numbers: at most 10,000. Cursors are faster.',
  })
  @IsOptional()
  @Min(0)
  @Max(10_000)
  offset?: number;
}

/**
 * Normalised page arguments: the first `limit` rows in `backward ? reverse : natural` order beyond
 * the cursor.
 */
export interface Window {
  readonly limit: number;
  readonly backward: boolean;
  readonly after: readonly unknown[] | null;
  readonly before: readonly unknown[] | null;
  readonly offset: number;
}

/** The ordering columns of a list, and the name of the orders in its cursors. */
export interface Order {
  readonly name: string;
  readonly columns: readonly Pick<TableColumn, 'kind' | 'limit'>[];
}

/** @throws DomainError BAD_USER_INPUT for contradictory arguments, or a cursor of another order. */
export function toWindow(args: PageArgs, order: Order): Window {
  const refuse = (message: string, path: string): never => {
    throw badValue(InputProblemCode.NOT_ALLOWED, message, [path]);
  };
  if (args.first != null && args.last != null) refuse('Use first or last, not both.', 'last');
  if (args.offset && (args.after || args.before || args.last != null))
    refuse('Use offset with first only, not with cursors or last.', 'offset');
  return {
    limit: args.first ?? args.last ?? DEFAULT_PAGE,
    backward:
      args.last != null || (args.first == null && args.before != null && args.after == null),
    after: args.after ? decodeCursor(args.after, order, 'after') : null,
    before: args.before ? decodeCursor(args.before, order, 'before') : null,
    offset: args.offset ?? 0,
  };
}

export const encodeCursor = (order: string, values: readonly unknown[]): string =>
  Buffer.from(JSON.stringify([order, ...values])).toString('base64url');

/**
 * @throws DomainError BAD_USER_INPUT for values that the columns cannot hold, which a database
 * would fail to compare
 */
function decodeCursor(cursor: string, { name, columns }: Order, path: string): readonly unknown[] {
  try {
    const [kind, ...values] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[];
    if (
      kind === name &&
      values.length === columns.length &&
      columns.every((column, index) => holds(column, values[index]))
    )
      return values;
  } catch {
    // Said below, with what is malformed in any other way.
  }
  throw badValue(
    InputProblemCode.WRONG_FORMAT,
    'This cursor is not of this list in this order. Take one from its pageInfo or edges.',
    [path],
  );
}

function holds({ kind, limit }: Order['columns'][number], value: unknown): boolean {
  if (kind === 'text') return typeof value === 'string' && isStorable(value);
  return kind === 'number' && Number.isSafeInteger(value) && Math.abs(value as number) <= limit;
}

@ObjectType({ simpleResolvers: true, description: 'The position of a page in its list.' })
export class PageInfo {
  @Field({ description: 'Whether further elements follow the page.' }) hasNextPage!: boolean;
  @Field({ description: 'Whether elements precede the page.' }) hasPreviousPage!: boolean;
  @Field(() => String, {
    description: 'The cursor of the first element. Null for an empty page.',
    nullable: true,
  })
  startCursor!: string | null;
  @Field(() => String, {
    description: 'The cursor of the last element. Null for an empty page.',
    nullable: true,
  })
  endCursor!: string | null;
}

/** Returns the rows of a page in list order, from up to `limit + 1` in the window's direction. */
export function inOrder<E>({ limit, backward }: Window, found: readonly E[]): E[] {
  const kept = found.slice(0, limit);
  return backward ? kept.reverse() : kept;
}

export function pageInfoOf<E>(
  window: Window,
  found: readonly E[],
  cursorOf: (row: E) => string,
): PageInfo {
  const rows = inOrder(window, found);
  const more = found.length > window.limit;
  return {
    hasNextPage: window.backward ? window.before !== null : more,
    hasPreviousPage: window.backward ? more : window.after !== null || window.offset > 0,
    startCursor: rows.length ? cursorOf(rows[0] as E) : null,
    endCursor: rows.length ? cursorOf(rows[rows.length - 1] as E) : null,
  };
}

/** A row of a page, with its ordering keys. */
export interface Found<E> {
  readonly node: E;
  readonly keys: readonly unknown[];
}

export interface PageEdge<E> {
  readonly cursor: string;
  readonly node: E;
}

interface PageSource<E> {
  /** Reads up to `limit + 1` rows in the window's direction. */
  readonly read: () => Promise<readonly Found<E>[]>;
  readonly count: () => Promise<number>;
  /** The name of the orders. */
  readonly order: string;
  readonly request?: unknown;
}

/**
 * The result of a connection field. Reads nothing until a field of it is resolved; rows and count
 * are read separately.
 */
export class Page<E> {
  private rows?: Promise<readonly Found<E>[]>;
  private completed?: (edges: readonly PageEdge<E>[]) => Promise<readonly PageEdge<E>[]>;

  constructor(
    private readonly window: Window,
    private readonly source: PageSource<E>,
  ) {}

  /** The request for the page, from which the planner builds its statement. */
  get request(): unknown {
    return this.source.request;
  }

  private get found(): Promise<readonly Found<E>[]> {
    return (this.rows ??= this.source.read());
  }

  private cursorOf({ keys }: Found<E>): string {
    return encodeCursor(this.source.order, keys);
  }

  get nodes(): Promise<readonly E[]> {
    return this.found.then((found) => inOrder(this.window, found).map(({ node }) => node));
  }

  get edges(): Promise<readonly PageEdge<E>[]> {
    return this.found
      .then((found) =>
        inOrder(this.window, found).map((one) => ({ node: one.node, cursor: this.cursorOf(one) })),
      )
      .then((edges) => this.completed?.(edges) ?? edges);
  }

  /** Returns the page with other nodes, one for each row. */
  map<N>(nodeOf: (row: E) => N): Page<N> {
    const { source } = this;
    return new Page(this.window, {
      ...source,
      read: async () =>
        (await source.read()).map(({ node, keys }) => ({ node: nodeOf(node), keys })),
    });
  }

  /** Returns the same page, whose edges carry what `complete` adds to them. */
  withEdges(complete: (edges: readonly PageEdge<E>[]) => Promise<readonly PageEdge<E>[]>): Page<E> {
    const page = new Page(this.window, this.source);
    page.completed = complete;
    return page;
  }

  get pageInfo(): Promise<PageInfo> {
    return this.found.then((found) => pageInfoOf(this.window, found, (one) => this.cursorOf(one)));
  }

  get totalCount(): Promise<number> {
    return this.source.count();
  }
}

function edgeOf<E extends object>(node: ClassType<E>, name: string): ClassType<PageEdge<E>> {
  @ObjectType(`${name}Edge`, {
    simpleResolvers: true,
    description: `One ${name} of a page, with its cursor.`,
  })
  class Edge {
    @Field() cursor!: string;
    @Field(() => node) node!: E;
  }
  return Edge;
}

/** Creates `<name>Connection` of a node type, and `<name>Edge` unless the edge has a class. */
export function connectionOf<E extends object>(
  node: ClassType<E>,
  name: string,
  edge: ClassType<PageEdge<E>> = edgeOf(node, name),
): ClassType<Page<E>> {
  @ObjectType(`${name}Connection`, {
    simpleResolvers: true,
    description: `A page of ${name} rows.`,
  })
  class Connection {
    @Field(() => [node]) nodes!: E[];
    @Field(() => [edge]) edges!: PageEdge<E>[];
    @Field(() => PageInfo) pageInfo!: PageInfo;
    @Costs(COUNT_COST)
    @Costs(COUNT_COST)
    @Field(() => Int, { description: 'Total number of entries. Counted only if selected.' })
    totalCount!: number;
  }
  return Connection as unknown as ClassType<Page<E>>;
}
