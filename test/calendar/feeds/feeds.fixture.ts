import { Role } from '../../../src/context';
import { parseCalendar } from '../../support/fixtures/calendar';
import { addClinic, change, type Clinic } from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import type { TestGateway } from '../../support/harness/gateway';

export const NOW = Date.parse('2031-03-01T12:00:00Z');

/** Set-up and requests that the cases of the suite share. */
export function feedsFixture(gateway: TestGateway) {
  let clinic: Clinic;
  let staffKey: string;
  let clientKey: string;
  let superKey: string;

  const make = async (ownerId: string, key?: string): Promise<string> =>
    (await change(gateway, 'createCalendarFeed', { ownerId }, 'calendarFeedUrl', key))
      .calendarFeedUrl;
  const get = (url: string, headers: Record<string, string> = {}, method = 'GET') =>
    fetch(url, { headers, method });
  const feed = async (url: string) => parseCalendar(await (await get(url)).text());
  const summaries = async (url: string) =>
    (await feed(url)).events.map(({ value }) => value('summary'));
  const urlsTo = async (key: string | undefined) => {
    const data = await gateway.data(
      `query ($s: ID!, $l: ID!, $c: ID!) {
        staffMember(id: $s) { calendarFeedUrl } location(id: $l) { calendarFeedUrl }
        client(id: $c) { calendarFeedUrl }
      }`,
      { s: clinic.staffId, l: clinic.locationId, c: clinic.clientId },
      key ? { key } : {},
    );
    return [data.staffMember, data.location, data.client].map((row) => row?.calendarFeedUrl);
  };

  beforeAll(async () => {
    gateway.time = NOW;
    // Statements are counted, so nothing else may run.
    await gateway.restart({ backgroundWork: false });
    clinic = await addClinic(gateway);
    await change(gateway, 'updateLocation', {
      id: clinic.locationId,
      address: { address1: '1 Main Street', city: 'New York', zip: '10001' },
    });
    staffKey = await gateway.key(Role.STAFF_USER, { staffId: numberOf(clinic.staffId) });
    clientKey = await gateway.key(Role.CLIENT, { clientId: numberOf(clinic.clientId) });
    superKey = await gateway.key(Role.LOCATION_SUPER_USER, {
      locationIds: [numberOf(clinic.locationId)],
    });
  });

  return {
    get clinic() {
      return clinic;
    },
    get staffKey() {
      return staffKey;
    },
    get clientKey() {
      return clientKey;
    },
    get superKey() {
      return superKey;
    },
    make,
    get,
    feed,
    summaries,
    urlsTo,
  };
}

export type FeedsFixture = ReturnType<typeof feedsFixture>;
