import {
  GraphQLError, getNamedType, isListType, isNonNullType, isObjectType, isInterfaceType, Kind, type ASTVisitor, type DocumentNode, type FieldNode, type FragmentDefinitionNode,
  type GraphQLOutputType, type GraphQLSchema, type OperationDefinitionNode, type SelectionSetNode, type ValidationContext,
} from 'graphql';
import { ErrorCode } from '../errors';
import { DEFAULT_PAGE, MAX_PAGE } from './page';

export interface Limits {
  readonly maxDepth: number;
  readonly maxAliases: number;
  readonly maxRootFields: number;
  readonly maxDirectives: number;
  readonly maxCost: number;
}

export const LIMITS: Limits = { maxDepth: 15, maxAliases: 50, maxRootFields: 25, maxDirectives: 60, maxCost: 50_000 };

/** What a list without a page size is taken to hold. */
const PLAIN_LIST = 5;

interface Measure { depth: number; aliases: number; directives: number; cost: number }

const refuse = (what: string, figure: number, limit: number, advice: string, node?: OperationDefinitionNode): GraphQLError =>
  new GraphQLError(`This operation has ${what} ${figure}; the limit is ${limit}. ${advice}`, { nodes: node, extensions: { code: ErrorCode.QUERY_TOO_COMPLEX } });

/**
 * Measures operations before they run: depth, aliases, root fields, directives, and a cost that counts each object that could be read,
 * lists multiplied by their page size. Each fragment is measured once for each type, so that a bomb of them costs what it is written with.
 * A page size in a variable counts as the largest.
 */
export function operationLimits(limits: Limits) {
  return (context: ValidationContext): ASTVisitor => ({
    OperationDefinition(operation) {
      const measure = measureOperation(context.getSchema(), context.getDocument(), operation);
      const checks: [string, number, number, string][] = [
        ['a depth of', measure.depth, limits.maxDepth, 'Ask in several steps.'],
        ['aliases in number', measure.aliases, limits.maxAliases, 'Split it into several operations.'],
        ['root fields in number', operation.selectionSet.selections.length, limits.maxRootFields, 'Split it into several operations.'],
        ['directives in number', measure.directives, limits.maxDirectives, 'Use fewer.'],
        ['a cost of', measure.cost, limits.maxCost, 'Ask for smaller pages or fewer nested lists.'],
      ];
      for (const [what, figure, limit, advice] of checks) {
        if (figure > limit) context.reportError(refuse(what, figure, limit, advice, operation));
      }
    },
  });
}

/** The figures of one operation. Linear in the size of the document. */
export function measureOperation(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): Measure {
  const fragments = new Map(document.definitions.filter((node): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION).map((node) => [node.name.value, node]));
  const measured = new Map<string, Measure>();
  const underWay = new Set<string>();

  const ofSet = (set: SelectionSetNode, type: GraphQLOutputType | null | undefined, listSize: number): Measure => {
    const total: Measure = { depth: 0, aliases: 0, directives: 0, cost: 0 };
    const add = (part: Measure) => {
      total.depth = Math.max(total.depth, part.depth);
      total.aliases += part.aliases;
      total.directives += part.directives;
      total.cost += part.cost;
    };
    for (const selection of set.selections) {
      total.directives += selection.directives?.length ?? 0;
      if (selection.kind === Kind.FIELD) add(ofField(selection, type, listSize));
      else if (selection.kind === Kind.INLINE_FRAGMENT) {
        const narrowed = selection.typeCondition ? (schema.getType(selection.typeCondition.name.value) as GraphQLOutputType | undefined) : type;
        add(ofSet(selection.selectionSet, narrowed, listSize));
      } else add(ofFragment(selection.name.value, listSize));
    }
    return total;
  };

  const ofFragment = (name: string, listSize: number): Measure => {
    const key = `${name}/${listSize}`;
    const known = measured.get(key);
    if (known) return known;
    const fragment = fragments.get(name);
    // A cycle is another rule's to report.
    if (!fragment || underWay.has(name)) return { depth: 0, aliases: 0, directives: 0, cost: 0 };
    underWay.add(name);
    const made = ofSet(fragment.selectionSet, schema.getType(fragment.typeCondition.name.value) as GraphQLOutputType | undefined, listSize);
    underWay.delete(name);
    measured.set(key, made);
    return made;
  };

  /** `listSize` is the page size of the connection that this field lies in, or 0 outside of one. */
  const ofField = (field: FieldNode, parent: GraphQLOutputType | null | undefined, listSize: number): Measure => {
    const introspects = field.name.value.startsWith('__');
    const named = parent && getNamedType(parent);
    const definition = named && (isObjectType(named) || isInterfaceType(named)) ? named.getFields()[field.name.value] : undefined;
    const own = { depth: introspects ? 0 : 1, aliases: field.alias ? 1 : 0, directives: 0, cost: 0 };
    if (!field.selectionSet) return own;
    const type = definition?.type;
    const pageSize = definition?.args.some(({ name }) => name === 'first') ? pageSizeOf(field) : 0;
    const inner = ofSet(field.selectionSet, type, pageSize);
    const times = isList(type) ? listSize || PLAIN_LIST : 1;
    return {
      depth: introspects ? 0 : inner.depth + 1,
      aliases: own.aliases + inner.aliases,
      directives: inner.directives,
      cost: introspects ? 0 : times * (1 + inner.cost),
    };
  };

  const measure = ofSet(operation.selectionSet, schema.getRootType(operation.operation), 0);
  return { ...measure, directives: measure.directives + (operation.directives?.length ?? 0) };
}

const isList = (type: GraphQLOutputType | undefined): boolean => (type && isNonNullType(type) ? isList(type.ofType) : isListType(type));

function pageSizeOf(field: FieldNode): number {
  const size = field.arguments?.find(({ name }) => name.value === 'first' || name.value === 'last')?.value;
  if (!size) return DEFAULT_PAGE;
  return size.kind === Kind.INT ? Math.max(1, Math.min(Number(size.value), MAX_PAGE)) : MAX_PAGE;
}
