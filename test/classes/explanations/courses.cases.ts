import { addLocation, addReason, change, refusal } from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';
import { EXPLAIN, type ExplanationsFixture } from './explanations.fixture';

export function coursesCases(gateway: TestGateway, fixture: ExplanationsFixture): void {
  const { ask, schedule, make } = fixture;

  it('covers every session of the run of a course, at any location', async () => {
    const course = await addReason(gateway, {
      reasonDesc: 'Beginners',
      reasonType: 'COURSE',
      visitMinutes: 90,
    });
    const annex = await addLocation(gateway, {
      locationName: 'Annex',
      timeZone: 'America/New_York',
    });
    const { courseSet } = await change(
      gateway,
      'createCourseSet',
      {
        reasonId: course,
        staffId: fixture.clinic.staffId,
        locationId: fixture.clinic.locationId,
        capacity: 2,
        localStart: '2031-02-17T18:00',
        rrule: 'FREQ=DAILY;COUNT=3',
      },
      'courseSet { id sessions { nodes { id start } } }',
    );
    const [first, second, third] = courseSet.sessions.nodes;
    await change(gateway, 'updateClassSchedule', {
      id: second.id,
      staffId: fixture.clinic.otherStaffId,
      locationId: annex,
    });
    const input = { reasonId: course, locationId: fixture.clinic.locationId };
    const times = async (key: string) =>
      (
        await gateway.data(
          `query ($input: AvailabilityInput!) {
            availability(input: $input) { availableTimes(first: 1000) { nodes { start seatsLeft courseSet { id } } } }
          }`,
          { input: { ...input, from: '2031-02-15', to: '2031-02-25' } },
          { key },
        )
      ).availability.availableTimes.nodes;
    for (const key of [fixture.clientKey, gateway.business.secretKey])
      expect(await times(key)).toEqual([
        { start: first.start, seatsLeft: 2, courseSet: { id: courseSet.id } },
      ]);
    expect(await ask({ ...input, start: first.start, seats: 2 }, fixture.clientKey)).toMatchObject({
      bookable: true,
      candidates: [
        {
          staff: { id: fixture.clinic.staffId },
          courseSet: { id: courseSet.id },
          classSchedule: null,
          seatsLeft: 2,
          refusals: [],
        },
      ],
    });
    const { appointments } = await make({
      ...input,
      locationId: undefined,
      courseSetId: courseSet.id,
      clientId: fixture.other,
    });
    await change(gateway, 'cancelAppointment', { id: appointments[0].id });
    const { userErrors } = await make(
      { ...input, locationId: undefined, courseSetId: courseSet.id, seats: 2 },
      fixture.clientKey,
    );
    expect(userErrors[0].explanation.candidates[0].refusals).toMatchObject([
      {
        rule: 'SEATS_TAKEN',
        row: { id: second.id },
        classSchedules: [{ id: second.id }, { id: third.id }],
      },
    ]);
    expect(userErrors[0].explanation.candidates[0].smallestChange).toMatchObject({
      kind: 'SEATS',
      seats: 1,
      courseSet: { id: courseSet.id },
    });
    await change(gateway, 'updateLocation', { id: annex, active: false });
    expect(await times(fixture.clientKey)).toEqual([]);
    expect(
      await refusal(
        gateway,
        'createAppointment',
        { reasonId: course, courseSetId: courseSet.id },
        fixture.clientKey,
      ),
    ).toEqual(['RULE_VIOLATED', 'locationId']);
    expect(
      (await ask({ ...input, start: first.start }, fixture.clientKey)).candidates[0].refusals,
    ).toMatchObject([{ rule: 'LOCATION_INACTIVE', row: { __typename: 'Location', id: annex } }]);
    expect((await ask({ ...input, start: first.start })).candidates[0].smallestChange).toBeNull();
  });

  it('is refused for a reason that is no class, another business, and an unknown session', async () => {
    const code = async (input: object, key = gateway.business.secretKey) => {
      const { errors } = await gateway.run(
        EXPLAIN,
        { input: { reasonId: fixture.yoga, start: '2031-02-10T15:00:00Z', ...input } },
        { key },
      );
      return [errors?.[0]?.extensions.code, errors?.[0]?.extensions.path?.at(-1)];
    };
    expect(await code({ courseSetId: 'CourseSet:1' })).toEqual(['BAD_USER_INPUT', 'courseSetId']);
    expect(await code({ classScheduleId: 'Staff:1' })).toEqual([
      'BAD_USER_INPUT',
      'classScheduleId',
    ]);
    expect(
      await code({ reasonId: fixture.clinic.reasonId, classScheduleId: 'ClassSchedule:1' }),
    ).toEqual(['BAD_USER_INPUT', 'classScheduleId']);
    const { secretKey } = await gateway.addBusiness({ name: 'Another business', timeZone: 'UTC' });
    expect(await code({}, secretKey)).toEqual(['NOT_FOUND', 'reasonId']);
  });

  it('takes a number of statements independent of the number of sessions', async () => {
    const of = async (reasonId: string) =>
      (
        await gateway.counted(EXPLAIN, {
          input: { reasonId, locationId: fixture.clinic.locationId, start: '2031-05-05T15:00:00Z' },
        })
      ).statements.length;
    const [few, many] = [
      await addReason(gateway, { reasonDesc: 'Few', reasonType: 'CLASS', visitMinutes: 10 }),
      await addReason(gateway, { reasonDesc: 'Many', reasonType: 'CLASS', visitMinutes: 10 }),
    ];
    await schedule({ reasonId: few, starts: ['2031-05-05T15:00:00Z', '2031-05-05T15:10:00Z'] });
    await schedule({ reasonId: many, start: '2031-05-01T16:00:00Z', rrule: 'FREQ=DAILY;COUNT=10' });
    await schedule({
      reasonId: many,
      start: '2031-05-05T15:00:00Z',
      staffId: fixture.clinic.otherStaffId,
    });
    expect(await of(many)).toBe(await of(few));
  });
}
