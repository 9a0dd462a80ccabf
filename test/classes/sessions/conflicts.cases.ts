import { book, refusal } from '../../support/fixtures/clinic';
import { expectIntegrity } from '../../support/harness/integrity';
import type { TestGateway } from '../../support/harness/gateway';
import type { SessionsFixture } from './sessions.fixture';

export function conflictsCases(gateway: TestGateway, fixture: SessionsFixture): void {
  const { schedule, count, starts } = fixture;

  it('lists all conflicts of a series, and creates none or the others', async () => {
    for (const day of ['01', '22']) await book(gateway, fixture.clinic, `2032-01-${day}T15:00:00Z`);
    const weekly = { localStart: '2032-01-01T10:00', rrule: 'FREQ=WEEKLY;COUNT=5' };
    const before = await count();
    const none = await schedule(weekly);
    expect(none.conflicts.map(({ start }: any) => start.slice(5, 10))).toEqual(['01-01', '01-22']);
    expect([none.classSchedules, none.userErrors[0].code, await count()]).toEqual([
      null,
      'TIME_UNAVAILABLE',
      before,
    ]);
    const others = await schedule({ ...weekly, onConflict: 'SKIP_CONFLICTS' });
    expect([
      starts(others),
      others.conflicts.map(({ start }: any) => start.slice(5, 10)),
      others.userErrors,
    ]).toEqual([['01-08T15:00', '01-15T15:00', '01-29T15:00'], ['01-01', '01-22'], []]);
    const { classSchedules } = await gateway.data(
      'query ($ids: [ID!]) { classSchedules(filter: { firstOfSeriesIds: $ids }) { totalCount } }',
      { ids: [others.classSchedules[0].id] },
    );
    expect(classSchedules.totalCount).toBe(3);
    expect((await schedule({ ...weekly, onConflict: 'SKIP_CONFLICTS' })).userErrors).toMatchObject([
      { code: 'TIME_UNAVAILABLE' },
    ]);
    expect(await count()).toBe(before + 3);
    await expectIntegrity(gateway);
  });

  it('creates sessions once for an idempotency key', async () => {
    const input = {
      localStart: '2032-02-02T10:00',
      rrule: 'FREQ=WEEKLY;COUNT=3',
      idempotencyKey: 'spin',
    };
    const [first, second] = [await schedule(input), await schedule(input)];
    expect(second).toEqual(first);
    expect(first.classSchedules).toHaveLength(3);
    expect(
      await refusal(gateway, 'createClassSchedule', {
        reasonId: fixture.yoga,
        staffId: fixture.clinic.staffId,
        capacity: 1,
        localStart: '2032-02-03T10:00',
        idempotencyKey: 'spin',
      }),
    ).toEqual(['IDEMPOTENCY_KEY_REUSED', undefined]);
  });

  it('filters by reason, location, leader, room, status and day, in one statement with relations', async () => {
    const {
      classSchedules: [{ id }],
    } = await schedule({
      localStart: '2033-01-03T23:30',
      staffId: fixture.clinic.otherStaffId,
      resourceId: fixture.room,
    });
    const found = async (filter: object) =>
      (
        await gateway.data(
          `query ($filter: ClassScheduleFilter) {
            classSchedules(filter: $filter) { nodes { id } }
          }`,
          { filter: { from: '2033-01-01', ...filter } },
        )
      ).classSchedules.nodes.map((node: any) => node.id);
    for (const filter of [
      { ids: [id] },
      { reasonIds: [fixture.yoga] },
      { locationIds: [fixture.clinic.locationId] },
      { staffIds: [fixture.clinic.otherStaffId] },
      { resourceIds: [fixture.room] },
      { statuses: ['OPEN'] },
      { from: '2033-01-04' },
      { to: '2033-01-03' },
    ]) {
      expect([filter, await found(filter)]).toEqual([filter, [id]]);
    }
    for (const filter of [
      { reasonIds: [fixture.clinic.reasonId] },
      { staffIds: [fixture.clinic.staffId] },
      { statuses: ['CANCELLED'] },
      { from: '2033-01-05' },
      { to: '2033-01-02' },
      { firstOfSeriesIds: [id] },
      { courseSetIds: ['CourseSet:1'] },
    ]) {
      expect([filter, await found(filter)]).toEqual([filter, []]);
    }
    const query = `{
      classSchedules(first: 20) {
        totalCount
        nodes {
          start end capacity reason { reasonDesc } staff { fullName } location { locationName }
          resource { name }
        }
      }
    }`;
    expect((await gateway.counted(query)).statements).toHaveLength(1);
    const { reason } = await gateway.data(
      `query ($id: ID!) {
        reason(id: $id) {
          classSchedules(first: 2, orderBy: { field: START, direction: DESC }) {
            nodes { id seatsLeft }
          } courseSets { totalCount }
        }
      }`,
      { id: fixture.yoga },
    );
    expect(reason).toMatchObject({
      classSchedules: { nodes: [{ id, seatsLeft: 12 }, {}] },
      courseSets: { totalCount: 0 },
    });
    const { staffMember, location } = await gateway.data(
      `query ($staff: ID!, $location: ID!, $filter: ClassScheduleFilter) {
        staffMember(id: $staff) { classSchedules(filter: $filter) { nodes { id } } }
        location(id: $location) { classSchedules(filter: $filter) { totalCount nodes { id } } }
      }`,
      {
        staff: fixture.clinic.otherStaffId,
        location: fixture.clinic.locationId,
        filter: { from: '2033-01-01' },
      },
    );
    expect([staffMember.classSchedules, location.classSchedules]).toEqual([
      { nodes: [{ id }] },
      { totalCount: 1, nodes: [{ id }] },
    ]);
  });
}
