import { Kind, visit, type DocumentNode, type ValueNode } from 'graphql';

/** Returns the path of the argument, or of the part of it, that a variable is first used for. */
export function pathOfVariable(document: DocumentNode, name: string): readonly string[] {
  let found: readonly string[] | null = null;
  visit(document, {
    Argument(node) {
      found ??= pathWithin(node.value, name, [node.name.value]);
      return false;
    },
  });
  return found ?? [name];
}

function pathWithin(
  node: ValueNode,
  name: string,
  path: readonly string[],
): readonly string[] | null {
  if (node.kind === Kind.VARIABLE) return node.name.value === name ? path : null;
  for (const [step, value] of partsOf(node)) {
    const found = pathWithin(value, name, [...path, step]);
    if (found) return found;
  }
  return null;
}

function partsOf(node: ValueNode): readonly (readonly [string, ValueNode])[] {
  if (node.kind === Kind.OBJECT) return node.fields.map(({ name, value }) => [name.value, value]);
  if (node.kind === Kind.LIST) return node.values.map((value, index) => [String(index), value]);
  return [];
}
