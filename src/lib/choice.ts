import { badInput, InputProblemCode } from '../errors';

/**
 * Refuses two fields that state the same.
 * @throws DomainError BAD_USER_INPUT that names the one to leave out
 */
export function refuseBoth<T extends object>(
  input: T,
  kept: keyof T & string,
  redundant: keyof T & string,
): void {
  if (input[kept] == null || input[redundant] == null) return;
  throw badInput(
    InputProblemCode.NOT_ALLOWED,
    `Give ${kept} or ${redundant}, not both: leave ${redundant} out.`,
    redundant,
  );
}

/** @throws DomainError BAD_USER_INPUT unless exactly one of two fields is set. */
export function requireOne<T extends object>(
  input: T,
  preferred: keyof T & string,
  other: keyof T & string,
): void {
  refuseBoth(input, preferred, other);
  if (input[preferred] == null && input[other] == null)
    throw badInput(InputProblemCode.REQUIRED, `Give ${preferred} or ${other}.`, preferred);
}
