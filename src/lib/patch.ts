import { badInput, InputProblemCode } from '../errors';

/**
 * Returns the defined fields of an Update input. An omitted field is unchanged; null clears the
 * value.
 */
export function changesOf<T extends object, K extends keyof T>(
  input: T,
  fields: readonly K[],
): Partial<Pick<T, K>> {
  return Object.fromEntries(
    fields.filter((field) => input[field] !== undefined).map((field) => [field, input[field]]),
  ) as Partial<Pick<T, K>>;
}

/** @throws DomainError BAD_USER_INPUT if a required field is set to null. */
export function refuseNull<T extends object>(
  input: T,
  fields: readonly (keyof T & string)[],
): void {
  for (const field of fields) {
    if (input[field] === null) {
      throw badInput(
        InputProblemCode.REQUIRED,
        `${field} cannot be empty: leave it out to keep it as it is.`,
        field,
      );
    }
  }
}
