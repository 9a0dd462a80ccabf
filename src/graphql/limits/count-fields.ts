import {
  Kind,
  type FieldNode,
  type FragmentDefinitionNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { MAX_LEVELS, type Fragments } from './fragments';

type Definition = OperationDefinitionNode | FragmentDefinitionNode;

interface Bounds {
  readonly maxFields: number;
  readonly maxRepeats: number;
}

/**
 * Returns how many fields a definition has once its fragments are expanded and equal response names
 * are merged, and the largest number of selections that merge into one. Stops above the limits.
 */
export function countFields(
  root: Definition,
  fragments: Fragments,
  { maxFields, maxRepeats }: Bounds,
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
