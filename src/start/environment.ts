import { DomainError, ErrorCode } from '../errors';

export type EnvironmentVariables = Readonly<Record<string, string | undefined>>;

/** The constraint of a setting, and its sentence after the name of the variable. */
export interface Constraint {
  readonly valid: RegExp;
  readonly message: string;
}

const secretOf = (minLength: number): Constraint => ({
  valid: new RegExp(`^.{${minLength},}$`, 's'),
  message: `must have at least ${minLength} characters, all of them random`,
});

/** Reads settings from environment variables and collects their faults. */
export class Environment {
  private readonly faults: string[] = [];
  private readonly names = new Set<string>();

  constructor(private readonly variables: EnvironmentVariables) {}

  /** Returns the trimmed value; undefined if it is absent or empty. */
  text(name: string): string | undefined {
    this.names.add(name);
    return this.variables[name]?.trim() || undefined;
  }

  /** Returns the value; null if it is absent. A value that violates the constraint is a fault. */
  matching(name: string, { valid, message }: Constraint): string | null {
    const value = this.text(name) ?? null;
    if (value !== null && !valid.test(value)) this.reject(name, message);
    return value;
  }

  secret(name: string, minLength = 32): string | null {
    return this.matching(name, secretOf(minLength));
  }

  /** Returns the secrets of a comma-separated value. */
  secrets(name: string, minLength = 32): string[] {
    const { valid, message } = secretOf(minLength);
    const entries = this.list(name);
    if (!entries.every((entry) => valid.test(entry))) this.reject(name, `: each key ${message}`);
    return entries;
  }

  integer(name: string, fallback: number, min: number, max: number): number {
    const text = this.text(name);
    if (text === undefined) return fallback;
    const value = Number(text);
    if (!Number.isInteger(value) || value < min || value > max)
      this.reject(name, `must be a whole number from ${min} to ${max}, not "${text}"`);
    return value;
  }

  oneOf(name: string, fallback: string, allowed: readonly string[]): string {
    const text = this.text(name) ?? fallback;
    if (!allowed.includes(text))
      this.reject(name, `must be one of ${allowed.join(', ')}, not "${text}"`);
    return text;
  }

  flag(name: string, fallback: boolean): boolean {
    return this.oneOf(name, fallback ? '1' : '0', ['0', '1']) === '1';
  }

  /** Returns the entries of a comma-separated value. */
  list(name: string, fallback = ''): string[] {
    return (this.text(name) ?? fallback)
      .split(',')
      .map((entry) => entry.trim())
      .filter(Boolean);
  }

  reject(name: string, message: string): void {
    this.faults.push(`${name} ${message}`);
  }

  /**
   * @throws DomainError BAD_USER_INPUT. Its message names each invalid variable and its valid
   * values.
   */
  throwIfRejected(): void {
    if (this.faults.length)
      throw new DomainError(
        ErrorCode.BAD_USER_INPUT,
        `The configuration is wrong: ${this.faults.join('; ')}.`,
      );
  }

  /** Returns warnings about unknown variables with a name similar to that of a setting. */
  misspellings(): string[] {
    const candidates = [...this.names].filter((name) => name.length >= MIN_NAME_LENGTH);
    return Object.keys(this.variables)
      .filter((name) => !this.names.has(name) && /^[A-Z_]+$/.test(name))
      .flatMap((name) => {
        const [nearest] = candidates
          .map((each) => ({ each, typos: distance(name, each) }))
          .sort((one, other) => one.typos - other.typos);
        return nearest && nearest.typos <= MAX_TYPOS
          ? [`The variable ${name} is unknown and ignored: ${nearest.each} may be meant`]
          : [];
      });
  }
}

/** Shorter names are not compared, because they resemble too many others. */
const MIN_NAME_LENGTH = 6;
const MAX_TYPOS = 2;

/** Returns the Levenshtein distance. */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (const [index, character] of [...one].entries()) {
    const next = [index + 1];
    for (let at = 1; at <= other.length; at += 1) {
      const replaced = (row[at - 1] as number) + (other[at - 1] === character ? 0 : 1);
      next.push(Math.min(replaced, (row[at] as number) + 1, (next[at - 1] as number) + 1));
    }
    row = next;
  }
  return row[other.length] as number;
}
