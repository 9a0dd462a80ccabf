import {
  getDirectiveValues,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isAbstractType,
  Kind,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLObjectType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Variables } from '../limits/page-size';

/** The selections of an operation, collected as the executor does. */
export interface Selections {
  /** Returns the merged field nodes by response key, in order. */
  fields(
    type: GraphQLObjectType,
    sets: readonly (SelectionSetNode | undefined)[],
  ): Map<string, FieldNode[]>;
}

/** Returns the selection sets of merged fields. */
export const setsOf = (nodes: readonly FieldNode[]): (SelectionSetNode | undefined)[] =>
  nodes.map(({ selectionSet }) => selectionSet);

export function selectionsOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  variables: Variables,
): Selections {
  const fragments = new Map(
    document.definitions
      .filter((node): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION)
      .map((node) => [node.name.value, node]),
  );

  const included = (node: SelectionNode): boolean =>
    !node.directives?.length ||
    (getDirectiveValues(GraphQLSkipDirective, node, variables)?.if !== true &&
      getDirectiveValues(GraphQLIncludeDirective, node, variables)?.if !== false);

  function applies(name: string | undefined, type: GraphQLObjectType): boolean {
    if (!name || name === type.name) return true;
    const condition = schema.getType(name);
    return isAbstractType(condition) && schema.isSubType(condition, type);
  }

  function collect(
    type: GraphQLObjectType,
    set: SelectionSetNode,
    found: Map<string, FieldNode[]>,
    visited: Set<string>,
  ): void {
    for (const node of set.selections) {
      if (!included(node)) continue;
      if (node.kind === Kind.FIELD) {
        const key = (node.alias ?? node.name).value;
        const known = found.get(key);
        if (known) known.push(node);
        else found.set(key, [node]);
      } else if (node.kind === Kind.INLINE_FRAGMENT) {
        if (applies(node.typeCondition?.name.value, type))
          collect(type, node.selectionSet, found, visited);
      } else if (!visited.has(node.name.value)) {
        visited.add(node.name.value);
        const fragment = fragments.get(node.name.value);
        if (fragment && applies(fragment.typeCondition.name.value, type))
          collect(type, fragment.selectionSet, found, visited);
      }
    }
  }

  return {
    fields(type, sets) {
      const found = new Map<string, FieldNode[]>();
      const visited = new Set<string>();
      for (const set of sets) if (set) collect(type, set, found, visited);
      return found;
    },
  };
}

/** Returns the names of variables in directives, which decide the selection. */
export function deciding(
  document: DocumentNode,
  operation: OperationDefinitionNode,
): readonly string[] {
  const names = new Set<string>();
  const visit = (set: SelectionSetNode): void => {
    for (const node of set.selections) {
      for (const { arguments: given } of node.directives ?? [])
        for (const { value } of given ?? [])
          if (value.kind === Kind.VARIABLE) names.add(value.name.value);
      if (node.kind !== Kind.FRAGMENT_SPREAD && node.selectionSet) visit(node.selectionSet);
    }
  };
  visit(operation.selectionSet);
  for (const node of document.definitions)
    if (node.kind === Kind.FRAGMENT_DEFINITION) visit(node.selectionSet);
  return [...names].sort();
}
