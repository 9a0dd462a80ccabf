import { Kind, type ValueNode } from 'graphql';
import { canonicalDecimal, Decimal, isDecimal, isNegative, sum, times } from '../../src/lib/money';

const MESSAGE =
  'Send an amount as text, such as "12.50": up to 12 digits before the point and 4 after it.';
const fault = (parse: () => unknown) => {
  try {
    return parse();
  } catch (error) {
    const { message, extensions } = error as { message: string; extensions: unknown };
    return { message, extensions };
  }
};
const REFUSED = { message: MESSAGE, extensions: { code: 'BAD_USER_INPUT' } };

describe('isDecimal', () => {
  it.each(['0', '-1', '123456789012', '1.2', '-123456789012.1234', '007'])('accepts %s', (text) =>
    expect(isDecimal(text)).toBe(true),
  );
  it.each([
    '',
    '-',
    '+1',
    '1234567890123',
    '1.',
    '.5',
    '1.12345',
    '1,5',
    '1e3',
    ' 1',
    '1 ',
    'x1',
    '1x',
    '--1',
    'a.b',
    '1.x',
    '1x5',
  ])('refuses %j', (text) => expect(isDecimal(text)).toBe(false));
});

describe('canonicalDecimal', () => {
  it.each([
    ['12.50', '12.50'],
    ['007.1', '7.1'],
    ['-007.10', '-7.10'],
    ['100', '100'],
    ['000', '0'],
    ['-0', '0'],
    ['-0.00', '0.00'],
    ['0.05', '0.05'],
    ['-0.5', '-0.5'],
    ['-10', '-10'],
    ['5.0', '5.0'],
    ['1.1', '1.1'],
  ])('%s is %s', (given, wanted) => expect(canonicalDecimal(given)).toBe(wanted));
});

describe('Decimal', () => {
  it.each([
    [5, '5'],
    [-5, '-5'],
    [999_999_999_999, '999999999999'],
    ['012.50', '12.50'],
  ])('parses %j to %s', (given, wanted) => expect(Decimal.parseValue(given)).toBe(wanted));
  it.each([0.5, NaN, Infinity, 2 ** 53, 1e12, null, undefined, true, {}, ['1'], '1e3'])(
    'refuses %j',
    (given) => expect(fault(() => Decimal.parseValue(given))).toEqual(REFUSED),
  );
  it.each([
    [{ kind: Kind.STRING, value: '1.50' }, '1.50'],
    [{ kind: Kind.INT, value: '7' }, '7'],
  ] as [ValueNode, string][])('parses the literal %j', (node, wanted) =>
    expect(Decimal.parseLiteral(node)).toBe(wanted),
  );
  it.each([
    { kind: Kind.FLOAT, value: '1.5' },
    { kind: Kind.ENUM, value: '1' },
    { kind: Kind.BOOLEAN, value: true },
  ] as ValueNode[])('refuses the literal %j', (node) =>
    expect(fault(() => Decimal.parseLiteral(node))).toEqual(REFUSED),
  );
  it('serializes text', () => expect(Decimal.serialize('1.50')).toBe('1.50'));
  it('describes itself', () => {
    expect(Decimal.name).toBe('Decimal');
    expect(Decimal.description).toContain('decimal');
    expect(Decimal.specifiedByURL).toBe('docs/scalars.md#decimal');
  });
});

describe('times', () => {
  it.each([
    ['0.50', 1, '0.50'],
    ['0.05', 3, '0.15'],
    ['0.05', 30, '1.50'],
    ['0.50', 0, '0.00'],
    ['12.50', 3, '37.50'],
    ['7', 3, '21'],
    ['0', 5, '0'],
    ['', 5, '0'],
    ['0.0001', 10_000, '1.0000'],
    ['999999999999.9999', 1000, '999999999999999.9000'],
  ])('%s by %i is %s', (amount, factor, wanted) => expect(times(amount, factor)).toBe(wanted));
});

describe('isNegative', () => {
  it.each([
    ['-1', true],
    ['1', false],
    ['1-', false],
    ['0', false],
  ])('%s: %s', (amount, wanted) => expect(isNegative(amount)).toBe(wanted));
});

describe('sum', () => {
  it.each([
    [[], '0'],
    [['5'], '5'],
    [['70.50', '9.99'], '80.49'],
    [['0.1', '0.2'], '0.3'],
    [['0.1', '0.25'], '0.35'],
    [['0.25', '0.1'], '0.35'],
    [['-0.05', '0.05'], '0.00'],
    [['-0.05'], '-0.05'],
    [['-1.5', '1'], '-0.5'],
    [['-1', '-2'], '-3'],
    [['999999999999.9999', '0.0001'], '1000000000000.0000'],
    [['-0.0001'], '-0.0001'],
    [['0.0000'], '0.0000'],
  ])('of %j is %s', (amounts, wanted) => expect(sum(amounts)).toBe(wanted));
});
