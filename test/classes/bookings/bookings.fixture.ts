import { Role } from '../../../src/context';
import { addClinic, addReason, change, type Clinic } from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import type { TestGateway } from '../../support/harness/gateway';

/** Set-up and requests that the cases of the suite share. */
export function bookingsFixture(gateway: TestGateway) {
  let clinic: Clinic;
  let [yoga, other, clientKey, publicKey] = ['', '', '', ''];
  let day = 0;
  const NOW = Date.UTC(2033, 0, 1);

  beforeAll(async () => {
    clinic = await addClinic(gateway);
    yoga = await addReason(gateway, {
      reasonDesc: 'Yoga',
      reasonType: 'CLASS',
      visitMinutes: 60,
      price: '12.50',
      apptHrMin: 24,
      apptDayMax: 400,
      staffIds: [clinic.staffId],
    });
    other = await addReason(gateway, {
      reasonDesc: 'Pilates',
      reasonType: 'CLASS',
      visitMinutes: 60,
    });
    clientKey = await gateway.key(Role.CLIENT, { clientId: numberOf(clinic.clientId) });
    publicKey = await gateway.key(Role.PUBLIC);
  });
  beforeEach(() => (gateway.time = NOW));
  afterAll(() => (gateway.time = null));

  const free = () => new Date(Date.UTC(2033, 1, 1, 15) + (day += 1) * 86_400_000).toISOString();
  const session = async (input: object = {}): Promise<string> => {
    const { classSchedules, userErrors } = await change(
      gateway,
      'createClassSchedule',
      {
        reasonId: yoga,
        staffId: clinic.staffId,
        locationId: clinic.locationId,
        capacity: 3,
        start: free(),
        ...input,
      },
      'classSchedules { id }',
    );
    if (!classSchedules) throw new Error(JSON.stringify(userErrors));
    return classSchedules[0].id;
  };
  const FIELDS = `appointment {
    id version status seats price start end override classSchedule { id } staff { id }
    location { id }
  }`;
  const ERRORS = `userErrors {
    __typename code path ... on SeatsUnavailableError { seatsLeft classScheduleIds }
  }`;
  const run = async (mutation: string, input: object, selection = FIELDS, key?: string) => {
    const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
    return (
      await gateway.data(
        `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${selection} ${ERRORS} } }`,
        { input },
        key ? { key } : {},
      )
    )[mutation];
  };
  const take = (classScheduleId: string, input: object = {}, key?: string) =>
    run(
      'createAppointment',
      { reasonId: yoga, classScheduleId, clientId: clinic.clientId, ...input },
      FIELDS,
      key,
    );
  const seatsLeft = async (id: string) =>
    (await gateway.data('query ($id: ID!) { classSchedule(id: $id) { seatsLeft } }', { id }))
      .classSchedule.seatsLeft;

  return {
    get clinic() {
      return clinic;
    },
    get clientKey() {
      return clientKey;
    },
    get other() {
      return other;
    },
    get yoga() {
      return yoga;
    },
    get publicKey() {
      return publicKey;
    },
    get day() {
      return day;
    },
    NOW,
    free,
    session,
    FIELDS,
    run,
    take,
    seatsLeft,
  };
}

export type BookingsFixture = ReturnType<typeof bookingsFixture>;
