import { Role } from '../../../src/context';
import { change, refusal } from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import { tend } from '../../support/fixtures/waitlist';
import type { TestGateway } from '../../support/harness/gateway';
import { HOUR, type ClassesFixture } from './classes.fixture';

export function sessionsCases(gateway: TestGateway, fixture: ClassesFixture): void {
  const { T0, session, person, take, join, waiting, statusOf, claim, seatsLeft } = fixture;

  it('is open for a full session, up to its limit, once for each client', async () => {
    const id = await session(2);
    const clientId = await person();
    await take(id);
    expect((await join(id, { clientId })).userErrors).toMatchObject([
      { code: 'RULE_VIOLATED', path: ['input', 'wish', 'session', 'classScheduleId'] },
    ]);
    expect((await join(id, { clientId, seats: 3 })).userErrors).toMatchObject([
      { code: 'RULE_VIOLATED', path: ['input', 'wish', 'session', 'seats'] },
    ]);
    expect((await join(id, { clientId, seats: 2 })).waitlistEntry).toMatchObject({
      status: 'WAITING',
      kind: 'SESSION',
      seats: 2,
      position: 1,
      classSchedule: { id },
      location: { id: fixture.clinic.locationId },
    });
    await take(id);
    expect((await join(id, { clientId })).userErrors).toMatchObject([
      { code: 'CONFLICT', path: ['input', 'wish', 'session', 'classScheduleId'] },
    ]);
    const rivals = await Promise.all(
      Array.from({ length: 8 }, async () => join(id, { clientId: await person() })),
    );
    expect(rivals.filter(({ waitlistEntry }) => waitlistEntry)).toHaveLength(4);
    expect(rivals.flatMap(({ userErrors }) => userErrors).map(({ code }) => code)).toEqual([
      'RULE_VIOLATED',
      'RULE_VIOLATED',
      'RULE_VIOLATED',
      'RULE_VIOLATED',
    ]);
    const { classSchedule, waitlistEntries } = await gateway.data(
      `query ($id: ID!, $ids: [ID!]) {
        classSchedule(id: $id) { waitlistEntries { totalCount nodes { position } } }
        waitlistEntries(filter: { classScheduleIds: $ids }) { totalCount }
      }`,
      { id, ids: [id] },
    );
    expect([
      classSchedule.waitlistEntries.totalCount,
      waitlistEntries.totalCount,
      classSchedule.waitlistEntries.nodes.map(({ position }: { position: number }) => position),
    ]).toEqual([5, 5, [1, 2, 3, 4, 5]]);
  });

  it('lets a staff user who serves the class book a client it cannot see', async () => {
    const key = await gateway.key(Role.STAFF_USER, { staffId: numberOf(fixture.clinic.staffId) });
    const classScheduleId = await session(1);
    const taken = await take(classScheduleId);
    const clientId = await person();
    const { waitlistEntry } = await join(classScheduleId, { clientId });
    await change(gateway, 'cancelAppointment', { id: taken });

    const seen = await gateway.data(
      'query ($id: ID!) { clients(filter: { ids: [$id] }) { totalCount } }',
      { id: clientId },
      { key },
    );
    const booked = await change(
      gateway,
      'bookFromWaitlist',
      { id: waitlistEntry.id },
      'waitlistEntry { status appointment { seats client { id } } }',
      key,
    );

    expect(seen).toEqual({ clients: { totalCount: 0 } });
    expect(booked).toEqual({
      waitlistEntry: { status: 'BOOKED', appointment: { seats: 1, client: { id: clientId } } },
      userErrors: [],
    });
  });

  it('gives freed seats to the first claim, in the requested number and at its price', async () => {
    const id = await session(4);
    const booked = await take(id, 2);
    await take(id, 2);
    const [one, two, many] = [await waiting(id), await waiting(id, 2), await waiting(id, 4)];
    const { appointment } = await gateway.data(
      'query ($id: ID!) { appointment(id: $id) { waitlistCandidates { id } } }',
      { id: booked },
    );
    expect(appointment.waitlistCandidates).toEqual([{ id: one }, { id: two }]);
    expect(
      (
        await change(gateway, 'cancelAppointment', {
          id: booked,
          waitlistEntryIds: [one, two, many],
        })
      ).userErrors,
    ).toMatchObject([{ code: 'SEATS_UNAVAILABLE' }]);
    expect(await statusOf(one, two, many)).toEqual(['WAITING', 'WAITING', 'WAITING']);
    expect(
      (await change(gateway, 'cancelAppointment', { id: booked, waitlistEntryIds: [one, two] }))
        .userErrors,
    ).toEqual([]);
    expect([await statusOf(one, two, many), await seatsLeft(id)]).toEqual([
      ['INVITED', 'INVITED', 'WAITING'],
      0,
    ]);
    expect(await take(id)).toBeUndefined();
    const [first, second] = await Promise.all([claim(one), claim(two)]);
    const won = first.waitlistEntry ?? second.waitlistEntry;
    expect([first, second].filter(({ waitlistEntry }) => waitlistEntry)).toHaveLength(1);
    expect(won).toMatchObject({
      status: 'BOOKED',
      appointment: {
        status: 'OPEN',
        classSchedule: { id },
        ...(first.waitlistEntry ? { seats: 1, price: '12.50' } : { seats: 2, price: '25.00' }),
      },
    });
    expect(await seatsLeft(id)).toBe(2 - won.appointment.seats);
  });

  it('invites to free seats at the time of the session', async () => {
    const id = await session(1);
    const booked = await take(id);
    const entry = await waiting(id);
    const invite = (input: object = {}) =>
      change(
        gateway,
        'inviteFromWaitlist',
        { entryIds: [entry], ...input },
        'appointment { id status seats subStatus { code } classSchedule { id } holdExpiresAt }',
      );
    expect((await invite()).userErrors).toMatchObject([{ code: 'SEATS_UNAVAILABLE' }]);
    await change(gateway, 'cancelAppointment', { id: booked });
    expect(
      await refusal(gateway, 'inviteFromWaitlist', {
        entryIds: [entry],
        staffId: fixture.clinic.staffId,
      }),
    ).toEqual(['INVALID_INPUT', 'staffId']);
    expect((await invite()).appointment).toMatchObject({
      status: 'PENDING',
      seats: 1,
      subStatus: { code: 'PENDING_WAITLIST' },
      classSchedule: { id },
      holdExpiresAt: new Date(T0 + 24 * HOUR).toISOString(),
    });
    expect(await seatsLeft(id)).toBe(0);
    gateway.time = T0 + 24 * HOUR;
    expect([await seatsLeft(id), (await claim(entry)).userErrors[0].code]).toEqual([
      1,
      'HOLD_EXPIRED',
    ]);
    await tend(gateway);
    expect(await statusOf(entry)).toEqual(['EXPIRED']);
  });
}
