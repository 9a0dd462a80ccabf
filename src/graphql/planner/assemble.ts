import type { Context } from '../../context';
import type { PageRequest } from '../relations/list';
import { encodeCursor, inOrder, pageInfoOf } from '../connection';
import type { TableColumn } from '../../db/table';
import type { FallbackSlots } from './fallback';
import type { PlanField, PageMember, PageNode, OperationPlan, Root, RowNode } from './plan';
import type { Run } from './json-sql';
import { unplannable } from './codec';

/** A run with the context that computed fields and cursors need. */
export interface Finishing extends Run {
  readonly context: Context;
  /** Collects the objects that fallback fields are added to. */
  readonly slots: FallbackSlots;
}

type Finisher = (found: unknown, run: Finishing) => unknown;

/** Consumes the next values of a row and returns the value of one field. */
type Step = (values: Values, run: Finishing, made: Record<string, unknown>) => unknown;

interface Values {
  readonly list: readonly unknown[];
  next: number;
}

/** Returns a function that turns the arrays of `statementOf` into the response data. */
export function finisherOf({ roots }: OperationPlan): Finisher {
  return object(roots, rootStep);
}

function object<One extends { readonly key: string; readonly kind: string }>(
  members: readonly One[],
  stepOf: (one: One) => Step,
  last?: Step,
): Finisher {
  const steps = members.map((one) => [one.key, stepOf(one)] as const);
  return (found, run) => {
    const values: Values = { list: found as unknown[], next: 0 };
    // No prototype: an alias may be __proto__.
    const made = Object.create(null) as Record<string, unknown>;
    for (const [key, step] of steps) made[key] = step(values, run, made);
    last?.(values, run, made);
    return made;
  };
}

const take = (values: Values): unknown => values.list[values.next++];

function rootStep(one: Root): Step {
  if (one.kind === 'constant') return () => one.value;
  if (one.kind === 'fallback') return recordSlot(one.fallback, () => one);
  if (one.kind === 'page') {
    const finish = pageFinisher(one.page);
    return (values, run) => finish(take(values), run);
  }
  const finish = rowFinisher(one.rows);
  return (values, run) => {
    const found = take(values);
    if (found === null) return one.partly ? unplannable() : null;
    return finish(found, run);
  };
}

/** Records an object that fallback fields are added to. */
const recordSlot =
  (fallback: number, rowOf: (values: Values) => object): Step =>
  (values, { slots }, into) =>
    void slots[fallback]?.push({ into, row: rowOf(values) });

function rowFinisher(rows: RowNode): Finisher {
  const {
    fallback,
    source: { table },
  } = rows;
  if (rows.computed) {
    const step = memberStep(rows, rows.fields[0] as PlanField);
    return (found, run) => step({ list: found as unknown[], next: 0 }, run, {});
  }
  const whole = (values: Values): object => table.hydrate(propertiesOf(table.columns, values));
  return object(
    rows.fields,
    (one) => memberStep(rows, one),
    fallback === null ? undefined : recordSlot(fallback, whole),
  );
}

const propertiesOf = (columns: readonly TableColumn[], values: Values): Record<string, unknown> =>
  Object.fromEntries(columns.map(({ property }) => [property, take(values)]));

const orNull =
  (finish: Finisher): Finisher =>
  (found, run) =>
    found === null ? null : finish(found, run);

function memberStep(rows: RowNode, one: PlanField): Step {
  switch (one.kind) {
    case 'constant':
      return () => one.value;
    case 'fallback':
      return () => undefined;
    case 'id':
    case 'value':
    case 'column':
      return take;
    case 'derived': {
      const across = one.across.map((found) => memberStep(rows, found));
      return (values, run, made) => {
        const row = Object.create(rows.source.table.entity.prototype) as Record<string, unknown>;
        for (const { property } of one.columns) row[property] = take(values);
        return one.complete(
          one.derive(row, run.context, ...across.map((step) => step(values, run, made))),
        );
      };
    }
    case 'guarded': {
      const step = memberStep(rows, one.member);
      return (values, run, made) => {
        const found = take(values);
        if (found === null) return one.refuses ? unplannable() : null;
        return step({ list: found as unknown[], next: 0 }, run, made);
      };
    }
    case 'toOne': {
      const finish = orNull(rowFinisher(one.rows));
      return (values, run) => finish(take(values), run);
    }
    case 'some': {
      const finish = rowFinisher(one.rows);
      if (one.first) return (values, run) => orNull(finish)(take(values), run);
      return (values, run) => (take(values) as unknown[]).map((found) => finish(found, run));
    }
    case 'page': {
      const finish = pageFinisher(one.page);
      return (values, run) => finish(take(values), run);
    }
  }
}

/** A fetched row: its ordering keys if cursors are requested, and its values. */
interface Found {
  readonly keys: readonly unknown[];
  readonly values: unknown;
}

function pageFinisher({ binding, rows, fields: members, wants }: PageNode): Finisher {
  const finish = rows && rowFinisher(rows);
  const toFound = (one: unknown): Found =>
    wants.cursors
      ? { keys: (one as unknown[])[0] as unknown[], values: (one as unknown[])[1] }
      : { keys: [], values: one };
  return (read, run) => {
    const values: Values = { list: read as unknown[], next: 0 };
    const { window, order } = run.requests[binding] as PageRequest;
    const found = rows ? (take(values) as unknown[]).map(toFound) : [];
    const total = wants.total ? take(values) : null;
    const cursorOf = ({ keys }: Found): string => encodeCursor(order, keys);
    const nodeOf = (one: Found): unknown => finish?.(one.values, run);
    const valueOf = (one: PageMember): unknown => {
      switch (one.kind) {
        case 'constant':
          return one.value;
        case 'totalCount':
          return total;
        case 'nodes':
          return inOrder(window, found).map(nodeOf);
        case 'edges':
          return inOrder(window, found).map((row) =>
            fields(one.members, (name) => (name === 'cursor' ? cursorOf(row) : nodeOf(row))),
          );
        case 'pageInfo': {
          const info = pageInfoOf(window, found, cursorOf) as unknown as Record<string, unknown>;
          return fields(one.members, (name) => info[name]);
        }
      }
    };
    return Object.fromEntries(members.map((one) => [one.key, valueOf(one)]));
  };
}

const fields = (
  members: readonly { readonly key: string; readonly name: string; readonly constant?: string }[],
  of: (name: string) => unknown,
): unknown =>
  Object.fromEntries(members.map(({ key, name, constant }) => [key, constant ?? of(name)]));
