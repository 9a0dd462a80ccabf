import { book, change } from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';
import type { ExplanationFixture } from './explanation.fixture';

export function remediesCases(gateway: TestGateway, fixture: ExplanationFixture): void {
  const { ask, rulesOf } = fixture;

  it('names the rule, its row, the smallest remedy and the nearest times, each of which can be booked', async () => {
    const taken = (
      await book(
        gateway,
        { ...fixture.clinic, clientId: fixture.otherClient },
        '2031-02-03T15:00:00Z',
      )
    ).appointment.id;
    const answer = await ask({ start: '2031-02-03T15:15:00Z', staffIds: [fixture.clinic.staffId] });
    expect(answer).toMatchObject({ bookable: false, end: '2031-02-03T16:00:00.000Z' });
    expect(answer.candidates).toEqual([
      {
        staff: { id: fixture.clinic.staffId },
        bookable: false,
        smallestChange: {
          kind: 'START',
          start: '2031-02-03T15:45:00.000Z',
          durationMinutes: 45,
          minutes: 30,
        },
        refusals: [
          {
            rule: 'STAFF_TAKEN',
            message:
              'The staff member is not free at this time. Choose another time or another staff member.',
            row: { __typename: 'Staff', id: fixture.clinic.staffId },
            resources: [],
            appointments: [{ id: taken }],
          },
        ],
      },
    ]);
    expect(answer.nearestTimes.map(({ start }: any) => start.slice(8, 16))).toEqual([
      '02T21:15',
      '03T14:00',
      '03T14:15',
      '03T15:45',
      '03T16:00',
      '03T16:15',
    ]);
    for (const { start } of answer.nearestTimes) {
      const { appointment, userErrors } = await book(
        gateway,
        fixture.clinic,
        start,
        {},
        fixture.clientKey,
      );
      expect(userErrors).toEqual([]);
      await change(gateway, 'cancelAppointment', { id: appointment.id });
    }
    // A viewer without permission for the obstacle gets no details of it.
    const [candidate] = (
      await ask(
        { start: '2031-02-03T15:15:00Z', staffIds: [fixture.clinic.staffId] },
        fixture.clientKey,
      )
    ).candidates;
    expect(candidate.refusals).toEqual([
      {
        rule: 'STAFF_TAKEN',
        message: expect.any(String),
        row: { __typename: 'Staff', id: fixture.clinic.staffId },
        resources: [],
        appointments: [],
      },
    ]);
    expect(await rulesOf({ start: '2031-02-03T15:15:00Z' })).toEqual([['STAFF_TAKEN'], []]);
    // The appointment's own time is no obstacle to its move.
    expect(
      (
        await ask({
          start: '2031-02-03T15:15:00Z',
          staffIds: [fixture.clinic.staffId],
          appointmentId: taken,
        })
      ).bookable,
    ).toBe(true);
    expect(
      (
        await ask(
          {
            start: '2031-02-03T15:15:00Z',
            staffIds: [fixture.clinic.staffId],
            appointmentId: taken,
          },
          fixture.clientKey,
        )
      ).bookable,
    ).toBe(false);
  });
}
