import { raw, sql } from '../../../src/db/sql';
import { change } from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';
import { DAY, offeredIsBookableFixture } from '../offered-is-bookable/offered-is-bookable.fixture';

const OFFERS = `query ($input: AvailabilityInput!) { availability(input: $input) { availableTimes(first: 1000) { nodes {
  start end offers { token expiresAt staff { id } location { id } reason { id } resources { id } price { amount currency text(locale: "de") } deposit { amount currency } } } } } }`;
const BOOKED =
  'appointment { id start end status price currency staff { id } location { id } reason { id } resources { id } addOnReasons { id } seats }';

/** Set-up and requests that the cases of the suite share. */
export function offersFixture(gateway: TestGateway) {
  const base = offeredIsBookableFixture(gateway);
  const { staff } = base;

  beforeAll(async () => {
    const must = async (command: string, input: object) =>
      expect((await change(gateway, command, input)).userErrors).toEqual([]);
    await must('updateReason', {
      id: base.cut,
      price: '40.00',
      depositAmount: '5.00',
      durations: [{ minutes: 60 }, { minutes: 90, price: '70.50', deposit: '10.00' }],
    });
    await must('updateReason', { id: base.addOn, price: '12.25' });
    await must('setReasonStaff', {
      reasonId: base.cut,
      staff: [
        { staffId: staff[0], price: '55.00' },
        { staffId: staff[1] },
        { staffId: staff[2], price: '0.00' },
      ],
    });
  });

  const keyOf = (role: string) => ({ key: base.keys[role] as string });

  /** Returns all offers with their times. */
  async function offers(input: object, role: string): Promise<any[]> {
    const given = { reasonId: base.cut, locationId: base.here, from: DAY, to: DAY, ...input };
    const { availability } = await gateway.data(OFFERS, { input: given }, keyOf(role));
    return availability.availableTimes.nodes.flatMap(({ start, end, offers }: any) =>
      offers.map((offer: any) => ({ start, end, ...offer })),
    );
  }

  let mark = 0;
  /** Returns the client of a booking by a role. */
  const comes = (role: string): object =>
    role === 'CLIENT'
      ? {}
      : ['PUBLIC', 'STAFF_USER'].includes(role)
        ? {
            client: {
              firstName: 'New',
              lastName: `N${(mark += 1)}`,
              emailAddress: `offer${mark}@example.org`,
            },
          }
        : { clientId: base.clientId };

  const book = (input: object, role: string, command = 'createAppointment', options = {}) =>
    gateway.run(
      `mutation ($input: ${command[0]?.toUpperCase()}${command.slice(1)}Input!) { ${command}(input: $input) { ${BOOKED} userErrors { __typename code path ... on OfferRefusedError { refusal } ... on TimeUnavailableError { explanation { candidates { refusals { rule } } nearestTimes { offers { token } } } } } } }`,
      { input },
      { ...keyOf(role), ...options },
    );

  /** Books and returns the appointment, which must not be refused. */
  async function booked(input: object, role: string, command = 'createAppointment') {
    const { data, errors } = await book({ ...comes(role), ...input }, role, command);
    expect([errors, data?.[command].userErrors]).toEqual([undefined, []]);
    return data[command].appointment;
  }

  const remove = (id: string) => change(gateway, 'setAppointmentStatus', { id, status: 'DELETED' });

  /** Returns the rows that a booking would add. */
  const written = async () =>
    Promise.all(
      ['appointment', 'client', 'idempotency_key', 'event'].map(
        async (table) =>
          (
            await gateway.gateway.db.all<{ count: number }>(
              sql`SELECT count(*) AS count FROM ${raw(table)}`,
            )
          )[0]?.count,
      ),
    );

  const { things, keys } = base;
  return {
    get cut() {
      return base.cut;
    },
    get addOn() {
      return base.addOn;
    },
    get here() {
      return base.here;
    },
    get clientId() {
      return base.clientId;
    },
    staff,
    things,
    keys,
    offers,
    comes,
    book,
    booked,
    remove,
    written,
  };
}

export type OffersFixture = ReturnType<typeof offersFixture>;
