import { isNonNullType, type FieldNode, type GraphQLField, type GraphQLObjectType } from 'graphql';
import type { Relation } from '../relations/edge';
import type { TableColumn } from '../../db/table';
import type { Repository } from '../relations/repository';
import type { Rowset } from '../relations/rowset';
import type { FieldReads } from '../relations/column-field';
import type { FallbackField } from './fallback';
import type { Complete, PageBinding, PlanField, RowNode } from './plan';
import { UnplannableError, unplannable } from './codec';

/** A fact about the viewer and the rows of a repository. */
export type LimitCheck = (source: Repository<any>) => boolean;

const KEYS = ['businessId', 'rowId'];

/** The parts of a plan under construction: bindings, fallback fields, row nodes. */
export class PlanBuilder {
  protected readonly bindings: PageBinding[] = [];
  protected readonly fallbacks: FallbackField[] = [];
  /** Whether the text from the database is the response without further steps. */
  protected direct = true;
  private aliases = 0;

  constructor(private readonly limits: LimitCheck) {}

  /** Plans a field, or makes it a fallback field and discards its partial plan. */
  protected planOrFallback<Made>(planned: () => Made, addFallback: () => Made): Made {
    const [bindings, fallbacks] = [this.bindings.length, this.fallbacks.length];
    try {
      return planned();
    } catch (error) {
      if (!(error instanceof UnplannableError)) throw error;
      this.bindings.length = bindings;
      this.fallbacks.length = fallbacks;
      this.direct = false;
      return addFallback();
    }
  }

  protected fallback(fallback: FallbackField): number {
    return this.fallbacks.push(fallback) - 1;
  }

  protected addBinding(binding: PageBinding): number {
    return this.bindings.push(binding) - 1;
  }

  protected emptyRows(source: Rowset<any>, optional = false, checked = false): RowNode {
    return {
      source,
      alias: `t${(this.aliases += 1)}`,
      optional,
      checked,
      fields: [],
      properties: new Set(KEYS.filter((key) => source.table.byProperty.has(key))),
      fallback: null,
    };
  }

  protected fallbackFieldOf(
    rows: RowNode,
    type: GraphQLObjectType,
    key: string,
    nodes: readonly FieldNode[],
  ): PlanField {
    rows.fallback ??= this.fallback({ type, nodes: [] });
    this.fallbacks[rows.fallback]?.nodes.push(...nodes);
    for (const { property } of rows.source.table.columns) rows.properties.add(property);
    return { key, kind: 'fallback' };
  }

  /** Adds a column to the statement. */
  protected column(rows: RowNode, property: string): TableColumn {
    const column = rows.source.table.byProperty.get(property) ?? unplannable();
    rows.properties.add(property);
    return column;
  }

  protected value(
    rows: RowNode,
    key: string,
    relation: Extract<Relation, { kind: 'value' }>,
  ): PlanField {
    for (const property of relation.reads) this.column(rows, property);
    return { key, kind: 'value', relation };
  }

  /** Whether a join may find no row, also because its own row is missing. */
  protected findsNone(rows: RowNode, { key, by }: Extract<Relation, { kind: 'toOne' }>): boolean {
    return this.column(rows, key).nullable || by !== 'rowId' || rows.optional;
  }

  /** Plans rows that are shown as a value computed from them. */
  protected computed(
    source: Rowset<any>,
    { properties, derive }: FieldReads,
    complete: Complete,
  ): RowNode {
    this.direct = false;
    const rows = this.emptyRows(source);
    rows.fields.push({
      key: '',
      kind: 'derived',
      columns: properties.map((property) => this.column(rows, property)),
      derive: derive ?? unplannable(),
      complete,
      across: [],
    });
    return { ...rows, computed: true };
  }

  /**
   * A visible row makes its target readable, unless the target is readable by its own columns
   * only.
   */
  protected isUnsure(
    { type }: GraphQLField<unknown, unknown>,
    { target }: Extract<Relation, { kind: 'toOne' }>,
  ): boolean {
    return !isNonNullType(type) && this.limitedSource(target)?.summary === null;
  }

  protected limitedSource(source: Rowset<any>): Repository<any> | null {
    return 'limits' in source && this.limits(source as Repository<any>)
      ? (source as Repository<any>)
      : null;
  }
}

/** Whether some of the rows may be readable only in part. */
export const needsGuards = (limited: Repository<any> | null, listed: boolean): boolean =>
  limited !== null && limited.summary !== null && !(listed && limited.listsInFull);
