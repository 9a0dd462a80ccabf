import { Kind, parse, print, visit, type ASTNode } from 'graphql';

const nameOf = (node: ASTNode): string =>
  'name' in node && node.name ? node.name.value : print(node);

const sorted = <T extends ASTNode>(nodes: readonly T[] | undefined): T[] | undefined =>
  nodes && [...nodes].sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));

/**
 * Returns an SDL with everything ordered by name. The order of declaration depends on the order in
 * which modules are loaded, which differs between suites.
 */
export function sortedSdl(text: string): string {
  const ofFields = { leave: (node: any) => ({ ...node, fields: sorted(node.fields) }) };
  return print(
    visit(parse(text), {
      [Kind.DOCUMENT]: {
        leave: (node) => ({ ...node, definitions: sorted(node.definitions) as never }),
      },
      [Kind.OBJECT_TYPE_DEFINITION]: {
        leave: (node) => ({
          ...node,
          fields: sorted(node.fields),
          interfaces: sorted(node.interfaces),
        }),
      },
      [Kind.INTERFACE_TYPE_DEFINITION]: ofFields,
      [Kind.INPUT_OBJECT_TYPE_DEFINITION]: ofFields,
      [Kind.ENUM_TYPE_DEFINITION]: { leave: (node) => ({ ...node, values: sorted(node.values) }) },
      [Kind.UNION_TYPE_DEFINITION]: { leave: (node) => ({ ...node, types: sorted(node.types) }) },
      [Kind.FIELD_DEFINITION]: {
        leave: (node) => ({ ...node, arguments: sorted(node.arguments) }),
      },
      [Kind.DIRECTIVE_DEFINITION]: {
        leave: (node) => ({
          ...node,
          arguments: sorted(node.arguments),
          locations: sorted(node.locations) as never,
        }),
      },
    }),
  );
}
