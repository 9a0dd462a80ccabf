import { Role } from '../../../src/context';
import {
  addClient,
  addClinic,
  addReason,
  change,
  hire,
  type Clinic,
} from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import type { TestGateway } from '../../support/harness/gateway';

export const NOW = Date.UTC(2031, 0, 6, 12);
const HOUR = 3_600_000;
const BOOKED =
  'appointment { id version price discount coupon { id code } packageSold { id usesLeft } }';

/** Set-up and requests that the cases of the suites share. */
export function balancesFixture(gateway: TestGateway, mark: string) {
  let clinic: Clinic;
  let addOnId: string;
  let hour = 0;

  beforeAll(async () => {
    gateway.time = NOW;
    clinic = await addClinic(gateway, mark);
    addOnId = await addReason(gateway, {
      reasonDesc: 'Extra',
      reasonType: 'ADDON',
      visitMinutes: 15,
      price: '5.00',
    });
    await must('setReasonAddOns', { reasonId: clinic.reasonId, addOnIds: [addOnId] });
  });
  afterAll(() => (gateway.time = null));

  /** Runs a mutation that must not be refused, and returns its payload. */
  async function must(mutation: string, input: object, selection = '', key?: string) {
    const payload = await change(gateway, mutation, input, selection, key);
    expect(payload.userErrors).toEqual([]);
    return payload;
  }

  /** Returns a start that no other booking of the suite has. */
  const free = (): string => new Date(NOW + 24 * HOUR + (hour += 2) * HOUR).toISOString();

  const visit = (input: object = {}) => {
    const { locationId, reasonId, staffId, clientId } = clinic;
    return { locationId, reasonId, staffId, clientId, start: free(), ...input };
  };

  /** Books and returns the payload. */
  const book = (input: object, key?: string) =>
    change(gateway, 'createAppointment', visit(input), BOOKED, key);

  async function booked(input: object, key?: string) {
    const { appointment, userErrors } = await book(input, key);
    expect(userErrors).toEqual([]);
    return appointment;
  }

  /** Returns the rule and the path of the refusal of a booking. */
  async function refused(input: object, key?: string, mutation = 'createAppointment') {
    const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
    const data = await gateway.data(
      `mutation ($input: ${type}!) { ${mutation}(input: $input) {
        userErrors { code path message ... on RuleViolatedError { rule } } } }`,
      { input },
      key ? { key } : {},
    );
    const [error] = data[mutation].userErrors;
    return error;
  }

  const cancel = (id: string) => must('cancelAppointment', { id });

  async function addCoupon(input: object): Promise<string> {
    const { coupon } = await must('createCoupon', input, 'coupon { id }');
    return coupon.id;
  }

  async function couponOf(id: string) {
    const { coupon } = await gateway.data(
      'query ($id: ID!) { coupon(id: $id) { uses usesLeft version } }',
      { id },
    );
    return coupon;
  }

  async function addPackage(input: object = {}): Promise<string> {
    const { package: added } = await must(
      'createPackage',
      { name: 'Ten visits', price: '600.00', uses: 10, ...input },
      'package { id }',
    );
    return added.id;
  }

  async function sell(input: object = {}): Promise<string> {
    const { packageSold } = await must(
      'sellPackage',
      { packageId: await addPackage(input), clientId: clinic.clientId },
      'packageSold { id }',
    );
    return packageSold.id;
  }

  async function usesLeft(id: string): Promise<number> {
    const { packageSold } = await gateway.data(
      'query ($id: ID!) { packageSold(id: $id) { usesLeft } }',
      { id },
    );
    return packageSold.usesLeft;
  }

  const clientKey = (id: string) => gateway.key(Role.CLIENT, { clientId: numberOf(id) });
  const otherClient = (name: string) =>
    addClient(gateway, {
      firstName: 'Arya',
      lastName: name,
      emailAddress: `${name.toLowerCase()}-${mark}@example.org`,
    });
  /** Hires staff, so that bookings of different staff do not compete for time. */
  const hireMany = async (count: number): Promise<string[]> => {
    const ids: string[] = [];
    for (let index = 0; index < count; index += 1)
      ids.push(await hire(gateway, clinic, `${mark}${index}`));
    return ids;
  };

  return {
    get clinic() {
      return clinic;
    },
    get addOnId() {
      return addOnId;
    },
    must,
    free,
    visit,
    book,
    booked,
    refused,
    cancel,
    addCoupon,
    couponOf,
    addPackage,
    sell,
    usesLeft,
    clientKey,
    otherClient,
    hireMany,
  };
}
