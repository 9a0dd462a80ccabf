import { Role } from '../../../src/context';
import { autoInvite } from '../../../src/features/waitlist/invitations/auto-invite';
import type { Database } from '../../../src/db/database';
import { withRequestBatching } from '../../../src/db/request-batching';
import { sql } from '../../../src/db/sql';
import { addHours, addReason, addStaff, book, change } from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import { contextOf, tend, waitlistSettings } from '../../support/fixtures/waitlist';
import type { TestGateway } from '../../support/harness/gateway';
import { HOUR, type AutomaticFixture } from './automatic.fixture';

export function placesCases(gateway: TestGateway, fixture: AutomaticFixture): void {
  const { T0, single, taken, waiting, cancel, statusOf, startOf } = fixture;

  const invitationsTo = async (ids: readonly string[]) => {
    const rows = await gateway.gateway.db.all<{ count: number }>(sql`
      SELECT count(*) AS count FROM event WHERE type = 'WAITLIST_INVITED' AND waitlist_entry_id BETWEEN ${Math.min(...ids.map(numberOf))} AND ${Math.max(...ids.map(numberOf))}`);
    return rows[0]?.count;
  };

  it('invite once for one place with concurrent instances and interrupted passes', async () => {
    const only = await single();
    const booked = await taken(only);
    await waitlistSettings(gateway, { mode: 'NEXT' });
    const ids = [await waiting(only), await waiting(only), await waiting(only)];
    await tend(gateway);
    await cancel(booked);
    await gateway.logged();
    const [before] = await gateway.gateway.db.all<{ seq: number }>(
      sql`SELECT last_seq AS seq FROM waitlist_settings WHERE business_id = ${gateway.business.business.rowId}`,
    );
    await Promise.all(Array.from({ length: 6 }, () => tend(gateway)));
    expect(await statusOf(...ids)).toEqual(['INVITED', 'WAITING', 'WAITING']);
    // As if the process had been killed between the invitation and the record of its position in
    // the log.
    await gateway.gateway.db.transaction((tx) =>
      tx.run(sql`UPDATE waitlist_settings SET last_seq = ${before?.seq as number}, looked_at = 0`),
    );
    await Promise.all([tend(gateway), tend(gateway)]);
    expect(await statusOf(...ids)).toEqual(['INVITED', 'WAITING', 'WAITING']);
    expect(await invitationsTo(ids)).toBe(1);
  });

  // The hold with its invitation, and the position in the log.
  it.each([
    [1, 'before'],
    [1, 'after'],
    [2, 'before'],
    [2, 'after'],
  ] as const)(
    'are completed once by the next process after a crash at commit %i, right %s it',
    async (fatal, when) => {
      await waitlistSettings(gateway, { mode: 'NEXT' });
      const { db } = gateway.gateway;
      // If the gateway itself was faster, nothing is left to interrupt: try again.
      for (let commits = 0; commits < fatal;) {
        commits = 0;
        const only = await single();
        const booked = await taken(only);
        const ids = [await waiting(only), await waiting(only)];
        await tend(gateway);
        await cancel(booked);
        await gateway.logged();
        const dying: Database = {
          ...db,
          signals: db.signals,
          all: (query) => db.all(query),
          async transaction(work) {
            commits += 1;
            if (commits !== fatal) return db.transaction(work);
            await db.transaction(async (tx) => {
              await work(tx);
              if (when === 'before') throw new Error('killed');
            });
            throw new Error('killed');
          },
        };
        const outcome = await autoInvite(
          dying,
          (viewer) => ({ ...contextOf(gateway)(viewer), db: withRequestBatching(dying) }),
          gateway.time as number,
        ).then(
          () => 'lived',
          (error: Error) => error.message,
        );
        expect(outcome).toBe(commits < fatal ? 'lived' : 'killed');
        await Promise.all([tend(gateway), tend(gateway)]);
        expect([await statusOf(...ids), await invitationsTo(ids)]).toEqual([
          ['INVITED', 'WAITING'],
          1,
        ]);
        for (const id of ids) await change(gateway, 'removeWaitlistEntry', { id });
      }
    },
  );

  it('assign several places in the order of the list, one to each entry', async () => {
    const staffId = await addStaff(gateway, 'three', 'America/New_York', [
      fixture.clinic.locationId,
    ]);
    const reasonId = await addReason(gateway, {
      reasonDesc: 'Three places',
      visitMinutes: 60,
      allowWaitList: true,
      staffIds: [staffId],
    });
    const list = { reasonId, staffId, start: '2033-06-01T13:00:00.000Z', date: '2033-06-01' };
    const day = { wish: { days: { from: '2033-06-01', to: '2033-06-01' } } };
    const ids = [
      await waiting(list, { wish: { times: ['2033-06-01T14:00:00.000Z'] } }),
      await waiting(list, day),
      await waiting(list, day),
      await waiting(list, day),
    ];
    await waitlistSettings(gateway, { mode: 'NEXT' });
    await tend(gateway);
    expect(await statusOf(...ids)).toEqual(['WAITING', 'WAITING', 'WAITING', 'WAITING']);
    // Changes of hours are not in the log: a full pass finds them.
    await addHours(gateway, staffId, {
      validFrom: '2033-06-01',
      validTo: '2033-06-01',
      ranges: [{ start: '09:00', end: '12:00' }],
    });
    gateway.time = T0 + HOUR;
    await Promise.all([tend(gateway), tend(gateway), tend(gateway)]);
    expect(await statusOf(...ids)).toEqual(['INVITED', 'INVITED', 'INVITED', 'WAITING']);
    const starts = await Promise.all(ids.slice(0, 3).map(async (id) => (await startOf(id)).start));
    expect(starts[0]).toBe('2033-06-01T14:00:00.000Z');
    expect(starts.sort()).toEqual([
      '2033-06-01T13:00:00.000Z',
      '2033-06-01T14:00:00.000Z',
      '2033-06-01T15:00:00.000Z',
    ]);
  });

  it('use times freed by a move, cancelled time off and an expired hold', async () => {
    const [moved, off, held] = [await single(), await single(), await single()];
    await waitlistSettings(gateway, { mode: 'NEXT' });
    const booked = await taken(moved);
    const personal = await addReason(gateway, {
      reasonDesc: 'Away',
      reasonType: 'PERSONAL',
      visitMinutes: 600,
    });
    const away = (
      await book(
        gateway,
        {
          ...fixture.clinic,
          reasonId: personal,
          staffId: off.staffId,
          clientId: undefined as never,
        },
        `${off.date}T12:00:00Z`,
      )
    ).appointment.id;
    const { appointment } = await change(
      gateway,
      'holdAppointment',
      {
        reasonId: held.reasonId,
        locationId: fixture.clinic.locationId,
        staffId: held.staffId,
        start: held.start,
      },
      'appointment { id }',
    );
    const ids = [await waiting(moved), await waiting(off), await waiting(held)];
    await tend(gateway);
    expect([appointment.id.length > 0, await statusOf(...ids)]).toEqual([
      true,
      ['WAITING', 'WAITING', 'WAITING'],
    ]);
    expect(
      (
        await change(gateway, 'rescheduleAppointment', {
          id: booked,
          start: `${moved.date}T20:00:00Z`,
          override: true,
        })
      ).userErrors,
    ).toEqual([]);
    await cancel(away);
    gateway.time = T0 + 11 * 60_000;
    await tend(gateway);
    await tend(gateway);
    expect(await statusOf(...ids)).toEqual(['INVITED', 'INVITED', 'INVITED']);
  });

  it('apply the rules for clients, and skip entries for which they are disabled', async () => {
    const short = await single({ apptHrMin: 8_760 });
    const hidden = await single({ allowOnline: false });
    const [bound, staffOnly] = [await waiting(short), await waiting(hidden)];
    await tend(gateway);
    expect(await statusOf(bound, staffOnly)).toEqual(['WAITING', 'WAITING']);
    await waitlistSettings(gateway, { mode: 'NEXT' });
    await tend(gateway);
    expect(await statusOf(bound, staffOnly)).toEqual(['WAITING', 'INVITED']);
    const other = await gateway.addBusiness({ name: 'Another business', timeZone: 'UTC' });
    expect(
      await gateway.data(
        '{ viewer { business { waitlistSettings { mode } } } waitlistEntries { totalCount } }',
        {},
        { key: other.secretKey },
      ),
    ).toEqual({
      viewer: { business: { waitlistSettings: { mode: 'OFF' } } },
      waitlistEntries: { totalCount: 0 },
    });
    const key = await gateway.key(Role.STAFF_USER, { staffId: numberOf(fixture.clinic.staffId) });
    const { errors } = await gateway.run(
      'mutation { updateWaitlistSettings(input: { mode: ALL }) { userErrors { code } } }',
      {},
      { key },
    );
    expect(errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });
}
