import { sql } from '../../../src/db/sql';
import { book, refusal } from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';
import type { TimeOffFixture } from './time-off.fixture';

export function storedCases(gateway: TestGateway, fixture: TimeOffFixture): void {
  const { take } = fixture;

  const count = async () => ({
    ...(await gateway.data('{ appointments(filter: { onlyTimeOff: true }) { totalCount } }')),
    events: await gateway.gateway.db.all(sql`SELECT count(*) AS count FROM event`),
  });

  it('blocks whole days in the zone of each staff member, and appears in the history', async () => {
    const { appointments, conflicts, userErrors } = await take({
      staffIds: [fixture.clinic.staffId, fixture.tokyo],
      period: { days: { from: '2031-03-08', to: '2031-03-09' } },
      note: 'Family',
    });
    expect([conflicts, userErrors]).toEqual([[], []]);
    expect(appointments.map(({ id: _id, ...row }: any) => row)).toEqual(
      [
        // The UTC offset changes on the second of the days in New York.
        [
          fixture.clinic.staffId,
          fixture.clinic.locationId,
          '2031-03-08T05:00:00.000Z',
          '2031-03-10T04:00:00.000Z',
        ],
        [fixture.tokyo, fixture.annex, '2031-03-07T15:00:00.000Z', '2031-03-09T15:00:00.000Z'],
      ].map(([staff, location, start, end]) => ({
        status: 'OPEN',
        start,
        end,
        note: 'Family',
        price: null,
        override: false,
        client: null,
        staff: { id: staff },
        location: { id: location },
        reason: { id: fixture.holiday, personal: true },
        clientReminderHours: 0,
        history: { nodes: [{ type: 'CREATED', actorName: 'First key' }] },
      })),
    );
    expect((await book(gateway, fixture.clinic, '2031-03-10T03:30:00Z')).userErrors).toMatchObject([
      { code: 'TIME_UNAVAILABLE' },
    ]);
    expect((await book(gateway, fixture.clinic, '2031-03-10T04:00:00Z')).userErrors).toEqual([]);
    expect(
      (
        await gateway.data(
          'mutation ($id: ID!) { cancelAppointment(input: { id: $id }) { userErrors { code } } }',
          { id: appointments[0].id },
        )
      ).cancelAppointment.userErrors,
    ).toEqual([]);
    expect((await book(gateway, fixture.clinic, '2031-03-10T03:00:00Z')).userErrors).toEqual([]);
  });

  it('is stored for all staff members or for none, and lists all conflicts', async () => {
    const first = (await book(gateway, fixture.clinic, '2031-04-07T14:00:00Z')).appointment.id;
    const second = (
      await book(
        gateway,
        { ...fixture.clinic, staffId: fixture.clinic.otherStaffId },
        '2031-04-07T16:00:00Z',
      )
    ).appointment.id;
    const third = (await book(gateway, fixture.clinic, '2031-04-07T17:00:00Z')).appointment.id;
    const before = await count();
    const asked = {
      staffIds: [fixture.clinic.staffId, fixture.tokyo, fixture.clinic.otherStaffId],
      period: { instants: { start: '2031-04-07T12:00:00Z', end: '2031-04-07T20:00:00Z' } },
    };
    const refused = await take(asked);
    expect(refused.appointments).toBeNull();
    expect(refused.userErrors).toEqual([
      {
        __typename: 'TimeUnavailableError',
        code: 'TIME_UNAVAILABLE',
        path: ['input', 'staffIds'],
        message:
          'drjones-a Jones and 1 more: booked in this time. Move or cancel what is in conflicts first, or take another time.',
      },
    ]);
    expect(refused.conflicts).toEqual(
      [
        [fixture.clinic.staffId, first, '14:00', '14:45'],
        [fixture.clinic.staffId, third, '17:00', '17:45'],
        [fixture.clinic.otherStaffId, second, '16:00', '16:45'],
      ].map(([staff, appointment, start, end]) => ({
        staff: { id: staff },
        appointment: { id: appointment },
        start: `2031-04-07T${start}:00.000Z`,
        end: `2031-04-07T${end}:00.000Z`,
      })),
    );
    expect(await count()).toEqual(before);
    const overridden = await take({ ...asked, override: true });
    expect(overridden.appointments.map(({ override }: any) => override)).toEqual([
      true,
      true,
      true,
    ]);
    expect((await book(gateway, fixture.clinic, '2031-04-07T19:00:00Z')).userErrors).toMatchObject([
      { code: 'TIME_UNAVAILABLE' },
    ]);
  });

  it('is stored once for a key, and by one of many concurrent requests', async () => {
    const asked = {
      period: { instants: { start: '2031-05-05T12:00:00Z', end: '2031-05-05T20:00:00Z' } },
      idempotencyKey: 'away-1',
    };
    const [one, other] = [await take(asked), await take(asked)];
    expect(other.appointments).toEqual(one.appointments);
    expect(
      (
        await gateway.run(
          `mutation ($input: CreateTimeOffInput!) {
            createTimeOff(input: $input) { userErrors { code } }
          }`,
          { input: { staffIds: [fixture.clinic.staffId], ...asked, note: 'x' } },
        )
      ).errors,
    ).toMatchObject([{ extensions: { code: 'IDEMPOTENCY_KEY_REUSED' } }]);
    const staffIds = [fixture.clinic.staffId, fixture.tokyo, fixture.clinic.otherStaffId];
    const payloads = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        take({
          staffIds: index % 2 ? staffIds : [...staffIds].reverse(),
          period: { instants: { start: '2031-05-06T12:00:00Z', end: '2031-05-06T13:00:00Z' } },
        }),
      ),
    );
    expect(payloads.filter(({ appointments }) => appointments)).toHaveLength(1);
    const { appointments } = await gateway.data(
      `{
        appointments(filter: { onlyTimeOff: true, from: "2031-05-06", to: "2031-05-06" }) {
          totalCount
        }
      }`,
    );
    expect(appointments.totalCount).toBe(3);
  });

  it.each([
    [
      'nobody',
      { staffIds: [], period: { days: { from: '2031-06-01', to: '2031-06-01' } } },
      'INVALID_INPUT',
      'staffIds',
    ],
    [
      'an unknown staff member',
      {
        staffIds: ['Staff:2147483647'],
        period: { days: { from: '2031-06-01', to: '2031-06-01' } },
      },
      'NOT_FOUND',
      '0',
    ],
    [
      'a client',
      { staffIds: ['Client:1'], period: { days: { from: '2031-06-01', to: '2031-06-01' } } },
      'INVALID_INPUT',
      '0',
    ],
    [
      'days in descending order',
      { period: { days: { from: '2031-06-02', to: '2031-06-01' } } },
      'INVALID_INPUT',
      'to',
    ],
    [
      'an end before the start',
      { period: { instants: { start: '2031-06-01T12:00:00Z', end: '2031-06-01T11:00:00Z' } } },
      'INVALID_INPUT',
      'end',
    ],
    [
      'years',
      { period: { days: { from: '2031-06-01', to: '2033-06-01' } } },
      'INVALID_INPUT',
      'to',
    ],
    [
      'a long note',
      { period: { days: { from: '2031-06-01', to: '2031-06-01' } }, note: 'x'.repeat(10_001) },
      'INVALID_INPUT',
      'note',
    ],
    [
      'an unknown location',
      {
        period: { days: { from: '2031-06-01', to: '2031-06-01' } },
        locationId: 'Location:2147483647',
      },
      'NOT_FOUND',
      'locationId',
    ],
  ])('refuses %s', async (_name, input, code, field) => {
    const before = await count();
    expect(
      await refusal(gateway, 'createTimeOff', { staffIds: [fixture.clinic.staffId], ...input }),
    ).toEqual([code, field]);
    expect(await count()).toEqual(before);
  });
}
