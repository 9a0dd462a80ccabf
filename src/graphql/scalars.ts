import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { specificationOf } from '../lib/scalar-specification';
import { isLocalDate, parseLocalDateTime } from '../lib/time-zone';

const refuse = (message: string): never => {
  throw new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } });
};

/** Returns the value of a string literal. The scalar's own parser refuses anything else. */
const literal =
  <T>(parse: (value: unknown) => T) =>
  (node: ValueNode): T =>
    parse(node.kind === Kind.STRING ? node.value : undefined);

const RFC3339 =
  /^(\d{4}-\d{2}-\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(\.\d{1,9})?([Zz]|[+-](\d{2}):(\d{2}))$/;

function parseDateTime(value: unknown): number {
  const [, date = '', hour, minute, second, , zone, east = '0', minutes = '0'] =
    (typeof value === 'string' && RFC3339.exec(value)) || [];
  const isValid =
    isLocalDate(date) &&
    Number(hour) <= 23 &&
    Number(minute) <= 59 &&
    Number(second) <= 59 &&
    Number(east) <= 23 &&
    Number(minutes) <= 59;
  if (!isValid || !zone)
    refuse(
      'Send an instant with its offset, from 1900 to 2200, such as 2030-01-31T09:00:00+01:00; a wall-clock time goes into localStart.',
    );
  return Date.parse((value as string).toUpperCase());
}

/** Epoch milliseconds internally, RFC 3339 externally. */
export const DateTime = new GraphQLScalarType<number, string>({
  name: 'DateTime',
  description: 'An RFC 3339 instant. Output is in UTC with milliseconds; input requires an offset.',
  specifiedByURL: specificationOf('DateTime'),
  serialize: (value) => new Date(value as number).toISOString(),
  parseValue: parseDateTime,
  parseLiteral: literal(parseDateTime),
});

function parseLocalDate(value: unknown): string {
  return typeof value === 'string' && isLocalDate(value)
    ? value
    : refuse('Send a day of the calendar from 1900 to 2200, such as 2030-01-31.');
}

export const LocalDate = new GraphQLScalarType<string, string>({
  name: 'LocalDate',
  description: 'A calendar day, YYYY-MM-DD.',
  specifiedByURL: specificationOf('LocalDate'),
  serialize: String,
  parseValue: parseLocalDate,
  parseLiteral: literal(parseLocalDate),
});

function parseLocal(value: unknown): string {
  try {
    parseLocalDateTime(value as string);
  } catch (error) {
    refuse((error as Error).message);
  }
  return value as string;
}

export const LocalDateTime = new GraphQLScalarType<string, string>({
  name: 'LocalDateTime',
  description:
    'A wall-clock time without an offset, YYYY-MM-DDTHH:mm, with optional seconds. A skipped time moves forward by the gap; a repeated time means the first.',
  specifiedByURL: specificationOf('LocalDateTime'),
  serialize: String,
  parseValue: parseLocal,
  parseLiteral: literal(parseLocal),
});

const MINUTES_PER_DAY = 24 * 60;

function parseTimeOfDay(value: unknown): number {
  const [, hour = '', minute = ''] =
    (typeof value === 'string' && /^(\d{2}):(\d{2})$/.exec(value)) || [];
  const minutes = Number(hour) * 60 + Number(minute);
  if (!hour || Number(minute) > 59 || minutes > MINUTES_PER_DAY)
    refuse('Send a time of the day from 00:00 to 24:00, such as 09:30.');
  return minutes;
}

const two = (value: number): string => String(value).padStart(2, '0');

/** Minutes since midnight internally. Minutes past the next midnight display as its time of day. */
export const TimeOfDay = new GraphQLScalarType<number, string>({
  name: 'TimeOfDay',
  description: 'A wall-clock time of day, HH:mm, from 00:00 to 24:00.',
  specifiedByURL: specificationOf('TimeOfDay'),
  serialize(value) {
    const minutes =
      (value as number) > MINUTES_PER_DAY ? (value as number) - MINUTES_PER_DAY : (value as number);
    return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
  },
  parseValue: parseTimeOfDay,
  parseLiteral: literal(parseTimeOfDay),
});

const CURRENCY = /^[A-Z]{3}$/;

function parseCurrency(value: unknown): string {
  if (typeof value !== 'string' || !CURRENCY.test(value))
    refuse('Send a currency as three capital letters, such as EUR.');
  return value as string;
}

/** Also an output of stored currencies, which are three letters each. */
export const CurrencyCode = new GraphQLScalarType<string, string>({
  name: 'CurrencyCode',
  description: 'A currency as an ISO 4217 code of three letters, such as EUR.',
  specifiedByURL: specificationOf('CurrencyCode'),
  serialize: String,
  parseValue: parseCurrency,
  parseLiteral: literal(parseCurrency),
});
