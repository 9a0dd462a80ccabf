import { Role } from '../../../src/context';
import { addReason, addStaff, book, type Clinic } from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import type { TestGateway } from '../../support/harness/gateway';
import type { SuperUsersFixture } from './super-users.fixture';

export function offersCases(gateway: TestGateway, fixture: SuperUsersFixture): void {
  const { must, codeOf } = fixture;

  it('is offered the staff of its location only, and may book each of them', async () => {
    const reasonId = await addReason(gateway, {
      reasonDesc: 'Offered',
      visitMinutes: 60,
      staffIds: [fixture.pair.own.staffId, fixture.pair.other.staffId],
    });
    const day = { from: '2032-12-01', to: '2032-12-01' };
    const { availability } = await gateway.data(
      `query ($input: AvailabilityInput!) {
        availability(input: $input) { availableTimes(first: 1000) { nodes { start units { staff { id } } } } }
      }`,
      { input: { reasonId, locationId: fixture.pair.own.locationId, ...day } },
      { key: fixture.pair.key },
    );
    const offered = new Set(
      availability.availableTimes.nodes.flatMap(({ units }: any) =>
        units.map(({ staff }: any) => staff.id),
      ),
    );

    expect([...offered]).toEqual([fixture.pair.own.staffId]);
    for (const staffId of offered)
      expect(
        await codeOf(
          'createAppointment',
          {
            locationId: fixture.pair.own.locationId,
            reasonId,
            clientId: fixture.pair.own.clientId,
            staffId,
            start: availability.availableTimes.nodes[0].start,
          },
          fixture.pair.key,
        ),
      ).toBeNull();
  });

  it.each([Role.LOCATION_SUPER_USER, Role.STAFF_USER])(
    'adds, as a %s, a client that it can then see, change and book, and that others of the role do not see',
    async (role) => {
      const grant = ({ locationId, staffId }: Clinic) =>
        role === Role.STAFF_USER
          ? { staffId: numberOf(staffId) }
          : { locationIds: [numberOf(locationId)] };
      const [adder, again, stranger] = [
        await gateway.key(role, grant(fixture.pair.own)),
        await gateway.key(role, grant(fixture.pair.own)),
        await gateway.key(role, grant(fixture.pair.other)),
      ];
      const ids: string[] = [];
      for (const lastName of ['First', 'Second'])
        ids.push(
          (
            await must(
              'createClient',
              { firstName: role, lastName, notes: 'secret' },
              'client { id }',
              adder,
            )
          ).client.id,
        );
      const read = (by: string) =>
        gateway.data(
          `query ($id: ID!, $search: String!) {
            client(id: $id) { notes } clients(filter: { search: $search }) { totalCount }
          }`,
          { id: ids[0], search: role.toLowerCase() },
          { key: by },
        );

      for (const by of [adder, again])
        expect(await read(by)).toEqual({ client: { notes: 'secret' }, clients: { totalCount: 2 } });
      expect(await read(stranger)).toEqual({ client: null, clients: { totalCount: 0 } });
      await must('updateClient', { id: ids[0], notes: 'changed' }, 'client { id }', again);
      if (role === Role.LOCATION_SUPER_USER)
        await must(
          'setViewableClients',
          { clientId: ids[0], viewableClientIds: [ids[1]] },
          'client { viewableClients { id } }',
          adder,
        );
      const { userErrors } = await book(
        gateway,
        { ...fixture.pair.own, clientId: ids[0] as string },
        role === Role.STAFF_USER ? '2032-12-20T15:00:00Z' : '2032-12-21T15:00:00Z',
        {},
        adder,
      );
      expect(userErrors).toEqual([]);
    },
  );

  it.each([
    ['availability', 'AvailabilityInput', { from: '2032-01-01', to: '2032-01-01' }, 'days'],
    [
      'explainAvailability',
      'ExplainAvailabilityInput',
      { start: '2032-01-01T15:00:00Z' },
      'bookable',
    ],
  ])('is refused %s at another location', async (query, type, input, selection) => {
    const { errors } = await gateway.run(
      `query ($input: ${type}!) { ${query}(input: $input) { ${selection} } }`,
      {
        input: {
          ...input,
          reasonId: fixture.mine.Reason?.at(-1),
          locationId: fixture.other.locationId,
        },
      },
      { key: fixture.key },
    );

    expect(errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('is notified by `changes` when staff enter or leave its location, and of no others', async () => {
    const staffId = await addStaff(gateway, 'moves', 'America/New_York', [
      fixture.other.locationId,
    ]);
    for (const locationIds of [[fixture.own.locationId], [fixture.other.locationId], []])
      await must('updateStaff', { id: staffId, locationIds }, 'staff { id }');
    await must('updateStaff', { id: staffId, firstName: 'Moved' }, 'staff { id }');
    await must('updateStaff', { id: fixture.other.staffId, firstName: 'Hidden' }, 'staff { id }');
    await must(
      'updateResource',
      { id: fixture.theirs.Resource?.[0], description: 'hidden' },
      'resource { id }',
    );
    await gateway.logged();
    const ids = [staffId, fixture.other.staffId, fixture.theirs.Resource?.[0]];
    const { changes } = await gateway.data(
      `query ($filter: ChangeFilter) {
        changes(first: 20, filter: $filter) { nodes { nodeId visibility node { id } } }
      }`,
      { filter: { ids } },
      { key: fixture.key },
    );

    expect(
      changes.nodes.map(({ nodeId, visibility, node }: any) => [nodeId, visibility, node?.id]),
    ).toEqual([
      [staffId, 'ENTERED', staffId],
      [staffId, 'LEFT', undefined],
      [staffId, 'ENTERED', staffId],
      [staffId, 'STAYED', staffId],
    ]);
  });

  it('is refused what other queries read of another location', async () => {
    const [resource, appointment] = [fixture.theirs.Resource?.[0], fixture.theirs.Appointment?.[0]];
    const { data, errors } = await gateway.run(
      `query ($resource: [ID!]!, $appointment: ID!, $staff: ID!) {
        resourceAvailability(
          input: { resourceIds: $resource, start: "2032-01-01T15:00:00Z", end: "2032-01-02T15:00:00Z" }
        ) {
          freeUnits
        }
        previewMessage(
          appointmentId: $appointment, kind: CONFIRMATION, channel: EMAIL, audience: CLIENT
        ) {
          text
        }
        previewScheduleChange(
          input: { createDateOverride: { ownerId: $staff, date: "2032-01-01", ranges: [] } }
        ) {
          outside { __typename }
        }
      }`,
      { resource: [resource], appointment, staff: fixture.other.staffId },
      { key: fixture.key },
    );

    expect(data).toEqual({
      resourceAvailability: null,
      previewMessage: null,
      previewScheduleChange: null,
    });
    expect(
      Object.fromEntries(
        (errors ?? []).map(({ path, extensions }) => [path?.[0], extensions.code]),
      ),
    ).toEqual({
      resourceAvailability: 'NOT_FOUND',
      previewMessage: 'FORBIDDEN',
      previewScheduleChange: 'NOT_FOUND',
    });
    const live = gateway.subscribe(
      `subscription ($reason: ID!, $location: ID!) {
        availabilityChanged(
          reasonId: $reason, locationId: $location, from: "2032-01-01", to: "2032-01-02"
        ) {
          __typename
        }
      }`,
      { reason: fixture.mine.Reason?.at(-1), location: fixture.other.locationId },
      fixture.key,
    );
    const [refusal] = await live.atLeast(1);
    expect(refusal?.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    await live.close();
  });
}
