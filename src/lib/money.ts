import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { specificationOf } from './scalar-specification';

const FORM = /^-?\d{1,12}(\.\d{1,4})?$/;

export const isDecimal = (text: string): boolean => FORM.test(text);

/**
 * Removes leading zeros and the sign of zero. Digits after the point are kept: 12.50 stays 12.50.
 */
export const canonicalDecimal = (text: string): string => {
  const [, sign = '', whole = '0', fraction = ''] = /^(-?)0*(\d+?)(\.\d+)?$/.exec(text) ?? [];
  return /^0*$/.test(whole + fraction.slice(1)) ? `0${fraction}` : `${sign}${whole}${fraction}`;
};

function parse(value: unknown): string {
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value;
  if (typeof text !== 'string' || !isDecimal(text)) {
    throw new GraphQLError(
      'Send an amount as text, such as "12.50": up to 12 digits before the point and 4 after it.',
      { extensions: { code: 'BAD_USER_INPUT' } },
    );
  }
  return canonicalDecimal(text);
}

/** Exact decimal text on both sides, never a binary float. */
export const Decimal = new GraphQLScalarType<string, string>({
  name: 'Decimal',
  description:
    'An exact decimal as text, such as "12.50". Integer literals are accepted; fractional numbers are not, because they would be rounded in transit.',
  specifiedByURL: specificationOf('Decimal'),
  serialize: String,
  parseValue: parse,
  parseLiteral: (node) =>
    parse(node.kind === Kind.STRING || node.kind === Kind.INT ? node.value : undefined),
});

/** Multiplies a non-negative amount by an integer. */
export function times(amount: string, factor: number): string {
  const [whole = '0', fraction = ''] = amount.split('.');
  const digits = String(BigInt(whole + fraction) * BigInt(factor)).padStart(
    fraction.length + 1,
    '0',
  );
  return fraction
    ? `${digits.slice(0, -fraction.length)}.${digits.slice(-fraction.length)}`
    : digits;
}

export const isNegative = (amount: string): boolean => amount.startsWith('-');

const SCALE = 4;
const scaled = (amount: string): bigint => {
  const [whole = '0', fraction = ''] = amount.split('.');
  return BigInt(whole + fraction.padEnd(SCALE, '0'));
};

/** Returns the sum, with the most fraction digits of any amount. */
export function sum(amounts: readonly string[]): string {
  const digits = Math.max(0, ...amounts.map((amount) => (amount.split('.')[1] ?? '').length));
  const total = amounts.reduce((so, amount) => so + scaled(amount), 0n);
  const [sign, text] = [
    total < 0n ? '-' : '',
    String(total < 0n ? -total : total).padStart(SCALE + 1, '0'),
  ];
  return canonicalDecimal(
    `${sign}${text.slice(0, -SCALE)}${digits ? `.${text.slice(-SCALE).slice(0, digits)}` : ''}`,
  );
}

const unscaled = (total: bigint, digits: number): string => {
  const sign = total < 0n ? '-' : '';
  const text = String(total < 0n ? -total : total).padStart(digits + 1, '0');
  return `${sign}${text.slice(0, text.length - digits)}${digits ? `.${text.slice(-digits)}` : ''}`;
};

export const isZero = (amount: string): boolean => scaled(amount) === 0n;

/** Whether the first amount is more than the second one. */
export const isMore = (one: string, other: string): boolean => scaled(one) > scaled(other);

/** Returns the difference, with the most fraction digits of both amounts. */
export const minus = (one: string, other: string): string =>
  sum([one, isNegative(other) ? other.slice(1) : `-${other}`]);

const digitsOf = (currency: string): number =>
  new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions()
    .maximumFractionDigits ?? 2;

/**
 * Returns a percentage of a non-negative amount, rounded half up to the smallest unit of the
 * currency.
 */
export function percentOf(amount: string, percentage: string, currency: string): string {
  const digits = digitsOf(currency);
  // Both factors have SCALE digits, and a percentage two more.
  const unit = 10n ** BigInt(2 * SCALE + 2 - digits);
  return unscaled((scaled(amount) * scaled(percentage) + unit / 2n) / unit, digits);
}
