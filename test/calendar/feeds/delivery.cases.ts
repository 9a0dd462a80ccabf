import { join, keysOf, raw, sql } from '../../../src/db/sql';
import { addClinic, book, change, hire } from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import type { TestGateway } from '../../support/harness/gateway';
import { NOW, type FeedsFixture } from './feeds.fixture';

export function deliveryCases(gateway: TestGateway, fixture: FeedsFixture): void {
  const { make, get, summaries, urlsTo } = fixture;

  const revoke = (ownerId: string) => change(gateway, 'revokeCalendarFeed', { ownerId }, 'revoked');

  it('runs two statements, and a third after a change', async () => {
    const url = await make(fixture.clinic.staffId);
    const counted = async () => {
      const seen: string[] = [];
      const forget = gateway.gateway.signals.statementSent.on((text) => seen.push(text));
      await (await get(url)).text();
      forget();
      return seen.filter((text) => /calendar_feed|FROM appointment/.test(text)).length;
    };
    await get(url);
    expect(await counted()).toBe(2);
    await book(gateway, fixture.clinic, '2031-03-21T14:00:00Z');
    expect(await counted()).toBe(3);
    expect(await counted()).toBe(2);
    const many = await gateway.counted(
      `{
        staff { nodes { calendarFeedUrl } } locations { nodes { calendarFeedUrl } }
        clients { nodes { calendarFeedUrl } }
      }`,
    );
    expect(many.data.staff.nodes.length).toBeGreaterThan(2);
    expect(
      many.statements.filter((text) => text.includes('calendar_feed')).length,
    ).toBeLessThanOrEqual(3);
  });

  it('answers 304 by entity tag or date while nothing changes, and HEAD without a body', async () => {
    const url = await make(fixture.clinic.staffId);
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
    const { id } = (await book(gateway, fixture.clinic, '2031-03-22T14:00:00Z')).appointment;
    await isChanged();
    await change(gateway, 'cancelAppointment', { id });
    await isChanged();
    await change(gateway, 'updateClient', { id: fixture.clinic.clientId, lastName: 'Targaryen' });
    await isChanged();
    gateway.time = NOW;
  });

  it('answers identically for revoked feeds and for inactive or deleted owners', async () => {
    const url = await make(fixture.clinic.staffId);
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
    expect(await revoke(fixture.clinic.staffId)).toEqual({ revoked: true, userErrors: [] });
    expect(await nothing(url)).toEqual(unknown);
    expect((await revoke(fixture.clinic.staffId)).revoked).toBe(false);
    expect((await urlsTo(undefined))[0]).toBeNull();
    const again = await make(fixture.clinic.staffId);
    expect(again).not.toBe(url);
    expect(await nothing(url)).toEqual(unknown);
    expect((await get(again)).status).toBe(200);
    await change(gateway, 'updateStaff', { id: fixture.clinic.staffId, active: false });
    expect(await nothing(again)).toEqual(unknown);
    await change(gateway, 'updateStaff', { id: fixture.clinic.staffId, active: true });
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
      [
        fixture.clinic.staffId,
        fixture.clinic.otherStaffId,
        fixture.clinic.locationId,
        fixture.clinic.clientId,
      ].map(async (id) => (await get(await make(id))).text()),
    );
    expect(all.join()).not.toContain('theirs');
  });

  it('keeps the nearest appointments above the limit', async () => {
    const crowded = await hire(gateway, fixture.clinic, 'crowded', 'UTC', [
      fixture.clinic.locationId,
    ]);
    const { id } = (
      await book(gateway, { ...fixture.clinic, staffId: crowded }, '2031-02-20T00:00:00Z')
    ).appointment;
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
}
