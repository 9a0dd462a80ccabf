import { Role } from '../../../src/context';
import { sql } from '../../../src/db/sql';
import {
  addHours,
  addLocation,
  addStaff,
  book,
  change,
  refusal,
} from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import type { TestGateway } from '../../support/harness/gateway';
import { SECRET, type ServiceFixture } from './service.fixture';

export function claimsCases(gateway: TestGateway, fixture: ServiceFixture): void {
  const { free, person, service, join, waiting, entry, claim, invite } = fixture;

  it('authorises the public by a claim secret', async () => {
    const start = free();
    const client = { firstName: 'Arya', lastName: 'Stark', emailAddress: 'arya@example.org' };
    const without = await gateway.run(
      `mutation ($input: JoinWaitlistInput!) {
        joinWaitlist(input: $input) { userErrors { code path } }
      }`,
      { input: { reasonId: fixture.clinic.reasonId, client, wish: { times: [start] } } },
      { key: fixture.publicKey },
    );
    expect(without.data.joinWaitlist.userErrors).toEqual([
      { code: 'INVALID_INPUT', path: ['input', 'claimSecret'] },
    ]);
    expect(
      (await join({ wish: { times: [start] }, claimSecret: SECRET }, fixture.publicKey)).userErrors,
    ).toMatchObject([{ code: 'RULE_VIOLATED', path: ['input', 'client'] }]);
    const { waitlistEntry } = await join(
      { client, wish: { times: [start] }, claimSecret: SECRET },
      fixture.publicKey,
    );
    expect(waitlistEntry).toMatchObject({ status: 'WAITING', client: { fullName: 'Arya Stark' } });
    expect(
      (await join({ client, wish: { times: [start] }, claimSecret: SECRET }, fixture.publicKey))
        .userErrors,
    ).toMatchObject([{ code: 'CONFLICT' }]);
    await invite([waitlistEntry.id], start);
    for (const claimSecret of [undefined, 'this is another secret'])
      expect(
        (await claim(waitlistEntry.id, { claimSecret }, fixture.publicKey)).userErrors,
      ).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect(
      await claim(
        waitlistEntry.id,
        { claimSecret: SECRET, idempotencyKey: 'claim once' },
        fixture.publicKey,
      ),
    ).toMatchObject({
      waitlistEntry: { status: 'BOOKED', appointment: { status: 'OPEN', start } },
      userErrors: [],
    });
    expect(
      await claim(
        waitlistEntry.id,
        { claimSecret: SECRET, idempotencyKey: 'claim once' },
        fixture.publicKey,
      ),
    ).toMatchObject({ waitlistEntry: { status: 'BOOKED' }, userErrors: [] });
    expect(await entry(waitlistEntry.id, fixture.publicKey)).toBeNull();
    await gateway.logged();
    const told = await gateway.gateway.db.all(
      sql`SELECT snapshot, changes FROM event WHERE waitlist_entry_id = ${numberOf(waitlistEntry.id)}`,
    );
    expect(told).toHaveLength(3);
    expect(JSON.stringify(told)).not.toMatch(/only who joined|ecretHash":"/);
  });

  it('lets staff book a waiting client without an invitation', async () => {
    const [start, later] = [free(), free()];
    const [one, other] = [
      await waiting({ wish: { times: [start] }, note: 'at last' }),
      await waiting({ wish: { times: [later] } }),
    ];
    const bookFrom = (input: object, key?: string) =>
      change(
        gateway,
        'bookFromWaitlist',
        { staffId: fixture.clinic.staffId, start, ...input },
        `waitlistEntry {
          status appointment { id status note start client { id } waitlistEntry { id } }
        }`,
        key,
      );
    const { client } = await entry(one);
    const booked = await bookFrom({ id: one, idempotencyKey: 'book one' });
    expect(booked).toMatchObject({
      waitlistEntry: {
        status: 'BOOKED',
        appointment: {
          status: 'OPEN',
          note: 'at last',
          start,
          client: { id: client.id },
          waitlistEntry: { id: one },
        },
      },
      userErrors: [],
    });
    expect((await bookFrom({ id: one, idempotencyKey: 'book one' })).waitlistEntry).toEqual(
      booked.waitlistEntry,
    );
    expect((await bookFrom({ id: other })).userErrors).toMatchObject([
      { code: 'TIME_UNAVAILABLE' },
    ]);
    expect((await bookFrom({ id: one, start: free() })).userErrors).toMatchObject([
      { code: 'RULE_VIOLATED', path: ['input', 'id'] },
    ]);
    expect(
      await refusal(gateway, 'bookFromWaitlist', { id: other, staffId: fixture.clinic.staffId }),
    ).toEqual(['INVALID_INPUT', 'start']);
    expect(
      await refusal(
        gateway,
        'bookFromWaitlist',
        { id: other, staffId: fixture.clinic.staffId, start: later },
        fixture.clientKey,
      ),
    ).toEqual(['FORBIDDEN', undefined]); // The entry was invited: its own hold is released.
    expect((await invite([other], later)).userErrors).toEqual([]);
    expect(
      (await bookFrom({ id: other, staffId: fixture.clinic.otherStaffId, start: later }))
        .waitlistEntry,
    ).toMatchObject({ status: 'BOOKED' });
    expect((await book(gateway, fixture.clinic, later)).userErrors).toEqual([]);
    expect((await entry(one)).history.nodes.map(({ type }: { type: string }) => type)).toEqual([
      'WAITLIST_JOINED',
      'WAITLIST_BOOKED',
    ]);
  });

  it('lets a staff user who serves the reason book a client it cannot see', async () => {
    const serving = await gateway.key(Role.STAFF_USER, {
      staffId: numberOf(fixture.clinic.staffId),
    });
    const stranger = await addStaff(gateway, 'drstranger', 'America/New_York', [
      fixture.clinic.locationId,
    ]);
    const notServing = await gateway.key(Role.STAFF_USER, { staffId: numberOf(stranger) });
    const start = free();
    const id = await waiting({ wish: { times: [start] } });
    const { client } = await entry(id);
    const CLIENTS = 'query ($id: ID!) { clients(filter: { ids: [$id] }) { totalCount } }';
    const bookFrom = (key: string) =>
      change(
        gateway,
        'bookFromWaitlist',
        { id, staffId: fixture.clinic.staffId, start },
        'waitlistEntry { status appointment { start client { id } } }',
        key,
      );

    const seen = await gateway.data(CLIENTS, { id: client.id }, { key: serving });
    const refused = await bookFrom(notServing);
    const unchanged = await entry(id);
    const booked = await bookFrom(serving);

    expect(seen).toEqual({ clients: { totalCount: 0 } });
    expect(refused).toMatchObject({
      waitlistEntry: null,
      userErrors: [{ code: 'NOT_FOUND', path: ['input', 'id'] }],
    });
    expect(unchanged).toMatchObject({ status: 'WAITING', appointment: null });
    expect(booked).toEqual({
      waitlistEntry: { status: 'BOOKED', appointment: { start, client: { id: client.id } } },
      userErrors: [],
    });
  });

  it('holds the freed time without data of the previous client', async () => {
    const reasonId = await service({ price: '40.00' });
    const start = free();
    const locationId = await addLocation(gateway, {
      locationName: 'On the road',
      locationType: 'VARIABLE',
      timeZone: 'America/New_York',
    });
    const staffId = await addStaff(gateway, 'drroad', 'America/New_York', [locationId]);
    await addHours(gateway, staffId);
    await change(gateway, 'setReasonStaff', { reasonId, staff: [{ staffId }] });
    expect(
      (await join({ reasonId, locationId, clientId: await person(), wish: { times: [start] } }))
        .userErrors,
    ).toMatchObject([{ code: 'RULE_VIOLATED', path: ['input', 'address'] }]);
    const booked = (
      await book(gateway, { ...fixture.clinic, reasonId, locationId, staffId }, start, {
        address: 'Their home',
        meetingUrl: 'https://example.org/theirs',
        price: '10.00',
        note: 'private',
        batchId: 'b1',
        color: '#112233',
        paymentReference: 'paid',
      })
    ).appointment.id;
    const [id, other] = [
      await waiting({ reasonId, locationId, wish: { times: [start] }, address: 'My home' }),
      await waiting({ reasonId, locationId, wish: { times: [start] }, address: 'Another home' }),
    ];
    expect(
      (await change(gateway, 'cancelAppointment', { id: booked, waitlistEntryIds: [other, id] }))
        .userErrors,
    ).toEqual([]);
    expect((await claim(id)).userErrors).toEqual([]);
    const { waitlistEntry } = await gateway.data(
      `query ($id: ID!) {
        waitlistEntry(id: $id) {
          appointment { address meetingUrl price note batchId color paymentReference }
        }
      }`,
      { id },
    );
    expect(waitlistEntry.appointment).toMatchObject({
      address: 'My home',
      meetingUrl: null,
      price: '40.00',
      note: null,
      batchId: null,
      paymentReference: null,
    });
    expect(waitlistEntry.appointment.color).not.toBe('#112233');
  });

  it('holds the room that a cancellation frees', async () => {
    const reasonId = await service();
    const { resource } = await change(
      gateway,
      'createResource',
      { name: 'Room 1', locationId: fixture.clinic.locationId },
      'resource { id }',
    );
    await change(gateway, 'setReasonResources', {
      reasonId,
      needs: [{ options: [{ id: resource.id }] }],
    });
    const start = free();
    const booked = (await book(gateway, { ...fixture.clinic, reasonId }, start)).appointment.id;
    const id = await waiting({ reasonId, wish: { times: [start] } });
    expect(
      (await change(gateway, 'cancelAppointment', { id: booked, waitlistEntryIds: [id] }))
        .userErrors,
    ).toEqual([]);
    expect(
      (
        await book(
          gateway,
          { ...fixture.clinic, reasonId, staffId: fixture.clinic.otherStaffId },
          start,
        )
      ).userErrors,
    ).toMatchObject([{ code: 'TIME_UNAVAILABLE' }]);
    expect((await claim(id)).userErrors).toEqual([]);
    const { waitlistEntry } = await gateway.data(
      'query ($id: ID!) { waitlistEntry(id: $id) { appointment { resources { id } } } }',
      { id },
    );
    expect(waitlistEntry.appointment).toEqual({ resources: [{ id: resource.id }] });
    expect(
      (
        await book(
          gateway,
          { ...fixture.clinic, reasonId, staffId: fixture.clinic.otherStaffId },
          start,
        )
      ).userErrors,
    ).toMatchObject([{ code: 'TIME_UNAVAILABLE' }]);
  });
}
