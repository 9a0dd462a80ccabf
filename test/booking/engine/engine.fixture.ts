import { Role } from '../../../src/context';
import { addClinic, addReason, change, type Clinic } from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import { expectIntegrity } from '../../support/harness/integrity';
import type { TestGateway } from '../../support/harness/gateway';

export const MINUTE = 60_000;
export const at = (iso: string) => Date.parse(iso);

/** Set-up and requests that the cases of the suite share. */
export function engineFixture(gateway: TestGateway) {
  let [clinic, clientKey]: [Clinic, string] = [undefined as never, ''];
  beforeAll(async () => {
    clinic = await addClinic(gateway);
    clientKey = await gateway.key(Role.CLIENT, { clientId: numberOf(clinic.clientId) });
  });
  afterEach(() => expectIntegrity(gateway));

  const addResource = async (
    name: string,
    quantity = 1,
    locationId = clinic.locationId,
  ): Promise<string> =>
    (await change(gateway, 'createResource', { name, quantity, locationId }, 'resource { id }'))
      .resource.id;
  const needs = (reasonId: string, ...options: { id: string; units?: number }[][]) =>
    change(gateway, 'setReasonResources', {
      reasonId,
      needs: options.map((need) => ({ options: need.map(({ id, units = 1 }) => ({ id, units })) })),
    });
  const reasonFor = (input: object = {}) =>
    addReason(gateway, {
      reasonDesc: 'Something',
      visitMinutes: 60,
      slotStepMinutes: 30,
      staffIds: [clinic.staffId, clinic.otherStaffId],
      ...input,
    });
  const make = (reasonId: string, start: string, input: object = {}, key?: string) =>
    change(
      gateway,
      'createAppointment',
      {
        reasonId,
        locationId: clinic.locationId,
        staffId: clinic.staffId,
        clientId: clinic.clientId,
        start,
        ...input,
      },
      `appointment {
        id start end price noPreference staff { id } resource { id } resources { id name }
        addOnReasons { reasonDesc }
      }`,
      key,
    );
  const times = async (input: object, key = clientKey) =>
    (
      await gateway.data(
        `query ($input: AvailabilityInput!) {
          availability(input: $input) {
            availableTimes(first: 1000) { nodes { start end units { staff { id } resource { name } } } }
          }
        }`,
        { input: { locationId: clinic.locationId, ...input } },
        { key },
      )
    ).availability.availableTimes.nodes;
  const codes = ({ userErrors }: any) => userErrors.map(({ code }: any) => code);

  return {
    get clinic() {
      return clinic;
    },
    get clientKey() {
      return clientKey;
    },
    addResource,
    needs,
    reasonFor,
    make,
    times,
    codes,
  };
}

export type EngineFixture = ReturnType<typeof engineFixture>;

export const EXPLAIN = `query ($input: ExplainAvailabilityInput!) {
  explainAvailability(input: $input) {
    bookable start end
    candidates {
      staff { id } bookable
      refusals { rule message row { __typename id } resources { name } appointments { id } }
      smallestChange { kind start durationMinutes minutes }
    } nearestTimes { start }
  }
}`;
