import { visit, type DocumentNode, type ExecutionArgs, type OperationDefinitionNode } from 'graphql';
import type { Answer } from './answer';

/** Characters of answers kept for those of a group who have yet to come to an event; the oldest are let go, and made again for who asks. */
const MAX_CHARACTERS = 16_000_000;
/** What an answer takes beside its text. */
const OVERHEAD = 300;

/** Subscribers whose document, variables and rights are equal: what one of them is sent for an event is what all are sent. */
export interface Group {
  readonly key: string;
  members: number;
}

interface Kept {
  readonly answers: Map<Group, Promise<Answer>>;
  readonly group: Group;
  readonly size: number;
}

/** Answers made once for each group and event. Nothing is kept for a group but those, and those are bounded. */
export class SharedAnswers {
  private readonly groups = new Map<string, Group>();
  private readonly byEvent = new WeakMap<object, Map<Group, Promise<Answer>>>();
  private readonly kept: Kept[] = [];
  private first = 0;
  private characters = 0;

  constructor(private readonly maxCharacters = MAX_CHARACTERS) {}

  join(key: string): Group {
    const group = this.groups.get(key) ?? { key, members: 0 };
    this.groups.set(key, group);
    group.members += 1;
    return group;
  }

  leave(group: Group): void {
    group.members -= 1;
    if (!group.members) this.groups.delete(group.key);
  }

  /** The group's answer to an event, made by the first who comes to it. A failure is everybody's. */
  of(group: Group, event: object, make: () => Promise<Answer>): Promise<Answer> {
    let answers = this.byEvent.get(event);
    if (!answers) this.byEvent.set(event, (answers = new Map()));
    const known = answers.get(group);
    if (known) return known;
    const answer = make();
    answers.set(group, answer);
    answer.then(({ text }) => this.keep({ answers: answers as Kept['answers'], group, size: text.length + OVERHEAD }), () => answers.delete(group));
    return answer;
  }

  private keep(made: Kept): void {
    this.kept.push(made);
    this.characters += made.size;
    while (this.characters > this.maxCharacters) {
      const oldest = this.kept[this.first++] as Kept;
      oldest.answers.delete(oldest.group);
      this.characters -= oldest.size;
    }
    // A shift for each would move the whole array each time.
    if (this.first < 1_000) return;
    this.kept.splice(0, this.first);
    this.first = 0;
  }
}

const numbers = new WeakMap<DocumentNode, number>();
let lastNumber = 0;

/** What tells groups apart: what is asked, with which variables, and what the viewer may see. Where each began does not. */
export function groupKey({ document, operationName, variableValues }: ExecutionArgs, scope: string): string {
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
    .filter((definition) => definition.kind === 'OperationDefinition' && definition.operation === 'subscription')
    .flatMap((definition) => (definition as OperationDefinitionNode).selectionSet.selections)
    .flatMap((root) => (root.kind === 'Field' ? (root.arguments ?? []) : []))
    .flatMap(({ name, value }) => (name.value === 'after' && value.kind === 'Variable' ? [value.name.value] : []));
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
