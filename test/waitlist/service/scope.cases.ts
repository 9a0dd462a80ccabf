import { Role } from '../../../src/context';
import { addStaff, book, change, refusal } from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import type { TestGateway } from '../../support/harness/gateway';
import { HOUR, type ServiceFixture } from './service.fixture';

export function scopeCases(gateway: TestGateway, fixture: ServiceFixture): void {
  const { T0, free, person, join, waiting, entry, invite } = fixture;

  it('is limited to its business, permitted roles and its clients', async () => {
    const start = free();
    const [mine, theirs] = [
      (await join({ wish: { times: [start] } }, fixture.clientKey)).waitlistEntry.id,
      await waiting({ wish: { times: [start] } }),
    ];
    const booked = (await book(gateway, fixture.clinic, start)).appointment.id;
    expect(await entry(theirs, fixture.clientKey)).toBeNull();
    expect((await entry(mine, fixture.clientKey)).id).toBe(mine);
    const list = async (key: string) =>
      (
        await gateway.data(
          `query ($ids: [ID!]) {
            waitlistEntries(filter: { ids: $ids }) { totalCount nodes { id } }
          }`,
          { ids: [mine, theirs] },
          { key },
        )
      ).waitlistEntries;
    expect(await list(fixture.clientKey)).toEqual({ totalCount: 1, nodes: [{ id: mine }] });
    const { client, node } = await gateway.data(
      `query ($id: ID!, $entry: ID!) {
        client(id: $id) { waitlistEntries(filter: { statuses: [WAITING] }) { nodes { id } } }
        node(id: $entry) { id }
      }`,
      { id: fixture.clinic.clientId, entry: mine },
      { key: fixture.clientKey },
    );
    expect([client.waitlistEntries.nodes.at(-1), node]).toEqual([{ id: mine }, { id: mine }]);
    expect(
      (await join({ clientId: await person(), wish: { times: [start] } }, fixture.clientKey))
        .userErrors,
    ).toMatchObject([{ code: 'NOT_FOUND' }]);

    for (const mutation of [
      'inviteFromWaitlist',
      'removeWaitlistEntry',
      'updateWaitlistSettings',
    ]) {
      const input = {
        inviteFromWaitlist: { entryIds: [mine], staffId: fixture.clinic.staffId, start },
        removeWaitlistEntry: { id: mine },
        updateWaitlistSettings: { mode: 'ALL' },
      }[mutation] as object;
      expect(await refusal(gateway, mutation, input, fixture.clientKey)).toEqual([
        'FORBIDDEN',
        undefined,
      ]);
      expect(await refusal(gateway, mutation, input, fixture.publicKey)).toEqual([
        'FORBIDDEN',
        undefined,
      ]);
    }
    const own = (await book(gateway, fixture.clinic, free(), {})).appointment.id;
    expect(
      await refusal(
        gateway,
        'cancelAppointment',
        { id: own, waitlistEntryIds: [mine] },
        fixture.clientKey,
      ),
    ).toEqual(['INSUFFICIENT_PERMISSION', 'waitlistEntryIds']);
    const seen = await gateway.data(
      `query ($id: ID!) {
        appointment(id: $id) { status waitlistCandidates { id } waitlistInvitations { id } }
      }`,
      { id: own },
      { key: fixture.clientKey },
    );
    expect(seen.appointment).toEqual({
      status: 'OPEN',
      waitlistCandidates: null,
      waitlistInvitations: null,
    });

    const elsewhere = await gateway.key(Role.LOCATION_SUPER_USER, { locationIds: [9_999] });
    const unassigned = await gateway.key(Role.STAFF_USER, {
      staffId: numberOf(
        await addStaff(gateway, 'drnobody', 'America/New_York', [fixture.clinic.locationId]),
      ),
    });
    const { secretKey } = await gateway.addBusiness({ name: 'Another business', timeZone: 'UTC' });
    const assigned = await gateway.key(Role.STAFF_USER, {
      staffId: numberOf(fixture.clinic.staffId),
    });
    expect((await list(assigned)).totalCount).toBe(2);
    for (const key of [elsewhere, unassigned, secretKey]) {
      expect([await entry(mine, key), (await list(key)).totalCount]).toEqual([null, 0]);
      for (const [mutation, input] of Object.entries({
        claimWaitlistInvitation: { entry: { id: mine } },
        leaveWaitlist: { entry: { id: mine } },
        removeWaitlistEntry: { id: mine },
        inviteFromWaitlist: { entryIds: [mine], staffId: fixture.clinic.staffId, start },
      })) {
        expect((await refusal(gateway, mutation, input, key))[0]).toBe('NOT_FOUND');
      }
    }
    expect(
      (
        await change(gateway, 'cancelAppointment', {
          id: booked,
          waitlistEntryIds: [mine, 'WaitlistEntry:999999'],
        })
      ).userErrors,
    ).toMatchObject([{ code: 'NOT_FOUND' }]);
    const { appointment } = await gateway.data(
      'query ($id: ID!) { appointment(id: $id) { status } }',
      { id: booked },
    );
    expect([appointment.status, (await entry(mine)).status]).toEqual(['OPEN', 'WAITING']);
  });

  it('lets administrators set the duration of a hold', async () => {
    const { viewer } = await gateway.data(
      '{ viewer { business { waitlistSettings { mode holdHours } } } }',
    );
    expect(viewer.business.waitlistSettings).toEqual({ mode: 'OFF', holdHours: 24 });
    expect(await refusal(gateway, 'updateWaitlistSettings', { holdHours: 0 })).toEqual([
      'INVALID_INPUT',
      'holdHours',
    ]);
    const changed = await change(
      gateway,
      'updateWaitlistSettings',
      { holdHours: 6 },
      'waitlistSettings { mode holdHours }',
    );
    expect(changed).toEqual({ waitlistSettings: { mode: 'OFF', holdHours: 6 }, userErrors: [] });
    const start = free();
    expect(
      (await invite([await waiting({ wish: { times: [start] } })], start)).appointment
        .holdExpiresAt,
    ).toBe(new Date(T0 + 6 * HOUR).toISOString());
  });
}
