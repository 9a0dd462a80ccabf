import { getOperationAST, getVariableValues, type DocumentNode, type GraphQLSchema } from 'graphql';
import { memberOf, Role, type Context } from '../../context';
import { DomainError } from '../../errors';
import type { Sql } from '../../db/sql';
import type { Variables } from '../limits/page-size';
import type { PageRequest, RowRequest } from '../relations/list';
import type { Finishing } from './assemble';
import { bind } from './bind';
import { UnplannableError } from './codec';
import { resolveFallback, fallbackSchemaOf, type FallbackField } from './fallback';
import { filled } from './json-sql';
import { PlanCache, type Compiled } from './plan-cache';

interface Explanation {
  readonly statement: Sql;
  /** Coordinates of the fallback fields: `Query.jobs`, `Appointment.createdBy`. */
  readonly fallbackFields: readonly string[];
}

/** A compiled operation that is bound to the arguments of one request. */
interface Prepared {
  readonly compiled: Compiled;
  readonly run: Finishing;
  readonly statement: Sql;
}

/** Answers queries with one statement each. */
export class Planner {
  /**
   * If false, resolvers execute every operation. Tests run each query both ways and compare the
   * results.
   */
  isEnabled = true;
  private readonly plans: PlanCache;
  private fallbackSchema: GraphQLSchema | undefined;

  /**
   * @param onFailure receives errors of plans that should have worked; the resolvers then execute
   * the operation
   * @param onGrowth receives the memory that plans of a document take, negative if it is freed
   */
  constructor(
    private readonly schema: GraphQLSchema,
    private readonly onFailure: (error: unknown) => void,
    onGrowth: (document: DocumentNode, bytes: number) => void = () => undefined,
  ) {
    this.plans = new PlanCache(schema, onGrowth);
  }

  /**
   * Returns the data of a query as JSON, from one statement plus fallback fields. Returns null if
   * the resolvers must execute the whole operation: it cannot be planned, or it fails and they
   * report the error.
   */
  async answer(
    document: DocumentNode,
    operationName: string | null | undefined,
    given: Variables | null | undefined,
    context: Context,
  ): Promise<string | null> {
    if (!this.isEnabled) return null;
    const variables = given ?? {};
    const prepared = await this.prepare(document, operationName, variables, context);
    if (!prepared) return null;
    const {
      compiled: { plan, finish, rest },
      run,
      statement,
    } = prepared;
    try {
      const { json } = await context.db.one<{ json: string }>(statement);
      if (!finish) return json;
      context.deadline?.check();
      const data = finish(JSON.parse(json), run);
      context.deadline?.check();
      const whole = await resolveFallback(run.slots, plan.fallbacks, {
        schema: (this.fallbackSchema ??= fallbackSchemaOf(this.schema)),
        document: rest,
        variableValues: variables,
        context,
      });
      return whole ? JSON.stringify(data) : null;
    } catch (error) {
      if (!(error instanceof DomainError || error instanceof UnplannableError))
        this.onFailure(error);
      return null;
    }
  }

  /** Returns the statement of a query's plan; null where `answer` returns null. Reads no rows. */
  async explain(
    document: DocumentNode,
    variables: Variables,
    context: Context,
  ): Promise<Explanation | null> {
    const prepared = await this.prepare(document, null, variables, context);
    if (!prepared) return null;
    const fieldsOf = ({ type, nodes }: FallbackField) =>
      nodes.map(({ name }) => `${type?.name ?? 'Query'}.${name.value}`);
    return {
      statement: prepared.statement,
      fallbackFields: prepared.compiled.plan.fallbacks.flatMap(fieldsOf),
    };
  }

  /**
   * Binds a compiled plan to its arguments. Returns null if the resolvers must execute the
   * operation.
   */
  private async prepare(
    document: DocumentNode,
    operationName: string | null | undefined,
    given: Variables,
    context: Context,
  ): Promise<Prepared | null> {
    const { schema } = this;
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
    const compiled = coerced && this.plans.compiledFor(document, operationName, coerced, context);
    if (!compiled) return null;
    const { plan, statement } = compiled;
    try {
      const binding = { schema, variables: coerced, context };
      const requests = await Promise.all(plan.bindings.map((page) => bind(page, binding)));
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
}
