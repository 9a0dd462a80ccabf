import { sql } from '../../../src/db/sql';
import {
  addClient,
  addClinic,
  addHours,
  addReason,
  addStaff,
  book,
  change,
} from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import { tend, waitlistSettings } from '../../support/fixtures/waitlist';
import type { TestGateway } from '../../support/harness/gateway';
import { HOUR, type AutomaticFixture } from './automatic.fixture';

export function settingsCases(gateway: TestGateway, fixture: AutomaticFixture): void {
  const { T0, single, taken, waiting, cancel, statusOf, startOf } = fixture;

  const claim = (id: string) =>
    change(gateway, 'claimWaitlistInvitation', { entry: { id } }, 'waitlistEntry { status }');

  it('invite only in businesses that enabled them', async () => {
    const { secretKey, business } = await gateway.addBusiness({
      name: 'Other',
      timeZone: 'America/New_York',
    });
    const theirs = await addClinic(gateway, 'other', secretKey);
    const staffId = await addStaff(
      gateway,
      'one-other',
      'America/New_York',
      [theirs.locationId],
      secretKey,
    );
    await addHours(
      gateway,
      staffId,
      {
        validFrom: '2033-06-01',
        validTo: '2033-06-01',
        ranges: [{ start: '10:00', end: '10:45' }],
      },
      secretKey,
    );
    const reasonId = await addReason(
      gateway,
      { reasonDesc: 'Popular there', visitMinutes: 45, allowWaitList: true, staffIds: [staffId] },
      secretKey,
    );
    const {
      appointment: { id: other },
    } = await book(
      gateway,
      { ...theirs, reasonId, staffId },
      '2033-06-01T14:00:00.000Z',
      {},
      secretKey,
    );
    const clientId = await addClient(
      gateway,
      { firstName: 'Other', lastName: 'Person', emailAddress: 'other@example.org' },
      secretKey,
    );
    const wish = {
      reasonId,
      locationId: theirs.locationId,
      clientId,
      wish: { times: ['2033-06-01T14:00:00.000Z'] },
    };
    const theirEntry = (
      await change(gateway, 'joinWaitlist', wish, 'waitlistEntry { id }', secretKey)
    ).waitlistEntry.id as string;
    const only = await single();
    const booked = await taken(only);
    await waitlistSettings(gateway, { mode: 'NEXT', holdHours: 4 });
    const entry = await waiting(only);
    await tend(gateway);
    // The other log is longer: a position in it would exceed the end of this one.
    for (let index = 0; index < 60; index += 1)
      await change(
        gateway,
        'updateClient',
        { id: clientId, firstName: `Other ${index}` },
        '',
        secretKey,
      );
    await change(gateway, 'cancelAppointment', { id: other }, '', secretKey);
    await tend(gateway);
    const invited = async () =>
      (
        await gateway.gateway.db.all<{ count: number }>(sql`
      SELECT count(*) AS count FROM event WHERE type = 'WAITLIST_INVITED' AND business_id = ${business.rowId}`)
      )[0]?.count;
    const theirStatus = async () =>
      (
        await gateway.data(
          'query ($id: ID!) { waitlistEntry(id: $id) { status } }',
          { id: theirEntry },
          { key: secretKey },
        )
      ).waitlistEntry.status;
    expect([await statusOf(entry), await theirStatus(), await invited()]).toEqual([
      ['WAITING'],
      'WAITING',
      0,
    ]);

    await cancel(booked);
    await tend(gateway);

    expect([await statusOf(entry), await theirStatus(), await invited()]).toEqual([
      ['INVITED'],
      'WAITING',
      0,
    ]);
  });

  it('invite the oldest entry, then the next after the invitation expires', async () => {
    const only = await single();
    const booked = await taken(only);
    await waitlistSettings(gateway, { mode: 'NEXT', holdHours: 4 });
    const [first, second, other] = [
      await waiting(only),
      await waiting(only, { wish: { days: { from: only.date, to: only.date } } }),
      await waiting(only, {
        wish: {
          days: { from: only.date, to: only.date, timesOfDay: [{ start: '12:00', end: '18:00' }] },
        },
      }),
    ];
    await tend(gateway);
    expect(await statusOf(first, second, other)).toEqual(['WAITING', 'WAITING', 'WAITING']);
    await cancel(booked);
    await tend(gateway);
    expect(await statusOf(first, second, other)).toEqual(['INVITED', 'WAITING', 'WAITING']);
    expect(await startOf(first)).toEqual({ start: only.start, staff: { id: only.staffId } });
    gateway.time = T0 + 4 * HOUR - 1;
    await tend(gateway);
    expect(await statusOf(first, second)).toEqual(['INVITED', 'WAITING']);
    gateway.time += 1;
    expect((await claim(first)).userErrors).toMatchObject([{ code: 'HOLD_EXPIRED' }]);
    await tend(gateway);
    expect(await statusOf(first, second, other)).toEqual(['EXPIRED', 'INVITED', 'WAITING']);
    expect(await claim(second)).toMatchObject({
      waitlistEntry: { status: 'BOOKED' },
      userErrors: [],
    });
    gateway.time += 100 * HOUR;
    await tend(gateway);
    expect(await statusOf(first, second, other)).toEqual(['EXPIRED', 'BOOKED', 'WAITING']);
  });

  it('examine more times than one availability query returns', async () => {
    const staffId = await addStaff(gateway, 'always', 'America/New_York', [
      fixture.clinic.locationId,
    ]);
    await addHours(gateway, staffId);
    const reasonId = await addReason(gateway, {
      reasonDesc: 'Any minute',
      visitMinutes: 1,
      slotStepMinutes: 1,
      allowWaitList: true,
      staffIds: [staffId],
    });
    await waitlistSettings(gateway, { mode: 'NEXT', holdHours: 24 * 14 });
    const late = { date: '', staffId, reasonId, start: '2033-01-13T15:07:00.000Z' };
    const [days, minute] = [
      await waiting(late, {
        wish: {
          days: {
            from: '2033-01-02',
            to: '2033-01-20',
            timesOfDay: [{ start: '23:58', end: '23:59' }],
          },
        },
      }),
      await waiting(late),
    ];
    await tend(gateway);
    expect(await statusOf(days, minute)).toEqual(['INVITED', 'INVITED']);
    expect([(await startOf(days)).start, (await startOf(minute)).start]).toEqual([
      '2033-01-03T04:58:00.000Z',
      late.start,
    ]);
  });

  it('run in the background of the gateway', async () => {
    const only = await single();
    const booked = await taken(only);
    await waitlistSettings(gateway, { mode: 'NEXT' });
    const id = await waiting(only);
    await cancel(booked);
    const waits = () =>
      gateway.gateway.db.all(
        sql`SELECT id FROM waitlist_entry WHERE id = ${numberOf(id)} AND status = 'WAITING'`,
      );
    for (const end = Date.now() + 20_000; (await waits()).length && Date.now() < end;)
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await statusOf(id)).toEqual(['INVITED']);
  }, 30_000);

  it('invite all suitable entries in mode ALL; one claims the place', async () => {
    const only = await single();
    const booked = await taken(only);
    await waitlistSettings(gateway, { mode: 'ALL', holdHours: 24 });
    const ids = [await waiting(only), await waiting(only), await waiting(only)];
    const elsewhere = await waiting(only, {
      wish: { times: [only.start] },
      staffIds: [fixture.clinic.staffId],
    });
    await cancel(booked);
    await tend(gateway);
    expect(await statusOf(...ids, elsewhere)).toEqual(['INVITED', 'INVITED', 'INVITED', 'WAITING']);
    const claims = await Promise.all(ids.map(claim));
    expect(claims.flatMap(({ userErrors }) => userErrors).map(({ code }) => code)).toEqual([
      'NOT_INVITED',
      'NOT_INVITED',
    ]);
    await tend(gateway);
    expect((await statusOf(...ids)).sort()).toEqual(['BOOKED', 'WAITING', 'WAITING']);
  });
}
