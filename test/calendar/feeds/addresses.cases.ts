import { Role } from '../../../src/context';
import { sql } from '../../../src/db/sql';
import { refusal } from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import type { TestGateway } from '../../support/harness/gateway';
import type { FeedsFixture } from './feeds.fixture';

export function addressesCases(gateway: TestGateway, fixture: FeedsFixture): void {
  const { make, urlsTo } = fixture;

  it('creates an address once and returns the same address afterwards', async () => {
    expect(await urlsTo(undefined)).toEqual([null, null, null]);
    const urls = await Promise.all(
      [fixture.clinic.staffId, fixture.clinic.locationId, fixture.clinic.clientId].map((id) =>
        make(id),
      ),
    );
    for (const url of urls)
      expect(url).toMatch(
        new RegExp(`^${gateway.gateway.url}/calendar/\\d+-\\d+-[\\w-]{43}\\.ics$`),
      );
    expect(new Set(urls).size).toBe(3);
    expect(await urlsTo(undefined)).toEqual(urls);
    expect(
      await Promise.all(Array.from({ length: 5 }, () => make(fixture.clinic.staffId))),
    ).toEqual(Array.from({ length: 5 }, () => urls[0]));
    const other = await Promise.all(
      Array.from({ length: 5 }, () => make(fixture.clinic.otherStaffId)),
    );
    expect(new Set(other).size).toBe(1);
    const kept = await gateway.gateway.db.all(sql`SELECT * FROM calendar_feed`);
    for (const url of urls)
      expect(JSON.stringify(kept)).not.toContain(/([\w-]{43})\.ics$/.exec(url)![1]);
  });

  it('shows a personal address to administrators and the person, and that of a location to every role', async () => {
    const [ofStaff, ofLocation, ofClient] = await urlsTo(undefined);
    expect(await urlsTo(fixture.staffKey)).toEqual([ofStaff, ofLocation, undefined]);
    expect(await urlsTo(fixture.clientKey)).toEqual([null, ofLocation, ofClient]);
    expect(await urlsTo(fixture.superKey)).toEqual([null, ofLocation, undefined]);
    expect(await urlsTo(gateway.business.publishableKey)).toEqual([null, ofLocation, undefined]);
    expect(
      await urlsTo(
        await gateway.key(Role.STAFF_USER, { staffId: numberOf(fixture.clinic.otherStaffId) }),
      ),
    ).toEqual([null, ofLocation, undefined]);
  });

  it('allows administrators, super users at their locations and the owner to create and revoke, never across businesses', async () => {
    for (const mutation of ['createCalendarFeed', 'revokeCalendarFeed']) {
      const refused = (ownerId: string, key: string) =>
        refusal(gateway, mutation, { ownerId }, key);
      expect(await refused(fixture.clinic.otherStaffId, fixture.staffKey)).toEqual([
        'INSUFFICIENT_PERMISSION',
        'ownerId',
      ]);
      expect(await refused(fixture.clinic.locationId, fixture.staffKey)).toEqual([
        'INSUFFICIENT_PERMISSION',
        'ownerId',
      ]);
      expect(await refused(fixture.clinic.staffId, fixture.superKey)).toEqual([
        'INSUFFICIENT_PERMISSION',
        'ownerId',
      ]);
      expect(await refused(fixture.clinic.clientId, fixture.superKey)).toEqual([
        'NOT_FOUND',
        'ownerId',
      ]);
      expect(await refused(fixture.clinic.staffId, fixture.clientKey)).toEqual([
        'INSUFFICIENT_PERMISSION',
        'ownerId',
      ]);
      for (const id of [fixture.clinic.locationId, fixture.clinic.clientId])
        expect(await refused(id, gateway.business.publishableKey)).toEqual([
          'FORBIDDEN',
          undefined,
        ]);
      expect(await refused(fixture.clinic.reasonId, gateway.business.secretKey)).toEqual([
        'INVALID_INPUT',
        'ownerId',
      ]);
      const foreign = (
        await gateway.addBusiness({ name: 'Another business', timeZone: 'Europe/Berlin' })
      ).secretKey;
      for (const id of [fixture.clinic.staffId, fixture.clinic.locationId, fixture.clinic.clientId])
        expect(await refused(id, foreign)).toEqual(['NOT_FOUND', 'ownerId']);
    }
    const urls = await urlsTo(undefined);
    expect([
      await make(fixture.clinic.staffId, fixture.staffKey),
      await make(fixture.clinic.locationId, fixture.superKey),
      await make(fixture.clinic.clientId, fixture.clientKey),
    ]).toEqual(urls);
  });
}
