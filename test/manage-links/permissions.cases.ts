import { change, refusal } from '../support/fixtures/clinic';
import type { TestGateway } from '../support/harness/gateway';
import { NOW, HOUR, type ManageLinksFixture } from './manage-links.fixture';

const DAY = 24 * HOUR;

export function permissionsCases(gateway: TestGateway, fixture: ManageLinksFixture): void {
  const { urlOf, tokenOf, exchange, accessOf, bookAt, unknown, sees } = fixture;

  it('see no other appointment, and change none', async () => {
    expect(
      (
        await gateway.data(
          'query ($id: ID!) { appointment(id: $id) { id } }',
          { id: fixture.another },
          { key: fixture.guest },
        )
      ).appointment,
    ).toBeNull();
    expect(
      await refusal(
        gateway,
        'rescheduleAppointment',
        { id: fixture.another, start: '2031-03-14T14:00:00Z' },
        fixture.guest,
      ),
    ).toEqual(['NOT_FOUND', 'id']);
    expect(
      await refusal(gateway, 'cancelAppointment', { id: fixture.another }, fixture.guest),
    ).toEqual(['NOT_FOUND', 'id']);
    expect(
      await gateway.data('query ($id: ID!) { appointment(id: $id) { version status } }', {
        id: fixture.another,
      }),
    ).toEqual({ appointment: { version: 1, status: 'OPEN' } });
  });

  it('move and cancel within the rules for clients', async () => {
    const id = await bookAt('2031-05-05T14:00:00Z');
    const key = await accessOf(await tokenOf(id));
    const move = (input: object) =>
      refusal(
        gateway,
        'rescheduleAppointment',
        { id, start: '2031-05-06T14:00:00Z', ...input },
        key,
      );
    expect(await move({ override: true })).toEqual(['INSUFFICIENT_PERMISSION', 'override']);
    expect(await move({ durationMinutes: 500 })).toEqual([
      'INSUFFICIENT_PERMISSION',
      'durationMinutes',
    ]);
    expect(await move({ start: '2031-02-06T14:00:00Z' })).toEqual(['TIME_UNAVAILABLE', 'start']);
    expect(await move({ start: '2031-05-06T14:07:00Z' })).toEqual(['TIME_UNAVAILABLE', 'start']);
    expect(await move({ start: '2031-03-11T14:00:00Z' })).toEqual(['TIME_UNAVAILABLE', 'start']);
    const { availability } = await gateway.data(
      'query ($i: AvailabilityInput!) { availability(input: $i) { availableTimes(first: 1000) { nodes { start } } } }',
      {
        i: {
          reasonId: fixture.clinic.reasonId,
          locationId: fixture.clinic.locationId,
          from: '2031-05-06',
          to: '2031-05-06',
        },
      },
      { key },
    );
    expect(availability.availableTimes.nodes).toContainEqual({ start: '2031-05-06T14:00:00.000Z' });
    const moved = (
      await change(
        gateway,
        'rescheduleAppointment',
        { id, start: '2031-05-06T14:00:00Z' },
        `appointment {
          start clientRescheduleCount staffRescheduleCount modifiedByName client { fullName }
        }`,
        key,
      )
    ).appointment;
    expect(moved).toEqual({
      start: '2031-05-06T14:00:00.000Z',
      clientRescheduleCount: 1,
      staffRescheduleCount: 0,
      modifiedByName: 'WebClient',
      client: { fullName: 'Jon Snow a' },
    });
    await change(gateway, 'updateReason', {
      id: fixture.clinic.reasonId,
      rescheduleType: 'NOT_ALLOWED',
    });
    expect(await move({ start: '2031-05-07T14:00:00Z' })).toEqual(['RULE_VIOLATED', 'id']);
    await change(gateway, 'updateReason', {
      id: fixture.clinic.reasonId,
      rescheduleType: 'FLEXIBLE',
    });
    expect(
      await change(
        gateway,
        'cancelAppointment',
        { id, reason: 'CLIENT_ILLNESS', note: 'A cold' },
        'appointment { status cancelledByName cancelReason cancelNote }',
        key,
      ),
    ).toMatchObject({
      appointment: {
        status: 'CANCELLED',
        cancelledByName: 'WebClient',
        cancelReason: 'CLIENT_ILLNESS',
        cancelNote: 'A cold',
      },
      userErrors: [],
    });

    const waiting = await bookAt('2031-05-08T14:00:00Z');
    expect(
      await refusal(
        gateway,
        'cancelAppointment',
        { id: waiting, waitlistEntryIds: ['WaitlistEntry:1'] },
        await accessOf(await tokenOf(waiting)),
      ),
    ).toEqual(['INSUFFICIENT_PERMISSION', 'waitlistEntryIds']);

    const begun = await bookAt('2031-03-02T14:00:00Z');
    const link = await tokenOf(begun);
    gateway.time = Date.parse('2031-03-02T14:00:00Z');
    const late = await accessOf(link);
    expect(await refusal(gateway, 'cancelAppointment', { id: begun }, late)).toEqual([
      'RULE_VIOLATED',
      'id',
    ]);
    expect(
      await refusal(
        gateway,
        'rescheduleAppointment',
        { id: begun, start: '2031-05-07T14:00:00Z' },
        late,
      ),
    ).toEqual(['RULE_VIOLATED', 'id']);
  });

  it('expire a week after the appointment, after any move, or after its cancellation', async () => {
    const id = await bookAt('2031-06-02T14:00:00Z');
    const link = await tokenOf(id);
    const worksAt = async (time: string) => {
      gateway.time = Date.parse(time);
      return [(await exchange(link)).accessToken !== null, (await urlOf(id)) !== null];
    };
    expect(await worksAt('2031-06-09T14:44:59Z')).toEqual([true, true]);
    const last = await accessOf(link);
    expect(await sees(last)).not.toBe('UNAUTHENTICATED');
    expect(await worksAt('2031-06-09T14:45:00Z')).toEqual([false, false]);
    expect(await sees(last)).toBe('UNAUTHENTICATED');
    gateway.time = NOW;
    await change(gateway, 'rescheduleAppointment', { id, start: '2031-06-16T14:00:00Z' });
    expect(await worksAt('2031-06-23T14:44:00Z')).toEqual([true, true]);
    gateway.time = NOW;
    await change(gateway, 'cancelAppointment', { id });
    expect(await worksAt(new Date(NOW + 7 * DAY - 1_000).toISOString())).toEqual([true, true]);
    expect(await worksAt(new Date(NOW + 7 * DAY).toISOString())).toEqual([false, false]);
  });

  it('expire immediately when the appointment passes to another client, open WebSockets included', async () => {
    const id = await bookAt('2031-07-07T14:00:00Z');
    const link = await tokenOf(id);
    const key = await accessOf(link);
    const look = () =>
      gateway.run(
        'query ($id: ID!) { appointment(id: $id) { id client { fullName } } }',
        { id },
        { key },
      );
    expect((await look()).data.appointment.client.fullName).toBe('Jon Snow a');
    const socket = gateway.subscribe(
      'query ($id: ID!) { appointment(id: $id) { id } }',
      { id },
      key,
    );
    expect((await socket.atLeast(1))[0].data.appointment).toEqual({ id });
    await socket.close();
    await change(gateway, 'updateAppointment', { id, clientId: fixture.stranger });
    expect(await exchange(link)).toEqual(unknown);
    // Within the second for which a key is cached it sees nothing; afterwards it is unknown.
    const { data, errors } = await look();
    expect(errors?.[0]?.extensions.code ?? data.appointment).toBe(
      errors ? 'UNAUTHENTICATED' : null,
    );
    expect(await tokenOf(id)).not.toBe(link);
    await change(gateway, 'updateAppointment', { id, clientId: fixture.clinic.clientId });
    expect(await tokenOf(id)).toBe(link);
  });
}
