import { sql } from '../../../src/db/sql';
import { book, change } from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import type { TestGateway } from '../../support/harness/gateway';
import { HOUR, type ServiceFixture } from './service.fixture';

export function placesCases(gateway: TestGateway, fixture: ServiceFixture): void {
  const { T0, free, person, service, join, waiting, entry, claim, invite, sweep } = fixture;

  it('leads from a cancellation to a booking, and logs every step in order', async () => {
    const start = free();
    const booked = (await book(gateway, fixture.clinic, start)).appointment;
    const clientId = await person();
    const [early, late] = [
      (await join({ clientId, wish: { times: [start] }, note: 'by the window' })).waitlistEntry,
      await waiting({ wish: { days: { from: start.slice(0, 10), to: start.slice(0, 10) } } }),
    ];
    expect(early).toMatchObject({
      status: 'WAITING',
      kind: 'TIMES',
      position: 1,
      seats: 1,
      note: 'by the window',
      client: { id: clientId },
      appointment: null,
      history: { nodes: [{ type: 'WAITLIST_JOINED', fromStatus: null, toStatus: 'WAITING' }] },
    });
    expect((await entry(late)).position).toBe(2);
    await waiting({ wish: { times: [free()] } });
    await waiting({ wish: { times: [start] }, staffIds: [fixture.clinic.otherStaffId] });
    const candidates = await gateway.data(
      'query ($id: ID!) { appointment(id: $id) { waitlistCandidates { id } } }',
      { id: booked.id },
    );
    expect(candidates.appointment.waitlistCandidates).toEqual([{ id: early.id }, { id: late }]);

    const { hold, userErrors } = await change(
      gateway,
      'cancelAppointment',
      { id: booked.id, waitlistEntryIds: [early.id] },
      'hold { id status waitlistInvitations { id } }',
    );
    expect(userErrors).toEqual([]);
    const invited = await entry(early.id);
    expect(hold).toEqual({
      id: invited.appointment.id,
      status: 'PENDING',
      waitlistInvitations: [{ id: early.id }],
    });
    expect(invited).toMatchObject({
      status: 'INVITED',
      invitedAt: new Date(T0).toISOString(),
      invitationExpiresAt: new Date(T0 + 24 * HOUR).toISOString(),
      appointment: {
        status: 'PENDING',
        subStatus: { code: 'PENDING_WAITLIST' },
        start,
        client: null,
      },
    });
    expect((await book(gateway, fixture.clinic, start)).userErrors).toMatchObject([
      { code: 'TIME_UNAVAILABLE' },
    ]);
    expect((await claim(late)).userErrors).toMatchObject([{ code: 'NOT_INVITED' }]);

    gateway.time = T0 + 24 * HOUR - 1;
    expect(await claim(early.id)).toMatchObject({
      waitlistEntry: {
        status: 'BOOKED',
        appointment: { id: invited.appointment.id, status: 'OPEN', client: { id: clientId } },
      },
      userErrors: [],
    });
    const { appointment } = await gateway.data(
      `query ($id: ID!) {
        appointment(id: $id) { note waitlistEntry { id } history { nodes { type toSubStatus } } }
      }`,
      { id: invited.appointment.id },
    );
    expect(appointment).toMatchObject({
      note: 'by the window',
      waitlistEntry: { id: early.id },
      history: {
        nodes: [
          { type: 'HELD' },
          { type: 'WAITLIST_INVITED' },
          { type: 'BOOKED' },
          { type: 'WAITLIST_BOOKED' },
        ],
      },
    });
    expect((await entry(early.id)).history.nodes).toMatchObject([
      { type: 'WAITLIST_JOINED' },
      {
        type: 'WAITLIST_INVITED',
        fromStatus: 'WAITING',
        toStatus: 'INVITED',
        actorName: 'First key',
      },
      { type: 'WAITLIST_BOOKED', fromStatus: 'INVITED', toStatus: 'BOOKED' },
    ]);
    await gateway.logged();
    const log = await gateway.gateway.db.all<{ type: string }>(sql`
      SELECT type FROM event WHERE appointment_id IN (${numberOf(booked.id)}, ${numberOf(invited.appointment.id)}) OR waitlist_entry_id = ${numberOf(early.id)} ORDER BY seq`);
    expect(log.map(({ type }) => type)).toEqual([
      'CREATED',
      'WAITLIST_JOINED',
      'CANCELLED',
      'HELD',
      'WAITLIST_INVITED',
      'BOOKED',
      'WAITLIST_BOOKED',
    ]);
    const { bookingNotifications } = await gateway.data(
      `query ($ids: [ID!]) {
        bookingNotifications(after: "0", first: 100, filter: { appointmentIds: $ids }) {
          nodes { type appointment { id } waitlistEntry { id status } }
        }
      }`,
      { ids: [invited.appointment.id] },
    );
    expect(bookingNotifications.nodes.map(({ type }: { type: string }) => type)).toEqual([
      'HELD',
      'WAITLIST_INVITED',
      'BOOKED',
      'WAITLIST_BOOKED',
    ]);
    expect(
      bookingNotifications.nodes.map(
        ({ waitlistEntry }: { waitlistEntry: unknown }) => waitlistEntry,
      ),
    ).toEqual([null, { id: early.id, status: 'BOOKED' }, null, { id: early.id, status: 'BOOKED' }]);
  });

  it('gives a place to one of ten concurrent claims, and returns the others to the list', async () => {
    const start = free();
    const ids = await Promise.all(
      Array.from({ length: 10 }, () => waiting({ wish: { times: [start] } })),
    );
    const held = (await invite(ids, start)).appointment;
    expect(held).toMatchObject({
      status: 'PENDING',
      subStatus: { code: 'PENDING_WAITLIST' },
      holdExpiresAt: new Date(T0 + 24 * HOUR).toISOString(),
      history: { nodes: [{ type: 'HELD' }, ...ids.map(() => ({ type: 'WAITLIST_INVITED' }))] },
    });
    expect(held.waitlistInvitations.map(({ id }: { id: string }) => id).sort()).toEqual(
      [...ids].sort(),
    );
    const claims = await Promise.all(ids.map((id) => claim(id)));
    expect(claims.filter(({ waitlistEntry }) => waitlistEntry)).toHaveLength(1);
    expect(claims.flatMap(({ userErrors }) => userErrors).map(({ code }) => code)).toEqual(
      Array(9).fill('NOT_INVITED'),
    );
    const { waitlistEntries } = await gateway.data(
      `query ($ids: [ID!]) {
        waitlistEntries(filter: { ids: $ids, statuses: [WAITING, INVITED, BOOKED] }) {
          totalCount nodes { status appointment { id } }
        }
      }`,
      { ids },
    );
    expect(
      waitlistEntries.nodes.filter(({ status }: { status: string }) => status === 'WAITING'),
    ).toEqual(Array.from({ length: 9 }, () => ({ status: 'WAITING', appointment: null })));
    expect(
      waitlistEntries.nodes.filter(({ status }: { status: string }) => status === 'BOOKED'),
    ).toEqual([{ status: 'BOOKED', appointment: { id: held.id } }]);
    const winner = claims.find(({ waitlistEntry }) => waitlistEntry).waitlistEntry.id;
    expect((await claim(winner)).userErrors).toMatchObject([{ code: 'NOT_INVITED' }]);
  });

  it('holds a place until the last millisecond, before and after its release', async () => {
    const [first, second] = [free(), free()];
    const reasonId = await service({ waitlistHoldHours: 2 });
    const [kept, lost] = [
      await waiting({ reasonId, wish: { times: [first] } }),
      await waiting({ reasonId, wish: { times: [second] } }),
    ];
    for (const [id, start] of [
      [kept, first],
      [lost, second],
    ] as const)
      expect((await invite([id], start)).userErrors).toEqual([]);
    expect((await entry(lost)).invitationExpiresAt).toBe(new Date(T0 + 2 * HOUR).toISOString());
    gateway.time = T0 + 2 * HOUR - 1;
    expect((await book(gateway, fixture.clinic, second)).userErrors).toMatchObject([
      { code: 'TIME_UNAVAILABLE' },
    ]);
    expect((await entry(lost)).status).toBe('INVITED');
    expect((await claim(kept)).userErrors).toEqual([]);
    gateway.time += 1;
    expect((await entry(lost)).status).toBe('EXPIRED');
    expect((await claim(lost)).userErrors).toMatchObject([{ code: 'HOLD_EXPIRED' }]);
    expect((await book(gateway, fixture.clinic, second)).userErrors).toEqual([]);
    await Promise.all([sweep(), sweep(), sweep()]);
    expect(await sweep()).toBe(0);
    expect((await claim(lost)).userErrors).toMatchObject([{ code: 'HOLD_EXPIRED' }]);
    expect(await entry(lost)).toMatchObject({
      status: 'EXPIRED',
      appointment: null,
      history: {
        nodes: [
          { type: 'WAITLIST_JOINED' },
          { type: 'WAITLIST_INVITED' },
          { type: 'WAITLIST_EXPIRED', actorName: 'Slotgraph' },
        ],
      },
    });
    const third = free();
    expect((await invite([lost], third)).userErrors).toEqual([]);
    expect((await claim(lost)).userErrors).toEqual([]);
  });

  it('never holds a place beyond its start or in the past', async () => {
    const soon = new Date(T0 + 3 * HOUR).toISOString();
    const id = await waiting({ wish: { times: [soon] } });
    expect((await invite([id], soon)).appointment.holdExpiresAt).toBe(soon);
    const other = await waiting({ wish: { times: [free()] } });
    const staffId = fixture.clinic.otherStaffId;
    const past = await gateway.data(
      `mutation ($input: InviteFromWaitlistInput!) {
        inviteFromWaitlist(input: $input) {
          userErrors {
            code path ... on TimeUnavailableError { explanation { candidates { staff { id } } } }
          }
        }
      }`,
      { input: { entryIds: [other], staffId, start: new Date(T0).toISOString() } },
    );
    expect(past.inviteFromWaitlist.userErrors).toEqual([
      {
        code: 'TIME_UNAVAILABLE',
        path: ['input', 'start'],
        explanation: { candidates: [{ staff: { id: staffId } }] },
      },
    ]);
    expect((await entry(other)).status).toBe('WAITING');
    gateway.time = T0 + 200 * 24 * HOUR;
    await sweep();
    expect(await entry(other)).toMatchObject({
      status: 'EXPIRED',
      history: { nodes: [{ type: 'WAITLIST_JOINED' }, { type: 'WAITLIST_EXPIRED' }] },
    });
  });

  it('holds a freed time at the price of a booking: that of its staff member or length', async () => {
    const reasonId = await service({
      price: '40.00',
      durations: [{ minutes: 90, price: '70.00' }],
    });
    await change(gateway, 'setReasonStaff', {
      reasonId,
      staff: [
        { staffId: fixture.clinic.staffId, price: '55.00' },
        { staffId: fixture.clinic.otherStaffId },
      ],
    });
    const freed = async (input: object): Promise<readonly (string | null)[]> => {
      const start = free();
      const visit = { ...fixture.clinic, otherStaffId: undefined, reasonId, ...input };
      const { appointment } = await change(
        gateway,
        'createAppointment',
        { ...visit, start },
        'appointment { id price }',
      );
      const id = await waiting({ reasonId, wish: { times: [start] } });
      await change(gateway, 'cancelAppointment', { id: appointment.id, waitlistEntryIds: [id] });
      const { waitlistEntry } = await change(
        gateway,
        'claimWaitlistInvitation',
        { entry: { id } },
        'waitlistEntry { appointment { price } }',
      );
      return [appointment.price, waitlistEntry.appointment.price];
    };

    expect(await freed({})).toEqual(['55.00', '55.00']);
    expect(await freed({ staffId: fixture.clinic.otherStaffId })).toEqual(['40.00', '40.00']);
    expect(await freed({ durationMinutes: 90 })).toEqual(['70.00', '70.00']);
  });
}
