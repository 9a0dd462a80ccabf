import { badValue, InputProblemCode } from '../errors';

/**
 * A position in the log of a business: after the event with this number, in one epoch of the
 * database.
 */
export interface Place {
  /** Null for the beginning, which is valid in every epoch. */
  readonly epoch: number | null;
  readonly seq: number;
}

const DIGITS = 10;
const FORM = /^(?:([0-9a-f]{10})\.)?(\d{1,15})$/;

/** `1234` in the first epoch of an installation, `9f2c41d07e.1234` in a later one. */
export const cursorOf = (epoch: number, seq: number): string =>
  epoch ? `${epoch.toString(16).padStart(DIGITS, '0')}.${seq}` : String(seq);

/** @throws DomainError BAD_USER_INPUT */
export function parseCursor(after: string | null | undefined): Place | null {
  if (after == null) return null;
  const [, hex = '0', digits] = FORM.exec(after) ?? [];
  if (digits === undefined)
    throw badValue(
      InputProblemCode.WRONG_FORMAT,
      'This is not a cursor of the log. Use the cursor of a notification, or "0" for the beginning.',
      ['after'],
    );
  const [epoch, seq] = [parseInt(hex, 16), Number(digits)];
  return { epoch: epoch || seq ? epoch : null, seq };
}
