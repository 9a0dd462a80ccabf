import { InputProblemCode } from '../../../errors';
import { canonicalDecimal, isDecimal } from '../../../lib/money';
import {
  isEmailAddress,
  isPhoneLike,
  isWebUrl,
  nationalPhone,
  toE164,
} from '../../../graphql/inputs/text-validators';
import { isLocalDate } from '../../../lib/time-zone';
import type { CustomField } from '../custom-field.entity';
import { CustomFieldDataType } from '../data-types';
import { matchesWhole, MAX_MATCHED } from './pattern';

/** The part of a field that determines valid values. All functions here are pure. */
type Definition = Pick<CustomField, 'dataType' | 'options' | 'validationRegex'>;

export interface Fault {
  readonly code: InputProblemCode;
  readonly message: string;
}

const MAX_LINE = 500;
export const MAX_VALUE = 10_000;

const split = (value: string): string[] =>
  value
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean);

const optionOf = ({ options }: Definition, value: string) =>
  options.find((option) => option.value === value);

/** Returns the fault of a stored value; null for a valid one. */
export function faultOf(field: Definition, value: string): Fault | null {
  return typeFault(field, value) ?? patternMismatch(field, value);
}

function typeFault(field: Definition, value: string): Fault | null {
  const unless = (fits: boolean, expected: string): Fault | null =>
    fits ? null : { code: InputProblemCode.WRONG_FORMAT, message: `must be ${expected}` };
  switch (field.dataType) {
    case CustomFieldDataType.TXT:
      return unless(!/[\n\r]/.test(value), 'one line') ?? lengthFault(value, MAX_LINE);
    case CustomFieldDataType.AREA:
      return lengthFault(value, MAX_VALUE);
    case CustomFieldDataType.NUM:
      return unless(isDecimal(value), 'a decimal, such as 12.5');
    case CustomFieldDataType.DATE:
      return unless(isLocalDate(value), 'a day of the calendar, such as 2030-01-31');
    case CustomFieldDataType.CHECK:
      return unless(value === 'true' || value === 'false', 'true or false');
    case CustomFieldDataType.LIST:
      return optionFault(field, [value]);
    case CustomFieldDataType.MULTI:
      return optionFault(field, split(value));
    case CustomFieldDataType.EMAIL:
      return unless(isEmailAddress(value), 'an e-mail address, such as name@example.org');
    case CustomFieldDataType.PHONE:
      return unless(isPhoneLike(value), 'a phone number, best with its country code');
    case CustomFieldDataType.URL:
      return unless(isWebUrl(value), 'an http or https address');
  }
}

const lengthFault = (value: string, max: number): Fault | null =>
  [...value].length > max
    ? { code: InputProblemCode.TOO_LONG, message: `has more than ${max} characters` }
    : null;

function optionFault(field: Definition, values: readonly string[]): Fault | null {
  const wrong = values.find((value) => !optionOf(field, value));
  return wrong === undefined
    ? null
    : {
        code: InputProblemCode.NOT_AN_OPTION,
        message: `has no option ${JSON.stringify(wrong.slice(0, 100))}`,
      };
}

function patternMismatch({ validationRegex }: Definition, value: string): Fault | null {
  if (validationRegex === null) return null;
  if (value.length > MAX_MATCHED)
    return { code: InputProblemCode.TOO_LONG, message: `has more than ${MAX_MATCHED} characters` };
  return matchesWhole(validationRegex, value)
    ? null
    : { code: InputProblemCode.WRONG_FORMAT, message: `does not match ${validationRegex}` };
}

/**
 * Returns the canonical form of a value, or its fault. Phone numbers without a country code belong
 * to `country`.
 */
export function accept(
  field: Definition,
  value: string,
  country: string,
): { readonly kept: string } | { readonly fault: Fault } {
  const wrong = typeFault(field, value);
  if (wrong) return { fault: wrong };
  const kept = canonical(field, value, country);
  const fault = kept && patternMismatch(field, kept);
  return fault ? { fault } : { kept };
}

function canonical(field: Definition, value: string, country: string): string {
  switch (field.dataType) {
    case CustomFieldDataType.NUM:
      return canonicalDecimal(value);
    case CustomFieldDataType.EMAIL:
      return value.toLowerCase();
    case CustomFieldDataType.PHONE:
      return toE164(value, country) ?? value;
    case CustomFieldDataType.MULTI: {
      const chosen = new Set(split(value));
      return field.options
        .filter((option) => chosen.has(option.value))
        .map((option) => option.value)
        .join(',');
    }
    default:
      return value;
  }
}

const ANSWERS: Readonly<Record<string, string>> = { true: 'Yes', false: 'No' };

/** Returns the displayed text of a value; the stored text if it is invalid. */
export function extendedOf(field: Definition, value: string, locale: string): string {
  if (typeFault(field, value)) return value;
  switch (field.dataType) {
    case CustomFieldDataType.NUM:
      return numberText(value, locale);
    case CustomFieldDataType.DATE:
      return new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(
        new Date(`${value}T00:00:00Z`),
      );
    case CustomFieldDataType.CHECK:
      return optionOf(field, value)?.label ?? (ANSWERS[value] as string);
    case CustomFieldDataType.LIST:
      return (optionOf(field, value) as { label: string }).label;
    case CustomFieldDataType.MULTI:
      return split(value)
        .map((one) => (optionOf(field, one) as { label: string }).label)
        .join(', ');
    case CustomFieldDataType.PHONE:
      return nationalPhone(value) ?? value;
    default:
      return value;
  }
}

/** Formats a decimal from its text, which Intl reads exactly. */
function numberText(value: string, locale: string): string {
  const digits = value.split('.')[1]?.length ?? 0;
  return new Intl.NumberFormat(locale, {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  }).format(value as `${number}`);
}
