import { Role } from '../../../src/context';
import {
  addClient,
  addClinic,
  addReason,
  change,
  type Clinic,
} from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import type { TestGateway } from '../../support/harness/gateway';

export const NOW = Date.parse('2031-01-30T12:00:00Z');

const EXPLANATION = `{
  bookable start end
  candidates {
    staff { id } classSchedule { id } courseSet { id } seatsLeft bookable
    refusals { rule message row { __typename id } classSchedules { id } }
    smallestChange {
      kind start durationMinutes minutes seats classSchedule { id } courseSet { id }
    }
  } nearestTimes { start seatsLeft classSchedule { id } courseSet { id } }
}`;
export const EXPLAIN = `query ($input: ExplainAvailabilityInput!) {
  explainAvailability(input: $input) ${EXPLANATION}
}`;
export const OF_ERROR = `code message path
  ... on SeatsUnavailableError { explanation ${EXPLANATION} }
  ... on TimeUnavailableError { explanation ${EXPLANATION} }`;

/** Set-up and requests that the cases of the suite share. */
export function explanationsFixture(gateway: TestGateway) {
  let clinic: Clinic;
  let [yoga, clientKey, other] = ['', '', ''];
  beforeAll(async () => {
    clinic = await addClinic(gateway);
    yoga = await addReason(gateway, { reasonDesc: 'Yoga', reasonType: 'CLASS', visitMinutes: 60 });
    clientKey = await gateway.key(Role.CLIENT, { clientId: numberOf(clinic.clientId) });
    other = await addClient(gateway, { firstName: 'Arya', lastName: 'Stark' });
  });
  beforeEach(() => (gateway.time = NOW));
  afterAll(() => (gateway.time = null));

  const ask = async (input: object, key = gateway.business.secretKey) =>
    (
      await gateway.data(
        EXPLAIN,
        { input: { reasonId: yoga, locationId: clinic.locationId, ...input } },
        { key },
      )
    ).explainAvailability;
  const schedule = async (input: object): Promise<{ id: string; start: string }[]> => {
    const { classSchedules, userErrors } = await change(
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
    );
    expect(userErrors).toEqual([]);
    return classSchedules;
  };
  const make = async (input: object, key = gateway.business.secretKey) =>
    (
      await gateway.data(
        `mutation ($input: CreateAppointmentInput!) {
          createAppointment(input: $input) {
            appointment { id } appointments { id } userErrors { ${OF_ERROR} }
          }
        }`,
        { input: { reasonId: yoga, ...input } },
        { key },
      )
    ).createAppointment;

  return {
    get clinic() {
      return clinic;
    },
    get other() {
      return other;
    },
    get clientKey() {
      return clientKey;
    },
    get yoga() {
      return yoga;
    },
    ask,
    schedule,
    make,
  };
}

export type ExplanationsFixture = ReturnType<typeof explanationsFixture>;
