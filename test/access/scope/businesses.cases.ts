import { book } from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';
import type { ScopeFixture } from './scope.fixture';

export function businessesCases(gateway: TestGateway, fixture: ScopeFixture): void {
  it('no read crosses businesses, by any path', async () => {
    const ids = [fixture.foreign, ...Object.values(fixture.theirs)];
    const data = await gateway.data(
      `query ($ids: [ID!]!, $a: ID!, $c: ID!, $s: ID!, $l: ID!, $r: ID!) {
        nodes(ids: $ids) { id } appointment(id: $a) { id } client(id: $c) { id }
        staffMember(id: $s) { id } location(id: $l) { id } reason(id: $r) { id }
        appointments { nodes { id } } clients { nodes { id } } staff { nodes { id } }
        locations { nodes { id } } reasons { nodes { id } }
        filtered: appointments(filter: { clientIds: [$c] }) { totalCount }
        counts: appointmentCounts(by: STAFF, filter: { staffIds: [$s] }) { count }
        bookingNotifications(first: 100, after: "0") { nodes { appointment { id } } }
        duplicateClients(emailAddress: "jsnow-theirs@castleblack.mil") { id }
      }`,
      {
        ids,
        a: fixture.foreign,
        c: fixture.theirs.clientId,
        s: fixture.theirs.staffId,
        l: fixture.theirs.locationId,
        r: fixture.theirs.reasonId,
      },
    );
    expect(data.nodes).toEqual(ids.map(() => null));
    for (const field of ['appointment', 'client', 'staffMember', 'location', 'reason'])
      expect([field, data[field]]).toEqual([field, null]);
    const seen = ['appointments', 'clients', 'staff', 'locations', 'reasons'].flatMap((field) =>
      data[field].nodes.map(({ id }: any) => id),
    );
    expect(seen).toEqual(
      expect.arrayContaining([
        fixture.appointmentId,
        fixture.mine.clientId,
        fixture.mine.staffId,
        fixture.mine.locationId,
        fixture.mine.reasonId,
      ]),
    );
    expect(seen.filter((id) => ids.includes(id))).toEqual([]);
    expect(data.filtered.totalCount).toBe(0);
    expect(data.counts).toEqual([]);
    expect(data.bookingNotifications.nodes).toEqual([
      { appointment: { id: fixture.appointmentId } },
    ]);
    expect(data.duplicateClients).toEqual([]);
  });

  it('no write crosses businesses, with any of the ids, and nothing is written', async () => {
    for (const field of ['locationId', 'reasonId', 'staffId', 'clientId'] as const) {
      const payload = await book(
        gateway,
        { ...fixture.mine, [field]: fixture.theirs[field] },
        '2031-01-07T14:00:00Z',
      );
      expect(payload).toMatchObject({
        appointment: null,
        userErrors: [{ code: 'NOT_FOUND', path: ['input', field] }],
      });
    }
    const change = async (mutation: string, input: object) =>
      Object.values(
        await gateway.data(
          `mutation ($input: ${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input!) {
            ${mutation}(input: $input) { userErrors { code } }
          }`,
          { input },
        ),
      )[0];
    for (const [mutation, input] of [
      ['updateAppointment', { id: fixture.foreign, note: 'x' }],
      ['cancelAppointment', { id: fixture.foreign }],
      ['rescheduleAppointment', { id: fixture.foreign, start: '2031-01-08T14:00:00Z' }],
      ['setAppointmentStatus', { id: fixture.foreign, status: 'COMPLETED' }],
      ['updateClient', { id: fixture.theirs.clientId, firstName: 'x' }],
      ['updateStaff', { id: fixture.theirs.staffId, firstName: 'x' }],
      ['updateReason', { id: fixture.theirs.reasonId, reasonDesc: 'x' }],
      ['updateLocation', { id: fixture.theirs.locationId, locationName: 'x' }],
      ['deleteClient', { id: fixture.theirs.clientId }],
      [
        'setReasonStaff',
        { reasonId: fixture.mine.reasonId, staff: [{ staffId: fixture.theirs.staffId }] },
      ],
      ['updateStaff', { id: fixture.mine.staffId, locationIds: [fixture.theirs.locationId] }],
    ] as const)
      expect([mutation, await change(mutation, input)]).toEqual([
        mutation,
        { userErrors: [{ code: 'NOT_FOUND' }] },
      ]);
    const { appointment } = await gateway.data(
      `query ($id: ID!) {
        appointment(id: $id) { version history { nodes { type } } client { firstName deleted } }
      }`,
      { id: fixture.foreign },
      { key: fixture.foreignKey },
    );
    expect(appointment).toEqual({
      version: 1,
      history: { nodes: [{ type: 'CREATED' }] },
      client: { firstName: 'Jon', deleted: false },
    });
  });
}
