import { book, change } from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';
import type { SeriesFixture } from './series.fixture';

export function creationCases(gateway: TestGateway, fixture: SeriesFixture): void {
  const { monday, weekAfter, asked, create, count, takeThree } = fixture;

  it('books each occurrence at one wall-clock time and returns the series', async () => {
    const date = '2032-10-25';
    const { recurringAppointment, appointments, conflicts, userErrors } = await create(date, {
      rrule: 'RRULE:freq=weekly',
      count: 3,
    });
    expect([conflicts, userErrors]).toEqual([[], []]);
    expect(recurringAppointment).toMatchObject({
      version: 1,
      rrule: 'FREQ=WEEKLY;COUNT=3',
      localStart: '2032-10-25T09:00:00',
      durationMinutes: 45,
      timeZone: { code: 'America/New_York' },
      staff: { id: fixture.clinic.staffId },
      client: { id: fixture.clinic.clientId },
    });
    // Clocks go back on November 7.
    expect(appointments.map((row: any) => row.start)).toEqual([
      '2032-10-25T13:00:00.000Z',
      '2032-11-01T13:00:00.000Z',
      '2032-11-08T14:00:00.000Z',
    ]);
    expect(
      appointments.every((row: any) => row.recurringAppointment.id === recurringAppointment.id),
    ).toBe(true);

    const { id } = recurringAppointment;
    const single = (await book(gateway, fixture.clinic, '2032-10-26T13:00:00Z')).appointment.id;
    const seen = await gateway.data(
      `query ($id: ID!, $single: ID!) {
        recurringAppointment(id: $id) {
          rrule reason { id } location { id }
          appointments(first: 2) { nodes { id start } totalCount pageInfo { hasNextPage } }
        } appointments(filter: { recurringAppointmentIds: [$id] }) { nodes { id } }
        appointment(id: $single) { recurringAppointment { id } } node(id: $id) { id }
      }`,
      { id, single },
    );
    expect(seen).toEqual({
      recurringAppointment: {
        rrule: 'FREQ=WEEKLY;COUNT=3',
        reason: { id: fixture.clinic.reasonId },
        location: { id: fixture.clinic.locationId },
        appointments: {
          nodes: appointments.slice(0, 2).map((row: any) => ({ id: row.id, start: row.start })),
          totalCount: 3,
          pageInfo: { hasNextPage: true },
        },
      },
      appointments: { nodes: appointments.map((row: any) => ({ id: row.id })) },
      appointment: { recurringAppointment: null },
      node: { id },
    });
    await gateway.logged();
    expect(
      (
        await gateway.data(
          'query ($id: ID!) { appointment(id: $id) { history { nodes { type } } } }',
          {
            id: appointments[1].id,
          },
        )
      ).appointment.history.nodes,
    ).toEqual([{ type: 'CREATED' }]);
  });

  it('rejects 24 occurrences with 3 conflicts, lists them and writes nothing', async () => {
    const date = monday();
    await takeThree(date);
    const before = await count();
    const refused = await create(date);
    expect(refused).toMatchObject({
      recurringAppointment: null,
      appointments: null,
      userErrors: [
        {
          __typename: 'TimeUnavailableError',
          code: 'TIME_UNAVAILABLE',
          message:
            '3 of 24 occurrences cannot be booked. Choose other times, or SKIP_CONFLICTS to book the rest.',
        },
      ],
    });
    expect(
      refused.conflicts.map((row: any) => [row.start.slice(0, 10), row.code, row.message]),
    ).toEqual(
      [3, 10, 23].map((weeks) => [
        weekAfter(date, weeks),
        'TIME_UNAVAILABLE',
        'drjones-a Jones: not free at this time. Choose another time or another staff member.',
      ]),
    );
    expect(await count()).toEqual(before);
  });

  it('books 21 of 24 occurrences with SKIP_CONFLICTS, and lists the 3 conflicts', async () => {
    const date = monday();
    await takeThree(date);
    const { recurringAppointment, appointments, conflicts, userErrors } = await create(date, {
      onConflict: 'SKIP_CONFLICTS',
    });
    expect([
      userErrors,
      appointments.length,
      conflicts.map((row: any) => row.start.slice(0, 10)),
    ]).toEqual([[], 21, [3, 10, 23].map((weeks) => weekAfter(date, weeks))]);
    expect(recurringAppointment.rrule).toBe('FREQ=WEEKLY;COUNT=24');
  });

  it('rejects a series without a bookable occurrence, also with SKIP_CONFLICTS', async () => {
    const date = monday();
    await create(date);
    const before = await count();
    expect(
      await create(date, {
        onConflict: 'SKIP_CONFLICTS',
        client: { firstName: 'New', lastName: 'Face', emailAddress: 'new.face@example.org' },
        clientId: null,
      }),
    ).toMatchObject({
      appointments: null,
      userErrors: [{ message: '24 of 24 occurrences cannot be booked. Choose other times.' }],
    });
    expect(await count()).toEqual(before);
  });

  it('previews every occurrence and every conflict, and writes nothing', async () => {
    const date = monday();
    await takeThree(date);
    const before = await count();
    const { previewRecurringAppointment: preview } = await gateway.data(
      `query ($input: CreateRecurringAppointmentInput!) {
        previewRecurringAppointment(input: $input) {
          rrule occurrences { start localStart conflict { code } } conflicts { start code message }
        }
      }`,
      {
        input: {
          ...asked(date),
          client: { firstName: 'Other', lastName: 'Face', emailAddress: 'other.face@example.org' },
          clientId: null,
        },
      },
    );
    expect(preview.rrule).toBe('FREQ=WEEKLY;COUNT=24');
    expect(
      preview.occurrences.map((row: any) => [row.localStart, row.conflict?.code ?? null]),
    ).toEqual(
      Array.from({ length: 24 }, (_, weeks) => [
        `${weekAfter(date, weeks)}T09:00:00`,
        [3, 10, 23].includes(weeks) ? 'TIME_UNAVAILABLE' : null,
      ]),
    );
    expect(preview.conflicts).toHaveLength(3);
    expect(await count()).toEqual(before);
  });

  it('reports occurrences that overlap each other as conflicts', async () => {
    const { conflicts, appointments } = await create(monday(), {
      rrule: 'FREQ=DAILY;COUNT=4',
      durationMinutes: 30 * 60,
      onConflict: 'SKIP_CONFLICTS',
    });
    expect([appointments.length, conflicts.length]).toEqual([2, 2]);
  });

  it('creates a new client once, derives the duration from the end, and chooses staff for each occurrence', async () => {
    const date = monday();
    await book(gateway, fixture.clinic, '', {
      start: null,
      localStart: `${weekAfter(date, 1)}T09:00`,
    });
    const before: any = await count();
    const { recurringAppointment, appointments, userErrors } = await change(
      gateway,
      'createRecurringAppointment',
      asked(date, {
        staffId: null,
        candidateStaffIds: [fixture.clinic.staffId, fixture.clinic.otherStaffId],
        timeZone: 'America/New_York',
        clientId: null,
        localStart: null,
        start: `${date}T15:00:00Z`,
        end: `${date}T16:30:00Z`,
        rrule: 'FREQ=WEEKLY;COUNT=3',
        client: { firstName: 'Ygritte', lastName: 'Wild', emailAddress: 'ygritte@example.org' },
      }),
      `recurringAppointment { durationMinutes staff { id } client { fullName } }
      appointments { start end staff { id } client { fullName } }`,
    );
    expect(userErrors).toEqual([]);
    expect(recurringAppointment).toEqual({
      durationMinutes: 90,
      staff: null,
      client: { fullName: 'Ygritte Wild' },
    });
    expect(
      appointments.every(
        (row: any) =>
          Date.parse(row.end) - Date.parse(row.start) === 90 * 60_000 &&
          row.client.fullName === 'Ygritte Wild',
      ),
    ).toBe(true);
    expect(((await count()) as any).clients).toBe(before.clients + 1);
  });
}
