import { Role } from '../../../src/context';
import { addReason, change } from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';
import type { OfferedIsBookableFixture } from './offered-is-bookable.fixture';

export function classesCases(gateway: TestGateway, fixture: OfferedIsBookableFixture): void {
  const { staff, things, keys, make, offered, ROLES } = fixture;

  describe('on classes and courses', () => {
    it.each(ROLES)('for %s', async (role) => {
      const leader = staff[2] as string;
      const [yoga, course] = [
        await addReason(gateway, {
          reasonDesc: `Yoga ${role}`,
          reasonType: 'CLASS',
          visitMinutes: 60,
          apptHrMin: 24,
          apptDayMax: 20,
          staffIds: staff,
        }),
        await addReason(gateway, {
          reasonDesc: `Course ${role}`,
          reasonType: 'COURSE',
          visitMinutes: 60,
          apptHrMin: 24,
          apptDayMax: 20,
          staffIds: staff,
        }),
      ];
      const hour = 16 + ROLES.indexOf(role);
      const rooms: { input: object; reasonId: string; isHere: boolean }[] = [];
      // Tomorrow violates the notice, the day after is allowed, March exceeds the horizon.
      for (const [day, capacity, locationId] of [
        ['02-02', 4, fixture.here],
        ['02-06', 4, fixture.here],
        ['02-09', 1, fixture.here],
        ['02-12', 4, fixture.there],
        ['03-10', 4, fixture.here],
      ] as const) {
        const session = await change(
          gateway,
          'createClassSchedule',
          {
            reasonId: yoga,
            staffId: leader,
            locationId,
            capacity,
            localStart: `2031-${day}T${hour}:00`,
          },
          'classSchedules { id }',
        );
        rooms.push({
          reasonId: yoga,
          isHere: locationId === fixture.here,
          input: { classScheduleId: session.classSchedules[0].id },
        });
        if (locationId === fixture.there) continue;
        const run = await change(
          gateway,
          'createCourseSet',
          {
            reasonId: course,
            staffId: staff[1],
            locationId,
            capacity,
            localStart: `2031-${day}T${hour}:00`,
            rrule: 'FREQ=DAILY;COUNT=2',
          },
          'courseSet { id }',
        );
        rooms.push({ reasonId: course, isHere: true, input: { courseSetId: run.courseSet.id } });
      }
      const offeredIds = new Map<string, string[]>();
      for (const [reasonId, seats] of [
        [yoga, 1],
        [yoga, 2],
        [course, 1],
        [course, 2],
      ] as const) {
        const { rows, code } = await offered(
          { reasonId, locationId: fixture.here, from: '2031-02-02', to: '2031-03-15', seats },
          keys[role] as string,
        );
        offeredIds.set(
          `${reasonId} ${seats}`,
          code === null
            ? rows.map(({ classSchedule, courseSet }) => classSchedule?.id ?? courseSet.id)
            : [],
        );
        if (role === 'LOCATION_SUPER_USER elsewhere') expect(code).toBe('FORBIDDEN');
        if (role === Role.STAFF_USER && code !== null) throw new Error(code);
      }
      let [booked, refused] = [0, 0];
      // Sessions of other locations are offered there.
      for (const { reasonId, input } of rooms.filter(({ isHere }) => isHere)) {
        for (const seats of [2, 1]) {
          const id = Object.values(input)[0] as string;
          const isOffered = offeredIds.get(`${reasonId} ${seats}`)?.includes(id);
          const code = await make({ reasonId, seats, ...input }, role, true);
          expect([role, input, seats, code === null]).toEqual([role, input, seats, isOffered]);
          if (code !== null && role !== 'LOCATION_SUPER_USER elsewhere')
            expect(['TIME_UNAVAILABLE', 'SEATS_UNAVAILABLE']).toContain(code);
          if (code === null) booked += 1;
          else refused += 1;
        }
      }
      if (role !== 'LOCATION_SUPER_USER elsewhere')
        expect(Math.min(booked, refused)).toBeGreaterThan(1);
      for (const extra of [
        { durationMinutes: 60 },
        { additionalStaffIds: [staff[0]] },
        { resourceIds: [things.x] },
        { addOnReasonIds: [fixture.addOn] },
      ]) {
        const { code } = await offered(
          { reasonId: yoga, locationId: fixture.here, ...extra },
          keys[role] as string,
        );
        expect([extra, code === null]).toEqual([extra, false]);
      }
    });
  });
}
