import {
  getDirectiveValues,
  getNamedType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  Kind,
  valueFromASTUntyped,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';

const MS_PER_DAY = 86_400_000;

interface Given {
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** The size that a page gives to its lists. */
interface Sized {
  readonly fields: readonly string[];
  readonly size: number;
}

const at = (value: unknown, path: string): unknown =>
  path.split('.').reduce<any>((inside, name) => inside?.[name], value);

const isList = (type: GraphQLOutputType): boolean =>
  isNonNullType(type) ? isList(type.ofType) : isListType(type);

/**
 * Computes the cost of an operation from the directives of a printed schema as their descriptions
 * define it, independently of the limiter.
 */
export class DirectiveCost {
  constructor(
    private readonly schema: GraphQLSchema,
    private readonly given: Given,
  ) {}

  of({ operation, selectionSet }: OperationDefinitionNode): number {
    return this.ofSet(selectionSet, this.schema.getRootType(operation) as GraphQLNamedType, null);
  }

  private ofSet(
    { selections }: SelectionSetNode,
    type: GraphQLNamedType,
    sized: Sized | null,
  ): number {
    const named = (name: string) => this.schema.getType(name) as GraphQLNamedType;
    return selections.reduce((sum, node) => {
      if (node.kind === Kind.FIELD) return sum + this.ofField(node, type, sized);
      const fragment =
        node.kind === Kind.INLINE_FRAGMENT
          ? node
          : (this.given.fragments[node.name.value] as FragmentDefinitionNode);
      const inner = fragment.typeCondition ? named(fragment.typeCondition.name.value) : type;
      return sum + this.ofSet(fragment.selectionSet, inner, sized);
    }, 0);
  }

  private ofField(node: FieldNode, parent: GraphQLNamedType, sized: Sized | null): number {
    if (!isObjectType(parent) && !isInterfaceType(parent)) return 0;
    const field = parent.getFields()[node.name.value];
    if (!field) return 0;
    const args = Object.fromEntries(
      (node.arguments ?? []).map(({ name, value }) => [
        name.value,
        valueFromASTUntyped(value, this.given.variables),
      ]),
    );
    const inside = this.insideOf(field, args);
    const inner = node.selectionSet
      ? this.ofSet(node.selectionSet, getNamedType(field.type), inside)
      : 0;
    const size = sized?.fields.includes(field.name) ? sized.size : this.sizeOf(field, args);
    return (node.selectionSet ? size : 1) * (this.weightOf(field, node, args) + inner);
  }

  private valuesOf(field: GraphQLField<unknown, unknown>, name: string): any {
    const directive = this.schema.getDirective(name);
    return (directive && field.astNode && getDirectiveValues(directive, field.astNode)) ?? null;
  }

  private weightOf(field: GraphQLField<unknown, unknown>, node: FieldNode, args: object): number {
    const own = this.valuesOf(field, 'cost')?.weight ?? (node.selectionSet ? 1 : 0);
    const daily = this.valuesOf(field, 'costPerDay');
    if (!daily) return own;
    const [from, to] = [daily.from, daily.to].map((path) => Date.parse(String(at(args, path))));
    const days = Math.ceil(((to as number) - (from as number)) / MS_PER_DAY) + 1;
    return own + daily.weight * Math.max(1, Math.min(days || 1, daily.maximum));
  }

  private slicedSize(field: GraphQLField<unknown, unknown>, args: any): number {
    const { slicingArguments = [], assumedSize } = this.valuesOf(field, 'listSize');
    const sizes = slicingArguments
      .filter((name: string) => args[name] !== undefined)
      .map((name: string) => {
        const value = args[name] ?? assumedSize;
        return Array.isArray(value) ? value.length : Math.max(1, Math.min(value as number, 100));
      });
    return sizes.length ? Math.max(...sizes) : assumedSize;
  }

  private sizeOf(field: GraphQLField<unknown, unknown>, args: object): number {
    const listSize = this.valuesOf(field, 'listSize');
    return listSize && !listSize.sizedFields && isList(field.type)
      ? this.slicedSize(field, args)
      : 1;
  }

  private insideOf(field: GraphQLField<unknown, unknown>, args: object): Sized | null {
    const fields = this.valuesOf(field, 'listSize')?.sizedFields;
    return fields ? { fields, size: this.slicedSize(field, args) } : null;
  }
}
