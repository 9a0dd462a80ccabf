import { Kind, type DocumentNode, type FragmentDefinitionNode } from 'graphql';

/** Deeper than any legitimate query, and safe for the stack. */
export const MAX_LEVELS = 200;

export type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

export const fragmentsOf = (document: DocumentNode): Fragments =>
  new Map(
    document.definitions
      .filter((node): node is FragmentDefinitionNode => node.kind === Kind.FRAGMENT_DEFINITION)
      .map((node) => [node.name.value, node]),
  );
