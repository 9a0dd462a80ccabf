import { DomainError, ErrorCode } from '../errors';

/**
 * Returns the row id of the option of a type, such as `--client Client:1` or `--client 1`.
 * @throws DomainError BAD_USER_INPUT
 */
export function idOption(type: 'Business' | 'Client', text: string): number {
  const [, ownType = type, digits] = /^(?:(\w+):)?(\d{1,10})$/.exec(text) ?? [];
  const id = ownType === type ? Number(digits ?? 0) : 0;
  if (id) return id;
  throw new DomainError(
    ErrorCode.BAD_USER_INPUT,
    `--${type.toLowerCase()} must be an id such as ${type}:1, not "${text}".`,
  );
}
