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
import { PageRequest } from '../relations/list';
import { Page } from '../connection';
import { compile, type Limits } from './compile';
import { finisherOf, type Finishing } from './assemble';
import { documentOf, resolveFallback, schemaOfHoles, type FallbackField } from './fallback';
import type { OperationPlan, PageBinding, RowRequest } from './plan';
import { deciding } from './selection';
import { statementOf } from './sql';
import { filled, type Template } from './json-sql';
import { UnplannableError } from './codec';

/** Off, every operation is answered by its resolvers. The tests answer each query both ways and compare. */
export const planning = { on: true };

/** One that was compiled, for one choice of what its directives include. */
interface Compiled {
  readonly plan: OperationPlan;
  readonly statement: Template;
  readonly finish: ReturnType<typeof finisherOf> | null;
  /** Asks for what the plan leaves to resolvers. */
  readonly rest: DocumentNode;
}

interface Known {
  readonly deciding: readonly string[];
  readonly variants: Map<string, Compiled | null>;
}

const MAX_VARIANTS = 64;

type Variables = Readonly<Record<string, unknown>>;

export interface Planner {
  /**
   * The data of a query as JSON, by one statement and what resolvers add to it; null where they have to answer alone: because nothing that is
   * asked for can be planned, or because something is wrong, which they know how to say.
   */
  answer(
    document: DocumentNode,
    operationName: string | null | undefined,
    variables: Variables | null | undefined,
    context: Context,
  ): Promise<string | null>;
  /** The statement of a query's plan, or null where `answer` returns null. Reads no rows. */
  explain(
    document: DocumentNode,
    variables: Variables,
    context: Context,
  ): Promise<Explanation | null>;
}

export interface Explanation {
  readonly statement: Sql;
  /** Coordinates of the fields that resolvers complete: `Query.jobs`, `Appointment.createdBy`. */
  readonly fallbackFields: readonly string[];
}

/** `onFailure` hears of plans that should have worked: the answer comes from resolvers then. */
export function createPlanner(schema: GraphQLSchema, onFailure: (error: unknown) => void): Planner {
  const known = new WeakMap<DocumentNode, Map<string, Known>>();
  let ofHoles: GraphQLSchema | undefined;

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
    if (!entry)
      byName.set(name, (entry = { deciding: deciding(document, operation), variants: new Map() }));
    const choice = `${dialect} ${viewer.role} ${entry.deciding.map((variable) => variables[variable]).join()}`;
    let compiled = entry.variants.get(choice);
    if (compiled === undefined) {
      const limits: Limits = (source) => source.limits(viewer as MemberOfBusiness);
      const plan = compile({ schema, document, operation, variables, limits });
      compiled = plan && {
        plan,
        statement: statementOf(plan, dialect),
        finish: plan.direct ? null : finisherOf(plan),
        rest: documentOf(plan.holes, document, operation),
      };
      // Variables that include and leave out can be chosen in more ways than there is room for.
      if (entry.variants.size >= MAX_VARIANTS) entry.variants.clear();
      entry.variants.set(choice, compiled);
    }
    return compiled;
  }

  /** The request that a field's arguments make, or null where it is not for the rows of the field's relation. */
  async function bind(
    question: PageBinding,
    variables: Variables,
    context: Context,
  ): Promise<PageRequest | RowRequest | null> {
    const {
      field,
      nodes: [node],
      relation,
    } = question;
    const args = getArgumentValues(field, node as FieldNode, variables);
    if (relation.kind !== 'one') return bindPage(question, args, variables, context);
    const { list } = relation;
    return { list, id: parseGlobalId(list.source.table.entity.name, args.id as string, ['id']) };
  }

  /** Resolves a connection's arguments to its page. Connection resolvers are pure: they read nothing until a field of the page is resolved. */
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
    const request = page instanceof Page ? page.asked : null;
    if (!(request instanceof PageRequest) || !('list' in relation)) return null;
    await request.checked;
    return request.list === relation.list &&
      request.tie === (relation.kind === 'toMany' ? relation.tie : undefined)
      ? request
      : null;
  }

  /** Binds a compiled plan to its arguments. Returns null where resolvers have to answer. */
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
      const asked = await Promise.all(
        plan.questions.map((question) => bind(question, coerced, context)),
      );
      if (asked.includes(null)) return null;
      const run: Finishing = {
        member: memberOf(context),
        now: context.now,
        asked: asked as (PageRequest | RowRequest)[],
        context,
        gaps: plan.holes.map(() => []),
      };
      return { compiled, run, statement: filled(statement, run) };
    } catch {
      // Resolvers report invalid or refused arguments with their path.
      return null;
    }
  }

  return {
    async answer(document, operationName, given, context) {
      if (!planning.on) return null;
      const prepared = await prepare(document, operationName, given ?? {}, context);
      if (!prepared) return null;
      const {
        compiled: { plan, finish, rest },
        run,
        statement,
      } = prepared;
      try {
        const [row] = await context.db.all<{ json: string }>(statement);
        const { json } = row as { json: string };
        if (!finish) return json;
        const data = finish(JSON.parse(json), run);
        const whole = await resolveFallback(run.gaps, plan.holes, {
          schema: (ofHoles ??= schemaOfHoles(schema)),
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
        fallbackFields: prepared.compiled.plan.holes.flatMap(fieldsOf),
      };
    },
  };
}

/** Stands for every row of a type: which rows are below it may depend on its id alone. */
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
