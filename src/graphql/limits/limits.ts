import {
  getOperationAST,
  GraphQLError,
  Kind,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { ErrorCode } from '../../errors';
import { countFields } from './count-fields';
import { fragmentsOf } from './fragments';
import { measureOperation, UNBOUNDED } from './measure';
import type { Variables } from './page-size';

export interface Limits {
  readonly maxDepth: number;
  readonly maxAliases: number;
  readonly maxRootFields: number;
  readonly maxDirectives: number;
  /** Maximum fields of the operation after expanding its fragments. */
  readonly maxFields: number;
  /**
   * Maximum selections of one field at the same place: GraphQL's own rules compare each pair of
   * them.
   */
  readonly maxRepeats: number;
  readonly maxFragments: number;
  readonly maxCost: number;
}

export const LIMITS: Limits = {
  maxDepth: 15,
  maxAliases: 50,
  maxRootFields: 25,
  maxDirectives: 60,
  maxFields: 1_500,
  maxRepeats: 50,
  maxFragments: 60,
  maxCost: 50_000,
};

type Definition = OperationDefinitionNode | FragmentDefinitionNode;

/**
 * Returns why a document exceeds what can be counted before its variables are known, or an empty
 * list.
 * Runs before GraphQL's own rules, because the time of some of them grows with the square of the
 * document. The cost waits for the page sizes in the variables: `refuseCost`.
 */
export function exceededLimits(
  schema: GraphQLSchema,
  document: DocumentNode,
  limits: Limits = LIMITS,
): readonly GraphQLError[] {
  const fragments = fragmentsOf(document);
  const refusals: GraphQLError[] = [];
  const check = (node: Definition, excesses: readonly Excess[]) => {
    for (const excess of excesses) if (excess[1] > excess[2]) refusals.push(refusal(node, excess));
  };
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    const { depth, aliases, rootFields, directives } = measureOperation(
      schema,
      document,
      definition,
    );
    check(definition, [
      ['a depth of', depth, limits.maxDepth, 'Split it into several requests.'],
      ['aliases in number', aliases, limits.maxAliases, 'Split it into several operations.'],
      [
        'root fields in number',
        rootFields,
        limits.maxRootFields,
        'Split it into several operations.',
      ],
      ['directives in number', directives, limits.maxDirectives, 'Use fewer.'],
      ['fragments in number', fragments.size, limits.maxFragments, 'Use fewer.'],
    ]);
  }
  // Unused fragments count too: GraphQL's own rules read them all.
  for (const definition of refusals.length ? [] : document.definitions) {
    if (
      definition.kind !== Kind.OPERATION_DEFINITION &&
      definition.kind !== Kind.FRAGMENT_DEFINITION
    )
      continue;
    const { fields, repeats } = countFields(definition, fragments, limits);
    check(definition, [
      ['fields in number', fields, limits.maxFields, 'Split it into several operations.'],
      ['selections of one field at the same place', repeats, limits.maxRepeats, 'Select it once.'],
    ]);
    if (refusals.length) break;
  }
  return refusals;
}

/** An exceeded limit: the measured property, its figure, the limit, and the remedy. */
type Excess = readonly [what: string, figure: number, limit: number, advice: string];

const refusal = (
  node: Definition,
  [what, figure, limit, advice]: Excess,
  details: Partial<CostExtensions> = {},
): GraphQLError =>
  new GraphQLError(`This operation has ${what} ${figure}; the limit is ${limit}. ${advice}`, {
    nodes: node,
    extensions: { code: ErrorCode.QUERY_TOO_COMPLEX, ...details },
  });

/** The extensions of a response that state the cost of its operation. */
export type CostExtensions = {
  readonly cost: {
    /** The cost of the operation. */
    readonly requested: number;
    /** The maximum cost of an operation of the caller. */
    readonly available: number;
  };
};

export const costExtensions = (requested: number): CostExtensions => ({
  cost: { requested, available: LIMITS.maxCost },
});

/**
 * Returns why an operation exceeds the maximum cost with these variables, or null. Variables are
 * as sent by the caller.
 */
export function refuseCost(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | null | undefined,
  variables: Variables,
): GraphQLError | null {
  const operation = getOperationAST(document, operationName);
  const cost = operationCost(schema, document, operationName, variables);
  const advice = 'Request smaller pages or fewer nested lists.';
  return operation && cost > LIMITS.maxCost
    ? refusal(operation, ['a cost of', cost, LIMITS.maxCost, advice], costExtensions(cost))
    : null;
}

/** The costs of an operation, by the values of its page-size variables. */
interface Costs {
  readonly sizes: ReadonlySet<string>;
  readonly known: Map<string, number>;
}
const MAX_KNOWN_COSTS = 100;
const costsOf = new WeakMap<OperationDefinitionNode, Costs>();

/** Returns how many objects an operation could read; 0 if the document has no such operation. */
export function operationCost(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName?: string | null,
  variables: Variables = {},
): number {
  const operation = getOperationAST(document, operationName);
  if (!operation) return 0;
  let costs = costsOf.get(operation);
  const found = costs?.known.get(sizesIn(costs, variables));
  if (found !== undefined) return found;
  const sizes = new Set<string>();
  const { cost } = measureOperation(schema, document, operation, { variables, sizes });
  if (sizes.has(UNBOUNDED)) return cost;
  if (!costs) costsOf.set(operation, (costs = { sizes, known: new Map() }));
  if (costs.known.size < MAX_KNOWN_COSTS) costs.known.set(sizesIn(costs, variables), cost);
  return cost;
}

const sizesIn = ({ sizes }: Costs, variables: Variables): string =>
  sizes.size ? Array.from(sizes, (name) => kindOf(variables[name])).join() : '';

/**
 * Lists count by their length, other non-numbers as the maximum page, absent and null as the
 * default page.
 */
function kindOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.length}]`;
  return value == null || typeof value === 'number' ? String(value) : 'other';
}
