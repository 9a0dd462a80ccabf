import { Role } from '../../../context';
import { badInput, InputProblemCode } from '../../../errors';

/** Maximum number of origins of a key. */
const MAX_ORIGINS = 50;

/** @throws DomainError BAD_USER_INPUT for an instant that is not in the future */
export function checkExpiry(expiresAt: number | null, now: number): void {
  if (expiresAt !== null && expiresAt <= now)
    throw badInput(InputProblemCode.OUT_OF_RANGE, 'expiresAt must be in the future.', 'expiresAt');
}

/**
 * Checks origins in the form that browsers send: scheme, host and port in lower case, no path.
 * @throws DomainError BAD_USER_INPUT
 */
export function checkOrigins(role: Role, origins: readonly string[]): void {
  const refuse = (code: InputProblemCode, message: string) =>
    badInput(code, message, 'allowedOrigins');
  if (origins.length && role !== Role.PUBLIC)
    throw refuse(
      InputProblemCode.NOT_ALLOWED,
      `A key with the role ${role} takes no allowedOrigins: only publishable keys are used in browsers.`,
    );
  if (origins.length > MAX_ORIGINS)
    throw refuse(InputProblemCode.TOO_LONG, `A key has at most ${MAX_ORIGINS} allowedOrigins.`);
  if (!origins.every(isOrigin))
    throw refuse(
      InputProblemCode.WRONG_FORMAT,
      'An origin has a scheme, a host and no path, such as https://www.example.org.',
    );
}

function isOrigin(text: string): boolean {
  return (
    text.length <= 255 &&
    /^https?:\/\//.test(text) &&
    URL.canParse(text) &&
    new URL(text).origin === text
  );
}
