import {
  getNamedType,
  getOperationAST,
  GraphQLError,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  SchemaMetaFieldDef,
  TypeMetaFieldDef,
  valueFromASTUntyped,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
  type ValueNode,
} from 'graphql';
import { ErrorCode } from '../errors';
import { extraCostOf } from './field-cost';
import { DEFAULT_PAGE, MAX_PAGE } from './connection';

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

/** Assumed number of entries of a list without a page size. */
const PLAIN_LIST = 10;

/** Assumed number of entries of `fields` of a schema type. */
const FIELDS_OF_TYPE = 30;

/** Deeper than any legitimate query, and safe for the stack. */
const MAX_LEVELS = 200;

export interface Measure {
  readonly depth: number;
  readonly aliases: number;
  readonly rootFields: number;
  readonly directives: number;
  /** Maximum number of objects to read. */
  readonly cost: number;
}

export type Variables = Readonly<Record<string, unknown>>;

/**
 * The totals of a selection set. Lists inside count as one entry, because the enclosing field
 * determines their number.
 */
interface Part {
  depth: number;
  aliases: number;
  fields: number;
  directives: number;
  cost: number;
  costOfEntry: number;
}

const nothing = (): Part => ({
  depth: 0,
  aliases: 0,
  fields: 0,
  directives: 0,
  cost: 0,
  costOfEntry: 0,
});

type Definition = OperationDefinitionNode | FragmentDefinitionNode;

/**
 * Returns why a document exceeds what can be counted before its variables are known, or an empty list.
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
  const check = (
    node: Definition,
    checks: readonly (readonly [string, number, number, string])[],
  ) => {
    for (const [what, figure, limit, advice] of checks) {
      if (figure > limit) refusals.push(refusal(what, figure, limit, advice, node));
    }
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

type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

const fragmentsOf = (document: DocumentNode): Fragments =>
  new Map(
    document.definitions
      .filter((node): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION)
      .map((node) => [node.name.value, node]),
  );

/**
 * Returns how many fields a definition has once its fragments are expanded and equal response names
 * are merged, and the largest number of selections that merge into one. Stops above the limits.
 */
function countFields(
  root: Definition,
  fragments: Fragments,
  { maxFields, maxRepeats }: Limits,
): { fields: number; repeats: number } {
  let fields = 0;
  let repeats = 0;

  function collect(
    set: SelectionSetNode,
    into: Map<string, FieldNode[]>,
    spread: Set<string>,
  ): void {
    for (const selection of set.selections) {
      if (fields > maxFields) return;
      if (selection.kind === Kind.FIELD) {
        fields += 1;
        const name = (selection.alias ?? selection.name).value;
        const same = into.get(name);
        if (same) same.push(selection);
        else into.set(name, [selection]);
      } else if (selection.kind === Kind.INLINE_FRAGMENT)
        collect(selection.selectionSet, into, spread);
      else if (!spread.has(selection.name.value)) {
        spread.add(selection.name.value);
        const fragment = fragments.get(selection.name.value);
        if (fragment) collect(fragment.selectionSet, into, spread);
      }
    }
  }

  function merge(
    nodes: readonly { readonly selectionSet?: SelectionSetNode }[],
    level: number,
  ): void {
    // Another rule reports cyclic fragments.
    if (level === MAX_LEVELS) return;
    const merged = new Map<string, FieldNode[]>();
    const spread = new Set<string>();
    for (const { selectionSet } of nodes) if (selectionSet) collect(selectionSet, merged, spread);
    for (const same of merged.values()) repeats = Math.max(repeats, same.length);
    for (const same of merged.values()) {
      if (fields > maxFields || repeats > maxRepeats) return;
      if (same.some(({ selectionSet }) => selectionSet)) merge(same, level + 1);
    }
  }

  merge([root], 0);
  return { fields, repeats };
}

const refusal = (
  what: string,
  figure: number,
  limit: number,
  advice: string,
  node: Definition,
): GraphQLError =>
  new GraphQLError(`This operation has ${what} ${figure}; the limit is ${limit}. ${advice}`, {
    nodes: node,
    extensions: { code: ErrorCode.QUERY_TOO_COMPLEX },
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
  maxCost = LIMITS.maxCost,
): GraphQLError | null {
  const operation = getOperationAST(document, operationName);
  const cost = operationCost(schema, document, operationName, variables);
  return operation && cost > maxCost
    ? refusal('a cost of', cost, maxCost, 'Request smaller pages or fewer nested lists.', operation)
    : null;
}

/** A page-size name for values with an unbounded number of costs. */
const UNBOUNDED = '*';

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
  const { cost } = measureOperation(schema, document, operation, variables, sizes);
  if (sizes.has(UNBOUNDED)) return cost;
  if (!costs) costsOf.set(operation, (costs = { sizes, known: new Map() }));
  if (costs.known.size < MAX_KNOWN_COSTS) costs.known.set(sizesIn(costs, variables), cost);
  return cost;
}

const sizesIn = ({ sizes }: Costs, variables: Variables): string =>
  sizes.size ? Array.from(sizes, (name) => kindOf(variables[name])).join() : '';

/** Non-numbers count as the maximum page, absent and null as the default page. */
const kindOf = (value: unknown): string =>
  value == null || typeof value === 'number' ? String(value) : 'other';

/**
 * Measures one operation. Each fragment is measured once, so nested fragments take linear time.
 * Introspection adds no depth, because graphql-js limits it. Adds the names of page-size variables
 * to `sizes`.
 */
export function measureOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Variables = {},
  sizes = new Set<string>(),
): Measure {
  const fragments = fragmentsOf(document);
  const measured = new Map<string, Part>();
  let level = 0;
  let bottomless = false;

  function ofSet(set: SelectionSetNode, type: GraphQLOutputType | null | undefined): Part {
    if (level === MAX_LEVELS) {
      bottomless = true;
      return nothing();
    }
    level += 1;
    const total = nothing();
    for (const selection of set.selections) {
      total.directives += selection.directives?.length ?? 0;
      if (selection.kind === Kind.FIELD) add(total, ofField(selection, type));
      else if (selection.kind === Kind.FRAGMENT_SPREAD)
        add(total, ofFragment(selection.name.value));
      else
        add(
          total,
          ofSet(
            selection.selectionSet,
            selection.typeCondition ? typeNamed(selection.typeCondition.name.value) : type,
          ),
        );
    }
    level -= 1;
    return total;
  }

  function ofFragment(name: string): Part {
    const known = measured.get(name);
    if (known) return known;
    const fragment = fragments.get(name);
    // Other rules report unknown fragments and cycles; here the recursion only has to end.
    measured.set(name, nothing());
    if (!fragment) return nothing();
    const part = ofSet(fragment.selectionSet, typeNamed(fragment.typeCondition.name.value));
    part.directives += fragment.directives?.length ?? 0;
    measured.set(name, part);
    return part;
  }

  function ofField(field: FieldNode, parent: GraphQLOutputType | null | undefined): Part {
    const introspects = field.name.value.startsWith('__');
    const own = {
      ...nothing(),
      fields: 1,
      aliases: field.alias ? 1 : 0,
      depth: introspects ? 0 : 1,
    };
    const definition = fieldOf(parent, field.name.value);
    const extra = definition ? extraCost(definition, field, { operation, variables, sizes }) : 0;
    own.cost = extra;
    if (!field.selectionSet) return own;
    const inner = ofSet(field.selectionSet, definition?.type);
    own.aliases += inner.aliases;
    own.directives += inner.directives;
    // graphql-js limits the depth of introspection itself.
    if (!introspects) own.depth += inner.depth;
    const pageSize =
      definition && isPaged(definition)
        ? pageSizeOf(field, operation, variables, sizes)
        : listSizeOf(field, parent);
    const ofEntries = isList(definition?.type) ? PLAIN_LIST : (pageSize ?? PLAIN_LIST);
    const cost = 1 + extra + inner.cost + ofEntries * inner.costOfEntry;
    if (!isList(definition?.type)) own.cost = cost;
    else if (pageSize === null) own.costOfEntry = cost;
    else own.cost = pageSize * cost;
    return own;
  }

  const typeNamed = (name: string) => schema.getType(name) as GraphQLOutputType | undefined;

  const { fields, cost, costOfEntry, directives, aliases, depth } = ofSet(
    operation.selectionSet,
    schema.getRootType(operation.operation),
  );
  return {
    aliases,
    rootFields: fields,
    depth: bottomless ? MAX_LEVELS : depth,
    directives: directives + (operation.directives?.length ?? 0),
    cost: cost + PLAIN_LIST * costOfEntry,
  };
}

function add(total: Part, part: Part): void {
  total.depth = Math.max(total.depth, part.depth);
  total.aliases += part.aliases;
  total.fields += part.fields;
  total.directives += part.directives;
  total.cost += part.cost;
  total.costOfEntry += part.costOfEntry;
}

/** Returns the assumed size of a list without pages if it differs from the default; else null. */
const listSizeOf = (
  { name }: FieldNode,
  parent: GraphQLOutputType | null | undefined,
): number | null =>
  name.value === 'fields' && parent && getNamedType(parent).name === '__Type'
    ? FIELDS_OF_TYPE
    : null;

interface CostOptions {
  readonly operation: OperationDefinitionNode;
  readonly variables: Variables;
  readonly sizes: Set<string>;
}

function extraCost(
  { extensions }: GraphQLField<unknown, unknown>,
  { arguments: given = [] }: FieldNode,
  { operation, variables, sizes }: CostOptions,
): number {
  const cost = extraCostOf(extensions);
  if (typeof cost !== 'function') return cost ?? 0;
  // The cost depends on too many values to be cached.
  if (operation.variableDefinitions?.length) sizes.add(UNBOUNDED);
  const values: Record<string, unknown> = {};
  for (const { variable, defaultValue } of operation.variableDefinitions ?? []) {
    const name = variable.name.value;
    values[name] = variables[name] ?? (defaultValue && valueFromASTUntyped(defaultValue));
  }
  return cost(
    Object.fromEntries(
      given.map(({ name, value }) => [name.value, valueFromASTUntyped(value, values)]),
    ),
  );
}

const META_FIELDS = new Map<string, GraphQLField<unknown, unknown>>(
  [SchemaMetaFieldDef, TypeMetaFieldDef].map((field) => [field.name, field]),
);

function fieldOf(
  parent: GraphQLOutputType | null | undefined,
  name: string,
): GraphQLField<unknown, unknown> | undefined {
  const meta = META_FIELDS.get(name);
  if (meta) return meta;
  const type = parent && getNamedType(parent);
  return type && (isObjectType(type) || isInterfaceType(type)) ? type.getFields()[name] : undefined;
}

const isList = (type: GraphQLOutputType | undefined): boolean =>
  type && isNonNullType(type) ? isList(type.ofType) : isListType(type);

const isPaged = ({ args }: GraphQLField<unknown, unknown>): boolean =>
  args.some(({ name }) => name === 'first' || name === 'last');

function pageSizeOf(
  field: FieldNode,
  operation: OperationDefinitionNode,
  variables: Variables,
  names: Set<string>,
): number {
  const sizes = (field.arguments ?? [])
    .filter(({ name }) => name.value === 'first' || name.value === 'last')
    .map(({ value }) => {
      if (value.kind === Kind.VARIABLE) names.add(value.name.value);
      return sizeOf(value, operation, variables);
    });
  return sizes.length ? Math.max(...sizes) : DEFAULT_PAGE;
}

/** The field itself refuses sizes beyond the maximum. Non-numbers count as the maximum. */
function sizeOf(
  value: ValueNode,
  operation: OperationDefinitionNode,
  variables: Variables,
): number {
  if (value.kind === Kind.NULL) return DEFAULT_PAGE;
  if (value.kind === Kind.INT) return clamp(Number(value.value));
  if (value.kind !== Kind.VARIABLE) return MAX_PAGE;
  const name = value.name.value;
  const given = variables[name];
  if (given === undefined) {
    const { defaultValue } =
      operation.variableDefinitions?.find(({ variable }) => variable.name.value === name) ?? {};
    return defaultValue ? sizeOf(defaultValue, operation, variables) : DEFAULT_PAGE;
  }
  if (given === null) return DEFAULT_PAGE;
  return typeof given === 'number' ? clamp(given) : MAX_PAGE;
}

const clamp = (size: number): number => Math.max(1, Math.min(size, MAX_PAGE));
