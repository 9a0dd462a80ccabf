import { addReason, book, change, hire } from '../../support/fixtures/clinic';
import { beforeWriting } from '../../support/fixtures/direct';
import type { TestGateway } from '../../support/harness/gateway';
import type { OptimisticFixture } from './optimistic.fixture';

export function rivalsCases(gateway: TestGateway, fixture: OptimisticFixture): void {
  const { free, inputOf, make, warm, outcomeOf, send } = fixture;

  it('takes the time of an expired hold before it is released', async () => {
    const start = free();
    const hold = () =>
      change(
        gateway,
        'holdAppointment',
        {
          reasonId: fixture.clinic.reasonId,
          locationId: fixture.clinic.locationId,
          staffId: fixture.clinic.staffId,
          start,
        },
        'appointment { id }',
      );
    expect((await hold()).userErrors).toEqual([]);
    expect((await make({ start })).userErrors).toMatchObject([{ code: 'TIME_UNAVAILABLE' }]);
    gateway.time! += 11 * 60_000;
    const rejected = jest.fn();
    const forget = gateway.gateway.signals.occupancyRejected.on(rejected);
    const made = await make({ start });
    forget();
    expect([made.userErrors, rejected.mock.calls]).toEqual([[], []]);
    // A refused booking was not attempted: its conflict would abort the whole group commit.
    expect(
      made.statements.filter((text: string) =>
        /unchanged AS|rule_version WHERE business_id = \? AND version/.test(text),
      ),
    ).toEqual([]);
  });

  it('checks quotas under the lock: of ten concurrent bookings with a limit of two, two succeed', async () => {
    const reasonId = await addReason(gateway, {
      reasonDesc: 'Rare',
      visitMinutes: 30,
      quota: 2,
      quotaType: 'DAY',
      staffIds: [fixture.clinic.staffId, fixture.clinic.otherStaffId],
    });
    await warm();
    const made = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        make({
          reasonId,
          start: `2031-10-06T${10 + index}:00:00Z`,
          staffId: index % 2 ? fixture.clinic.staffId : fixture.clinic.otherStaffId,
        }),
      ),
    );
    expect(
      made
        .map(({ appointment, userErrors }) => (appointment ? 'booked' : userErrors[0].code))
        .sort(),
    ).toEqual([...Array(8).fill('QUOTA_REACHED'), 'booked', 'booked']);
  });

  it('succeeds for one of two concurrent bookings of a time, and the other gets the reason', async () => {
    const start = free();
    const made = await Promise.all([
      send({ start }),
      send({ start }),
      send({ start: new Date(Date.parse(start) + 30 * 60_000).toISOString() }),
    ]);
    expect(
      made
        .map(outcomeOf)
        .map((outcome) => outcome.replace(/:\d+/, ''))
        .sort(),
    ).toEqual(['Appointment', 'TIME_UNAVAILABLE', 'TIME_UNAVAILABLE']);
  });

  it('falls back to the lock for a contended staff member for a while, and for no other', async () => {
    gateway.gateway.contention.backOffMs = 60_000;
    const wanted = await hire(gateway, fixture.clinic, `wanted-${fixture.day}`);
    await warm(undefined, { staffId: wanted });
    const start = free();
    const made = await Promise.all([
      send({ start, staffId: wanted }),
      send({ start, staffId: wanted }),
    ]);
    expect(
      made
        .map(outcomeOf)
        .map((outcome) => outcome.replace(/:\d+/, ''))
        .sort(),
    ).toEqual(['Appointment', 'TIME_UNAVAILABLE']);
    expect([(await make({ staffId: wanted })).directly, (await make()).directly]).toEqual([
      false,
      true,
    ]);
    gateway.gateway.contention.backOffMs = 0;
  });

  it('is refused if a rival takes the time after the read, and others of its group succeed', async () => {
    const [start, others] = [
      free(),
      [fixture.clinic.otherStaffId, await hire(gateway, fixture.clinic, `third-${fixture.day}`)],
    ];
    await warm();
    beforeWriting(
      gateway,
      async () => {
        gateway.gateway.contention.locksAll = true;
        expect((await book(gateway, fixture.clinic, start)).userErrors).toEqual([]);
        gateway.gateway.contention.locksAll = false;
      },
      3,
    );
    const refused = gateway.data(
      `mutation ($input: CreateAppointmentInput!) {
        createAppointment(input: $input) {
          appointment { id }
          userErrors {
            code message
            ... on TimeUnavailableError {
              staffIds explanation { candidates { refusals { rule appointments { id } } } }
            }
          }
        }
      }`,
      { input: inputOf({ start }) },
    );
    const beside = await Promise.all(others.map((staffId) => make({ start, staffId })));
    expect(beside.map(({ userErrors }) => userErrors)).toEqual([[], []]);
    const {
      appointments: {
        nodes: [{ id }],
      },
    } = await gateway.data(
      `query ($ids: [ID!], $from: LocalDate) {
        appointments(filter: { staffIds: $ids, from: $from, to: $from }) { nodes { id } }
      }`,
      { ids: [fixture.clinic.staffId], from: start.slice(0, 10) },
    );
    expect((await refused).createAppointment).toEqual({
      appointment: null,
      userErrors: [
        {
          code: 'TIME_UNAVAILABLE',
          message: expect.stringContaining('not free'),
          staffIds: [fixture.clinic.staffId],
          explanation: {
            candidates: [{ refusals: [{ rule: 'STAFF_TAKEN', appointments: [{ id }] }] }],
          },
        },
      ],
    });
  });
}
