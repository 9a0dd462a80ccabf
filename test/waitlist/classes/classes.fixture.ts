import {
  addClient,
  addClinic,
  addReason,
  change,
  type Clinic,
} from '../../support/fixtures/clinic';
import { expectIntegrity } from '../../support/harness/integrity';
import type { TestGateway } from '../../support/harness/gateway';

export const HOUR = 3_600_000;

/** Set-up and requests that the cases of the suite share. */
export function classesFixture(gateway: TestGateway) {
  let clinic: Clinic;
  let yoga = '';
  let people = 0;
  let day = 0;
  const T0 = Date.UTC(2033, 0, 1);

  beforeAll(async () => {
    clinic = await addClinic(gateway);
    yoga = await addReason(gateway, {
      reasonDesc: 'Yoga',
      reasonType: 'CLASS',
      visitMinutes: 60,
      price: '12.50',
      allowWaitList: true,
      maxWaitListPerClass: 5,
      staffIds: [clinic.staffId],
    });
  });
  beforeEach(() => (gateway.time = T0));
  afterEach(async () => {
    await change(gateway, 'updateWaitlistSettings', { mode: 'OFF' });
    await expectIntegrity(gateway);
  });
  afterAll(() => (gateway.time = null));

  const session = async (capacity: number, input: object = {}): Promise<string> => {
    const start = new Date(Date.UTC(2033, 1, 1, 15) + (day += 1) * 86_400_000).toISOString();
    const { classSchedules, userErrors } = await change(
      gateway,
      'createClassSchedule',
      {
        reasonId: yoga,
        staffId: clinic.staffId,
        locationId: clinic.locationId,
        capacity,
        start,
        ...input,
      },
      'classSchedules { id }',
    );
    expect(userErrors).toEqual([]);
    return classSchedules[0].id;
  };
  const person = () =>
    addClient(gateway, {
      firstName: 'Person',
      lastName: `No ${(people += 1)}`,
      emailAddress: `person${people}@example.org`,
    });
  const take = async (classScheduleId: string, seats = 1) =>
    (
      await change(
        gateway,
        'createAppointment',
        { reasonId: yoga, classScheduleId, seats, clientId: await person() },
        'appointment { id }',
      )
    ).appointment?.id;
  const join = (
    classScheduleId: string,
    { seats, ...input }: { seats?: number; [field: string]: unknown } = {},
    key?: string,
  ) =>
    change(
      gateway,
      'joinWaitlist',
      { reasonId: yoga, wish: { session: { classScheduleId, seats } }, ...input },
      'waitlistEntry { id status kind seats position classSchedule { id } location { id } }',
      key,
    );
  const waiting = async (classScheduleId: string, seats = 1): Promise<string> => {
    const { waitlistEntry, userErrors } = await join(classScheduleId, {
      seats,
      clientId: await person(),
    });
    expect(userErrors).toEqual([]);
    return waitlistEntry.id;
  };
  const statusOf = async (...ids: string[]) =>
    (
      await gateway.data(
        'query ($ids: [ID!]!) { nodes(ids: $ids) { ... on WaitlistEntry { status } } }',
        { ids },
      )
    ).nodes.map(({ status }: { status: string }) => status);
  const claim = (id: string) =>
    change(
      gateway,
      'claimWaitlistInvitation',
      { entry: { id } },
      `waitlistEntry {
        status appointment { id status seats price client { id } classSchedule { id } }
      }`,
    );
  const seatsLeft = async (id: string) =>
    (await gateway.data('query ($id: ID!) { classSchedule(id: $id) { seatsLeft } }', { id }))
      .classSchedule.seatsLeft;

  return {
    get clinic() {
      return clinic;
    },
    get yoga() {
      return yoga;
    },
    T0,
    session,
    person,
    take,
    join,
    waiting,
    statusOf,
    claim,
    seatsLeft,
  };
}

export type ClassesFixture = ReturnType<typeof classesFixture>;
