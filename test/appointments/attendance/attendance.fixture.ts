import { addClinic, addReason, change, type Clinic } from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';

/** Set-up and requests that the cases of the suite share. */
export function attendanceFixture(gateway: TestGateway) {
  let clinic: Clinic;
  let [yoga, course, room, annex] = ['', '', '', ''];
  let day = 0;

  beforeAll(async () => {
    clinic = await addClinic(gateway);
    yoga = await addReason(gateway, {
      reasonDesc: 'Yoga',
      reasonType: 'CLASS',
      visitMinutes: 60,
      bufferAfter: 15,
      staffIds: [clinic.staffId],
    });
    course = await addReason(gateway, {
      reasonDesc: 'Beginners',
      reasonType: 'COURSE',
      visitMinutes: 60,
      staffIds: [clinic.staffId],
    });
    annex = (
      await change(
        gateway,
        'createLocation',
        { locationName: 'Annex', timeZone: 'America/Chicago' },
        'location { id }',
      )
    ).location.id;
    room = (
      await change(
        gateway,
        'createResource',
        { name: 'Studio', locationId: clinic.locationId },
        'resource { id }',
      )
    ).resource.id;
  });

  const free = () => new Date(Date.UTC(2033, 1, 1, 15) + (day += 1) * 86_400_000).toISOString();
  const schedule = async (input: object = {}): Promise<any[]> =>
    (
      await change(
        gateway,
        'createClassSchedule',
        {
          reasonId: yoga,
          staffId: clinic.staffId,
          locationId: clinic.locationId,
          capacity: 5,
          start: free(),
          ...input,
        },
        'classSchedules { id start version }',
      )
    ).classSchedules;
  const take = async (classScheduleId: string, input: object = {}) =>
    (
      await change(
        gateway,
        'createAppointment',
        { reasonId: yoga, classScheduleId, clientId: clinic.clientId, ...input },
        'appointment { id }',
      )
    ).appointment.id;
  const alter = (input: object, key?: string) =>
    change(
      gateway,
      'updateClassSchedule',
      input,
      `classSchedule {
        id version start end capacity seatsLeft price meetingUrl staff { id } location { id }
        resource { id } timeZone { code }
      } conflicts { staff { id } resource { id } }`,
      key,
    );
  const read = async (id: string) =>
    (
      await gateway.data(
        `query ($id: ID!) {
          appointment(id: $id) {
            version status start staff { id } location { id } meetingUrl cancelReason cancelNote
            staffRescheduleCount history { nodes { type note } }
          }
        }`,
        { id },
      )
    ).appointment;

  return {
    get clinic() {
      return clinic;
    },
    get room() {
      return room;
    },
    get annex() {
      return annex;
    },
    get yoga() {
      return yoga;
    },
    get course() {
      return course;
    },
    free,
    schedule,
    take,
    alter,
    read,
  };
}

export type AttendanceFixture = ReturnType<typeof attendanceFixture>;
