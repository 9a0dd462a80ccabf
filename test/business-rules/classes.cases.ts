import { addLocation, change } from '../support/fixtures/clinic';
import type { Attempts, RulesFixture } from './rules.fixture';

/** Rules about classes, courses and resources. */
export function classAttempts(fixture: RulesFixture): Attempts {
  const { gateway, booked, classReason, free, idOf, made, person, reason, session } = fixture;

  const room = (input: object = {}): Promise<string> =>
    idOf(
      'createResource',
      { name: 'Room', locationId: fixture.clinic.locationId, quantity: 2, ...input },
      'resource',
    );
  const course = () => reason({ reasonType: 'COURSE', numberSessions: 2 });
  const run = async (): Promise<{ id: string; reasonId: string; sessionIds: string[] }> => {
    const reasonId = await course();
    const { id, sessions } = await made(
      'createCourseSet',
      fixture.sessionInput(reasonId, { starts: [free(), free()] }),
      'courseSet',
      { selection: 'id sessions { nodes { id } }' },
    );
    return { id, reasonId, sessionIds: sessions.nodes.map((one: { id: string }) => one.id) };
  };
  const seat = (input: object) => ({ clientId: fixture.clinic.clientId, ...input });

  return {
    RESOURCE_INACTIVE: async () => {
      const resourceId = await room();
      const active = (value: boolean) =>
        change(gateway, 'updateResource', { id: resourceId, active: value });
      await active(false);
      const input = fixture.sessionInput(await classReason(), { resourceId });
      return {
        mutation: 'createClassSchedule',
        refused: input,
        accepted: input,
        path: ['resourceId'],
        message: 'Room is inactive.',
        between: () => active(true),
      };
    },
    RESOURCE_AT_OTHER_LOCATION: async () => {
      const elsewhere = await addLocation(gateway, { locationName: 'Annex', timeZone: 'UTC' });
      const input = fixture.sessionInput(await classReason());
      return {
        mutation: 'createClassSchedule',
        refused: { ...input, resourceId: await room({ locationId: elsewhere }) },
        accepted: { ...input, resourceId: await room() },
        path: ['resourceId'],
        message: 'Room is at another location.',
      };
    },
    EXCEEDS_CAPACITY: async () => {
      const resourceId = await room();
      const bundle = (units: number) => ({ name: 'Set', items: [{ resourceId, units }] });
      return {
        mutation: 'createResourceBundle',
        refused: bundle(3),
        accepted: bundle(2),
        path: ['items', '0', 'units'],
        message: 'Room has only 2 units.',
      };
    },
    CAPACITY_BOOKED: async () => {
      const reasonId = await classReason();
      const id = await session(reasonId, { capacity: 3 });
      await change(gateway, 'createAppointment', seat({ reasonId, classScheduleId: id, seats: 2 }));
      return {
        mutation: 'updateClassSchedule',
        refused: { id, capacity: 1 },
        accepted: { id, capacity: 2 },
        path: ['capacity'],
        message: '2',
      };
    },
    NOT_A_CLASS: async () => {
      const id = await booked();
      const classScheduleId = await session(await classReason());
      return {
        mutation: 'rescheduleAppointment',
        refused: { id, classScheduleId },
        accepted: { id, start: free() },
        path: ['classScheduleId'],
        message: 'Only seats in a class can move to another session: give a time.',
      };
    },
    SESSION_REQUIRED: async () => {
      const reasonId = await classReason();
      const { staffId, locationId } = fixture.clinic;
      return {
        mutation: 'createAppointment',
        refused: seat({ reasonId, staffId, locationId, start: free() }),
        accepted: seat({ reasonId, classScheduleId: await session(reasonId) }),
        path: ['classScheduleId'],
        message: 'A session of the class is required: give classScheduleId.',
      };
    },
    SESSION_CANCELLED: async () => {
      const reasonId = await classReason();
      const [cancelled, open] = [await session(reasonId), await session(reasonId)];
      await change(gateway, 'cancelClassSchedule', { id: cancelled });
      return {
        mutation: 'createAppointment',
        refused: seat({ reasonId, classScheduleId: cancelled }),
        accepted: seat({ reasonId, classScheduleId: open }),
        path: ['classScheduleId'],
        message: 'This session has been cancelled. Choose another.',
      };
    },
    SESSION_OF_OTHER_REASON: async () => {
      const reasonId = await classReason();
      const [foreign, own] = [await session(await classReason()), await session(reasonId)];
      return {
        mutation: 'createAppointment',
        refused: seat({ reasonId, classScheduleId: foreign }),
        accepted: seat({ reasonId, classScheduleId: own }),
        path: ['classScheduleId'],
        message: 'The session is of another reason.',
      };
    },
    NO_SESSION_LEFT: async () => {
      const [over, open] = [await run(), await run()];
      for (const id of over.sessionIds) await change(gateway, 'cancelClassSchedule', { id });
      await change(gateway, 'cancelClassSchedule', { id: open.sessionIds[0] });
      return {
        mutation: 'createAppointment',
        refused: seat({ reasonId: over.reasonId, courseSetId: over.id }),
        accepted: seat({ reasonId: open.reasonId, courseSetId: open.id }),
        path: ['courseSetId'],
        message: 'This course has no open sessions left.',
      };
    },
    FIXED_BY_SESSION: async () => {
      const reasonId = await classReason();
      const [from, to] = [await session(reasonId), await session(reasonId)];
      const { id } = await made(
        'createAppointment',
        seat({ reasonId, classScheduleId: from }),
        'appointment',
      );
      return {
        mutation: 'rescheduleAppointment',
        refused: { id, start: free() },
        accepted: { id, classScheduleId: to },
        path: ['classScheduleId'],
        message: 'Seats can only move to another session of their class: give classScheduleId.',
      };
    },
    COURSE: async () => {
      const { id, reasonId, sessionIds } = await run();
      const clientId = await person();
      return {
        mutation: 'createAppointment',
        refused: { clientId, reasonId, classScheduleId: sessionIds[0] },
        accepted: { clientId, reasonId, courseSetId: id },
        path: ['classScheduleId'],
        message: 'This session is part of a course: give courseSetId.',
      };
    },
    COURSE_SESSIONS: async () => {
      const input = (starts: string[]) => fixture.sessionInput(reasonId, { starts });
      const reasonId = await course();
      return {
        mutation: 'createCourseSet',
        refused: input([free(), free(), free()]),
        accepted: input([free(), free()]),
        path: ['rrule'],
        message: 'This course has 2 sessions, not 3.',
      };
    },
  };
}
