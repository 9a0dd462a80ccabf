import { RE2JS, RE2JSException } from 're2js';

/**
 * Patterns that users write, run without backtracking: the time that a match takes grows with the length of the value and the size of the
 * pattern, and both are bounded.
 */
export const MAX_PATTERN = 300;
/** Instructions of the compiled pattern: a phone number takes some thirty. */
const MAX_PROGRAM = 300;
/** A field that has a pattern takes no longer values than this, in UTF-16 units. */
export const MAX_MATCHED = 500;

const compiled = new Map<string, RE2JS>();
const MAX_KEPT = 500;

/** What is wrong with a pattern, in words; null for a good one. */
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

/** Whether the value as a whole matches a pattern that has no fault. */
export function matchesWhole(pattern: string, value: string): boolean {
  return value.length <= MAX_MATCHED && compile(pattern).matches(value);
}

function compile(pattern: string): RE2JS {
  const known = compiled.get(pattern);
  if (known) return known;
  if (compiled.size >= MAX_KEPT) compiled.clear();
  const made = RE2JS.compile(pattern);
  compiled.set(pattern, made);
  return made;
}
