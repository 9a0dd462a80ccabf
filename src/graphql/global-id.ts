import { badValue, InputProblemCode } from '../errors';

/** Ids are positive and fit a 32-bit integer. */
const MAX = 2_147_483_647;
const FORM = /^([A-Z][A-Za-z]{0,39}):([1-9]\d{0,9})$/;
/** TimeTap's number of a row: the numeric part of its id. */
const NUMBER = /^[1-9]\d{0,9}$/;

export const toGlobalId = (type: string, id: number): string => `${type}:${id}`;

/** Id of an object without a number: `MessageSettings:7`, `AppointmentSubStatus:7.CONFIRMED`. */
export const keyedGlobalId = (type: string, businessId: number, key: string): string =>
  `${type}:${businessId}${key && `.${key}`}`;

const KEYED_FORM = /^([A-Z][A-Za-z]{0,39}):([1-9]\d{0,9})(?:\.([\w.-]{1,120}))?$/;

/** Returns the parts of an id of either form; null for other text. */
export function partsOfKeyedId(
  value: string,
): { readonly type: string; readonly businessId: number; readonly key: string } | null {
  const [, type, business, key = ''] = KEYED_FORM.exec(value) ?? [];
  return type ? { type, businessId: Number(business), key } : null;
}

/** @throws DomainError BAD_USER_INPUT if the value is not an id. */
export function anyGlobalId(value: string, path: readonly string[]): { type: string; id: number } {
  const [, type = '', digits = ''] = FORM.exec(value) ?? [];
  const id = Number(digits);
  if (!type || id > MAX)
    throw badValue(
      InputProblemCode.WRONG_FORMAT,
      'This is not an id: ids look like Appointment:123.',
      path,
    );
  return { type, id };
}

/**
 * Accepts the number as well as the id, because the type is known.
 * @throws DomainError BAD_USER_INPUT if the value is neither, or the id of another type.
 */
export function parseGlobalId(type: string, value: string, path: readonly string[]): number {
  const [, found = type, digits = ''] = FORM.exec(value) ?? ['', type, NUMBER.exec(value)?.[0]];
  const id = Number(digits);
  if (found !== type || !digits || id > MAX) {
    const got = found !== type ? `, not one of type ${found}` : '';
    throw badValue(
      InputProblemCode.WRONG_FORMAT,
      `Expected the id of type ${type}, such as ${type}:123 or 123${got}.`,
      path,
    );
  }
  return id;
}

export const parseGlobalIds = (
  type: string,
  values: readonly string[],
  path: readonly string[],
): number[] => values.map((value, index) => parseGlobalId(type, value, [...path, String(index)]));
