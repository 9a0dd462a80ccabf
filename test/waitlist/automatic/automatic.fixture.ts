import {
  addClient,
  addClinic,
  addHours,
  addReason,
  addStaff,
  book,
  change,
  type Clinic,
} from '../../support/fixtures/clinic';
import { expectIntegrity } from '../../support/harness/integrity';
import type { TestGateway } from '../../support/harness/gateway';

export const HOUR = 3_600_000;

/** Set-up and requests that the cases of the suite share. */
export function automaticFixture(gateway: TestGateway) {
  let clinic: Clinic;
  let people = 0;
  let month = 0;
  const T0 = Date.UTC(2033, 0, 1);

  beforeAll(async () => {
    clinic = await addClinic(gateway);
  });
  beforeEach(() => (gateway.time = T0));
  afterEach(async () => {
    await change(gateway, 'updateWaitlistSettings', { mode: 'OFF' });
    await expectIntegrity(gateway);
  });
  afterAll(() => (gateway.time = null));

  /**
   * A day with a single bookable time, 10:00 in New York, with its own staff member and reason: no
   * other time can be freed.
   */
  const single = async (input: object = {}) => {
    month += 1;
    const date = `2033-${String(2 + Math.floor(month / 25)).padStart(2, '0')}-${String(1 + (month % 25)).padStart(2, '0')}`;
    const staffId = await addStaff(gateway, `one-${month}`, 'America/New_York', [
      clinic.locationId,
    ]);
    await addHours(gateway, staffId, {
      validFrom: date,
      validTo: date,
      ranges: [{ start: '10:00', end: '10:45' }],
    });
    const reasonId = await addReason(gateway, {
      reasonDesc: `Popular ${month}`,
      visitMinutes: 45,
      allowWaitList: true,
      staffIds: [staffId],
      ...input,
    });
    return { date, staffId, reasonId, start: `${date}T15:00:00.000Z` };
  };
  type Single = Awaited<ReturnType<typeof single>>;
  const taken = async ({ reasonId, staffId, start }: Single) => {
    const { appointment, userErrors } = await book(
      gateway,
      { ...clinic, reasonId, staffId },
      start,
    );
    expect(userErrors).toEqual([]);
    return appointment.id as string;
  };
  const waiting = async (
    { reasonId, start }: Single,
    input: object = { wish: { times: [start] } },
  ): Promise<string> => {
    const clientId = await addClient(gateway, {
      firstName: 'Person',
      lastName: `No ${(people += 1)}`,
      emailAddress: `person${people}@example.org`,
    });
    const { waitlistEntry, userErrors } = await change(
      gateway,
      'joinWaitlist',
      { reasonId, locationId: clinic.locationId, clientId, ...input },
      'waitlistEntry { id }',
    );
    expect(userErrors).toEqual([]);
    return waitlistEntry.id;
  };
  const cancel = async (id: string) =>
    expect((await change(gateway, 'cancelAppointment', { id })).userErrors).toEqual([]);
  const statusOf = async (...ids: string[]) => {
    const { nodes } = await gateway.data(
      `query ($ids: [ID!]!) {
        nodes(ids: $ids) { ... on WaitlistEntry { status appointment { start staff { id } } } }
      }`,
      { ids },
    );
    return nodes.map(({ status }: { status: string }) => status);
  };
  const startOf = async (id: string) =>
    (
      await gateway.data(
        'query ($id: ID!) { waitlistEntry(id: $id) { appointment { start staff { id } } } }',
        { id },
      )
    ).waitlistEntry.appointment;

  return {
    get clinic() {
      return clinic;
    },
    T0,
    single,
    taken,
    waiting,
    cancel,
    statusOf,
    startOf,
  };
}

export type AutomaticFixture = ReturnType<typeof automaticFixture>;
