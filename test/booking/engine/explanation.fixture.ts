import { Role } from '../../../src/context';
import { addClient, addClinic, addHours, type Clinic } from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import type { TestGateway } from '../../support/harness/gateway';
import { at, EXPLAIN } from './engine.fixture';

/** Set-up and requests that the cases of the suite share. */
export function explanationFixture(gateway: TestGateway) {
  const NOW = at('2031-01-30T12:00:00Z');
  let [clinic, clientKey, otherClient]: [Clinic, string, string] = [undefined as never, '', ''];
  beforeAll(async () => {
    clinic = await addClinic(gateway, 'why', undefined, { hours: false });
    for (const id of [clinic.staffId, clinic.otherStaffId])
      await addHours(gateway, id, { ranges: [{ start: '09:00', end: '17:00' }] });
    clientKey = await gateway.key(Role.CLIENT, { clientId: numberOf(clinic.clientId) });
    otherClient = await addClient(gateway, {
      firstName: 'Arya',
      lastName: 'Stark',
      emailAddress: 'arya@winterfell.example',
    });
  });
  beforeEach(() => (gateway.time = NOW));
  afterAll(() => (gateway.time = null));

  const ask = async (input: object, key?: string) =>
    (
      await gateway.data(
        EXPLAIN,
        { input: { reasonId: clinic.reasonId, locationId: clinic.locationId, ...input } },
        key ? { key } : {},
      )
    ).explainAvailability;
  const rulesOf = async (input: object, key = clientKey) =>
    (await ask(input, key)).candidates.map(({ refusals }: any) =>
      refusals.map(({ rule }: any) => rule),
    );

  return {
    get clinic() {
      return clinic;
    },
    get otherClient() {
      return otherClient;
    },
    get clientKey() {
      return clientKey;
    },
    ask,
    rulesOf,
  };
}

export type ExplanationFixture = ReturnType<typeof explanationFixture>;
