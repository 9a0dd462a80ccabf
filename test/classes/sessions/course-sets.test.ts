import { Role } from '../../../src/context';
import { addClinic, addReason, change, refusal, type Clinic } from '../../support/fixtures/clinic';
import { onEachDatabase } from '../../support/harness/gateway';
import { numberOf } from '../../support/fixtures/ids';

onEachDatabase('createCourseSet', (gateway) => {
  let clinic: Clinic;
  let course: string;
  beforeAll(async () => {
    clinic = await addClinic(gateway);
    course = await addReason(gateway, {
      reasonDesc: 'Beginners',
      reasonType: 'COURSE',
      visitMinutes: 90,
      numberSessions: 4,
      price: '120.00',
      staffIds: [clinic.staffId],
    });
  });
  const make = (input: object = {}) =>
    change(
      gateway,
      'createCourseSet',
      {
        reasonId: course,
        staffId: clinic.staffId,
        locationId: clinic.locationId,
        capacity: 8,
        ...input,
      },
      `courseSet {
        id name price start seatsLeft reason { reasonDesc } location { locationName }
        sessions { totalCount nodes { start seatsLeft courseSet { id } } }
      } conflicts { start staff { id } }`,
    );

  it('creates all sessions of a set or none', async () => {
    const weekly = { localStart: '2031-01-06T19:00', rrule: 'FREQ=WEEKLY;COUNT=4', name: 'Winter' };
    const { courseSet, userErrors } = await make(weekly);
    expect(userErrors).toEqual([]);
    const { sessions, id, ...rest } = courseSet;
    expect(rest).toEqual({
      name: 'Winter',
      price: null,
      start: '2031-01-07T00:00:00.000Z',
      seatsLeft: 8,
      reason: { reasonDesc: 'Beginners' },
      location: { locationName: 'Office a' },
    });
    expect(sessions).toEqual({
      totalCount: 4,
      nodes: ['07', '14', '21', '28'].map((day) => ({
        start: `2031-01-${day}T00:00:00.000Z`,
        seatsLeft: 8,
        courseSet: { id },
      })),
    });
    const taken = await make({ ...weekly, localStart: '2031-01-20T19:30' });
    expect([
      taken.courseSet,
      taken.conflicts.map(({ start }: any) => start.slice(5, 13)),
      taken.userErrors[0].code,
    ]).toEqual([null, ['01-21T00', '01-28T00'], 'TIME_UNAVAILABLE']);
    const { courseSets } = await gateway.data(
      '{ courseSets { totalCount nodes { id } } classSchedules { totalCount } }',
    );
    expect(courseSets).toEqual({ totalCount: 1, nodes: [{ id }] });
    const found = async (filter: object) =>
      (
        await gateway.data(
          'query ($filter: CourseSetFilter) { courseSets(filter: $filter) { nodes { id } } }',
          { filter },
        )
      ).courseSets.nodes.length;
    for (const filter of [
      { ids: [id] },
      { reasonIds: [course] },
      { locationIds: [clinic.locationId] },
      { staffIds: [clinic.staffId] },
      { from: '2031-01-20' },
      { to: '2031-01-06' },
    ])
      expect([filter, await found(filter)]).toEqual([filter, 1]);
    for (const filter of [
      { reasonIds: [clinic.reasonId] },
      { staffIds: [clinic.otherStaffId] },
      { from: '2031-02-20' },
      { to: '2031-01-05' },
    ])
      expect([filter, await found(filter)]).toEqual([filter, 0]);
  });

  it('requires numberSessions and a permitted role, and creates a set once for a key', async () => {
    const input = {
      localStart: '2031-06-02T19:00',
      rrule: 'FREQ=WEEKLY;COUNT=4',
      idempotencyKey: 'summer',
      price: '99.00',
    };
    expect(
      (await make({ ...input, rrule: 'FREQ=WEEKLY;COUNT=3', idempotencyKey: undefined }))
        .userErrors,
    ).toMatchObject([{ code: 'RULE_VIOLATED', path: ['input', 'rrule'] }]);
    const [first, second] = [await make(input), await make(input)];
    expect(first.courseSet.price).toBe('99.00');
    expect(second).toEqual(first);
    const { secretKey } = await gateway.addBusiness({ name: 'Another business', timeZone: 'UTC' });
    const see = async (key: string) =>
      await gateway.data(
        `query ($id: ID!) {
          courseSet(id: $id) { id } node(id: $id) { id } courseSets { totalCount }
        }`,
        { id: first.courseSet.id },
        { key },
      );
    expect(await see(secretKey)).toEqual({
      courseSet: null,
      node: null,
      courseSets: { totalCount: 0 },
    });
    expect((await see(await gateway.key(Role.PUBLIC))).courseSet).toEqual({
      id: first.courseSet.id,
    });
    expect(
      (
        await refusal(
          gateway,
          'createCourseSet',
          {
            reasonId: course,
            staffId: clinic.staffId,
            capacity: 8,
            localStart: '2031-09-01T19:00',
            rrule: 'FREQ=WEEKLY;COUNT=4',
          },
          await gateway.key(Role.STAFF_USER, { staffId: numberOf(clinic.staffId) }),
        )
      )[0],
    ).toBe('FORBIDDEN');
    expect(
      await refusal(gateway, 'createCourseSet', {
        reasonId: clinic.reasonId,
        staffId: clinic.staffId,
        capacity: 8,
        localStart: '2031-09-01T19:00',
      }),
    ).toEqual(['RULE_VIOLATED', 'reasonId']);
  });
});
