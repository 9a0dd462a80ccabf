import { Role } from '../../../src/context';
import {
  addClient,
  addHours,
  addLocation,
  addReason,
  addStaff,
} from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const at = (iso: string) => Date.parse(iso);

/** Set-up and requests that the cases of the suite share. */
export function availabilityFixture(gateway: TestGateway) {
  const NOW = at('2031-01-30T12:00:00Z');
  let [locationId, reasonId, alice, bob, clientId, clientKey, publicKey] = [
    '',
    '',
    '',
    '',
    '',
    '',
    '',
  ];
  beforeAll(async () => {
    locationId = await addLocation(gateway, { locationName: 'Berlin', timeZone: 'Europe/Berlin' });
    [alice, bob] = [
      await addStaff(gateway, 'alice', 'Europe/Berlin', [locationId]),
      await addStaff(gateway, 'bob', 'Europe/Berlin', [locationId]),
    ];
    reasonId = await addReason(gateway, {
      reasonDesc: 'Cut',
      visitMinutes: 60,
      bufferAfter: 15,
      slotStepMinutes: 30,
      apptHrMin: 24,
      apptDayMax: 60,
      staffIds: [alice, bob],
    });
    clientId = await addClient(gateway, { firstName: 'Jon', lastName: 'Snow' });
    clientKey = await gateway.key(Role.CLIENT, { clientId: Number(clientId.split(':')[1]) });
    publicKey = await gateway.key(Role.PUBLIC);
    const weekdays = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY'];
    await addHours(gateway, alice, {
      weekdays,
      ranges: [
        { start: '09:00', end: '12:00' },
        { start: '13:00', end: '17:00' },
      ],
    });
    await addHours(gateway, bob, {
      weekdays: ['MONDAY'],
      ranges: [{ start: '22:00', end: '02:00' }],
    });
  });
  beforeEach(() => (gateway.time = NOW));
  afterAll(() => (gateway.time = null));

  const QUERY = `query ($input: AvailabilityInput!) {
    availability(input: $input) {
      availableTimes(first: 1000) { nodes {
        start end durationMinutes text
        units { staff { fullName } location { locationName } reason { reasonDesc } roundRobin }
      } } firstAvailable { start } days
    }
  }`;
  const ask = async (input: object, key = clientKey) =>
    (await gateway.data(QUERY, { input: { reasonId, locationId, ...input } }, { key }))
      .availability;
  const short = (answer: any) =>
    answer.availableTimes.nodes.map(({ start }: any) => start.slice(8, 16));

  return {
    NOW,
    get clientId() {
      return clientId;
    },
    get clientKey() {
      return clientKey;
    },
    get alice() {
      return alice;
    },
    get bob() {
      return bob;
    },
    get reasonId() {
      return reasonId;
    },
    get locationId() {
      return locationId;
    },
    get publicKey() {
      return publicKey;
    },
    QUERY,
    ask,
    short,
  };
}

export type AvailabilityFixture = ReturnType<typeof availabilityFixture>;
