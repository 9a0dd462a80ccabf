import { Role } from '../../../src/context';
import { addReason, book, change } from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import type { TestGateway } from '../../support/harness/gateway';
import { LISTEN, LOG, type SubscribersFixture } from './subscribers.fixture';
import type { Place } from './viewers';

export function waitlistCases(gateway: TestGateway, fixture: SubscribersFixture): void {
  const { free } = fixture;

  it('are notified when a client joins a waitlist, by the scope and filter of the entry', async () => {
    const [place, foreign] = fixture.places as [Place, Place];
    const {
      reasonId,
      otherReasonId,
      locationId,
      otherLocationId,
      clientId,
      otherClientId,
      staffId,
      otherStaffId,
      businessId,
      key,
    } = place;
    await change(gateway, 'updateReason', { id: reasonId, allowWaitList: true });
    await change(gateway, 'setReasonStaff', { reasonId, staff: [{ staffId }] });
    const FIELDS_OF_ENTRY =
      'type visibility appointmentId appointment { id } waitlistEntry { id client { id } }';
    const query = `query ($after: String, $filter: BookingNotificationFilter) {
      bookingNotifications(after: $after, filter: $filter) {
        nodes { ${FIELDS_OF_ENTRY} } pageInfo { endCursor }
      }
    }`;
    const subscription = `subscription ($after: String, $filter: BookingNotificationFilter) {
      bookingNotifications(after: $after, filter: $filter) { ${FIELDS_OF_ENTRY} }
    }`;
    await gateway.logged();
    let after = '0';
    for (let next: string | null = '0'; next;) {
      const {
        bookingNotifications: { nodes, pageInfo },
      } = await gateway.data(query, { after: next });
      after = pageInfo.endCursor;
      next = nodes.length ? after : null;
    }
    const grants: Readonly<Record<string, [boolean, string, object]>> = {
      administrator: [true, key, {}],
      types: [true, key, { types: ['WAITLIST_JOINED'] }],
      location: [true, key, { locationIds: [locationId] }],
      otherLocation: [false, key, { locationIds: [otherLocationId] }],
      reason: [true, key, { reasonIds: [reasonId] }],
      otherReason: [false, key, { reasonIds: [otherReasonId] }],
      client: [true, key, { clientIds: [clientId] }],
      otherClient: [false, key, { clientIds: [otherClientId] }],
      staff: [true, key, { staffIds: [staffId] }],
      otherStaff: [false, key, { staffIds: [otherStaffId] }],
      status: [false, key, { statuses: ['OPEN'] }],
      appointment: [false, key, { appointmentIds: ['Appointment:1'] }],
      otherBusiness: [false, foreign.key, {}],
      superUser: [
        true,
        await gateway.key(Role.LOCATION_SUPER_USER, {
          businessId,
          locationIds: [numberOf(locationId)],
        }),
        {},
      ],
      otherSuperUser: [
        false,
        await gateway.key(Role.LOCATION_SUPER_USER, {
          businessId,
          locationIds: [numberOf(otherLocationId)],
        }),
        {},
      ],
      serves: [
        true,
        await gateway.key(Role.STAFF_USER, { businessId, staffId: numberOf(staffId) }),
        {},
      ],
      servesNot: [
        false,
        await gateway.key(Role.STAFF_USER, { businessId, staffId: numberOf(otherStaffId) }),
        {},
      ],
      itself: [
        true,
        await gateway.key(Role.CLIENT, { businessId, clientId: numberOf(clientId) }),
        {},
      ],
      anotherClient: [
        false,
        await gateway.key(Role.CLIENT, { businessId, clientId: numberOf(otherClientId) }),
        {},
      ],
    };

    const { waitlistEntry, userErrors } = await change(
      gateway,
      'joinWaitlist',
      { reasonId, locationId, clientId, staffIds: [staffId], wish: { times: [free()] } },
      'waitlistEntry { id }',
    );
    expect(userErrors).toEqual([]);
    await change(gateway, 'leaveWaitlist', { entry: { id: waitlistEntry.id } });
    await gateway.logged();

    const joined = {
      visibility: 'ENTERED',
      type: 'WAITLIST_JOINED',
      appointmentId: null,
      appointment: null,
      waitlistEntry: { id: waitlistEntry.id, client: { id: clientId } },
    };
    const both = [joined, { ...joined, visibility: 'STAYED', type: 'WAITLIST_REMOVED' }];
    for (const [name, [matches, viewer, filter]] of Object.entries(grants)) {
      const expected = !matches ? [] : name === 'types' ? [joined] : both;
      const start = viewer === foreign.key ? '0' : after;
      const { nodes } = (await gateway.data(query, { after: start, filter }, { key: viewer }))
        .bookingNotifications;
      expect([name, nodes.filter((node: any) => node.type.startsWith('WAITLIST'))]).toEqual([
        name,
        expected,
      ]);
      if (!expected.length) continue;
      const live = gateway.subscribe(subscription, { after: start, filter }, viewer);
      expect([
        name,
        (await live.atLeast(expected.length)).map(({ data }) => data.bookingNotifications),
      ]).toEqual([name, expected]);
      await live.close();
    }
  });

  it('learn by `changes` that a reason entered or left the scope of a staff user', async () => {
    const { staffId, otherStaffId, businessId } = fixture.places[0] as Place;
    const CHANGES = `query ($after: String, $filter: ChangeFilter) {
      changes(after: $after, filter: $filter) {
        nodes { type visibility nodeId node { id } actorName changes { field } } pageInfo { endCursor }
      }
    }`;
    const reasonId = await addReason(gateway, {
      reasonDesc: 'Massage',
      visitMinutes: 45,
      price: '80.00',
      staffIds: [staffId],
    });
    const filter = { ids: [reasonId] };
    const keyOf = (id: string) =>
      gateway.key(Role.STAFF_USER, { businessId, staffId: numberOf(id) });
    const [own, other] = [await keyOf(staffId), await keyOf(otherStaffId)];
    const live = gateway.subscribe(
      `subscription ($filter: ChangeFilter) {
        changes(after: "0", filter: $filter) { visibility }
      }`,
      { filter },
      other,
    );

    for (const staff of [
      [{ staffId: otherStaffId }],
      [{ staffId }],
      [{ staffId }, { staffId: otherStaffId }],
    ]) {
      expect((await change(gateway, 'setReasonStaff', { reasonId, staff })).userErrors).toEqual([]);
    }
    await change(gateway, 'updateReason', { id: reasonId, reasonDesc: 'Hot stones' });
    await gateway.logged();

    const read = async (key: string) =>
      (await gateway.data(CHANGES, { filter }, { key })).changes.nodes;
    const visibilities = async (key: string) =>
      (await read(key)).map(({ visibility }: any) => visibility);
    expect(await visibilities(gateway.business.secretKey)).toEqual([
      'ENTERED',
      'STAYED',
      'STAYED',
      'STAYED',
      'STAYED',
    ]);
    expect(await visibilities(own)).toEqual(['ENTERED', 'LEFT', 'ENTERED', 'STAYED', 'STAYED']);
    expect((await read(own))[1]).toEqual({
      type: 'REASON_UPDATED',
      visibility: 'LEFT',
      nodeId: reasonId,
      node: null,
      actorName: null,
      changes: [],
    });
    expect((await read(own))[2]).toEqual({
      type: 'REASON_UPDATED',
      visibility: 'ENTERED',
      nodeId: reasonId,
      node: { id: reasonId },
      actorName: 'First key',
      changes: [{ field: 'staffIds' }],
    });
    expect(await visibilities(other)).toEqual(['ENTERED', 'LEFT', 'ENTERED', 'STAYED']);
    expect((await live.atLeast(4)).map(({ data }) => data.changes.visibility)).toEqual([
      'ENTERED',
      'LEFT',
      'ENTERED',
      'STAYED',
    ]);
    await live.close();
  });

  it('are rejected without a key that may read bookings', async () => {
    const { appointment } = await book(gateway, fixture.places[0] as Place, free());
    const manageUrl = async () =>
      (
        await gateway.data('query ($id: ID!) { appointment(id: $id) { manageUrl } }', {
          id: appointment.id,
        })
      ).appointment.manageUrl as string | null;
    const token = (await manageUrl())?.split('#')[1];
    const { exchangeManageToken } = await gateway.data(
      `mutation ($token: String!) {
        exchangeManageToken(input: { token: $token }) { accessToken }
      }`,
      { token },
      { key: null },
    );

    for (const key of [exchangeManageToken.accessToken, gateway.business.publishableKey]) {
      expect(await gateway.subscribe(LISTEN, {}, key).untilEnd()).toMatchObject([
        { extensions: { code: 'FORBIDDEN' } },
      ]);
      expect((await gateway.run(LOG, {}, { key })).errors).toMatchObject([
        { extensions: { code: 'FORBIDDEN' } },
      ]);
    }
  });
}
