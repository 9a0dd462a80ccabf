import { randomUUID } from 'node:crypto';
import {
  visit,
  type DocumentNode,
  type ExecutionArgs,
  type OperationDefinitionNode,
} from 'graphql';

const ids = new WeakMap<DocumentNode, string>();

/**
 * Returns the identity of a group: document, operation, variables except the start cursor, and
 * scope of the viewer.
 */
export function groupKey(
  { document, operationName, variableValues }: ExecutionArgs,
  scope: string,
): string {
  if (!ids.has(document)) ids.set(document, randomUUID());
  const cursorVariable = cursorVariableOf(document);
  const variables = { ...variableValues };
  if (cursorVariable) delete variables[cursorVariable];
  return JSON.stringify([ids.get(document), operationName, variables, scope]);
}

const cursorVariables = new WeakMap<DocumentNode, string | null>();

/** Returns the variable that is only used as the argument `after` of the subscription, or null. */
function cursorVariableOf(document: DocumentNode): string | null {
  const cached = cursorVariables.get(document);
  if (cached !== undefined) return cached;
  const afterVariables = document.definitions
    .filter(
      (definition) =>
        definition.kind === 'OperationDefinition' && definition.operation === 'subscription',
    )
    .flatMap((definition) => (definition as OperationDefinitionNode).selectionSet.selections)
    .flatMap((root) => (root.kind === 'Field' ? (root.arguments ?? []) : []))
    .flatMap(({ name, value }) =>
      name.value === 'after' && value.kind === 'Variable' ? [value.name.value] : [],
    );
  const uses = new Map<string, number>();
  visit(document, {
    VariableDefinition: () => false,
    Variable: ({ name }) => void uses.set(name.value, (uses.get(name.value) ?? 0) + 1),
  });
  const [only] = afterVariables;
  const cursorVariable = afterVariables.length === 1 && only && uses.get(only) === 1 ? only : null;
  cursorVariables.set(document, cursorVariable);
  return cursorVariable;
}
