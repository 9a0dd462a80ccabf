import { RE2JS, RE2JSException } from 're2js';

/**
 * Maximum characters of a pattern. Patterns of users run without backtracking: the duration of a
 * match is proportional to the length of the value and the size of the pattern, which are bounded.
 */
export const MAX_PATTERN = 300;
/** Maximum instructions of a compiled pattern. A phone number takes about thirty. */
const MAX_PROGRAM = 300;
/** Maximum length of values of a field with a pattern, in UTF-16 units. */
export const MAX_MATCHED = 500;

const compiled = new Map<string, RE2JS>();
const MAX_KEPT = 500;

/** Returns the reason why a pattern is not accepted; null for a valid one. */
export function patternFault(pattern: string): string | null {
  if (pattern.length > MAX_PATTERN) return `it has more than ${MAX_PATTERN} characters`;
  try {
    return RE2JS.compile(pattern).programSize() > MAX_PROGRAM ? 'it repeats too much' : null;
  } catch (error) {
    if (error instanceof RE2JSException)
      return error.message.replace(/^error parsing regexp: /, '');
    throw error;
  }
}

/** Whether the whole value matches a valid pattern. */
export function matchesWhole(pattern: string, value: string): boolean {
  return value.length <= MAX_MATCHED && compile(pattern).matches(value);
}

function compile(pattern: string): RE2JS {
  const cached = compiled.get(pattern);
  if (cached) return cached;
  if (compiled.size >= MAX_KEPT) compiled.clear();
  const regex = RE2JS.compile(pattern);
  compiled.set(pattern, regex);
  return regex;
}
