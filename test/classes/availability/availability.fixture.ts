import { Role } from '../../../src/context';
import { addClinic, addReason, change, type Clinic } from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import type { TestGateway } from '../../support/harness/gateway';

/** Set-up and requests that the cases of the suite share. */
export function availabilityFixture(gateway: TestGateway) {
  const NOW = Date.parse('2031-01-30T12:00:00Z');
  let clinic: Clinic;
  let [yoga, course, clientKey, room] = ['', '', '', ''];
  beforeAll(async () => {
    clinic = await addClinic(gateway);
    yoga = await addReason(gateway, {
      reasonDesc: 'Yoga',
      reasonType: 'CLASS',
      visitMinutes: 60,
      apptHrMin: 24,
      apptDayMax: 30,
    });
    course = await addReason(gateway, {
      reasonDesc: 'Beginners',
      reasonType: 'COURSE',
      visitMinutes: 90,
      apptHrMin: 24,
      apptDayMax: 30,
    });
    clientKey = await gateway.key(Role.CLIENT, { clientId: numberOf(clinic.clientId) });
    room = (
      await change(
        gateway,
        'createResource',
        { name: 'Studio', locationId: clinic.locationId },
        'resource { id }',
      )
    ).resource.id;
  });
  beforeEach(() => (gateway.time = NOW));
  afterAll(() => (gateway.time = null));

  const QUERY = `query ($input: AvailabilityInput!) {
    availability(input: $input) {
      availableTimes(first: 1000) { nodes {
        start end durationMinutes text seatsLeft classSchedule { id seatsLeft }
        courseSet { id seatsLeft } units { staff { userName } resource { name } roundRobin }
      } } firstAvailable { start } days
    }
  }`;
  const ask = async (input: object, key = clientKey) =>
    (
      await gateway.data(
        QUERY,
        {
          input: {
            reasonId: yoga,
            locationId: clinic.locationId,
            from: '2031-01-28',
            to: '2031-03-20',
            ...input,
          },
        },
        { key },
      )
    ).availability;
  const schedule = async (input: object) =>
    (
      await change(
        gateway,
        'createClassSchedule',
        {
          reasonId: yoga,
          staffId: clinic.staffId,
          locationId: clinic.locationId,
          capacity: 3,
          ...input,
        },
        'classSchedules { id start }',
      )
    ).classSchedules;
  const take = (input: object, key = clientKey) =>
    change(gateway, 'createAppointment', { reasonId: yoga, ...input }, 'appointment { id }', key);

  return {
    NOW,
    get clinic() {
      return clinic;
    },
    get room() {
      return room;
    },
    get course() {
      return course;
    },
    get clientKey() {
      return clientKey;
    },
    get yoga() {
      return yoga;
    },
    QUERY,
    ask,
    schedule,
    take,
  };
}

export type AvailabilityFixture = ReturnType<typeof availabilityFixture>;
