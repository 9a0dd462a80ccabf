import { Role } from '../../../src/context';
import { addHours, addStaff, BOOK, book } from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import type { TestGateway } from '../../support/harness/gateway';
import type { ScopeFixture } from './scope.fixture';

export function staffCases(gateway: TestGateway, fixture: ScopeFixture): void {
  it('a staff user sees the clients they serve, main or additional, and their assigned reasons', async () => {
    const newcomer = await addStaff(gateway, 'newcomer');
    const key = await gateway.key(Role.STAFF_USER, { staffId: numberOf(newcomer) });
    const look = () =>
      gateway.data(
        `{
          viewer { actorName } appointments { totalCount } clients { totalCount } reasons { totalCount }
        }`,
        {},
        { key },
      );
    expect(
      await gateway.data(
        '{ clientTags duplicateClients(emailAddress: "jsnow-mine@castleblack.mil") { id } }',
        {},
        { key },
      ),
    ).toEqual({ clientTags: [], duplicateClients: [] });
    expect(await look()).toEqual({
      viewer: { actorName: 'newcomer Jones' },
      appointments: { totalCount: 0 },
      clients: { totalCount: 0 },
      reasons: { totalCount: 0 },
    });
    await addHours(gateway, newcomer);
    await book(gateway, { ...fixture.mine, staffId: newcomer }, '2031-02-01T14:00:00Z', {
      override: true,
    });
    await book(gateway, fixture.mine, '2031-02-02T14:00:00Z', { additionalStaffIds: [newcomer] });
    expect(await look()).toMatchObject({
      appointments: { totalCount: 2 },
      clients: { totalCount: 1 },
      reasons: { totalCount: 0 },
    });
    expect(
      (await book(gateway, { ...fixture.mine, staffId: newcomer }, '2031-02-03T14:00:00Z', {}, key))
        .userErrors,
    ).toMatchObject([{ code: 'NOT_FOUND', path: ['input', 'reasonId'] }]);
    await gateway.data(
      `mutation ($input: SetReasonStaffInput!) {
        setReasonStaff(input: $input) {
          reason { serviceStaff { nodes { staff { id } active price } } } userErrors { code }
        }
      }`,
      {
        input: {
          reasonId: fixture.mine.reasonId,
          staff: [{ staffId: newcomer, price: '99.00' }, { staffId: fixture.mine.staffId }],
        },
      },
    );
    expect((await look()).reasons.totalCount).toBe(1);
    expect(
      (await book(gateway, { ...fixture.mine, staffId: newcomer }, '2031-02-03T14:00:00Z', {}, key))
        .userErrors,
    ).toEqual([]);
    expect(
      (
        await gateway.run(
          `mutation {
            createLocation(input: { locationName: "x", timeZone: "UTC" }) { userErrors { code } }
          }`,
          {},
          { key },
        )
      ).errors,
    ).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
  });

  it('a location super user writes and overrides at their own locations only', async () => {
    const key = await gateway.key(Role.LOCATION_SUPER_USER, {
      locationIds: [numberOf(fixture.mine.locationId)],
    });
    const other = (
      await gateway.data(
        `mutation {
          createLocation(input: { locationName: "Annex", timeZone: "America/New_York" }) {
            location { id }
          }
        }`,
      )
    ).createLocation.location.id;
    expect((await book(gateway, fixture.mine, '2031-02-05T14:00:00Z', {}, key)).userErrors).toEqual(
      [],
    );
    expect(
      (await book(gateway, fixture.mine, '2031-02-05T14:00:00Z', { override: true }, key))
        .userErrors,
    ).toEqual([]);
    const { createAppointment } = await gateway.data(
      BOOK,
      {
        input: {
          ...fixture.mine,
          otherStaffId: undefined,
          locationId: other,
          start: '2031-02-06T14:00:00Z',
        },
      },
      { key },
    );
    expect(createAppointment.userErrors).toMatchObject([
      { code: 'INSUFFICIENT_PERMISSION', path: ['input', 'locationId'] },
    ]);
    const elsewhere = (
      await book(gateway, { ...fixture.mine, locationId: other }, '2031-02-06T14:00:00Z', {
        override: true,
      })
    ).appointment.id;
    expect(
      await gateway.data(
        'query ($id: ID!) { appointment(id: $id) { id } }',
        { id: elsewhere },
        { key },
      ),
    ).toEqual({ appointment: null });
  });
}
