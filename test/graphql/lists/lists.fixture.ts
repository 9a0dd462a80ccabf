import { dataSource } from '../../../src/data-source';
import { addClient, addClinic, book, hire, type Clinic } from '../../support/fixtures/clinic';
import type { randomOf } from '../../support/fixtures/random';
import type { TestGateway } from '../../support/harness/gateway';

/** One of the orders of a request. */
export interface OrderBy {
  readonly field: string;
  readonly direction: 'ASC' | 'DESC';
}

type Random = ReturnType<typeof randomOf>;

export const numberOf = (id: string): number => Number(id.split(':')[1]);

/** Names that collations, and comparisons by UTF-16, would order differently. */
const NAMES = ['a', 'B', 'ä', 'Z', '\uffee', '\u{1f600}'];
const PRICES = [null, '0', '-0.50', '-1.25', '9.5', '9.50', '10', '99.9999', '999999999999.9999'];
const STATUSES = ['OPEN', 'OPEN', 'CANCELLED', 'COMPLETED', 'DELETED'];
const START = Date.UTC(2031, 0, 6, 14);
const HOUR = 3_600_000;

/** A business whose appointments are equal in many of the values that they are ordered by. */
export interface Crowd {
  readonly clinic: Clinic;
  readonly staffIds: readonly string[];
  readonly clientIds: readonly string[];
}

/** Copies one appointment `count` times, each with random values of few. */
export async function addCrowd(
  gateway: TestGateway,
  random: Random,
  count: number,
): Promise<Crowd> {
  const clinic = await addClinic(gateway);
  const staffIds = [
    clinic.staffId,
    await hire(gateway, clinic, 'b'),
    await hire(gateway, clinic, 'B'),
  ];
  const clientIds: string[] = [];
  for (const name of NAMES)
    clientIds.push(await addClient(gateway, { firstName: name, lastName: random.of(NAMES) }));
  const { appointment } = await book(gateway, clinic, new Date(START).toISOString());
  const source = await dataSource(gateway.config).initialize();
  const columns = source.entityMetadatas
    .find(({ tableName }) => tableName === 'appointment')!
    .columns.map(({ databaseName }) => databaseName);
  for (let n = 1; n <= count; n += 1) {
    const start = START + HOUR * random.int(4);
    const client = random.next() < 0.2 ? 'NULL' : numberOf(random.of(clientIds));
    const price = random.of(PRICES);
    const changed: Record<string, string | number> = {
      id: 1000 + n,
      staff_id: numberOf(random.of(staffIds)),
      client_id: client,
      price: price === null ? 'NULL' : `'${price}'`,
      status: `'${random.of(STATUSES)}'`,
      start_at: start,
      staff_start_at: start,
      end_at: start + HOUR,
      staff_end_at: start + HOUR,
      created_at: START + random.int(3),
      modified_at: START + random.int(3),
    };
    await source.query(
      `INSERT INTO appointment (${columns.map((name) => `"${name}"`).join(', ')})
       SELECT ${columns.map((name) => changed[name] ?? `t."${name}"`).join(', ')}
       FROM appointment AS t WHERE t.id = ${numberOf(appointment.id)}`,
    );
    if (n % 3 === 0)
      await source.query(
        `INSERT INTO appointment_staff (business_id, appointment_id, staff_id, start_at, created_at)
         SELECT a.business_id, a.id, ${numberOf(staffIds[2]!)}, a.start_at, a.created_at
         FROM appointment AS a
         WHERE a.id = ${changed.id} AND a.staff_id <> ${numberOf(staffIds[2]!)}`,
      );
  }
  await source.destroy();
  return { clinic, staffIds, clientIds };
}

const inUnits = (price: string): bigint => {
  const [whole = '', fraction = ''] = price.replace('-', '').split('.');
  const amount = BigInt(whole + fraction.padEnd(4, '0'));
  return price.startsWith('-') ? -amount : amount;
};
const compare = <V>(one: V, other: V): number => (one < other ? -1 : one > other ? 1 : 0);
const byCodePoints = (one: string, other: string): number =>
  Buffer.compare(Buffer.from(one), Buffer.from(other));
/** Missing values are last. */
const orNull =
  <V>(inner: (one: V, other: V) => number) =>
  (one: V | null, other: V | null): number =>
    one === null || other === null
      ? Number(one === null) - Number(other === null)
      : inner(one, other);

/** The fields that an order reads, and the comparison of two nodes. */
export const COMPARISONS: Readonly<Record<string, (one: any, other: any) => number>> = {
  START: (one, other) => compare(one.start, other.start),
  CREATED_AT: (one, other) => compare(one.createdAt, other.createdAt),
  MODIFIED_AT: (one, other) => compare(one.modifiedAt, other.modifiedAt),
  STATUS: (one, other) => byCodePoints(one.status, other.status),
  CLIENT_NAME: (one, other) =>
    orNull(byCodePoints)(one.client?.fullName ?? null, other.client?.fullName ?? null),
  STAFF_NAME: (one, other) => byCodePoints(one.staff.fullName, other.staff.fullName),
  PRICE: (one, other) =>
    orNull<string>((left, right) => compare(inUnits(left), inUnits(right)))(one.price, other.price),
};

/** Sorts nodes by orders, and last by id in the direction of the last order. */
export function sorted<N extends { readonly id: string }>(
  nodes: readonly N[],
  orders: readonly OrderBy[],
  comparisons: typeof COMPARISONS,
): N[] {
  const sign = ({ direction }: OrderBy): number => (direction === 'ASC' ? 1 : -1);
  return [...nodes].sort((one, other) => {
    for (const order of orders) {
      const found = comparisons[order.field]!(one, other) * sign(order);
      if (found) return found;
    }
    return (numberOf(one.id) - numberOf(other.id)) * sign(orders.at(-1)!);
  });
}

/** Several orders by distinct fields, in random directions. */
export function randomOrders(random: Random, fields: readonly string[]): OrderBy[] {
  const left = [...fields];
  return Array.from({ length: 1 + random.int(3) }, () => ({
    field: left.splice(random.int(left.length), 1)[0]!,
    direction: random.of(['ASC', 'DESC'] as const),
  }));
}
