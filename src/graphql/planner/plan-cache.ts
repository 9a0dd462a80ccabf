import { getOperationAST, type DocumentNode, type GraphQLSchema } from 'graphql';
import type { Context, Member } from '../../context';
import { finisherOf } from './assemble';
import { compile } from './compile';
import { documentOf } from './fallback';
import type { Variables } from '../limits/page-size';
import type { Template } from './json-sql';
import type { OperationPlan } from './plan';
import type { LimitCheck } from './plan-builder';
import { deciding } from './selection';
import { statementOf } from './sql';

/** An operation compiled for one combination of its directive variables. */
export interface Compiled {
  readonly plan: OperationPlan;
  readonly statement: Template;
  readonly finish: ReturnType<typeof finisherOf> | null;
  /** The operation that selects the fallback fields. */
  readonly rest: DocumentNode;
}

interface Known {
  readonly deciding: readonly string[];
  readonly variants: Map<string, Compiled | null>;
  /** The memory of the variants. */
  bytes: number;
}

/** Estimates the memory of a variant: its plan has about the size of its statement. */
const bytesOf = (compiled: Compiled | null): number =>
  (compiled?.statement ?? []).reduce(
    (bytes, part) => bytes + (typeof part === 'string' ? 4 * part.length : BYTES_OF_HOLE),
    BYTES_OF_VARIANT,
  );
const BYTES_OF_HOLE = 200;
const BYTES_OF_VARIANT = 1_000;

const MAX_VARIANTS = 64;

/** The plans of documents. They live as long as their document, which another cache owns. */
export class PlanCache {
  private readonly known = new WeakMap<DocumentNode, Map<string, Known>>();

  /**
   * @param onGrowth receives the memory that plans of a document take, negative if it is freed
   */
  constructor(
    private readonly schema: GraphQLSchema,
    private readonly onGrowth: (document: DocumentNode, bytes: number) => void,
  ) {}

  /** Returns the compiled operation; null if it cannot be planned. */
  compiledFor(
    document: DocumentNode,
    operationName: string | null | undefined,
    variables: Variables,
    { db: { dialect }, viewer }: Context,
  ): Compiled | null {
    const operation = getOperationAST(document, operationName);
    if (!operation) return null;
    let byName = this.known.get(document);
    if (!byName) this.known.set(document, (byName = new Map()));
    const name = operation.name?.value ?? '';
    let entry = byName.get(name);
    if (!entry) {
      entry = { deciding: deciding(document, operation), variants: new Map(), bytes: 0 };
      byName.set(name, entry);
    }
    const choice = `${dialect} ${viewer.role} ${entry.deciding.map((variable) => variables[variable]).join()}`;
    let compiled = entry.variants.get(choice);
    if (compiled === undefined) {
      // Some rows may be readable only in part.
      const limits: LimitCheck = (source) => source.limits(viewer as Member);
      const refuses: LimitCheck = (source) => source.seesNone(viewer as Member);
      const { schema } = this;
      const plan = compile({ schema, document, operation, variables, limits, refuses });
      compiled = plan && {
        plan,
        statement: statementOf(plan, dialect),
        finish: plan.direct ? null : finisherOf(plan),
        rest: documentOf(plan.fallbacks, document, operation),
      };
      this.add(document, entry, choice, compiled);
    }
    return compiled;
  }

  private add(document: DocumentNode, entry: Known, choice: string, compiled: Compiled | null) {
    // Directive variables have more combinations than the cache may hold.
    if (entry.variants.size >= MAX_VARIANTS) {
      entry.variants.clear();
      this.onGrowth(document, -entry.bytes);
      entry.bytes = 0;
    }
    entry.variants.set(choice, compiled);
    const bytes = bytesOf(compiled);
    entry.bytes += bytes;
    this.onGrowth(document, bytes);
  }
}
