import {
  getArgumentValues,
  getOperationAST,
  getVariableValues,
  type DocumentNode,
  type FieldNode,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql';
import { memberOf, Role, type Context, type Member as MemberOfBusiness } from '../../context';
import { DomainError } from '../../errors';
import type { Sql } from '../../db/sql';
import { parseGlobalId } from '../global-id';
import { PageRequest, type RowRequest } from '../relations/list';
import { Page } from '../connection';
import { compile } from './compile';
import type { Limits } from './plan-builder';
import { finisherOf, type Finishing } from './assemble';
import { documentOf, resolveFallback, fallbackSchemaOf, type FallbackField } from './fallback';
import type { OperationPlan, PageBinding } from './plan';
import { deciding } from './selection';
import { statementOf } from './sql';
import { filled, type Template } from './json-sql';
import { UnplannableError } from './codec';

/** An operation compiled for one combination of its directive variables. */
interface Compiled {
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

type Variables = Readonly<Record<string, unknown>>;

export interface Planner {
  /**
   * If false, resolvers execute every operation. Tests run each query both ways and compare the
   * results.
   */
  isEnabled: boolean;
  /**
   * Returns the data of a query as JSON, from one statement plus fallback fields. Returns null if
   * the resolvers must execute the whole operation: it cannot be planned, or it fails and they
   * report the error.
   */
  answer(
    document: DocumentNode,
    operationName: string | null | undefined,
    variables: Variables | null | undefined,
    context: Context,
  ): Promise<string | null>;
  /**
   * Returns the statement of a query's plan, or null where `answer` returns null. Reads no rows.
   */
  explain(
    document: DocumentNode,
    variables: Variables,
    context: Context,
  ): Promise<Explanation | null>;
}

interface Explanation {
  readonly statement: Sql;
  /** Coordinates of the fallback fields: `Query.jobs`, `Appointment.createdBy`. */
  readonly fallbackFields: readonly string[];
}

/**
 * `onFailure` receives errors of plans that should have worked; the resolvers then execute the
 * operation. `onGrowth` receives the memory that plans of a document take, negative if it is freed.
 */
export function createPlanner(
  schema: GraphQLSchema,
  onFailure: (error: unknown) => void,
  onGrowth: (document: DocumentNode, bytes: number) => void = () => undefined,
): Planner {
  const known = new WeakMap<DocumentNode, Map<string, Known>>();
  let fallbackSchema: GraphQLSchema | undefined;

  function compiledFor(
    document: DocumentNode,
    operationName: string | null | undefined,
    variables: Variables,
    { db: { dialect }, viewer }: Context,
  ): Compiled | null {
    const operation = getOperationAST(document, operationName);
    if (!operation) return null;
    let byName = known.get(document);
    if (!byName) known.set(document, (byName = new Map()));
    const name = operation.name?.value ?? '';
    let entry = byName.get(name);
    if (!entry) {
      entry = { deciding: deciding(document, operation), variants: new Map(), bytes: 0 };
      byName.set(name, entry);
    }
    const choice = `${dialect} ${viewer.role} ${entry.deciding.map((variable) => variables[variable]).join()}`;
    let compiled = entry.variants.get(choice);
    if (compiled === undefined) {
      const limits: Limits = (source) => source.limits(viewer as MemberOfBusiness);
      const plan = compile({ schema, document, operation, variables, limits });
      compiled = plan && {
        plan,
        statement: statementOf(plan, dialect),
        finish: plan.direct ? null : finisherOf(plan),
        rest: documentOf(plan.fallbacks, document, operation),
      };
      // Directive variables have more combinations than the cache may hold.
      if (entry.variants.size >= MAX_VARIANTS) {
        entry.variants.clear();
        onGrowth(document, -entry.bytes);
        entry.bytes = 0;
      }
      entry.variants.set(choice, compiled);
      const bytes = bytesOf(compiled);
      entry.bytes += bytes;
      onGrowth(document, bytes);
    }
    return compiled;
  }

  /** Resolves a field's arguments to a request; null if it does not match the field's relation. */
  async function bind(
    binding: PageBinding,
    variables: Variables,
    context: Context,
  ): Promise<PageRequest | RowRequest | null> {
    const {
      field,
      nodes: [node],
      relation,
    } = binding;
    const args = getArgumentValues(field, node as FieldNode, variables);
    if (relation.kind !== 'one') return bindPage(binding, args, variables, context);
    const { list } = relation;
    return { list, id: parseGlobalId(list.source.table.entity.name, args.id as string, ['id']) };
  }

  /**
   * Resolves a connection's arguments to its page. Connection resolvers are pure: they read
   * nothing until a field of the page is resolved.
   */
  async function bindPage(
    { field, parent, nodes, relation }: PageBinding,
    args: object,
    variableValues: Variables,
    context: Context,
  ): Promise<PageRequest | null> {
    const info = {
      fieldName: field.name,
      fieldNodes: nodes,
      returnType: field.type,
      parentType: parent,
      schema,
      variableValues,
    } as unknown as GraphQLResolveInfo;
    const page: unknown = await field.resolve?.(
      relation.kind === 'toMany' ? anyRow() : undefined,
      args,
      context,
      info,
    );
    const request = page instanceof Page ? page.request : null;
    if (!(request instanceof PageRequest) || !('list' in relation)) return null;
    await request.checked;
    return request.list === relation.list &&
      request.tie === (relation.kind === 'toMany' ? relation.tie : undefined)
      ? request
      : null;
  }

  /**
   * Binds a compiled plan to its arguments. Returns null if the resolvers must execute the
   * operation.
   */
  async function prepare(
    document: DocumentNode,
    operationName: string | null | undefined,
    given: Variables,
    context: Context,
  ) {
    const operation = getOperationAST(document, operationName);
    // Resolvers decide which edges a guest may follow.
    if (
      operation?.operation !== 'query' ||
      context.viewer.businessId === null ||
      context.viewer.role === Role.GUEST
    )
      return null;
    const definitions = operation.variableDefinitions ?? [];
    const { coerced } = getVariableValues(schema, definitions, given, { maxErrors: 1 });
    const compiled = coerced && compiledFor(document, operationName, coerced, context);
    if (!compiled) return null;
    const { plan, statement } = compiled;
    try {
      const requests = await Promise.all(
        plan.bindings.map((binding) => bind(binding, coerced, context)),
      );
      if (requests.includes(null)) return null;
      const run: Finishing = {
        member: memberOf(context),
        now: context.now,
        requests: requests as (PageRequest | RowRequest)[],
        context,
        slots: plan.fallbacks.map(() => []),
      };
      return { compiled, run, statement: filled(statement, run) };
    } catch {
      // Resolvers report invalid or refused arguments with their path.
      return null;
    }
  }

  const planner: Planner = {
    isEnabled: true,
    async answer(document, operationName, given, context) {
      if (!planner.isEnabled) return null;
      const prepared = await prepare(document, operationName, given ?? {}, context);
      if (!prepared) return null;
      const {
        compiled: { plan, finish, rest },
        run,
        statement,
      } = prepared;
      try {
        const row = await context.db.one<{ json: string }>(statement);
        const { json } = row as { json: string };
        if (!finish) return json;
        context.deadline?.check();
        const data = finish(JSON.parse(json), run);
        context.deadline?.check();
        const whole = await resolveFallback(run.slots, plan.fallbacks, {
          schema: (fallbackSchema ??= fallbackSchemaOf(schema)),
          document: rest,
          variableValues: given ?? {},
          context,
        });
        return whole ? JSON.stringify(data) : null;
      } catch (error) {
        if (!(error instanceof DomainError || error instanceof UnplannableError)) onFailure(error);
        return null;
      }
    },

    async explain(document, variables, context) {
      const prepared = await prepare(document, null, variables, context);
      if (!prepared) return null;
      const fieldsOf = ({ type, nodes }: FallbackField) =>
        nodes.map(({ name }) => `${type?.name ?? 'Query'}.${name.value}`);
      return {
        statement: prepared.statement,
        fallbackFields: prepared.compiled.plan.fallbacks.flatMap(fieldsOf),
      };
    },
  };
  return planner;
}

/** A placeholder for any row of a type: its connection may depend on its id only. */
const anyRow = (): object =>
  new Proxy(
    { rowId: 0 },
    {
      get(target, property) {
        if (property === 'rowId') return target.rowId;
        if (typeof property === 'symbol' || property === 'constructor' || property === 'then')
          return undefined;
        throw new Error(`A connection reads ${property} of its row: it cannot be planned.`);
      },
    },
  );
