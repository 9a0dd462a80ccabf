import { Role } from '../../../src/context';
import { gatewaySchema } from '../../../src/schema';
import {
  addClient,
  addClinic,
  addReason,
  book,
  change,
  hire,
  type Clinic,
} from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import type { TestGateway } from '../../support/harness/gateway';

/** The beginning of a plan's statement. */
export const PLAN = /^SELECT \(*'/;

export const schema = gatewaySchema();

/** Set-up and requests that the cases of the suite share. */
export function plansFixture(gateway: TestGateway) {
  let clinic: Clinic;
  const ids: Record<string, string[]> = {
    appointment: [],
    client: [],
    staffMember: [],
    reason: [],
    location: [],
    resource: [],
    resourceBundle: [],
    classSchedule: [],
    courseSet: [],
    waitlistEntry: [],
  };
  const keys: (string | undefined)[] = [undefined];

  /**
   * Rooms, add-ons, a sub-status of the business, a class, a course, a waitlist entry, and
   * appointments with them.
   */
  async function everythingElse(clients: readonly string[]): Promise<void> {
    const made = async (mutation: string, input: object, field: string): Promise<any> =>
      (await change(gateway, mutation, input, `${field} { id }`))[field];
    const { locationId, staffId } = clinic;
    const rooms = [
      await made('createResource', { name: 'Room "1"', quantity: 9 }, 'resource'),
      await made('createResource', { name: 'Room \\2', quantity: 9 }, 'resource'),
    ].map(({ id }) => id);
    const bundle = await made(
      'createResourceBundle',
      { name: 'Both', items: rooms.map((resourceId) => ({ resourceId, units: 1 })) },
      'resourceBundle',
    );
    const wash = await addReason(gateway, {
      reasonDesc: 'Wash',
      reasonType: 'ADDON',
      visitMinutes: 5,
      price: '9.99',
    });
    const whole = await addReason(gateway, {
      reasonDesc: 'Whole',
      visitMinutes: 30,
      color: '#aabbcc',
      durations: [{ minutes: 45, price: '1.50' }],
      allowWaitList: true,
      staffIds: [staffId],
    });
    await change(gateway, 'setReasonAddOns', { reasonId: whole, addOnIds: [wash] });
    await change(gateway, 'setReasonResources', {
      reasonId: whole,
      needs: [{ options: [{ id: bundle.id }] }],
    });
    await change(gateway, 'createAppointmentSubStatus', {
      code: 'ROOM_3',
      label: 'In "room" 3',
      status: 'OPEN',
    });
    const { appointment } = await book(
      gateway,
      { ...clinic, reasonId: whole },
      '2031-04-01T15:00:00Z',
      {
        addOnReasonIds: [wash],
        additionalStaffIds: [clinic.otherStaffId],
        coordinatorStaffId: staffId,
      },
    );
    await change(gateway, 'setAppointmentStatus', {
      id: appointment.id,
      status: 'OPEN',
      subStatus: 'ROOM_3',
    });
    await change(gateway, 'cancelAppointment', {
      id: (await book(gateway, { ...clinic, reasonId: whole }, '2031-04-02T15:00:00Z')).appointment
        .id,
      reason: 'CLIENT_ILLNESS',
      note: 'A cold',
    });
    const sessions = async (reasonType: string) => ({
      reasonId: await addReason(gateway, {
        reasonDesc: reasonType,
        reasonType,
        visitMinutes: 60,
        staffIds: [staffId],
      }),
      staffId,
      locationId,
      capacity: 3,
      starts: [15, 18].map((hour) => `2031-04-0${reasonType.length - 1}T${hour}:00:00Z`),
    });
    const [yoga, course] = [await sessions('CLASS'), await sessions('COURSE')];
    const { classSchedules } = await change(
      gateway,
      'createClassSchedule',
      yoga,
      'classSchedules { id }',
    );
    await change(gateway, 'createAppointment', {
      reasonId: yoga.reasonId,
      classScheduleId: classSchedules[0].id,
      clientId: clients[1],
      seats: 2,
    });
    const set = await made('createCourseSet', course, 'courseSet');
    const { waitlistEntry } = await change(
      gateway,
      'joinWaitlist',
      {
        reasonId: whole,
        locationId,
        clientId: clients[1],
        wish: { times: ['2031-04-01T15:00:00Z'] },
      },
      'waitlistEntry { id }',
    );
    ids.appointment!.push(appointment.id, appointment.id, appointment.id);
    ids.reason!.push(whole, yoga.reasonId);
    ids.resource!.push(...rooms);
    ids.resourceBundle!.push(bundle.id);
    ids.classSchedule!.push(...classSchedules.map(({ id }: any) => id));
    ids.courseSet!.push(set.id);
    ids.waitlistEntry!.push(waitlistEntry.id);
  }

  beforeAll(async () => {
    clinic = await addClinic(gateway);
    const staff = [clinic.staffId];
    for (let index = 0; index < 3; index += 1)
      staff.push(
        await hire(
          gateway,
          clinic,
          `s${index}`,
          ['Asia/Kathmandu', 'Australia/Lord_Howe', 'America/New_York'][index],
          [clinic.locationId],
        ),
      );
    const clients = [clinic.clientId];
    for (let index = 0; index < 4; index += 1) {
      clients.push(
        await addClient(gateway, {
          firstName: `"Q\\${index}`,
          lastName: "Ünï 🦊 O'Hara",
          emailAddress: `c${index}@example.org`,
          tags: ['a"b', '\\'],
          notes: 'line\nbreak',
          address: { city: 'Łódź' },
          cellPhone: '+12025550143',
        }),
      );
    }
    const away = await addReason(gateway, {
      reasonDesc: 'Away',
      reasonType: 'PERSONAL',
      visitMinutes: 30,
    });
    for (let index = 0; index < 24; index += 1) {
      const personal = index % 8 === 0;
      const { appointment } = await book(
        gateway,
        {
          ...clinic,
          staffId: staff[index % 4] as string,
          clientId: (personal ? undefined : clients[index % 5]) as string,
          reasonId: personal ? away : clinic.reasonId,
        },
        new Date(Date.UTC(2031, 2, 8 + Math.floor(index / 4), 5 + (index % 4))).toISOString(),
      );
      ids.appointment!.push(appointment.id);
    }
    await everythingElse(clients);
    ids.client!.push(...clients, 'Client:2147483647');
    ids.staffMember!.push(...staff);
    ids.reason!.push(clinic.reasonId, away);
    ids.location!.push(clinic.locationId);
    keys.push(
      await gateway.key(Role.STAFF_USER, { staffId: numberOf(clinic.staffId) }),
      await gateway.key(Role.CLIENT, { clientId: numberOf(clinic.clientId) }),
      await gateway.key(Role.LOCATION_SUPER_USER, { locationIds: [numberOf(clinic.locationId)] }),
      await gateway.key(Role.PUBLIC),
    );
  });

  return {
    get clinic() {
      return clinic;
    },
    ids,
    keys,
  };
}

export type PlansFixture = ReturnType<typeof plansFixture>;
