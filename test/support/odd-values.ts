/** Values that somebody sends once, by the scalar that they are given for. Those of an id are made with the ids that there are. */
const TEXTS: readonly unknown[] = [
  '', ' ', '\t\n', 'a\u0000b', '\u0000', 'half \ud800', '\udc00', '😀'.repeat(40), '👩‍👩‍👧‍👦', 'e\u0301\u0301\u0301', '\u202egnp.exe', 'שלום עולם', '١٢٣', '\u2028\u2029', '\u200b', '\ufeff', '\uffff',
  `'; DROP TABLE appointment; --`, '%', '_', '\\', '%s%n', '{{7*7}}', '<script>alert(1)</script>', '__proto__', 'constructor', 'toString', 'null', 'NaN', '-1', '0', '1e999', '2030-13-45',
  'x'.repeat(256), 'x'.repeat(70_000), 'é'.repeat(2_000), 'FREQ=YEARLY;INTERVAL=999999999', 'FREQ=SECONDLY;COUNT=1000000', 'https://[::ffff:127.0.0.1]/', 'http://', 'a@b', 'UTC', 'Etc/Unknown', 'en-US-u-ca-buddhist',
  7, -1, 1.5, true, [], {}, ['a'], { a: 1 },
];
const INTS: readonly unknown[] = [-1, 0, 1, -2_147_483_648, 2_147_483_647, 2_147_483_648, 1e300, 1.5, '1', 100_000, 366, true];
const INSTANTS: readonly unknown[] = [
  '20000-01-01T00:00:00Z', '+020000-01-01T00:00:00Z', '-000001-01-01T00:00:00Z', '0000-01-01T00:00:00Z', '0001-01-01T00:00:00Z', '1900-01-01T00:00:00Z', '1970-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z', '2100-01-01T00:00:00Z',
  '2031-02-29T00:00:00Z', '2031-01-07T24:00:00Z', '2031-01-07T15:00:00', '2031-01-07T15:00:00+23:59', '2031-01-07T15:00:00.123456789Z', '2031-01-07T15:00:00Z', 'now', '', 0, 1e18, '\u0000', '٢٠٣١-٠١-٠٧T15:00:00Z',
];
const BY_SCALAR: Readonly<Record<string, readonly unknown[]>> = {
  String: TEXTS, Int: INTS, Float: INTS, DateTime: INSTANTS, Boolean: [true, false, 'true', 0],
  LocalDate: ['20000-01-01', '0000-01-01', '0001-01-01', '1900-01-01', '9999-12-31', '2031-02-29', '2031-1-7', '2031-01-07T00:00', '', '2031-01-07', 20_310_107, '\u0000'],
  LocalDateTime: ['20000-01-01T00:00', '0000-01-01T00:00', '1900-01-01T00:00', '9999-12-31T23:59', '2031-03-09T02:30', '2031-11-02T01:30', '2031-02-29T10:00', '2031-01-07T24:00', '2031-01-07', '', 'x', 1],
  TimeOfDay: ['24:00', '24:01', '00:00', '23:59:59', '-1:00', '9:00', '09:00', '', 'noon', 900],
  Decimal: ['-1', '0', '-0', '1e3', '999999999999999', '123456789012', '0.00001', '12.5', '', 'x', 0.1, 5, '٥', '\u0000'],
};

export const oddIds = (known: readonly string[]): readonly unknown[] => [
  ...known, ...known.map((id) => id.replace(/\d+$/, (digits) => String(Number(digits) + 7))), '', ' ', 'Appointment', 'Appointment:', ':1', 'Appointment:0', 'Appointment:-1', 'Appointment:01', 'Appointment:1.5', 'Appointment:2147483647',
  'Appointment:2147483648', 'Appointment:9007199254740993', `Appointment:${'9'.repeat(400)}`, 'Nothing:1', '__proto__:1', 'constructor:1', 'Appointment:١', 'appointment:1', 'Appointment:1\u0000', 'Appointment:1 ', '\ud800:1', 'x'.repeat(70_000), 1, -1, 1.5, [], {},
];

export const oddValues = (scalar: string, ids: readonly unknown[]): readonly unknown[] => (scalar === 'ID' ? ids : (BY_SCALAR[scalar] ?? TEXTS));

/** The largest that is ever sent; the limit on a body is raised for it. */
export const HUGE = 'x'.repeat(10_000_000);

/** mulberry32: numbers from 0 to below 1, the same for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
