import { render, type OneRow, type Rendered, type SqlValue } from '../sql';

/** How long a statement may take that answers several questions; what takes as long alone travels alone. */
const TOGETHER_MS = 4;
const MAX_TOGETHER = 32;
/** What was once quick is believed to be so for some dozens of answers. */
const FADING = 1.05;
/** Statements of one shape under way at once: what is asked for meanwhile goes with the next. */
const QUICK_UNDER_WAY = 2;
/** Nobody waits longer for one that takes long. */
const PATIENCE_MS = 10;
/** Of so many it is remembered how quick they are; the oldest is forgotten first. */
const MAX_SHAPES = 500;

type Row = Record<string, unknown>;

interface Question {
  readonly query: Rendered;
  readonly askers: { resolve(row: Row): void; reject(error: unknown): void }[];
}

/** Questions in the same words, whose values are of the same types. */
interface Shape {
  /** Answers any number of them, each in a row that says by `#` whose it is. */
  readonly text: string;
  /** By their values. */
  readonly waiting: Map<string, Question>;
  underWay: number;
  /** What one question took at best, lately: on a busy machine a statement waits for longer than it runs. */
  bestMs: number;
  /** How many may go together. */
  room: number;
  /** Whether they have failed together where each alone did not: what they say depends on types that are not known here. */
  isApart: boolean;
  next: NodeJS.Immediate | undefined;
  impatient: NodeJS.Timeout | undefined;
}

/**
 * Questions that different requests ask at one moment in the same words, as one statement with the values of all: to send, to start and to answer a quick
 * statement takes longer than what it does. Questions that are the very same are asked once: who may see what is said by the words and the values of each.
 * Nobody gets an answer from before they asked, since what is under way is joined by none.
 */
export class QueryMultiplexer {
  private readonly shapes = new Map<string, Shape>();

  /**
   * @param send sends a statement and answers its rows
   * @param most statements of one shape under way at once, where each answers one question
   * @param now milliseconds since whenever
   */
  constructor(
    private readonly send: (query: Rendered) => Promise<Row[]>,
    private readonly most: number,
    private readonly now = (): number => performance.now(),
  ) {}

  ask(query: OneRow): Promise<Row> {
    const rendered = render(query, 'postgres');
    const shape = this.shapeOf(query, rendered);
    return new Promise((resolve, reject) => {
      const asker = { resolve, reject };
      if (!shape || shape.isApart)
        return void this.alone({ query: rendered, askers: [asker] }).then(({ tell }) => tell());
      const name = JSON.stringify(rendered.values);
      const known = shape.waiting.get(name);
      if (known) return void known.askers.push(asker);
      shape.waiting.set(name, { query: rendered, askers: [asker] });
      this.plan(shape);
    });
  }

  /** Undefined where there is no type to say for a value. */
  private shapeOf(query: OneRow, { text, values }: Rendered): Shape | undefined {
    const types = values.map(typeOf);
    if (types.includes(undefined)) return undefined;
    const name = `${types.join()} ${text}`;
    const known = this.shapes.get(name);
    if (known) return known;
    const given = ['"0" int', ...types.map((type, index) => `"${index + 1}" ${type}`)].join(', ');
    const words = render(query, 'postgres', (place) => `asked."${place}"`).text;
    const shape: Shape = {
      text: `${words}, asked."0" AS "#" FROM json_to_recordset($1) AS asked(${given})`,
      waiting: new Map(),
      underWay: 0,
      bestMs: Number.POSITIVE_INFINITY,
      room: 1,
      isApart: false,
      next: undefined,
      impatient: undefined,
    };
    // Whoever waits in one that is forgotten is answered all the same.
    if (this.shapes.size >= MAX_SHAPES)
      this.shapes.delete(this.shapes.keys().next().value as string);
    this.shapes.set(name, shape);
    return shape;
  }

  private plan(shape: Shape): void {
    if (!shape.waiting.size) return;
    // Behind whatever else was read at this moment.
    if (shape.underWay < (shape.room > 1 ? QUICK_UNDER_WAY : this.most))
      shape.next ??= setImmediate(() => this.take(shape));
    else shape.impatient ??= setTimeout(() => this.take(shape), PATIENCE_MS);
  }

  private take(shape: Shape): void {
    clearTimeout(shape.impatient);
    shape.next = shape.impatient = undefined;
    const together: Question[] = [];
    for (const [name, question] of shape.waiting) {
      if (together.length === shape.room) break;
      together.push(question);
      shape.waiting.delete(name);
    }
    shape.underWay += 1;
    const sentAt = this.now();
    void this.answer(shape, together).then(() => {
      shape.underWay -= 1;
      shape.bestMs = Math.min(shape.bestMs * FADING, (this.now() - sentAt) / together.length);
      shape.room = Math.max(
        1,
        Math.min(MAX_TOGETHER, shape.room * 2, Math.floor(TOGETHER_MS / shape.bestMs)),
      );
      this.plan(shape);
    });
    this.plan(shape);
  }

  /** Never rejects. */
  private async answer(shape: Shape, together: readonly Question[]): Promise<void> {
    const [first] = together as [Question];
    if (together.length === 1) return (await this.alone(first)).tell();
    try {
      const values = JSON.stringify(
        together.map(({ query }, index) =>
          Object.fromEntries([index, ...query.values].map((value, place) => [place, value])),
        ),
      );
      for (const row of await this.send({ text: shape.text, values: [values] }))
        for (const { resolve } of (together[row['#'] as number] as Question).askers) resolve(row);
    } catch {
      // One of them may be wrong, or the types of all: each says for itself.
      const answers = await Promise.all(together.map((question) => this.alone(question)));
      shape.isApart = answers.every(({ isAnswered }) => isAnswered);
      for (const { tell } of answers) tell();
    }
  }

  /** Whether there is an answer, and what tells it. Never rejects. */
  private async alone({
    query,
    askers,
  }: Question): Promise<{ readonly isAnswered: boolean; readonly tell: () => void }> {
    try {
      const [row] = await this.send(query);
      return { isAnswered: true, tell: () => askers.forEach(({ resolve }) => resolve(row as Row)) };
    } catch (error) {
      return { isAnswered: false, tell: () => askers.forEach(({ reject }) => reject(error)) };
    }
  }
}

const MAX_INT = 2 ** 31 - 1;
const isInt = (value: unknown): boolean =>
  Number.isInteger(value) && Math.abs(value as number) <= MAX_INT;

/** What PostgreSQL would take a value for beside a column of ours. */
function typeOf(value: SqlValue): string | undefined {
  if (Array.isArray(value))
    return !value.length
      ? undefined
      : value.every(isInt)
        ? 'int[]'
        : value.every(Number.isInteger)
          ? 'bigint[]'
          : value.every((one) => typeof one === 'string')
            ? 'text[]'
            : undefined;
  switch (typeof value) {
    case 'number':
      return isInt(value) ? 'int' : Number.isInteger(value) ? 'bigint' : 'float8';
    case 'string':
      return 'text';
    case 'boolean':
      return 'boolean';
    default:
      return undefined;
  }
}
