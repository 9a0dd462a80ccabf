import {
  addClient,
  addClinic,
  addLocation,
  addReason,
  book,
  hire,
  type Clinic,
} from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';

/** Set-up and requests that the cases of the suite share. */
export function readsFixture(gateway: TestGateway) {
  const staffIds: string[] = [];
  const clientIds: string[] = [];
  let clinic: Clinic;
  let elsewhere: string;
  let timeOff: string;

  beforeAll(async () => {
    clinic = await addClinic(gateway);
    elsewhere = await addLocation(gateway, { locationName: 'Tokyo', timeZone: 'Asia/Tokyo' });
    timeOff = await addReason(gateway, {
      reasonDesc: 'Holiday',
      reasonType: 'PERSONAL',
      visitMinutes: 60,
    });
    for (let index = 0; index < 10; index += 1) {
      staffIds.push(
        await hire(gateway, clinic, `s${index}`, 'America/New_York', [clinic.locationId]),
      );
      clientIds.push(
        await addClient(gateway, {
          firstName: `First${index}`,
          lastName: `Last${9 - index}`,
          emailAddress: `c${index}@example.org`,
          tags: index % 2 ? ['odd'] : ['even', 'all'],
          notes: `note ${index}%`,
        }),
      );
    }
    for (let index = 0; index < 60; index += 1) {
      const hour = String(12 + Math.floor(index / 10)).padStart(2, '0');
      await book(
        gateway,
        {
          ...clinic,
          staffId: staffIds[index % 10] as string,
          clientId: clientIds[index % 7] as string,
        },
        `2031-02-03T${hour}:00:00Z`,
      );
    }
    // Late on the 5th in Tokyo, the 5th in UTC, and the night from the 7th to the 9th in New York.
    await book(gateway, { ...clinic, locationId: elsewhere }, '2031-02-05T15:30:00Z', {
      override: true,
    });
    await book(
      gateway,
      { ...clinic, reasonId: timeOff, clientId: undefined as never },
      '2031-02-07T23:00:00-05:00',
      { durationMinutes: 26 * 60 },
    );
  });

  return {
    staffIds,
    clientIds,
    get clinic() {
      return clinic;
    },
    get elsewhere() {
      return elsewhere;
    },
    get timeOff() {
      return timeOff;
    },
  };
}

export type ReadsFixture = ReturnType<typeof readsFixture>;
