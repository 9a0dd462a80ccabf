import {
  addHours,
  addReason,
  addStaff,
  book,
  change,
  type Clinic,
} from '../../support/fixtures/clinic';
import { expectIntegrity } from '../../support/harness/integrity';
import type { TestGateway } from '../../support/harness/gateway';
import type { Post } from '../../support/fixtures/messages';

export const APPOINTMENT = `appointment {
  id version status subStatus { code } start end staffStart staffEnd price override noPreference
  clientConfirmed clientConfirmedAt checkedInAt reason { id } additionalStaff { id }
  blockedStaff { id } resources { id } addOnReasons { id }
  history { nodes { type note changes { field from to } } }
}`;

/** Set-up and requests that the cases of the suite share. */
export function changesFixture(gateway: TestGateway, post: Post) {
  let clinic: Clinic;
  let [long, addOn, room, otherRoom, nurse] = ['', '', '', '', ''];
  let day = 0;
  const DAY = 86_400_000;
  /** 10:00 in New York, on a day that no other test uses. */
  const free = () => new Date(Date.UTC(2031, 2, 1, 15) + (day += 1) * DAY).toISOString();
  const minutesAfter = (start: string, minutes: number) =>
    new Date(Date.parse(start) + minutes * 60_000).toISOString();

  const addRoom = async (name: string) =>
    (
      await change(
        gateway,
        'createResource',
        { name, locationId: clinic.locationId },
        'resource { id }',
      )
    ).resource.id as string;
  beforeAll(async () => {
    clinic = post.clinic;
    [room, otherRoom] = [await addRoom('Room 1'), await addRoom('Room 2')];
    nurse = await addStaff(gateway, 'nurse', 'America/New_York', [clinic.locationId]);
    await addHours(gateway, nurse);
    long = await addReason(gateway, {
      reasonDesc: 'Long',
      visitMinutes: 90,
      bufferAfter: 10,
      price: '120.00',
      staffIds: [clinic.staffId],
    });
    await change(gateway, 'setReasonResources', {
      reasonId: long,
      needs: [{ options: [{ id: room }, { id: otherRoom }] }],
    });
    addOn = await addReason(gateway, {
      reasonDesc: 'Polish',
      reasonType: 'ADDON',
      visitMinutes: 15,
      price: '5.50',
    });
    for (const reasonId of [clinic.reasonId, long])
      await change(gateway, 'setReasonAddOns', { reasonId, addOnIds: [addOn] });
  });
  afterEach(() => expectIntegrity(gateway));

  const booked = async (start: string, input: object = {}): Promise<string> => {
    const { appointment, userErrors } = await book(gateway, clinic, start, input);
    expect(userErrors).toEqual([]);
    return appointment.id;
  };
  const update = (input: object, key?: string) =>
    change(gateway, 'updateAppointment', input, APPOINTMENT, key);
  const look = async (id: string) =>
    (
      await gateway.data(
        `query ($id: ID!) { ${APPOINTMENT.replace('appointment', 'appointment(id: $id)')} }`,
        { id },
      )
    ).appointment;
  const isFree = async (start: string, input: object) =>
    !(await book(gateway, clinic, start, input)).userErrors.length;

  return {
    get clinic() {
      return clinic;
    },
    get long() {
      return long;
    },
    get room() {
      return room;
    },
    get addOn() {
      return addOn;
    },
    get otherRoom() {
      return otherRoom;
    },
    get nurse() {
      return nurse;
    },
    get day() {
      return day;
    },
    free,
    minutesAfter,
    booked,
    update,
    look,
    isFree,
  };
}

export type ChangesFixture = ReturnType<typeof changesFixture>;
