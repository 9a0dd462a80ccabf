import { Role } from '../../src/context';
import { expireHolds } from '../../src/features/appointments/holds/expire-holds';
import { waitlistFindings } from '../../src/features/waitlist/integrity';
import { expireInvitations } from '../../src/features/waitlist/invitations/expire-invitations';
import { sql } from '../../src/db/sql';
import {
  addClient,
  addClinic,
  addHours,
  addLocation,
  addReason,
  addStaff,
  book,
  change,
  refusal,
  type Clinic,
} from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';
import { numberOf } from '../support/fixtures/ids';
import { expectIntegrity } from '../support/harness/integrity';

const HOUR = 3_600_000;
const SECRET = 'only who joined knows this';
const ENTRY = `id status kind version position seats note invitedAt invitationExpiresAt reason { id } location { id } client { id fullName } staff { id }
  appointment { id status subStatus { code } start client { id } } history { type fromStatus toStatus actor reason }`;

onEachDatabase('the waitlist of a service', (gateway) => {
  let clinic: Clinic;
  let clientKey: string;
  let publicKey: string;
  let people = 0;
  let day = 0;
  const T0 = Date.UTC(2033, 0, 1);
  const free = () => new Date(Date.UTC(2033, 1, 1, 15) + (day += 1) * 86_400_000).toISOString();
  const person = () =>
    addClient(gateway, {
      firstName: 'Person',
      lastName: `No ${(people += 1)}`,
      emailAddress: `person${people}@example.org`,
    });
  const service = (input: object = {}) =>
    addReason(gateway, {
      reasonDesc: 'Popular',
      visitMinutes: 45,
      allowWaitList: true,
      staffIds: [clinic.staffId, clinic.otherStaffId],
      ...input,
    });

  beforeAll(async () => {
    clinic = await addClinic(gateway);
    clinic.reasonId = await service();
    clientKey = await gateway.key(Role.CLIENT, { clientId: numberOf(clinic.clientId) });
    publicKey = await gateway.key(Role.PUBLIC);
  });
  beforeEach(() => (gateway.time = T0));
  afterEach(() => expectIntegrity(gateway));
  afterAll(() => (gateway.time = null));

  const join = (input: object, key?: string) =>
    change(
      gateway,
      'joinWaitlist',
      { reasonId: clinic.reasonId, locationId: clinic.locationId, ...input },
      `waitlistEntry { ${ENTRY} }`,
      key,
    );
  const waiting = async (input: object): Promise<string> => {
    const { waitlistEntry, userErrors } = await join({ clientId: await person(), ...input });
    expect(userErrors).toEqual([]);
    return waitlistEntry.id;
  };
  const entry = async (id: string, key?: string) =>
    (
      await gateway.data(
        `query ($id: ID!) { waitlistEntry(id: $id) { ${ENTRY} } }`,
        { id },
        key ? { key } : {},
      )
    ).waitlistEntry;
  const claim = (id: string, input: object = {}, key?: string) =>
    change(
      gateway,
      'claimWaitlistInvitation',
      { id, ...input },
      'waitlistEntry { id status appointment { id status start client { id } } }',
      key,
    );
  const invite = (entryIds: string[], start: string, input: object = {}, key?: string) =>
    change(
      gateway,
      'inviteFromWaitlist',
      { entryIds, start, staffId: clinic.staffId, ...input },
      'appointment { id status subStatus { code } holdExpiresAt start waitlistInvitations { id } waitlistEntry { id } history { type } }',
      key,
    );
  const sweep = async () => {
    await expireHolds(gateway.gateway.db, gateway.time as number);
    return expireInvitations(gateway.gateway.db, gateway.time as number);
  };

  it('leads from a cancellation to a booking, and logs every step in order', async () => {
    const start = free();
    const booked = (await book(gateway, clinic, start)).appointment;
    const clientId = await person();
    const [early, late] = [
      (await join({ clientId, times: [start], note: 'by the window' })).waitlistEntry,
      await waiting({ fromDate: start.slice(0, 10), toDate: start.slice(0, 10) }),
    ];
    expect(early).toMatchObject({
      status: 'WAITING',
      kind: 'TIMES',
      position: 1,
      seats: 1,
      note: 'by the window',
      client: { id: clientId },
      appointment: null,
      history: [{ type: 'WAITLIST_JOINED', fromStatus: null, toStatus: 'WAITING' }],
    });
    expect((await entry(late)).position).toBe(2);
    await waiting({ times: [free()] });
    await waiting({ times: [start], staffIds: [clinic.otherStaffId] });
    const candidates = await gateway.data(
      'query ($id: ID!) { appointment(id: $id) { waitlistCandidates { id } } }',
      { id: booked.id },
    );
    expect(candidates.appointment.waitlistCandidates).toEqual([{ id: early.id }, { id: late }]);

    const { userErrors } = await change(gateway, 'cancelAppointment', {
      id: booked.id,
      waitlistEntryIds: [early.id],
    });
    expect(userErrors).toEqual([]);
    const invited = await entry(early.id);
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
    expect((await book(gateway, clinic, start)).userErrors).toMatchObject([
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
      'query ($id: ID!) { appointment(id: $id) { note waitlistEntry { id } history { type toSubStatus } } }',
      { id: invited.appointment.id },
    );
    expect(appointment).toMatchObject({
      note: 'by the window',
      waitlistEntry: { id: early.id },
      history: [
        { type: 'HELD' },
        { type: 'WAITLIST_INVITED' },
        { type: 'BOOKED' },
        { type: 'WAITLIST_BOOKED' },
      ],
    });
    expect((await entry(early.id)).history).toMatchObject([
      { type: 'WAITLIST_JOINED' },
      { type: 'WAITLIST_INVITED', fromStatus: 'WAITING', toStatus: 'INVITED', actor: 'First key' },
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
      'query ($ids: [ID!]) { bookingNotifications(after: "0", first: 100, filter: { appointmentIds: $ids }) { nodes { type appointment { id } waitlistEntry { id status } } } }',
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
    const ids = await Promise.all(Array.from({ length: 10 }, () => waiting({ times: [start] })));
    const held = (await invite(ids, start)).appointment;
    expect(held).toMatchObject({
      status: 'PENDING',
      subStatus: { code: 'PENDING_WAITLIST' },
      holdExpiresAt: new Date(T0 + 24 * HOUR).toISOString(),
      history: [{ type: 'HELD' }, ...ids.map(() => ({ type: 'WAITLIST_INVITED' }))],
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
      'query ($ids: [ID!]) { waitlistEntries(filter: { ids: $ids, statuses: [WAITING, INVITED, BOOKED] }) { totalCount nodes { status appointment { id } } } }',
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
    const reasonId = await service({ waitListHoldHours: 2 });
    const [kept, lost] = [
      await waiting({ reasonId, times: [first] }),
      await waiting({ reasonId, times: [second] }),
    ];
    for (const [id, start] of [
      [kept, first],
      [lost, second],
    ] as const)
      expect((await invite([id], start)).userErrors).toEqual([]);
    expect((await entry(lost)).invitationExpiresAt).toBe(new Date(T0 + 2 * HOUR).toISOString());
    gateway.time = T0 + 2 * HOUR - 1;
    expect((await book(gateway, clinic, second)).userErrors).toMatchObject([
      { code: 'TIME_UNAVAILABLE' },
    ]);
    expect((await entry(lost)).status).toBe('INVITED');
    expect((await claim(kept)).userErrors).toEqual([]);
    gateway.time += 1;
    expect((await entry(lost)).status).toBe('EXPIRED');
    expect((await claim(lost)).userErrors).toMatchObject([{ code: 'HOLD_EXPIRED' }]);
    expect((await book(gateway, clinic, second)).userErrors).toEqual([]);
    await Promise.all([sweep(), sweep(), sweep()]);
    expect(await sweep()).toBe(0);
    expect((await claim(lost)).userErrors).toMatchObject([{ code: 'HOLD_EXPIRED' }]);
    expect(await entry(lost)).toMatchObject({
      status: 'EXPIRED',
      appointment: null,
      history: [
        { type: 'WAITLIST_JOINED' },
        { type: 'WAITLIST_INVITED' },
        { type: 'WAITLIST_EXPIRED', actor: 'Slotgraph' },
      ],
    });
    const third = free();
    expect((await invite([lost], third)).userErrors).toEqual([]);
    expect((await claim(lost)).userErrors).toEqual([]);
  });

  it('never holds a place beyond its start or in the past', async () => {
    const soon = new Date(T0 + 3 * HOUR).toISOString();
    const id = await waiting({ times: [soon] });
    expect((await invite([id], soon)).appointment.holdExpiresAt).toBe(soon);
    const other = await waiting({ times: [free()] });
    expect(
      (await invite([other], new Date(T0).toISOString(), { staffId: clinic.otherStaffId }))
        .userErrors,
    ).toMatchObject([{ code: 'RULE_VIOLATED', path: ['input', 'start'] }]);
    expect((await entry(other)).status).toBe('WAITING');
    gateway.time = T0 + 200 * 24 * HOUR;
    await sweep();
    expect(await entry(other)).toMatchObject({
      status: 'EXPIRED',
      history: [{ type: 'WAITLIST_JOINED' }, { type: 'WAITLIST_EXPIRED' }],
    });
  });

  it('authorises the public by a claim secret', async () => {
    const start = free();
    const client = { firstName: 'Arya', lastName: 'Stark', emailAddress: 'arya@example.org' };
    const without = await gateway.run(
      'mutation ($input: JoinWaitlistInput!) { joinWaitlist(input: $input) { userErrors { code } } }',
      { input: { reasonId: clinic.reasonId, client, times: [start] } },
      { key: publicKey },
    );
    expect(without.errors).toMatchObject([
      { extensions: { code: 'BAD_USER_INPUT', path: ['input', 'claimSecret'] } },
    ]);
    expect(
      (await join({ times: [start], claimSecret: SECRET }, publicKey)).userErrors,
    ).toMatchObject([{ code: 'RULE_VIOLATED', path: ['input', 'client'] }]);
    const { waitlistEntry } = await join(
      { client, times: [start], claimSecret: SECRET },
      publicKey,
    );
    expect(waitlistEntry).toMatchObject({ status: 'WAITING', client: { fullName: 'Arya Stark' } });
    expect(
      (await join({ client, times: [start], claimSecret: SECRET }, publicKey)).userErrors,
    ).toMatchObject([{ code: 'CONFLICT' }]);
    await invite([waitlistEntry.id], start);
    for (const claimSecret of [undefined, 'this is another secret'])
      expect((await claim(waitlistEntry.id, { claimSecret }, publicKey)).userErrors).toMatchObject([
        { code: 'NOT_FOUND' },
      ]);
    expect(
      await claim(
        waitlistEntry.id,
        { claimSecret: SECRET, idempotencyKey: 'claim once' },
        publicKey,
      ),
    ).toMatchObject({
      waitlistEntry: { status: 'BOOKED', appointment: { status: 'OPEN', start } },
      userErrors: [],
    });
    expect(
      await claim(
        waitlistEntry.id,
        { claimSecret: SECRET, idempotencyKey: 'claim once' },
        publicKey,
      ),
    ).toMatchObject({ waitlistEntry: { status: 'BOOKED' }, userErrors: [] });
    expect(await entry(waitlistEntry.id, publicKey)).toBeNull();
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
      await waiting({ times: [start], note: 'at last' }),
      await waiting({ times: [later] }),
    ];
    const bookFrom = (input: object, key?: string) =>
      change(
        gateway,
        'bookFromWaitlist',
        { staffId: clinic.staffId, start, ...input },
        'waitlistEntry { status appointment { id status note start client { id } waitlistEntry { id } } }',
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
      await refusal(gateway, 'bookFromWaitlist', { id: other, staffId: clinic.staffId }),
    ).toEqual(['BAD_USER_INPUT', 'start']);
    expect(
      await refusal(
        gateway,
        'bookFromWaitlist',
        { id: other, staffId: clinic.staffId, start: later },
        clientKey,
      ),
    ).toEqual(['FORBIDDEN', undefined]); // The entry was invited: its own hold is released.
    expect((await invite([other], later)).userErrors).toEqual([]);
    expect(
      (await bookFrom({ id: other, staffId: clinic.otherStaffId, start: later })).waitlistEntry,
    ).toMatchObject({ status: 'BOOKED' });
    expect((await book(gateway, clinic, later)).userErrors).toEqual([]);
    expect((await entry(one)).history.map(({ type }: { type: string }) => type)).toEqual([
      'WAITLIST_JOINED',
      'WAITLIST_BOOKED',
    ]);
  });

  it('lets a staff user who serves the reason book a client it cannot see', async () => {
    const serving = await gateway.key(Role.STAFF_USER, { staffId: numberOf(clinic.staffId) });
    const stranger = await addStaff(gateway, 'drstranger', 'America/New_York', [clinic.locationId]);
    const notServing = await gateway.key(Role.STAFF_USER, { staffId: numberOf(stranger) });
    const start = free();
    const id = await waiting({ times: [start] });
    const { client } = await entry(id);
    const CLIENTS = 'query ($id: ID!) { clients(filter: { ids: [$id] }) { totalCount } }';
    const bookFrom = (key: string) =>
      change(
        gateway,
        'bookFromWaitlist',
        { id, staffId: clinic.staffId, start },
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
      (await join({ reasonId, locationId, clientId: await person(), times: [start] })).userErrors,
    ).toMatchObject([{ code: 'RULE_VIOLATED', path: ['input', 'address'] }]);
    const booked = (
      await book(gateway, { ...clinic, reasonId, locationId, staffId }, start, {
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
      await waiting({ reasonId, locationId, times: [start], address: 'My home' }),
      await waiting({ reasonId, locationId, times: [start], address: 'Another home' }),
    ];
    expect(
      (await change(gateway, 'cancelAppointment', { id: booked, waitlistEntryIds: [other, id] }))
        .userErrors,
    ).toEqual([]);
    expect((await claim(id)).userErrors).toEqual([]);
    const { waitlistEntry } = await gateway.data(
      'query ($id: ID!) { waitlistEntry(id: $id) { appointment { address meetingUrl price note batchId color paymentReference } } }',
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
      { name: 'Room 1', locationId: clinic.locationId },
      'resource { id }',
    );
    await change(gateway, 'setReasonResources', {
      reasonId,
      needs: [{ options: [{ id: resource.id }] }],
    });
    const start = free();
    const booked = (await book(gateway, { ...clinic, reasonId }, start)).appointment.id;
    const id = await waiting({ reasonId, times: [start] });
    expect(
      (await change(gateway, 'cancelAppointment', { id: booked, waitlistEntryIds: [id] }))
        .userErrors,
    ).toEqual([]);
    expect(
      (await book(gateway, { ...clinic, reasonId, staffId: clinic.otherStaffId }, start))
        .userErrors,
    ).toMatchObject([{ code: 'TIME_UNAVAILABLE' }]);
    expect((await claim(id)).userErrors).toEqual([]);
    const { waitlistEntry } = await gateway.data(
      'query ($id: ID!) { waitlistEntry(id: $id) { appointment { resources { id } } } }',
      { id },
    );
    expect(waitlistEntry.appointment).toEqual({ resources: [{ id: resource.id }] });
    expect(
      (await book(gateway, { ...clinic, reasonId, staffId: clinic.otherStaffId }, start))
        .userErrors,
    ).toMatchObject([{ code: 'TIME_UNAVAILABLE' }]);
  });

  it('lists entries by client, location and reason in order, in a constant number of statements', async () => {
    const reasonId = await service({ maxWaitList: 50, waitListHoldHours: 12 });
    const clientId = await person();
    const at = free();
    const ids = [];
    for (let index = 0; index < 3; index += 1)
      ids.push(
        await waiting({
          reasonId,
          clientId: index === 1 ? clientId : await person(),
          times: [at],
          staffIds: index === 1 ? [clinic.otherStaffId] : [],
        }),
      );
    const LIST = `query ($filter: WaitlistFilter, $first: Int, $direction: OrderDirection = ASC) { waitlistEntries(filter: $filter, first: $first, orderBy: { field: CREATED_AT, direction: $direction }) {
      totalCount nodes { id waitListId status kind times fromDate toDate timesOfDay { start end } seats reason { maxWaitList waitListHoldHours } location { locationName } client { fullName } classSchedule { id } } } }`;
    const list = async (filter: object, more: object = {}) =>
      (await gateway.data(LIST, { filter, ...more })).waitlistEntries;
    const found = await list({ reasonIds: [reasonId] });
    expect(found.nodes.map(({ id }: { id: string }) => id)).toEqual(ids);
    expect(found.nodes[1]).toMatchObject({
      waitListId: numberOf(ids[1] as string),
      times: [at],
      fromDate: null,
      toDate: null,
      timesOfDay: [],
      reason: { maxWaitList: 50, waitListHoldHours: 12 },
      classSchedule: null,
    });
    expect(
      (await list({ reasonIds: [reasonId] }, { direction: 'DESC', first: 1 })).nodes,
    ).toMatchObject([{ id: ids[2] }]);
    expect(
      (
        await list({
          reasonIds: [reasonId],
          clientIds: [clientId],
          locationIds: [clinic.locationId],
        })
      ).nodes,
    ).toMatchObject([{ id: ids[1] }]);
    expect((await list({ reasonIds: [reasonId], statuses: ['BOOKED'] })).totalCount).toBe(0);
    const counts = [];
    for (const first of [1, 3])
      counts.push(
        (
          await gateway.counted(LIST.replace('totalCount', ''), {
            filter: { reasonIds: [reasonId] },
            first,
          })
        ).statements.length,
      );
    expect(counts).toEqual([1, 1]);
    const deep = [];
    for (const first of [1, 3])
      deep.push(
        (
          await gateway.counted(
            `query ($filter: WaitlistFilter, $first: Int) { waitlistEntries(filter: $filter, first: $first) { nodes { position staff { id } appointment { id } claimUrl history { type } } } }`,
            { filter: { reasonIds: [reasonId] }, first },
          )
        ).statements.length,
      );
    expect(deep[1]! - deep[0]!).toBeLessThanOrEqual(1);
    await change(gateway, 'updateReason', {
      id: reasonId,
      waitListHoldHours: null,
      maxWaitList: null,
    });
    const { reason } = await gateway.data(
      'query ($id: ID!) { reason(id: $id) { maxWaitList waitListHoldHours } }',
      { id: reasonId },
    );
    expect(reason).toEqual({ maxWaitList: null, waitListHoldHours: null });
  });

  it('authorises clients added by staff through the invitation link', async () => {
    const [start, later] = [free(), free()];
    const [id, other] = [
      await waiting({ times: [start] }),
      await waiting({ times: [start, later] }),
    ];
    const urlOf = async (of: string) =>
      (await gateway.data('query ($id: ID!) { waitlistEntry(id: $id) { claimUrl } }', { id: of }))
        .waitlistEntry.claimUrl;
    const tokenOf = async (of: string): Promise<string> =>
      /manage#(.+)$/.exec(await urlOf(of))?.[1] as string;
    const [token, theirs] = [await tokenOf(id), await tokenOf(other)];
    expect((await claim(undefined as never, { token }, publicKey)).userErrors).toMatchObject([
      { code: 'NOT_INVITED' },
    ]);
    await invite([id, other], start);
    const forged = [
      token.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')),
      token.replace(/-\d+-(?=[\w-]{43}$)/, `-${numberOf(other)}-`),
      'w-1-1-x',
      '',
    ];
    for (const wrong of forged)
      expect(
        (await refusal(gateway, 'claimWaitlistInvitation', { token: wrong }, publicKey))[0],
      ).toMatch(/^(NOT_FOUND|BAD_USER_INPUT)$/);
    expect(await refusal(gateway, 'claimWaitlistInvitation', { id, token }, publicKey)).toEqual([
      'BAD_USER_INPUT',
      'id',
    ]);
    const foreign = await gateway.addBusiness({ name: 'Another business', timeZone: 'UTC' });
    expect(await refusal(gateway, 'claimWaitlistInvitation', { token }, foreign.secretKey)).toEqual(
      ['NOT_FOUND', 'token'],
    );
    expect(await claim(undefined as never, { token }, publicKey)).toMatchObject({
      waitlistEntry: { id, status: 'BOOKED', appointment: { status: 'OPEN', start } },
      userErrors: [],
    });
    expect(
      (await claim(undefined as never, { token: theirs }, publicKey)).userErrors,
    ).toMatchObject([{ code: 'NOT_INVITED' }]);
    expect(
      await change(
        gateway,
        'leaveWaitlist',
        { token: theirs },
        'waitlistEntry { id status }',
        publicKey,
      ),
    ).toEqual({ waitlistEntry: { id: other, status: 'REMOVED' }, userErrors: [] });
    expect([await urlOf(id), await urlOf(other)]).toEqual([null, null]);
  });

  it('verifies entries, and finds changes made outside of the gateway', async () => {
    const start = free();
    const [one, other] = [await waiting({ times: [start] }), await waiting({ times: [start] })];
    const { appointment } = await invite([one], start);
    const { db } = gateway.gateway;
    const alter = (text: ReturnType<typeof sql>) => db.transaction((tx) => tx.run(text));
    const problems = async () =>
      (await waitlistFindings(db, T0)).map(({ entryId, problem }) => [
        `WaitlistEntry:${entryId}`,
        problem,
      ]);
    await alter(sql`UPDATE waitlist_entry SET version = version + 1 WHERE id = ${numberOf(other)}`);
    expect(await problems()).toEqual([
      [other, 'the log does not record each of its changes exactly once'],
    ]);
    await alter(sql`UPDATE waitlist_entry SET version = version - 1 WHERE id = ${numberOf(other)}`);
    await alter(
      sql`UPDATE waitlist_entry SET invitation_expires_at = invitation_expires_at + 1 WHERE id = ${numberOf(one)}`,
    );
    expect(await problems()).toEqual([[one, 'its invitation outlives its hold']]);
    await alter(
      sql`UPDATE waitlist_entry SET invitation_expires_at = invitation_expires_at - 1 WHERE id = ${numberOf(one)}`,
    );
    expect((await claim(one)).userErrors).toEqual([]);
    await alter(
      sql`UPDATE waitlist_entry SET status = 'BOOKED', appointment_id = ${numberOf(appointment.id)} WHERE id = ${numberOf(other)}`,
    );
    expect(await problems()).toEqual([
      [one, 'another entry was booked into the same place'],
      [other, 'another entry was booked into the same place'],
    ]);
    await alter(
      sql`UPDATE waitlist_entry SET status = 'WAITING', appointment_id = NULL WHERE id = ${numberOf(other)}`,
    );
  });

  it('lets clients leave, and releases their own holds', async () => {
    const start = free();
    const [one, other] = [
      (await join({ times: [start] }, clientKey)).waitlistEntry.id,
      await waiting({ times: [start] }),
    ];
    const { appointment } = await invite([one, other], start);
    const leave = (id: string, key?: string) =>
      change(gateway, 'leaveWaitlist', { id }, 'waitlistEntry { status }', key);
    expect((await leave(other, clientKey)).userErrors).toMatchObject([{ code: 'NOT_FOUND' }]);
    expect(await leave(one, clientKey)).toEqual({
      waitlistEntry: { status: 'REMOVED' },
      userErrors: [],
    });
    expect((await leave(one, clientKey)).waitlistEntry).toEqual({ status: 'REMOVED' });
    expect((await book(gateway, clinic, start)).userErrors).toMatchObject([
      { code: 'TIME_UNAVAILABLE' },
    ]);
    const removed = await change(
      gateway,
      'removeWaitlistEntry',
      { id: other, reason: 'Moved away' },
      'waitlistEntry { status history { type reason } }',
    );
    expect(removed.waitlistEntry).toMatchObject({
      status: 'REMOVED',
      history: [{}, {}, { type: 'WAITLIST_REMOVED', reason: 'Moved away' }],
    });
    expect((await book(gateway, clinic, start)).userErrors).toEqual([]);
    const { appointment: ended } = await gateway.data(
      'query ($id: ID!) { appointment(id: $id) { status } }',
      { id: appointment.id },
    );
    expect(ended.status).toBe('DELETED');
    expect((await claim(one, {}, clientKey)).userErrors).toMatchObject([{ code: 'NOT_INVITED' }]);
    expect((await invite([one], free())).userErrors).toMatchObject([
      { code: 'RULE_VIOLATED', path: ['input', 'entryIds'] },
    ]);
  });

  it('follows changes of a hold by staff: its client is booked, the others wait again', async () => {
    const [start, later] = [free(), free()];
    const [one, other, third] = [
      await waiting({ times: [start] }),
      await waiting({ times: [start] }),
      await waiting({ times: [later] }),
    ];
    const { appointment } = await invite([one, other], start);
    const clientId = (await entry(one)).client.id;
    expect(
      (await change(gateway, 'bookAppointment', { id: appointment.id, clientId })).userErrors,
    ).toEqual([]);
    const held = (await invite([third], later)).appointment;
    expect((await change(gateway, 'cancelAppointment', { id: held.id })).userErrors).toEqual([]);
    expect((await claim(other)).userErrors).toMatchObject([{ code: 'NOT_INVITED' }]);
    await sweep();
    expect([
      (await entry(one)).status,
      (await entry(other)).status,
      (await entry(third)).status,
    ]).toEqual(['BOOKED', 'WAITING', 'WAITING']);
    expect((await claim(one)).userErrors).toMatchObject([{ code: 'NOT_INVITED' }]);
  });

  it('applies the settings of the reason and rejects duplicate entries', async () => {
    const [start, other] = [free(), free()];
    const closed = await addReason(gateway, {
      reasonDesc: 'No list',
      visitMinutes: 30,
      staffIds: [clinic.staffId],
    });
    expect(
      (await join({ reasonId: closed, clientId: clinic.clientId, times: [start] })).userErrors,
    ).toMatchObject([{ code: 'RULE_VIOLATED', path: ['input', 'reasonId'] }]);
    const reasonId = await service({ maxWaitList: 3 });
    const clientId = await person();
    expect((await join({ reasonId, clientId, times: [start, other] })).userErrors).toEqual([]);
    expect((await join({ reasonId, clientId, times: [other] })).userErrors).toMatchObject([
      { code: 'CONFLICT' },
    ]);
    expect((await join({ reasonId, clientId, times: [free()] })).userErrors).toEqual([]);
    const rivals = await Promise.all(
      Array.from({ length: 6 }, async () =>
        join({ reasonId, clientId: await person(), times: [start] }),
      ),
    );
    expect(rivals.filter(({ waitlistEntry }) => waitlistEntry)).toHaveLength(1);
    expect(rivals.flatMap(({ userErrors }) => userErrors).map(({ code }) => code)).toEqual(
      Array(5).fill('RULE_VIOLATED'),
    );
    const twins = await person();
    const pair = await Promise.all(
      [1, 2].map(() => join({ clientId: twins, fromDate: '2033-04-01', toDate: '2033-04-30' })),
    );
    expect(pair.filter(({ waitlistEntry }) => waitlistEntry)).toHaveLength(1);
  });

  it('identifies duplicates also by e-mail address at one location, without entries of other clients', async () => {
    const [start, other] = [free(), free()];
    const reasonId = await service({ maxWaitList: 50 });
    const described = (emailAddress: string, times: string[], input: object = {}) =>
      join(
        {
          reasonId,
          times,
          claimSecret: SECRET,
          client: { firstName: 'Sansa', lastName: 'Stark', emailAddress },
          ...input,
        },
        publicKey,
      );
    expect((await described('sansa@example.org', [start])).userErrors).toEqual([]);
    expect((await described('sansa@example.org', [start, other])).userErrors).toMatchObject([
      { code: 'CONFLICT', path: ['input', 'times'] },
    ]);
    for (const same of [
      described('sansa@example.org', [other]),
      described('other@example.org', [start]),
    ])
      expect((await same).userErrors).toEqual([]);
    const elsewhere = await addLocation(gateway, {
      locationName: 'Elsewhere',
      timeZone: 'America/New_York',
    });
    expect(
      (await described('sansa@example.org', [start], { locationId: elsewhere })).userErrors,
    ).toEqual([]); // Clients without an e-mail address are never matched with each other.
    const nameless = await Promise.all(
      [1, 2].map((index) => addClient(gateway, { firstName: 'No', lastName: `Address ${index}` })),
    );
    for (const clientId of nameless)
      expect((await join({ reasonId, clientId, times: [start] })).userErrors).toEqual([]);
    expect(
      (
        await join({
          reasonId,
          clientId: nameless[0],
          fromDate: start.slice(0, 10),
          toDate: other.slice(0, 10),
        })
      ).userErrors,
    ).toEqual([]);
    expect(
      (
        await join({
          reasonId,
          clientId: nameless[0],
          fromDate: other.slice(0, 10),
          toDate: '2033-07-01',
        })
      ).userErrors,
    ).toMatchObject([{ code: 'CONFLICT', path: ['input', 'fromDate'] }]);
    const joined =
      'mutation ($input: JoinWaitlistInput!) { joinWaitlist(input: $input) { waitlistEntry { id } userErrors { code } } }';
    const { data, statements } = await gateway.counted(joined, {
      input: { reasonId, locationId: clinic.locationId, clientId: await person(), times: [start] },
    });
    expect(data.joinWaitlist.userErrors).toEqual([]);
    const read = statements.filter(
      (text) => text.includes('waitlist_entry AS e') && text.includes("'INVITED'"),
    );
    expect([
      read.length,
      read.filter((text) => text.includes('e.client_id IN')).length,
      read.filter((text) => text.includes('count(*)')).length,
    ]).toEqual([2, 1, 1]);
  });

  it.each([
    [
      'times and days',
      { times: ['2033-05-01T15:00:00Z'], fromDate: '2033-05-01', toDate: '2033-05-02' },
      'times',
    ],
    ['neither', {}, 'times'],
    ['a past time', { times: ['2032-12-31T15:00:00Z'] }, 'times', 'TIME_UNAVAILABLE'],
    ['past days', { fromDate: '2032-11-01', toDate: '2032-11-02' }, 'toDate', 'TIME_UNAVAILABLE'],
    ['an end before the start', { fromDate: '2033-05-02', toDate: '2033-05-01' }, 'toDate'],
    ['years', { fromDate: '2033-05-02', toDate: '2034-05-01' }, 'toDate'],
    ['no times at all', { times: [] }, 'times'],
    ['a short secret', { times: ['2033-05-01T15:00:00Z'], claimSecret: 'short' }, 'claimSecret'],
    ['a malformed id', { times: ['2033-05-01T15:00:00Z'], staffIds: ['Staff'] }, '0'],
  ])('refuses %s', async (_, input, field, code = 'BAD_USER_INPUT') => {
    expect(
      await refusal(gateway, 'joinWaitlist', {
        reasonId: clinic.reasonId,
        clientId: clinic.clientId,
        ...input,
      }),
    ).toEqual([code, field]);
  });

  it('is limited to its business, permitted roles and its clients', async () => {
    const start = free();
    const [mine, theirs] = [
      (await join({ times: [start] }, clientKey)).waitlistEntry.id,
      await waiting({ times: [start] }),
    ];
    const booked = (await book(gateway, clinic, start)).appointment.id;
    expect(await entry(theirs, clientKey)).toBeNull();
    expect((await entry(mine, clientKey)).id).toBe(mine);
    const list = async (key: string) =>
      (
        await gateway.data(
          'query ($ids: [ID!]) { waitlistEntries(filter: { ids: $ids }) { totalCount nodes { id } } }',
          { ids: [mine, theirs] },
          { key },
        )
      ).waitlistEntries;
    expect(await list(clientKey)).toEqual({ totalCount: 1, nodes: [{ id: mine }] });
    const { client, node } = await gateway.data(
      'query ($id: ID!, $entry: ID!) { client(id: $id) { waitlistEntries(filter: { statuses: [WAITING] }) { nodes { id } } } node(id: $entry) { id } }',
      { id: clinic.clientId, entry: mine },
      { key: clientKey },
    );
    expect([client.waitlistEntries.nodes.at(-1), node]).toEqual([{ id: mine }, { id: mine }]);
    expect(
      (await join({ clientId: await person(), times: [start] }, clientKey)).userErrors,
    ).toMatchObject([{ code: 'NOT_FOUND' }]);

    for (const mutation of [
      'inviteFromWaitlist',
      'removeWaitlistEntry',
      'updateWaitlistSettings',
    ]) {
      const input = {
        inviteFromWaitlist: { entryIds: [mine], staffId: clinic.staffId, start },
        removeWaitlistEntry: { id: mine },
        updateWaitlistSettings: { mode: 'ALL' },
      }[mutation] as object;
      expect(await refusal(gateway, mutation, input, clientKey)).toEqual(['FORBIDDEN', undefined]);
      expect(await refusal(gateway, mutation, input, publicKey)).toEqual(['FORBIDDEN', undefined]);
    }
    const own = (await book(gateway, clinic, free(), {})).appointment.id;
    expect(
      await refusal(gateway, 'cancelAppointment', { id: own, waitlistEntryIds: [mine] }, clientKey),
    ).toEqual(['FORBIDDEN', 'waitlistEntryIds']);
    const seen = await gateway.data(
      'query ($id: ID!) { appointment(id: $id) { status waitlistCandidates { id } waitlistInvitations { id } } }',
      { id: own },
      { key: clientKey },
    );
    expect(seen.appointment).toEqual({
      status: 'OPEN',
      waitlistCandidates: null,
      waitlistInvitations: null,
    });

    const elsewhere = await gateway.key(Role.LOCATION_SUPER_USER, { locationIds: [9_999] });
    const unassigned = await gateway.key(Role.STAFF_USER, {
      staffId: numberOf(
        await addStaff(gateway, 'drnobody', 'America/New_York', [clinic.locationId]),
      ),
    });
    const { secretKey } = await gateway.addBusiness({ name: 'Another business', timeZone: 'UTC' });
    const assigned = await gateway.key(Role.STAFF_USER, { staffId: numberOf(clinic.staffId) });
    expect((await list(assigned)).totalCount).toBe(2);
    for (const key of [elsewhere, unassigned, secretKey]) {
      expect([await entry(mine, key), (await list(key)).totalCount]).toEqual([null, 0]);
      for (const [mutation, input] of Object.entries({
        claimWaitlistInvitation: { id: mine },
        leaveWaitlist: { id: mine },
        removeWaitlistEntry: { id: mine },
        inviteFromWaitlist: { entryIds: [mine], staffId: clinic.staffId, start },
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
      'BAD_USER_INPUT',
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
      (await invite([await waiting({ times: [start] })], start)).appointment.holdExpiresAt,
    ).toBe(new Date(T0 + 6 * HOUR).toISOString());
  });
});
