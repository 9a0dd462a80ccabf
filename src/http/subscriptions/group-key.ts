import {
  visit,
  type DocumentNode,
  type ExecutionArgs,
  type OperationDefinitionNode,
} from 'graphql';

const numbers = new WeakMap<DocumentNode, number>();
let lastNumber = 0;

/** What tells groups apart: what is asked, with which variables, and what the viewer may see. Where each began does not. */
export function groupKey(
  { document, operationName, variableValues }: ExecutionArgs,
  scope: string,
): string {
  if (!numbers.has(document)) numbers.set(document, (lastNumber += 1));
  const place = placeVariable(document);
  const variables = { ...variableValues };
  if (place) delete variables[place];
  return JSON.stringify([numbers.get(document), operationName, variables, scope]);
}

const places = new WeakMap<DocumentNode, string | null>();

/** The variable that says after which cursor a subscription begins, where it says nothing else. */
function placeVariable(document: DocumentNode): string | null {
  const known = places.get(document);
  if (known !== undefined) return known;
  const found = document.definitions
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
  const [only] = found;
  const place = found.length === 1 && only && uses.get(only) === 1 ? only : null;
  places.set(document, place);
  return place;
}
