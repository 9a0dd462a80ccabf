import { addReason, book, change } from '../../support/fixtures/clinic';
import { expectIntegrity } from '../../support/harness/integrity';
import type { TestGateway } from '../../support/harness/gateway';
import type { SessionsFixture } from './sessions.fixture';

export function creationCases(gateway: TestGateway, fixture: SessionsFixture): void {
  const { schedule, count, starts } = fixture;

  it('creates sessions with leader, location and number of seats', async () => {
    const {
      classSchedules: [{ id }],
      conflicts,
      userErrors,
    } = await schedule({
      localStart: '2031-01-06T18:00',
      resourceId: fixture.room,
      meetingUrl: 'https://meet.example.org/yoga',
    });
    expect([userErrors, conflicts]).toEqual([[], []]);
    const fields = `id version status start end capacity seatsLeft price meetingUrl
      timeZone { code } reason { reasonDesc } staff { userName } location { locationName }
      resource { name } courseSet { id } firstOfSeries { id } createdByName cancelledAt cancelledByName
      cancelReason cancelNote`;
    const expected = {
      id,
      version: 1,
      status: 'OPEN',
      start: '2031-01-06T23:00:00.000Z',
      end: '2031-01-07T00:00:00.000Z',
      capacity: 12,
      seatsLeft: 12,
      price: null,
      meetingUrl: 'https://meet.example.org/yoga',
      timeZone: { code: 'America/New_York' },
      reason: { reasonDesc: 'Yoga' },
      staff: { userName: 'drjones-a' },
      location: { locationName: 'Office a' },
      resource: { name: 'Studio' },
      courseSet: null,
      firstOfSeries: null,
      createdByName: 'First key',
      cancelledAt: null,
      cancelledByName: null,
      cancelReason: null,
      cancelNote: null,
    };
    const data = await gateway.data(
      `query ($id: ID!) {
        node(id: $id) { ... on ClassSchedule { ${fields} } } classSchedule(id: $id) { ${fields} }
      }`,
      { id },
    );
    expect(data).toEqual({ node: expected, classSchedule: expected });
    await expectIntegrity(gateway);
  });

  it('occupies leader and room including the buffers of the reason, against appointments in both directions', async () => {
    await schedule({ start: '2031-01-08T15:00:00Z', resourceId: fixture.room });
    const served = async (start: string) =>
      (await book(gateway, fixture.clinic, start)).userErrors.map(({ code }: any) => code);
    expect(await served('2031-01-08T14:10:00Z')).toEqual(['TIME_UNAVAILABLE']);
    expect(await served('2031-01-08T16:14:00Z')).toEqual(['TIME_UNAVAILABLE']);
    expect(await served('2031-01-08T14:05:00Z')).toEqual([]);
    expect(await served('2031-01-08T16:15:00Z')).toEqual([]);
    const day = {
      reasonId: fixture.clinic.reasonId,
      locationId: fixture.clinic.locationId,
      staffIds: [fixture.clinic.staffId],
      from: '2031-01-08',
      to: '2031-01-08',
    };
    const { availability } = await gateway.data(
      `query ($input: AvailabilityInput!) {
        availability(input: $input) { availableTimes(first: 1000) { nodes { start } } }
      }`,
      { input: day },
    );
    const offered = availability.availableTimes.nodes.map(({ start }: any) => start.slice(11, 16));
    expect([
      offered.includes('13:15'),
      offered.filter((start: string) => start > '13:20' && start < '17:00'),
    ]).toEqual([true, []]);
    const {
      explainAvailability: {
        candidates: [candidate],
      },
    } = await gateway.data(
      `query ($input: ExplainAvailabilityInput!) {
        explainAvailability(input: $input) {
          candidates { refusals { rule classSchedules { start } } }
        }
      }`,
      {
        input: {
          reasonId: fixture.clinic.reasonId,
          locationId: fixture.clinic.locationId,
          staffIds: [fixture.clinic.staffId],
          start: '2031-01-08T15:15:00Z',
        },
      },
    );
    expect(candidate.refusals).toContainEqual({
      rule: 'STAFF_TAKEN',
      classSchedules: [{ start: '2031-01-08T15:00:00.000Z' }],
    });
    await addReason(gateway, { reasonDesc: 'Away', reasonType: 'PERSONAL', visitMinutes: 60 });
    const away = await change(
      gateway,
      'createTimeOff',
      {
        staffIds: [fixture.clinic.staffId],
        period: { instants: { start: '2031-01-08T15:30:00Z', end: '2031-01-08T16:00:00Z' } },
      },
      'conflicts { start appointment { id } classSchedule { start } }',
    );
    expect(away).toMatchObject({
      conflicts: [
        {
          start: '2031-01-08T14:50:00.000Z',
          appointment: null,
          classSchedule: { start: '2031-01-08T15:00:00.000Z' },
        },
      ],
      userErrors: [{ code: 'TIME_UNAVAILABLE' }],
    });
    const before = await count();
    const { classSchedules, conflicts, userErrors } = await schedule({
      start: '2031-01-08T17:05:00Z',
    });
    expect([classSchedules, conflicts, userErrors]).toMatchObject([
      null,
      [
        {
          start: '2031-01-08T17:05:00.000Z',
          staff: { id: fixture.clinic.staffId },
          resource: null,
        },
      ],
      [{ code: 'TIME_UNAVAILABLE', path: ['input', 'start'] }],
    ]);
    const sameRoom = await schedule({
      start: '2031-01-08T15:30:00Z',
      staffId: fixture.clinic.otherStaffId,
      resourceId: fixture.room,
    });
    expect(sameRoom.conflicts).toEqual([
      {
        start: '2031-01-08T15:30:00.000Z',
        end: '2031-01-08T16:30:00.000Z',
        staff: null,
        resource: { id: fixture.room },
      },
    ]);
    expect(await count()).toBe(before);
    await expectIntegrity(gateway);
  });

  it('creates exactly one of 12 concurrent sessions for one room', async () => {
    const made = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        schedule({
          start: '2031-01-09T15:00:00Z',
          resourceId: fixture.room,
          staffId: index % 2 ? fixture.clinic.staffId : fixture.clinic.otherStaffId,
        }),
      ),
    );
    expect(made.filter(({ classSchedules }) => classSchedules)).toHaveLength(1);
    await expectIntegrity(gateway);
  });

  it('repeats on weekdays at one wall-clock time across a change of the UTC offset', async () => {
    const { classSchedules } = await schedule({
      localStart: '2031-03-03T18:00',
      rrule: 'FREQ=WEEKLY;BYDAY=MO,WE;COUNT=4',
    });
    expect(starts({ classSchedules })).toEqual([
      '03-03T23:00',
      '03-05T23:00',
      '03-10T22:00',
      '03-12T22:00',
    ]);
    const [{ id: first }] = classSchedules;
    expect(
      (
        await gateway.data(
          `query ($ids: [ID!]) {
            classSchedules(filter: { firstOfSeriesIds: $ids }) {
              totalCount nodes { firstOfSeries { id } }
            }
          }`,
          { ids: [first] },
        )
      ).classSchedules,
    ).toEqual({ totalCount: 4, nodes: [1, 2, 3, 4].map(() => ({ firstOfSeries: { id: first } })) });
    expect(
      starts(
        await schedule({
          localStart: '2031-04-01T18:00',
          rrule: 'FREQ=WEEKLY;INTERVAL=2;UNTIL=20310501',
        }),
      ),
    ).toEqual(['04-01T22:00', '04-15T22:00', '04-29T22:00']);
    expect(
      starts(await schedule({ starts: ['2031-05-09T15:00:00Z', '2031-05-07T15:00:00Z'] })),
    ).toEqual(['05-07T15:00', '05-09T15:00']);
    expect(
      starts(
        await schedule({
          localStart: '2031-06-01T18:00',
          rrule: 'FREQ=WEEKLY;BYDAY=SU,SA,TU',
          count: 200,
          staffId: fixture.clinic.otherStaffId,
        }),
      ),
    ).toHaveLength(200);
    await expectIntegrity(gateway);
  });
}
