import { Role } from '../../src/context';
import { join, keysOf, raw, sql } from '../../src/db/sql';
import { parseCalendar } from '../support/fixtures/calendar';
import {
  addClient,
  addClinic,
  addReason,
  book,
  change,
  hire,
  refusal,
  type Clinic,
} from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';
import { numberOf } from '../support/fixtures/ids';

const NOW = Date.parse('2031-03-01T12:00:00Z');

onEachDatabase('calendar feeds', (gateway) => {
  let clinic: Clinic;
  let staffKey: string;
  let clientKey: string;
  let superKey: string;

  const make = async (ownerId: string, key?: string): Promise<string> =>
    (await change(gateway, 'createCalendarFeed', { ownerId }, 'calendarFeedUrl', key))
      .calendarFeedUrl;
  const revoke = (ownerId: string) => change(gateway, 'revokeCalendarFeed', { ownerId }, 'revoked');
  const get = (url: string, headers: Record<string, string> = {}, method = 'GET') =>
    fetch(url, { headers, method });
  const feed = async (url: string) => parseCalendar(await (await get(url)).text());
  const summaries = async (url: string) =>
    (await feed(url)).events.map(({ value }) => value('summary'));
  const urlsTo = async (key: string | undefined) => {
    const data = await gateway.data(
      'query ($s: ID!, $l: ID!, $c: ID!) { staffMember(id: $s) { calendarFeedUrl } location(id: $l) { calendarFeedUrl } client(id: $c) { calendarFeedUrl } }',
      { s: clinic.staffId, l: clinic.locationId, c: clinic.clientId },
      key ? { key } : {},
    );
    return [data.staffMember, data.location, data.client].map((row) => row?.calendarFeedUrl);
  };

  beforeAll(async () => {
    gateway.time = NOW;
    // Statements are counted, so nothing else may run.
    await gateway.restart({ backgroundWork: false });
    clinic = await addClinic(gateway);
    await change(gateway, 'updateLocation', {
      id: clinic.locationId,
      address: { address1: '1 Main Street', city: 'New York', zip: '10001' },
    });
    staffKey = await gateway.key(Role.STAFF_USER, { staffId: numberOf(clinic.staffId) });
    clientKey = await gateway.key(Role.CLIENT, { clientId: numberOf(clinic.clientId) });
    superKey = await gateway.key(Role.LOCATION_SUPER_USER, {
      locationIds: [numberOf(clinic.locationId)],
    });
  });

  it('creates an address once and returns the same address afterwards', async () => {
    expect(await urlsTo(undefined)).toEqual([null, null, null]);
    const urls = await Promise.all(
      [clinic.staffId, clinic.locationId, clinic.clientId].map((id) => make(id)),
    );
    for (const url of urls)
      expect(url).toMatch(
        new RegExp(`^${gateway.gateway.url}/calendar/\\d+-\\d+-[\\w-]{43}\\.ics$`),
      );
    expect(new Set(urls).size).toBe(3);
    expect(await urlsTo(undefined)).toEqual(urls);
    expect(await Promise.all(Array.from({ length: 5 }, () => make(clinic.staffId)))).toEqual(
      Array.from({ length: 5 }, () => urls[0]),
    );
    const other = await Promise.all(Array.from({ length: 5 }, () => make(clinic.otherStaffId)));
    expect(new Set(other).size).toBe(1);
    const kept = await gateway.gateway.db.all(sql`SELECT * FROM calendar_feed`);
    for (const url of urls)
      expect(JSON.stringify(kept)).not.toContain(/([\w-]{43})\.ics$/.exec(url)![1]);
  });

  it('shows a personal address to administrators and the person, and that of a location to every role', async () => {
    const [ofStaff, ofLocation, ofClient] = await urlsTo(undefined);
    expect(await urlsTo(staffKey)).toEqual([ofStaff, ofLocation, undefined]);
    expect(await urlsTo(clientKey)).toEqual([null, ofLocation, ofClient]);
    expect(await urlsTo(superKey)).toEqual([null, ofLocation, undefined]);
    expect(await urlsTo(gateway.business.publishableKey)).toEqual([null, ofLocation, undefined]);
    expect(
      await urlsTo(await gateway.key(Role.STAFF_USER, { staffId: numberOf(clinic.otherStaffId) })),
    ).toEqual([null, ofLocation, undefined]);
  });

  it('allows administrators, super users at their locations and the owner to create and revoke, never across businesses', async () => {
    for (const mutation of ['createCalendarFeed', 'revokeCalendarFeed']) {
      const refused = (ownerId: string, key: string) =>
        refusal(gateway, mutation, { ownerId }, key);
      expect(await refused(clinic.otherStaffId, staffKey)).toEqual(['FORBIDDEN', 'ownerId']);
      expect(await refused(clinic.locationId, staffKey)).toEqual(['FORBIDDEN', 'ownerId']);
      expect(await refused(clinic.staffId, superKey)).toEqual(['FORBIDDEN', 'ownerId']);
      expect(await refused(clinic.clientId, superKey)).toEqual(['NOT_FOUND', 'ownerId']);
      expect(await refused(clinic.staffId, clientKey)).toEqual(['FORBIDDEN', 'ownerId']);
      expect(await refused(clinic.locationId, gateway.business.publishableKey)).toEqual([
        'FORBIDDEN',
        'ownerId',
      ]);
      expect(await refused(clinic.clientId, gateway.business.publishableKey)).toEqual([
        'NOT_FOUND',
        'ownerId',
      ]);
      expect(await refused(clinic.reasonId, gateway.business.secretKey)).toEqual([
        'BAD_USER_INPUT',
        'ownerId',
      ]);
      const foreign = (
        await gateway.addBusiness({ name: 'Another business', timeZone: 'Europe/Berlin' })
      ).secretKey;
      for (const id of [clinic.staffId, clinic.locationId, clinic.clientId])
        expect(await refused(id, foreign)).toEqual(['NOT_FOUND', 'ownerId']);
    }
    const urls = await urlsTo(undefined);
    expect([
      await make(clinic.staffId, staffKey),
      await make(clinic.locationId, superKey),
      await make(clinic.clientId, clientKey),
    ]).toEqual(urls);
  });

  it('shows client names to staff, no client data to the public, and their own appointments to clients', async () => {
    const { appointment } = await book(gateway, clinic, '2031-03-08T14:00:00Z', {
      note: 'Allergic to penicillin',
    });
    const holiday = await addReason(gateway, {
      reasonDesc: 'Funeral',
      reasonType: 'PERSONAL',
      visitMinutes: 60,
    });
    await change(gateway, 'createTimeOff', {
      staffIds: [clinic.staffId],
      start: '2031-03-09T14:00:00Z',
      end: '2031-03-09T18:00:00Z',
      note: 'Private',
      reasonId: holiday,
    });
    const hidden = await addReason(gateway, {
      reasonDesc: 'Rehab',
      visitMinutes: 30,
      allowOnline: false,
      staffIds: [clinic.staffId],
    });
    await book(gateway, { ...clinic, reasonId: hidden }, '2031-03-10T14:00:00Z', {
      meetingUrl: 'https://meet.example/x',
    });
    await change(gateway, 'holdAppointment', {
      locationId: clinic.locationId,
      reasonId: clinic.reasonId,
      staffId: clinic.staffId,
      start: '2031-03-11T14:00:00Z',
    });
    const cancelled = (await book(gateway, clinic, '2031-03-12T14:00:00Z')).appointment.id;
    const stranger = await addClient(gateway, {
      firstName: 'Arya',
      lastName: 'Stark',
      emailAddress: 'arya@winterfell.example',
      cellPhone: '+12125550123',
    });
    await book(gateway, { ...clinic, clientId: stranger }, '2031-03-13T13:00:00Z', {
      additionalStaffIds: [clinic.otherStaffId],
    });

    const [ofStaff, ofLocation, ofClient] = (await urlsTo(undefined)) as [string, string, string];
    expect(await summaries(ofStaff)).toEqual([
      'Jon Snow a: Check-up a',
      'Busy',
      'Jon Snow a: Rehab',
      'Jon Snow a: Check-up a',
      'Arya Stark: Check-up a',
    ]);
    await change(gateway, 'cancelAppointment', { id: cancelled });
    expect(await summaries(ofStaff)).toEqual([
      'Jon Snow a: Check-up a',
      'Busy',
      'Jon Snow a: Rehab',
      'Arya Stark: Check-up a',
    ]);
    expect(await summaries(ofLocation)).toEqual(['Check-up a', 'Busy', 'Busy', 'Check-up a']);
    expect(await summaries(ofClient)).toEqual([
      'Check-up a (drjones-a Jones)',
      'Rehab (drjones-a Jones)',
    ]);
    expect(await summaries(await make(clinic.otherStaffId))).toEqual(['Arya Stark: Check-up a']);

    for (const url of [ofStaff, ofLocation, ofClient]) {
      expect(await (await get(url)).text()).not.toMatch(
        /castleblack|winterfell|2125550123|penicillin|Private|Funeral|@example/i,
      );
    }
    expect(await (await get(ofLocation)).text()).not.toMatch(/Snow|Arya|Stark|meet\.example|Rehab/);
    const [event] = (await feed(ofStaff)).events;
    const { version, createdAt } = (
      await gateway.data('query ($id: ID!) { appointment(id: $id) { version createdAt } }', {
        id: appointment.id,
      })
    ).appointment;
    expect([
      event!.start,
      event!.end,
      event!.value('status'),
      event!.value('location'),
      event!.value('uid'),
      event!.value('sequence'),
    ]).toEqual([
      Date.parse('2031-03-08T14:00:00Z'),
      Date.parse('2031-03-08T14:45:00Z'),
      'CONFIRMED',
      'Office a, 1 Main Street, 10001 New York',
      `${gateway.business.business.rowId}-${numberOf(appointment.id)}-${Date.parse(createdAt).toString(36)}@slotgraph`,
      String(version - 1),
    ]);
    await change(gateway, 'rescheduleAppointment', {
      id: appointment.id,
      start: '2031-03-09T19:00:00Z',
    });
    const moved = (await feed(ofClient)).events.find(
      ({ value }) => value('uid') === event!.value('uid'),
    );
    expect([moved!.start, moved!.value('sequence')]).toEqual([
      Date.parse('2031-03-09T19:00:00Z'),
      '1',
    ]);
  });

  it('excludes the address of a client from the feed of the location', async () => {
    const locationId = (
      await change(
        gateway,
        'createLocation',
        { locationName: 'At home', timeZone: 'Europe/Berlin', locationType: 'VARIABLE' },
        'location { id }',
      )
    ).location.id;
    await book(gateway, { ...clinic, locationId }, '2031-03-20T14:00:00Z', {
      address: 'Winterfell 1',
      override: true,
    });
    const places = async (url: string) =>
      (await feed(url)).events
        .filter(({ start }) => start === Date.parse('2031-03-20T14:00:00Z'))
        .map(({ value }) => value('location'));
    const [ofStaff, , ofClient] = (await urlsTo(undefined)) as [string, string, string];
    expect([
      await places(ofStaff),
      await places(ofClient),
      await places(await make(locationId)),
    ]).toEqual([['Winterfell 1'], ['Winterfell 1'], ['At home']]);
    expect([...(await feed(await make(locationId))).zones.keys()]).toEqual(['Europe/Berlin']);
  });

  it('shows a class once to staff, and to each client their own seat', async () => {
    const yoga = await addReason(gateway, {
      reasonDesc: 'Yoga',
      reasonType: 'CLASS',
      visitMinutes: 60,
      staffIds: [clinic.staffId],
    });
    const {
      classSchedules: [session],
    } = await change(
      gateway,
      'createClassSchedule',
      {
        reasonId: yoga,
        staffId: clinic.staffId,
        locationId: clinic.locationId,
        capacity: 12,
        start: '2031-03-24T18:00:00Z',
      },
      'classSchedules { id }',
    );
    const other = await addClient(gateway, {
      firstName: 'Bran',
      lastName: 'Stark',
      emailAddress: 'bran@winterfell.example',
    });
    for (const [clientId, seats] of [
      [clinic.clientId, 1],
      [other, 3],
    ]) {
      expect(
        (
          await change(gateway, 'createAppointment', {
            reasonId: yoga,
            classScheduleId: session.id,
            clientId,
            seats,
          })
        ).userErrors,
      ).toEqual([]);
    }
    const at = async (url: string) =>
      (await feed(url)).events
        .filter(({ start }) => start === Date.parse('2031-03-24T18:00:00Z'))
        .map(({ value }) => value('summary'));
    const [ofStaff, ofLocation, ofClient] = (await urlsTo(undefined)) as [string, string, string];
    expect([await at(ofStaff), await at(ofLocation), await at(ofClient)]).toEqual([
      ['Yoga (4/12)'],
      ['Yoga'],
      ['Yoga (drjones-a Jones)'],
    ]);
    expect((await change(gateway, 'cancelClassSchedule', { id: session.id })).userErrors).toEqual(
      [],
    );
    expect([await at(ofStaff), await at(ofLocation), await at(ofClient)]).toEqual([[], [], []]);
  });

  it('covers thirty days back and four hundred ahead in whole days, including appointments in progress', async () => {
    const person = await hire(gateway, clinic, 'bounded', 'UTC', [clinic.locationId]);
    await change(gateway, 'setReasonStaff', {
      reasonId: clinic.reasonId,
      staff: [{ staffId: clinic.staffId }, { staffId: clinic.otherStaffId }, { staffId: person }],
    });
    const day = (days: number) =>
      new Date(Date.parse('2031-03-01T00:00:00Z') + days * 86_400_000).toISOString();
    for (const days of [-32, -29, 399, 400])
      expect((await book(gateway, { ...clinic, staffId: person }, day(days))).userErrors).toEqual(
        [],
      );
    await change(gateway, 'createTimeOff', { staffIds: [person], start: day(-90), end: day(-35) });
    await change(gateway, 'createTimeOff', {
      staffIds: [person],
      start: '2031-01-28T12:00:00Z',
      end: '2031-01-30T12:00:00Z',
    });
    const starts = (await feed(await make(person))).events.map(({ start }) =>
      new Date(start).toISOString(),
    );
    expect(starts).toEqual(['2031-01-28T12:00:00.000Z', day(-29), day(399)]);
  });

  it('runs two statements, and a third after a change', async () => {
    const url = await make(clinic.staffId);
    const counted = async () => {
      const seen: string[] = [];
      const forget = gateway.gateway.signals.statementSent.on((text) => seen.push(text));
      await (await get(url)).text();
      forget();
      return seen.filter((text) => /calendar_feed|FROM appointment/.test(text)).length;
    };
    await get(url);
    expect(await counted()).toBe(2);
    await book(gateway, clinic, '2031-03-21T14:00:00Z');
    expect(await counted()).toBe(3);
    expect(await counted()).toBe(2);
    const many = await gateway.counted(
      '{ staff { nodes { calendarFeedUrl } } locations { nodes { calendarFeedUrl } } clients { nodes { calendarFeedUrl } } }',
    );
    expect(many.data.staff.nodes.length).toBeGreaterThan(2);
    expect(
      many.statements.filter((text) => text.includes('calendar_feed')).length,
    ).toBeLessThanOrEqual(3);
  });

  it('answers 304 by entity tag or date while nothing changes, and HEAD without a body', async () => {
    const url = await make(clinic.staffId);
    gateway.time = NOW + 5_400;
    const first = await get(url);
    const [etag, modified] = [first.headers.get('etag')!, first.headers.get('last-modified')!];
    expect([
      first.status,
      first.headers.get('content-type'),
      first.headers.get('cache-control'),
    ]).toEqual([200, 'text/calendar; charset=utf-8', 'private, no-cache']);
    expect(etag).toMatch(/^"[\w-]{43}"$/);
    const status = async (headers: Record<string, string>) => {
      const response = await get(url, headers);
      return [response.status, (await response.text()).length > 0, response.headers.get('etag')];
    };
    gateway.time = NOW + 60_000;
    for (const headers of [
      { 'if-none-match': etag },
      { 'if-none-match': `"x", W/${etag}` },
      { 'if-none-match': '*' },
      { 'if-modified-since': modified },
    ] as Record<string, string>[]) {
      expect(await status(headers)).toEqual([304, false, etag]);
    }
    // The entity tag precedes the date.
    expect(await status({ 'if-none-match': '"another"', 'if-modified-since': modified })).toEqual([
      200,
      true,
      etag,
    ]);
    expect(await status({ 'if-modified-since': 'nonsense' })).toEqual([200, true, etag]);
    const head = await get(url, {}, 'HEAD');
    expect([
      head.status,
      await head.text(),
      head.headers.get('etag'),
      head.headers.get('content-length'),
    ]).toEqual([200, '', etag, first.headers.get('content-length')]);
    expect((await get(url, {}, 'POST')).status).toBe(405);

    // A cancellation leaves no newer row, and a name belongs to no appointment: both are changes.
    let known = { etag, modified };
    const isChanged = async () => {
      for (const headers of [
        { 'if-none-match': known.etag },
        { 'if-modified-since': known.modified },
      ] as Record<string, string>[])
        expect((await status(headers))[0]).toBe(200);
      const now = await get(url);
      expect(Date.parse(now.headers.get('last-modified')!)).toBeGreaterThan(
        Date.parse(known.modified),
      );
      known = { etag: now.headers.get('etag')!, modified: now.headers.get('last-modified')! };
      expect((await status({ 'if-modified-since': known.modified }))[0]).toBe(304);
    };
    const { id } = (await book(gateway, clinic, '2031-03-22T14:00:00Z')).appointment;
    await isChanged();
    await change(gateway, 'cancelAppointment', { id });
    await isChanged();
    await change(gateway, 'updateClient', { id: clinic.clientId, lastName: 'Targaryen' });
    await isChanged();
    gateway.time = NOW;
  });

  it('answers identically for revoked feeds and for inactive or deleted owners', async () => {
    const url = await make(clinic.staffId);
    const nothing = async (address: string) => {
      const response = await get(address);
      return [response.status, await response.text(), response.headers.get('etag')];
    };
    const unknown = await nothing(`${gateway.gateway.url}/calendar/1-999-${'a'.repeat(43)}.ics`);
    expect(unknown).toEqual([
      404,
      '{"errors":[{"message":"There is no calendar at this address.","extensions":{"code":"NOT_FOUND"}}]}',
      null,
    ]);
    const [, token = ''] = /calendar\/(.*)\.ics/.exec(url)!;
    const [business, id, signature = ''] = token.split(/-(?=\d+-)|(?<=^\d+-\d+)-/);
    const forged = [
      token.slice(0, -1) + (token.endsWith('A') ? 'B' : 'A'),
      token.slice(0, -1),
      `${token}A`,
      `${business}-${Number(id) + 1}-${signature}`,
      `${Number(business) + 1}-${id}-${signature}`,
      '99999999999-1-x',
      '',
      '../healthz',
      '%00',
      'x'.repeat(5_000),
    ];
    for (const wrong of forged)
      expect([wrong, ...(await nothing(`${gateway.gateway.url}/calendar/${wrong}.ics`))]).toEqual([
        wrong,
        ...(wrong === '../healthz' ? await nothing(`${gateway.gateway.url}/healthz.ics`) : unknown),
      ]);
    expect((await get(url)).status).toBe(200);
    expect(await revoke(clinic.staffId)).toEqual({ revoked: true, userErrors: [] });
    expect(await nothing(url)).toEqual(unknown);
    expect((await revoke(clinic.staffId)).revoked).toBe(false);
    expect((await urlsTo(undefined))[0]).toBeNull();
    const again = await make(clinic.staffId);
    expect(again).not.toBe(url);
    expect(await nothing(url)).toEqual(unknown);
    expect((await get(again)).status).toBe(200);
    await change(gateway, 'updateStaff', { id: clinic.staffId, active: false });
    expect(await nothing(again)).toEqual(unknown);
    await change(gateway, 'updateStaff', { id: clinic.staffId, active: true });
    expect((await get(again)).status).toBe(200);
  });

  it('contains only appointments of its business', async () => {
    const foreign = await gateway.addBusiness({ name: 'Elsewhere', timeZone: 'Europe/Berlin' });
    const theirs = await addClinic(gateway, 'theirs', foreign.secretKey);
    await book(gateway, theirs, '2031-03-05T14:00:00Z', {}, foreign.secretKey);
    expect(await summaries(await make(theirs.staffId, foreign.secretKey))).toEqual([
      'Jon Snow theirs: Check-up theirs',
    ]);
    const all = await Promise.all(
      [clinic.staffId, clinic.otherStaffId, clinic.locationId, clinic.clientId].map(async (id) =>
        (await get(await make(id))).text(),
      ),
    );
    expect(all.join()).not.toContain('theirs');
  });

  it('keeps the nearest appointments above the limit', async () => {
    const crowded = await hire(gateway, clinic, 'crowded', 'UTC', [clinic.locationId]);
    const { id } = (await book(gateway, { ...clinic, staffId: crowded }, '2031-02-20T00:00:00Z'))
      .appointment;
    const { db, ids } = gateway.gateway;
    const [row] = await db.all(sql`SELECT * FROM appointment WHERE id = ${numberOf(id)}`);
    const more = await ids.take('appointment', 4_100);
    const [first, last] = [more[0] as number, more.at(-1) as number];
    const hours = raw(`(k.key - ${first} + 1) * CAST(3600000 AS bigint)`);
    const columns = Object.keys(row as object);
    const values = columns.map((name) =>
      name === 'id'
        ? raw('k.key')
        : /^(staff_)?(start|end)_at$/.test(name)
          ? sql`${raw(`a.${name}`)} + ${hours}`
          : raw(`a.${name}`),
    );
    await db.transaction((tx) =>
      tx.run(sql`
      INSERT INTO appointment (${raw(columns.join(', '))}) SELECT ${join(values)} FROM ${raw('appointment AS a')} CROSS JOIN ${keysOf(more)} WHERE a.id = ${numberOf(id)}`),
    );
    const starts = [
      ...(await (await get(await make(crowded))).text()).matchAll(/DTSTART:(\d{8}T\d{6})Z/g),
    ].map(([, start]) => start as string);
    expect(starts).toHaveLength(4_000);
    // Past appointments are the omitted ones: the last one is present.
    expect([starts, starts.at(-1)]).toEqual([
      [...starts].sort(),
      new Date(Date.parse('2031-02-20T00:00:00Z') + (last - first + 1) * 3_600_000)
        .toISOString()
        .slice(0, 19)
        .replace(/[-:]/g, ''),
    ]);
  });
});
