import {
  getNamedType,
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
  type GraphQLField,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { extraCostOf } from '../field-cost';
import { fragmentsOf, MAX_LEVELS, type Fragments } from './fragments';
import { FIELDS_OF_TYPE, isPaged, pageSizeOf, PLAIN_LIST, type CostOptions } from './page-size';

/** A page-size name for values with an unbounded number of costs. */
export const UNBOUNDED = '*';

export interface Measure {
  readonly depth: number;
  readonly aliases: number;
  readonly rootFields: number;
  readonly directives: number;
  /** Maximum number of objects to read. */
  readonly cost: number;
}

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

type ParentType = GraphQLOutputType | null | undefined;

/**
 * Measures one operation. Each fragment is measured once, so nested fragments take linear time.
 * Introspection adds no depth, because graphql-js limits it. Adds the names of page-size variables
 * to `sizes`.
 */
export function measureOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  { variables = {}, sizes = new Set<string>() }: Partial<CostOptions> = {},
): Measure {
  const measurement = new Measurement(schema, fragmentsOf(document), {
    operation,
    variables,
    sizes,
  });
  const total = measurement.ofSet(operation.selectionSet, schema.getRootType(operation.operation));
  return {
    aliases: total.aliases,
    rootFields: total.fields,
    depth: measurement.bottomless ? MAX_LEVELS : total.depth,
    directives: total.directives + (operation.directives?.length ?? 0),
    cost: total.cost + PLAIN_LIST * total.costOfEntry,
  };
}

/** The measurement of one operation. */
class Measurement {
  /** Whether the operation is deeper than `MAX_LEVELS`. */
  bottomless = false;
  private readonly measured = new Map<string, Part>();
  private level = 0;

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly fragments: Fragments,
    private readonly options: CostOptions,
  ) {}

  ofSet(set: SelectionSetNode, type: ParentType): Part {
    if (this.level === MAX_LEVELS) {
      this.bottomless = true;
      return nothing();
    }
    this.level += 1;
    const total = nothing();
    for (const selection of set.selections) {
      total.directives += selection.directives?.length ?? 0;
      if (selection.kind === Kind.FIELD) add(total, this.ofField(selection, type));
      else if (selection.kind === Kind.FRAGMENT_SPREAD)
        add(total, this.ofFragment(selection.name.value));
      else {
        const { typeCondition, selectionSet } = selection;
        const inner = typeCondition ? this.typeNamed(typeCondition.name.value) : type;
        add(total, this.ofSet(selectionSet, inner));
      }
    }
    this.level -= 1;
    return total;
  }

  private ofFragment(name: string): Part {
    const known = this.measured.get(name);
    if (known) return known;
    const fragment = this.fragments.get(name);
    // Other rules report unknown fragments and cycles; here the recursion only has to end.
    this.measured.set(name, nothing());
    if (!fragment) return nothing();
    const type = this.typeNamed(fragment.typeCondition.name.value);
    const part = this.ofSet(fragment.selectionSet, type);
    part.directives += fragment.directives?.length ?? 0;
    this.measured.set(name, part);
    return part;
  }

  private ofField(field: FieldNode, parent: ParentType): Part {
    const introspects = field.name.value.startsWith('__');
    const own = {
      ...nothing(),
      fields: 1,
      aliases: field.alias ? 1 : 0,
      depth: introspects ? 0 : 1,
    };
    const definition = fieldOf(parent, field.name.value);
    const extra = definition ? extraCost(definition, field, this.options) : 0;
    own.cost = extra;
    if (!field.selectionSet) return own;
    const inner = this.ofSet(field.selectionSet, definition?.type);
    own.aliases += inner.aliases;
    own.directives += inner.directives;
    // graphql-js limits the depth of introspection itself.
    if (!introspects) own.depth += inner.depth;
    const pageSize =
      definition && isPaged(definition)
        ? pageSizeOf(field, definition, this.options)
        : listSizeOf(field, parent);
    const ofEntries = isList(definition?.type) ? PLAIN_LIST : (pageSize ?? PLAIN_LIST);
    const cost = 1 + extra + inner.cost + ofEntries * inner.costOfEntry;
    if (!isList(definition?.type)) own.cost = cost;
    else if (pageSize === null) [own.cost, own.costOfEntry] = [0, cost];
    else own.cost = pageSize * cost;
    return own;
  }

  private typeNamed(name: string): GraphQLOutputType | undefined {
    return this.schema.getType(name) as GraphQLOutputType | undefined;
  }
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

function extraCost(
  { extensions }: GraphQLField<unknown, unknown>,
  { arguments: given = [] }: FieldNode,
  { operation, variables, sizes }: CostOptions,
): number {
  const cost = extraCostOf(extensions);
  if (typeof cost !== 'object') return cost ?? 0;
  // The cost depends on too many values to be cached.
  if (operation.variableDefinitions?.length) sizes.add(UNBOUNDED);
  const values: Record<string, unknown> = {};
  for (const { variable, defaultValue } of operation.variableDefinitions ?? []) {
    const name = variable.name.value;
    values[name] = variables[name] ?? (defaultValue && valueFromASTUntyped(defaultValue));
  }
  return cost.of(
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
