import { Role } from '../../src/context';
import {
  addClient,
  addClinic,
  addReason,
  change,
  refusal,
  type Clinic,
} from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';
import { numberOf } from '../support/fixtures/ids';

const HOUR = 3_600_000;

onEachDatabase('availability of classes and courses', (gateway) => {
  const NOW = Date.parse('2031-01-30T12:00:00Z');
  let clinic: Clinic;
  let [yoga, course, clientKey, room] = ['', '', '', ''];
  beforeAll(async () => {
    clinic = await addClinic(gateway);
    yoga = await addReason(gateway, {
      reasonDesc: 'Yoga',
      reasonType: 'CLASS',
      visitMinutes: 60,
      apptHrMin: 24,
      apptDayMax: 30,
    });
    course = await addReason(gateway, {
      reasonDesc: 'Beginners',
      reasonType: 'COURSE',
      visitMinutes: 90,
      apptHrMin: 24,
      apptDayMax: 30,
    });
    clientKey = await gateway.key(Role.CLIENT, { clientId: numberOf(clinic.clientId) });
    room = (
      await change(
        gateway,
        'createResource',
        { name: 'Studio', locationId: clinic.locationId },
        'resource { id }',
      )
    ).resource.id;
  });
  beforeEach(() => (gateway.time = NOW));
  afterAll(() => (gateway.time = null));

  const QUERY = `query ($input: AvailabilityInput!) { availability(input: $input) { availableTimes { start end durationMinutes text seatsLeft classSchedule { id seatsLeft } courseSet { id seatsLeft }
    units { staff { userName } resource { name } roundRobin } } firstAvailable { start } days } }`;
  const ask = async (input: object, key = clientKey) =>
    (
      await gateway.data(
        QUERY,
        {
          input: {
            reasonId: yoga,
            locationId: clinic.locationId,
            from: '2031-01-28',
            to: '2031-03-20',
            ...input,
          },
        },
        { key },
      )
    ).availability;
  const schedule = async (input: object) =>
    (
      await change(
        gateway,
        'createClassSchedule',
        {
          reasonId: yoga,
          staffId: clinic.staffId,
          locationId: clinic.locationId,
          capacity: 3,
          ...input,
        },
        'classSchedules { id start }',
      )
    ).classSchedules;
  const take = (input: object, key = clientKey) =>
    change(gateway, 'createAppointment', { reasonId: yoga, ...input }, 'appointment { id }', key);

  it('returns sessions with free seats, their leader and location', async () => {
    const [{ id }] = await schedule({ localStart: '2031-02-04T23:30', resourceId: room });
    await take({ classScheduleId: id, seats: 2 });
    const answer = await ask({ from: '2031-02-04', to: '2031-02-05' });
    expect(answer).toEqual({
      availableTimes: [
        {
          start: '2031-02-05T04:30:00.000Z',
          end: '2031-02-05T05:30:00.000Z',
          durationMinutes: 60,
          text: 'Tuesday, Feb 4, 2031 at 11:30 PM EST – Wednesday, Feb 5, 2031 at 12:30 AM EST (drjones-a Jones)',
          seatsLeft: 1,
          classSchedule: { id, seatsLeft: 1 },
          courseSet: null,
          units: [{ staff: { userName: null }, resource: { name: 'Studio' }, roundRobin: 'NONE' }],
        },
      ],
      firstAvailable: { start: '2031-02-05T04:30:00.000Z' },
      days: ['2031-02-04'],
    });
    expect((await ask({ from: '2031-02-04', to: '2031-02-05', seats: 2 })).availableTimes).toEqual(
      [],
    );
    expect((await ask({ from: '2031-02-05', to: '2031-02-05' })).availableTimes).toEqual([]);
    expect(
      (await ask({ from: '2031-02-05', to: '2031-02-05', timeZone: 'Europe/Berlin' })).days,
    ).toEqual(['2031-02-05']);
    expect(
      (await ask({ from: '2031-02-04', to: '2031-02-05', staffIds: [clinic.otherStaffId] }))
        .availableTimes,
    ).toEqual([]);
    expect(
      (await ask({ from: '2031-02-04', to: '2031-02-05' }, gateway.business.secretKey))
        .availableTimes[0].units[0].staff,
    ).toEqual({ userName: 'drjones-a' });
  });

  it('offers clients exactly the bookable sessions: tries each session of seven weeks for one and for two seats', async () => {
    const sessions = await schedule({
      localStart: '2031-01-28T10:00',
      rrule: 'FREQ=DAILY;COUNT=50',
      staffId: clinic.otherStaffId,
    });
    for (const index of [3, 8, 9, 20])
      await take(
        {
          classScheduleId: sessions[index].id,
          seats: index % 2 ? 3 : 2,
          clientId: clinic.clientId,
        },
        gateway.business.secretKey,
      );
    await change(gateway, 'cancelClassSchedule', { id: sessions[12].id });
    const seen: Record<string, number> = {};
    for (const seats of [2, 1]) {
      const offered = new Set(
        (await ask({ seats })).availableTimes.map((time: any) => time.classSchedule.id),
      );
      for (const { id } of sessions) {
        const { appointment } = await take({ classScheduleId: id, seats });
        expect([seats, id, appointment !== null]).toEqual([seats, id, offered.has(id)]);
        if (!appointment) continue;
        seen[seats] = (seen[seats] ?? 0) + 1;
        await change(gateway, 'cancelAppointment', { id: appointment.id });
      }
    }
    expect(seen).toEqual({ 1: 26, 2: 24 });
  });

  it('enforces the quota of the class for concurrent bookings', async () => {
    const quoted = await addReason(gateway, {
      reasonDesc: 'Trial',
      reasonType: 'CLASS',
      visitMinutes: 60,
      quota: 2,
      quotaType: 'DAY',
    });
    const [first, second, next] = await schedule({
      reasonId: quoted,
      starts: ['2031-02-10T12:00:00Z', '2031-02-10T20:00:00Z', '2031-02-11T12:00:00Z'],
      capacity: 20,
    });
    const made = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        take(
          { reasonId: quoted, classScheduleId: [first, second][index % 2].id },
          gateway.business.secretKey,
        ),
      ),
    );
    expect(made.filter(({ appointment }) => appointment)).toHaveLength(2);
    expect(made.find(({ appointment }) => !appointment).userErrors).toMatchObject([
      { code: 'QUOTA_REACHED' },
    ]);
    const { appointment } = await take({ reasonId: quoted, classScheduleId: next.id });
    expect(
      (await ask({ reasonId: quoted })).availableTimes.map((time: any) => time.classSchedule.id),
    ).toEqual([next.id]);
    expect(
      await refusal(gateway, 'rescheduleAppointment', {
        id: appointment.id,
        classScheduleId: first.id,
      }),
    ).toEqual(['QUOTA_REACHED', 'start']);
    expect(
      await refusal(gateway, 'updateReason', { id: course, quota: 2, quotaType: 'DAY' }),
    ).toEqual(['RULE_VIOLATED', 'quota']);
  });

  it('offers a course by its first session while all of its sessions have seats', async () => {
    const runs: any[] = [];
    for (const localStart of ['2031-02-03T18:00', '2031-02-20T18:00', '2031-03-11T18:00']) {
      runs.push(
        (
          await change(
            gateway,
            'createCourseSet',
            {
              reasonId: course,
              staffId: clinic.staffId,
              locationId: clinic.locationId,
              capacity: 2,
              localStart,
              rrule: 'FREQ=WEEKLY;COUNT=6',
            },
            'courseSet { id sessions { nodes { id } } }',
          )
        ).courseSet,
      );
    }
    const offered = async (seats?: number) =>
      (await ask({ reasonId: course, seats })).availableTimes.map(
        ({ courseSet, seatsLeft, start, classSchedule }: any) => [
          courseSet.id,
          seatsLeft,
          start.slice(5, 16),
          classSchedule,
        ],
      );
    expect(await offered()).toEqual([
      [runs[0].id, 2, '02-03T23:00', null],
      [runs[1].id, 2, '02-20T23:00', null],
    ]);
    const book = (index: number, input: object = {}) =>
      change(
        gateway,
        'createAppointment',
        { reasonId: course, courseSetId: runs[index].id, ...input },
        'appointments { id }',
        clientKey,
      );
    const { appointments } = await book(0);
    // The run continues beyond the horizon, and is booked by its first session.
    expect(appointments).toHaveLength(6);
    expect((await book(2)).userErrors).toMatchObject([
      { code: 'TIME_UNAVAILABLE', path: ['input', 'start'] },
    ]);
    expect(await offered(2)).toEqual([[runs[1].id, 2, '02-20T23:00', null]]);
    expect((await book(0, { seats: 2 })).userErrors).toMatchObject([{ code: 'SEATS_UNAVAILABLE' }]);
    await change(gateway, 'cancelAppointment', { id: appointments[0].id });
    expect(await offered(2)).toEqual([[runs[1].id, 2, '02-20T23:00', null]]);
    gateway.time = NOW + 38 * 24 * HOUR;
    expect(
      (await ask({ reasonId: course, from: '2031-01-28', to: '2031-03-20' })).availableTimes,
    ).toEqual([expect.objectContaining({ start: '2031-03-11T22:00:00.000Z' })]);
    expect((await book(1)).userErrors).toMatchObject([
      { code: 'TIME_UNAVAILABLE', path: ['input', 'start'] },
    ]);
  });

  it('excludes seats of a led class from round robin', async () => {
    const turns = await addReason(gateway, {
      reasonDesc: 'Talk',
      visitMinutes: 30,
      staffIds: [clinic.staffId, clinic.otherStaffId],
    });
    await change(gateway, 'updateLocation', { id: clinic.locationId, roundRobin: 'BALANCED' });
    const [{ id }] = await schedule({ localStart: '2032-05-03T18:00' });
    await take({ classScheduleId: id }, gateway.business.secretKey);
    await take({ classScheduleId: id }, gateway.business.secretKey);
    const served = [];
    for (const hour of [14, 15])
      served.push(
        (
          await change(
            gateway,
            'createAppointment',
            {
              reasonId: turns,
              locationId: clinic.locationId,
              clientId: clinic.clientId,
              start: `2032-05-03T${hour}:00:00Z`,
            },
            'appointment { staff { id } }',
          )
        ).appointment.staff.id,
      );
    expect(served.sort()).toEqual([clinic.staffId, clinic.otherStaffId].sort());
    await change(gateway, 'updateLocation', { id: clinic.locationId, roundRobin: 'NONE' });
  });

  it('returns nothing to callers without permission, in a number of statements independent of the sessions', async () => {
    const banned = await addClient(gateway, { firstName: 'Joffrey', lastName: 'B' });
    await change(gateway, 'updateClient', { id: banned, status: 'BLACKLISTED' });
    expect((await ask({ clientId: banned }, gateway.business.secretKey)).availableTimes).toEqual(
      [],
    );
    const { secretKey } = await gateway.addBusiness({ name: 'Another business', timeZone: 'UTC' });
    expect(
      (
        await gateway.run(
          QUERY,
          { input: { reasonId: yoga, from: '2031-02-01', to: '2031-02-02' } },
          { key: secretKey },
        )
      ).errors,
    ).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
    const input = { reasonId: yoga, locationId: clinic.locationId, from: '2031-02-05' };
    // Background statements may run in between.
    const count = async (to: string) => {
      const counts: number[] = [];
      while (counts.length < 3)
        counts.push(
          (await gateway.counted(QUERY, { input: { ...input, to } }, { key: clientKey })).statements
            .length,
        );
      return Math.min(...counts);
    };
    expect(await count('2031-02-25')).toBe(await count('2031-02-06'));
    expect(
      await refusal(gateway, 'createReason', {
        reasonDesc: 'x',
        visitMinutes: 5,
        reasonType: 'COURSE',
        quota: 1,
        quotaType: 'DAY',
      }),
    ).toEqual(['RULE_VIOLATED', 'quota']);
  });
});
