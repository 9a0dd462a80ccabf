import { change } from '../support/fixtures/clinic';
import type { Attempts, RulesFixture } from './rules.fixture';

/** Rules about waitlists. */
export function waitlistAttempts(fixture: RulesFixture): Attempts {
  const { gateway, classReason, free, person, reason, session, waiting } = fixture;

  const popular = (input: object = {}) => reason({ allowWaitList: true, ...input });
  const wish = () => ({ times: [free()] });

  return {
    NO_WAITLIST: async () => {
      const clientId = await person();
      return {
        mutation: 'joinWaitlist',
        refused: { reasonId: await reason(), clientId, wish: wish() },
        accepted: { reasonId: await popular(), clientId, wish: wish() },
        path: ['reasonId'],
        message: 'This reason has no waitlist.',
      };
    },
    WAITLIST_FULL: async () => {
      const reasonId = await popular({ maxWaitlist: 2 });
      const [first] = [await waiting({ reasonId, wish: wish() })];
      await waiting({ reasonId, wish: wish() });
      const input = { reasonId, clientId: await person(), wish: wish() };
      return {
        mutation: 'joinWaitlist',
        refused: input,
        accepted: input,
        path: ['reasonId'],
        message: 'The waitlist is full.',
        between: () => change(gateway, 'removeWaitlistEntry', { id: first }),
      };
    },
    WAITLIST_STATUS: async () => {
      const reasonId = await popular();
      const [booked, start] = [await waiting({ reasonId, wish: wish() }), free()];
      const open = await waiting({ reasonId, wish: wish() });
      const { staffId } = fixture.clinic;
      await change(gateway, 'bookFromWaitlist', { id: booked, staffId, start });
      return {
        mutation: 'leaveWaitlist',
        refused: { entry: { id: booked } },
        accepted: { entry: { id: open } },
        path: ['entry', 'id'],
        message: 'The place is booked: cancel the appointment instead.',
      };
    },
    SEATS_AVAILABLE: async () => {
      const reasonId = await classReason({ allowWaitList: true });
      const classScheduleId = await session(reasonId);
      const take = async () =>
        change(gateway, 'createAppointment', {
          reasonId,
          classScheduleId,
          clientId: await person(),
        });
      await take();
      const input = { reasonId, clientId: await person() };
      const seats = (count: number) => ({ wish: { session: { classScheduleId, seats: count } } });
      return {
        mutation: 'joinWaitlist',
        refused: { ...input, ...seats(1) },
        accepted: { ...input, ...seats(2) },
        path: ['wish', 'session', 'classScheduleId'],
        message: 'The session has 1 free seats: book them.',
      };
    },
    ENTRIES_DIFFER: async () => {
      const [one, other] = [await popular(), await popular()];
      const [first, same, foreign] = [
        await waiting({ reasonId: one, wish: wish() }),
        await waiting({ reasonId: one, wish: wish() }),
        await waiting({ reasonId: other, wish: wish() }),
      ];
      const { staffId } = fixture.clinic;
      const start = free();
      return {
        mutation: 'inviteFromWaitlist',
        refused: { entryIds: [first, foreign], staffId, start },
        accepted: { entryIds: [first, same], staffId, start },
        path: ['entryIds'],
        message: 'All entries must wait for the same reason, location and session.',
      };
    },
  };
}
