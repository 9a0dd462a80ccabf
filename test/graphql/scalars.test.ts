import { parseGlobalId } from '../../src/graphql/global-id';
import { canonicalDecimal, Decimal, sum, times } from '../../src/lib/money';
import { parseValue, type GraphQLScalarType } from 'graphql';
import { gatewaySchema } from '../../src/schema';
import { DateTime, LocalDate, LocalDateTime } from '../../src/graphql/scalars';
import { sanitizeHtml, toE164, nationalPhone } from '../../src/graphql/inputs/text-validators';
import { fits } from '../../src/features/occupancy/occupancy.service';
import { customScalars, scalarSections } from '../support/schema/scalar-page';
import * as fc from 'fast-check';

describe('sums of amounts', () => {
  it('are exact, with as many digits as the most precise amount', () => {
    expect([
      sum([]),
      sum(['5']),
      sum(['70.50', '9.99']),
      sum(['0.1', '0.2']),
      sum(['-0.05', '0.05']),
      sum(['-1.5', '1']),
      sum(['999999999999.9999', '0.0001']),
    ]).toEqual(['0', '5', '80.49', '0.3', '0.00', '-0.5', '1000000000000.0000']);
  });
});

describe('DateTime', () => {
  it.each([
    ['2030-01-31T09:00:00Z', '2030-01-31T09:00:00.000Z'],
    ['2030-01-31T09:00:00+01:00', '2030-01-31T08:00:00.000Z'],
    ['2030-01-31T09:00:00.5-05:30', '2030-01-31T14:30:00.500Z'],
  ])('%s is %s', (given, shown) =>
    expect(DateTime.serialize(DateTime.parseValue(given))).toBe(shown),
  );
  it.each([
    '2030-01-31T09:00:00',
    '2030-01-31',
    '20000-01-31T09:00:00Z',
    '1899-12-31T23:59:59Z',
    '2030-02-30T09:00:00Z',
    '2030-01-31T24:00:00Z',
    '2030-01-31T09:00:60Z',
    '2030-01-31 09:00:00Z',
    1,
    null,
    {},
  ])('%s is refused', (given) => expect(() => DateTime.parseValue(given)).toThrow(/offset/));
  it('refuses invalid local dates and wall clocks', () => {
    for (const given of ['2030-02-29', '30-01-01', 5])
      expect(() => LocalDate.parseValue(given)).toThrow(/2030-01-31/);
    for (const given of ['2030-01-31T09:00Z', '2030-01-31T09:61', '2030-01-31', 5])
      expect(() => LocalDateTime.parseValue(given)).toThrow();
  });
});

describe('Decimal', () => {
  it.each([
    ['12.50', '12.50'],
    ['007.1', '7.1'],
    ['-0', '0'],
    ['-0.00', '0.00'],
    [5, '5'],
    ['-3.25', '-3.25'],
  ])('%s is %s', (given, kept) => expect(Decimal.parseValue(given)).toBe(kept));
  it.each([0.1, '1e3', '1.23456', '1234567890123', '', '.5', '5.', NaN, null])(
    '%s is refused',
    (given) => expect(() => Decimal.parseValue(given)).toThrow(/"12.50"/),
  );
  it.each([
    ['0.50', 1, '0.50'],
    ['0.05', 3, '0.15'],
    ['0.50', 0, '0.00'],
    ['12.50', 3, '37.50'],
    ['7', 3, '21'],
    ['0', 5, '0'],
    ['0.0001', 10_000, '1.0000'],
  ])('%s times %i is %s', (amount, factor, product) => expect(times(amount, factor)).toBe(product));
  it('keeps the given digits', () => expect(canonicalDecimal('100.10')).toBe('100.10'));
});

describe('docs/scalars.md', () => {
  const scalars = customScalars(gatewaySchema());
  const sections = scalarSections();

  it('has a section for each scalar, to which the schema refers', () => {
    expect(sections.map(({ name }) => name).sort()).toEqual(scalars.map(({ name }) => name).sort());
    expect(scalars.map(({ specifiedByURL }) => specifiedByURL)).toEqual(
      scalars.map(({ name }) => `docs/scalars.md#${name.toLowerCase()}`),
    );
  });

  it.each(sections.map((section) => [section.name, section] as const))(
    'describes the values of %s',
    (name, { pattern, examples }) => {
      const scalar = gatewaySchema().getType(name) as GraphQLScalarType;
      const resultOf = (parse: () => unknown) => {
        try {
          return scalar.serialize(parse());
        } catch (error) {
          expect(error).toHaveProperty('extensions.code', 'BAD_USER_INPUT');
          return undefined;
        }
      };
      const documented = examples.map(({ sent }) => sent);

      const variables = examples.map(({ input }) => resultOf(() => scalar.parseValue(input)));
      const literals = examples.map(({ input }) =>
        resultOf(() => scalar.parseLiteral(parseValue(JSON.stringify(input)))),
      );

      expect(variables).toEqual(documented);
      expect(literals).toEqual(documented);
      expect(documented.filter((sent) => sent !== undefined && !pattern.test(sent))).toEqual([]);
      expect(new Set(documented.map((sent) => sent === undefined)).size).toBe(2);
    },
  );
});

describe('ids', () => {
  it('name their type, or are a number only', () => {
    expect(parseGlobalId('Staff', 'Staff:7', [])).toBe(7);
    expect(parseGlobalId('Staff', '7', [])).toBe(7);
    for (const given of [
      'Staff:0',
      'Staff:07',
      'Staff:2147483648',
      'staff:7',
      'Staff: 7',
      '07',
      '2147483648',
      'Staff:7 ',
      'Client:7',
    ])
      expect(() => parseGlobalId('Staff', given, ['id'])).toThrow(/Staff:123/);
  });
});

describe('text', () => {
  it('phones are stored as E.164 and shown in national form', () => {
    expect(toE164('(212) 555-0123', 'US')).toBe('+12125550123');
    expect(toE164('+49 30 901820', 'US')).toBe('+4930901820');
    expect(toE164('555-1234', 'US')).toBe('5551234');
    expect(nationalPhone('+4930901820')).toBe('030 901820');
    expect(nationalPhone('5551234')).toBe('5551234');
  });
  it('HTML is stripped of scripts', () =>
    expect(
      sanitizeHtml(
        '<p>a<img src=x onerror=y></p><style>p{}</style><a href="data:text/html,x">b</a><iframe></iframe>',
      ),
    ).toBe('<p>a</p><a rel="noopener noreferrer">b</a>'));
});

describe('capacity of units', () => {
  it('holds exactly if no instant exceeds it', () => {
    const interval = fc.record({
      start: fc.integer({ min: 0, max: 20 }),
      length: fc.integer({ min: 1, max: 8 }),
      units: fc.integer({ min: 1, max: 3 }),
    });
    fc.assert(
      fc.property(
        interval,
        fc.array(interval, { maxLength: 8 }),
        fc.integer({ min: 1, max: 5 }),
        (wanted, held, capacity) => {
          const claim = ({
            start,
            length,
            units,
          }: {
            start: number;
            length: number;
            units: number;
          }) => ({ subjectId: 1, startMs: start, endMs: start + length, units });
          const claims = held.map(claim);
          const takenAt = (at: number) =>
            claims.reduce(
              (sum, { startMs, endMs, units }) => (startMs <= at && at < endMs ? sum + units : sum),
              0,
            );
          const instants = Array.from(
            { length: wanted.length },
            (_, index) => wanted.start + index,
          );
          expect(fits(claim(wanted), claims, capacity)).toBe(
            instants.every((at) => takenAt(at) + wanted.units <= capacity),
          );
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
