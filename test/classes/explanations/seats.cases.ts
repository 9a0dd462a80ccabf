import { Role } from '../../../src/context';
import { change } from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import type { TestGateway } from '../../support/harness/gateway';
import { OF_ERROR, type ExplanationsFixture } from './explanations.fixture';

export function seatsCases(gateway: TestGateway, fixture: ExplanationsFixture): void {
  const { ask, schedule, make } = fixture;

  const made = async (input: object, key?: string): Promise<string> => {
    const { appointment, userErrors } = await make(input, key);
    expect(userErrors).toEqual([]);
    return appointment.id;
  };

  it('names the full session, the free seats, and sessions with room', async () => {
    const [before, full, after, far] = await schedule({
      starts: [
        '2031-02-03T15:00:00Z',
        '2031-02-04T15:00:00Z',
        '2031-02-05T16:00:00Z',
        '2031-03-05T15:00:00Z',
      ],
    });
    await made({ classScheduleId: full!.id, seats: 2, clientId: fixture.other });
    const { appointment, userErrors } = await make(
      { classScheduleId: full!.id, seats: 2 },
      fixture.clientKey,
    );
    expect([appointment, userErrors[0].code]).toEqual([null, 'SEATS_UNAVAILABLE']);
    const answer = userErrors[0].explanation;
    expect(answer).toMatchObject({
      bookable: false,
      start: full!.start,
      end: '2031-02-04T16:00:00.000Z',
    });
    expect(answer.candidates).toEqual([
      {
        staff: { id: fixture.clinic.staffId },
        classSchedule: { id: full!.id },
        courseSet: null,
        seatsLeft: 1,
        bookable: false,
        refusals: [
          {
            rule: 'SEATS_TAKEN',
            message: 'Too few seats are left. Choose another session or request fewer seats.',
            row: { __typename: 'ClassSchedule', id: full!.id },
            classSchedules: [{ id: full!.id }],
          },
        ],
        smallestChange: {
          kind: 'SEATS',
          start: full!.start,
          durationMinutes: 60,
          minutes: 0,
          seats: 1,
          classSchedule: { id: full!.id },
          courseSet: null,
        },
      },
    ]);
    expect(answer.nearestTimes).toEqual(
      [before, after].map((one) => ({
        start: one!.start,
        seatsLeft: 3,
        classSchedule: { id: one!.id },
        courseSet: null,
      })),
    );
    expect(await ask({ start: full!.start, seats: 2 }, fixture.clientKey)).toEqual(answer);
    await made({ classScheduleId: full!.id, seats: 1, clientId: fixture.other });
    const { smallestChange } = (await ask({ start: full!.start, seats: 2 })).candidates[0];
    expect(smallestChange).toMatchObject({
      kind: 'START',
      start: before!.start,
      minutes: 24 * 60,
      seats: 2,
      classSchedule: { id: before!.id },
    });
    for (const one of [before, after, far])
      await change(gateway, 'cancelClassSchedule', { id: one!.id });
    expect((await ask({ start: full!.start })).candidates[0].smallestChange).toMatchObject({
      kind: 'OVERRIDE',
      classSchedule: { id: full!.id },
    });
    expect(
      (await ask({ start: full!.start }, fixture.clientKey)).candidates[0].smallestChange,
    ).toBeNull();
    await change(gateway, 'cancelClassSchedule', { id: full!.id });
  });

  it('states that no session begins at the time, and names those of other or of the chosen leaders', async () => {
    const [one] = await schedule({ starts: ['2031-02-10T15:00:00Z'] });
    const [two] = await schedule({
      starts: ['2031-02-11T15:00:00Z'],
      staffId: fixture.clinic.otherStaffId,
    });
    const refusals = [
      {
        rule: 'NO_SESSION',
        message: expect.any(String),
        row: { __typename: 'Reason', id: fixture.yoga },
        classSchedules: [],
      },
    ];
    const answer = await ask({ start: '2031-02-10T16:00:00Z' }, fixture.clientKey);
    expect(answer.candidates).toMatchObject([
      {
        staff: { id: fixture.clinic.staffId },
        classSchedule: null,
        refusals,
        smallestChange: { kind: 'START', start: one!.start, minutes: 60 },
      },
      {
        staff: { id: fixture.clinic.otherStaffId },
        classSchedule: null,
        refusals,
        smallestChange: { kind: 'START', start: two!.start },
      },
    ]);
    expect(answer.end).toBe('2031-02-10T17:00:00.000Z');
    const named = await ask({ start: one!.start, staffIds: [fixture.clinic.otherStaffId] });
    expect(named).toMatchObject({
      bookable: false,
      candidates: [{ staff: { id: fixture.clinic.otherStaffId }, refusals }],
      nearestTimes: [{ start: two!.start }],
    });
    await change(gateway, 'cancelClassSchedule', { id: one!.id });
    expect((await ask({ start: one!.start, classScheduleId: one!.id })).candidates).toMatchObject([
      { staff: { id: fixture.clinic.otherStaffId }, refusals },
    ]);
    await change(gateway, 'cancelClassSchedule', { id: two!.id });
    const idle = await ask({ start: one!.start, staffIds: [fixture.clinic.staffId] });
    expect(idle).toMatchObject({
      bookable: false,
      candidates: [{ refusals, smallestChange: null }],
      nearestTimes: [],
    });
  });

  it('excludes the seats of the changed appointment, for viewers who may see it', async () => {
    const [one, two] = await schedule({ starts: ['2031-02-13T15:00:00Z', '2031-02-14T15:00:00Z'] });
    const mine = await made({ classScheduleId: one!.id, seats: 2 }, fixture.clientKey);
    await made({ classScheduleId: one!.id, clientId: fixture.other });
    const wants = { start: one!.start, seats: 2, appointmentId: mine };
    expect([(await ask(wants)).bookable, (await ask(wants, fixture.clientKey)).bookable]).toEqual([
      true,
      true,
    ]);
    const stranger = await gateway.key(Role.CLIENT, { clientId: numberOf(fixture.other) });
    expect((await ask(wants, stranger)).candidates[0].refusals).toMatchObject([
      { rule: 'SEATS_TAKEN' },
    ]);
    const more = await gateway.data(
      `mutation ($input: UpdateAppointmentInput!) {
        updateAppointment(input: $input) { userErrors { ${OF_ERROR} } }
      }`,
      { input: { id: mine, seats: 3 } },
    );
    expect(more.updateAppointment.userErrors).toMatchObject([
      {
        code: 'SEATS_UNAVAILABLE',
        explanation: {
          candidates: [{ seatsLeft: 2, smallestChange: { kind: 'SEATS', seats: 2 } }],
        },
      },
    ]);
    await made({ classScheduleId: two!.id, seats: 2, clientId: fixture.other });
    const moved = await gateway.data(
      `mutation ($input: RescheduleAppointmentInput!) {
        rescheduleAppointment(input: $input) { userErrors { ${OF_ERROR} } }
      }`,
      { input: { id: mine, classScheduleId: two!.id } },
      { key: fixture.clientKey },
    );
    expect(moved.rescheduleAppointment.userErrors).toMatchObject([
      {
        code: 'SEATS_UNAVAILABLE',
        explanation: {
          start: two!.start,
          candidates: [{ refusals: [{ rule: 'SEATS_TAKEN' }], seatsLeft: 1 }],
          nearestTimes: [{ start: one!.start }],
        },
      },
    ]);
  });
}
