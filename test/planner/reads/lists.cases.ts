import { addClient, book } from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';
import type { ReadsFixture } from './reads.fixture';

export function listsCases(gateway: TestGateway, fixture: ReadsFixture): void {
  const { staffIds, clientIds } = fixture;

  it('pages forwards and backwards through the same list, without losing or repeating a row', async () => {
    const all = (
      await gateway.data('{ appointments(first: 100) { nodes { id } } }')
    ).appointments.nodes.map(({ id }: any) => id);
    const walk = async (forward: boolean) => {
      const seen: string[] = [];
      let cursor: string | null = null;
      for (let more = true; more;) {
        const args: string = forward ? 'first: 7, after: $cursor' : 'last: 7, before: $cursor';
        const { appointments } = await gateway.data(
          `query ($cursor: String) {
            appointments(${args}) {
              edges { cursor node { id } }
              pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
            }
          }`,
          { cursor },
        );
        const ids = appointments.edges.map(({ node }: any) => node.id);
        if (forward) seen.push(...ids);
        else seen.unshift(...ids);
        more = forward ? appointments.pageInfo.hasNextPage : appointments.pageInfo.hasPreviousPage;
        cursor = forward ? appointments.pageInfo.endCursor : appointments.pageInfo.startCursor;
      }
      return seen;
    };
    expect(await walk(true)).toEqual(all);
    expect(await walk(false)).toEqual(all);
    expect(
      (
        await gateway.data('{ appointments(first: 5, offset: 10) { nodes { id } } }')
      ).appointments.nodes.map(({ id }: any) => id),
    ).toEqual(all.slice(10, 15));
    expect(
      (
        await gateway.data(
          `{
            appointments(first: 100, orderBy: { field: START, direction: DESC }) { nodes { id } }
          }`,
        )
      ).appointments.nodes.map(({ id }: any) => id),
    ).toEqual([...all].reverse());
  });

  it('refuses contradictory page arguments, and cursors of another order', async () => {
    const { appointments } = await gateway.data(
      '{ appointments(first: 1, orderBy: { field: CREATED_AT }) { pageInfo { endCursor } } }',
    );
    for (const args of [
      'first: 1, last: 1',
      'first: 0',
      'first: 101',
      'offset: 1, after: "x"',
      'after: "nonsense"',
      `after: "${appointments.pageInfo.endCursor}"`,
    ]) {
      const { errors } = await gateway.run(`{ appointments(${args}) { nodes { id } } }`);
      expect([args, errors?.[0]?.extensions.code]).toEqual([args, 'BAD_USER_INPUT']);
    }
  });

  const countOf = async (filter: object) =>
    (
      await gateway.data(
        'query ($filter: AppointmentFilter) { appointments(filter: $filter) { totalCount } }',
        { filter },
      )
    ).appointments.totalCount;

  it('finds appointments by days of their location, including those that overlap the range', async () => {
    expect(await countOf({ from: '2031-02-03', to: '2031-02-03' })).toBe(60);
    expect(await countOf({ from: '2031-02-05', to: '2031-02-05' })).toBe(0);
    expect(await countOf({ from: '2031-02-06', to: '2031-02-06' })).toBe(1);
    for (const day of ['2031-02-07', '2031-02-08', '2031-02-09'])
      expect(await countOf({ from: day, to: day })).toBe(1);
    expect(await countOf({ from: '2031-02-10' })).toBe(0);
    expect(await countOf({ to: '2031-02-02' })).toBe(0);
  });

  it('finds appointments by every condition of a filter', async () => {
    expect(await countOf({ staffIds: [staffIds[0]] })).toBe(6);
    expect(await countOf({ clientIds: [clientIds[0]] })).toBe(9);
    expect(await countOf({ locationIds: [fixture.elsewhere] })).toBe(1);
    expect(await countOf({ reasonIds: [fixture.timeOff] })).toBe(1);
    expect(await countOf({ onlyTimeOff: true })).toBe(1);
    expect(await countOf({ excludeTimeOff: true })).toBe(61);
    expect(await countOf({ statuses: ['CANCELLED'] })).toBe(0);
    expect(await countOf({ statuses: ['OPEN'], subStatuses: ['OPEN'] })).toBe(62);
    const { nodes } = (await gateway.data('{ appointments(first: 2) { nodes { id } } }'))
      .appointments;
    expect(await countOf({ ids: nodes.map(({ id }: any) => id) })).toBe(2);
    expect(await countOf({ ids: [] })).toBe(0);
  });

  it('counts by status and object in one grouped statement', async () => {
    const { data, statements } = await gateway.counted(
      `{
        appointmentCounts(by: STAFF, filter: { from: "2031-02-03", to: "2031-02-03" }) {
          count status objectName objectType object { ... on Staff { professionalId } }
        }
      }`,
    );
    expect(data.appointmentCounts).toHaveLength(10);
    expect(data.appointmentCounts[0]).toEqual({
      count: 6,
      status: 'OPEN',
      objectName: 's0 Jones',
      objectType: 'STAFF',
      object: { professionalId: expect.any(Number) },
    });
    expect(statements).toHaveLength(2);
  });

  it('finds clients by search, tags, external id and order', async () => {
    const of = async (args: string) =>
      (await gateway.data(`{ clients(${args}) { nodes { firstName } totalCount } }`)).clients;
    expect((await of('filter: { search: "first3 LAST6" }')).nodes).toEqual([
      { firstName: 'First3' },
    ]);
    expect((await of('filter: { search: "3%" }')).totalCount).toBe(1);
    expect((await of('filter: { search: "_" }')).totalCount).toBe(0);
    expect((await of('filter: { tags: ["even", "all"] }')).totalCount).toBe(5);
    expect((await of('filter: { tags: ["odd", "all"] }')).totalCount).toBe(0);
    expect(
      (await of('first: 1, orderBy: { field: EMAIL_ADDRESS, direction: DESC }')).nodes,
    ).toEqual([{ firstName: 'Jon' }]);
    expect(
      await gateway.data(
        '{ clientTags duplicateClients(emailAddress: "C1@example.org") { fullName } }',
      ),
    ).toEqual({
      clientTags: ['all', 'even', 'odd'],
      duplicateClients: [{ fullName: 'First1 Last8' }],
    });
  });

  it('excludes deleted clients from lists, not from their appointments', async () => {
    const id = await addClient(gateway, { firstName: 'Gone', lastName: 'Soon' });
    const { appointment } = await book(
      gateway,
      { ...fixture.clinic, clientId: id },
      '2031-03-03T14:00:00Z',
    );
    await gateway.data(
      'mutation ($id: ID!) { deleteClient(input: { id: $id }) { client { deleted } } }',
      { id },
    );
    expect(
      (await gateway.data('{ clients(filter: { search: "gone" }) { totalCount } }')).clients
        .totalCount,
    ).toBe(0);
    expect(
      (
        await gateway.data(
          '{ clients(filter: { search: "gone", includeDeleted: true }) { totalCount } }',
        )
      ).clients.totalCount,
    ).toBe(1);
    expect(
      (
        await gateway.data(
          'query ($id: ID!) { appointment(id: $id) { client { fullName deleted } } }',
          { id: appointment.id },
        )
      ).appointment.client,
    ).toEqual({ fullName: 'Gone Soon', deleted: true });
    expect(
      (await book(gateway, { ...fixture.clinic, clientId: id }, '2031-03-04T14:00:00Z')).userErrors,
    ).toMatchObject([{ code: 'RULE_VIOLATED' }]);
  });

  it('returns any object by its id, several in one query', async () => {
    const { nodes, node } = await gateway.data(
      `query ($ids: [ID!]!, $one: ID!) {
        nodes(ids: $ids) { __typename id }
        node(id: $one) { ... on Staff { fullName email timeZone { code description utcOffset } } }
      }`,
      {
        ids: [
          fixture.clinic.clientId,
          'Client:2147483647',
          fixture.clinic.reasonId,
          `Business:${gateway.business.business.rowId}`,
        ],
        one: fixture.clinic.staffId,
      },
    );
    expect(nodes).toEqual([
      { __typename: 'Client', id: fixture.clinic.clientId },
      null,
      { __typename: 'Reason', id: fixture.clinic.reasonId },
      { __typename: 'Business', id: gateway.business.business.id },
    ]);
    expect(node).toMatchObject({
      fullName: 'drjones-a Jones',
      email: 'drjones-a@example.org',
      timeZone: { code: 'America/New_York', description: expect.stringContaining('Eastern') },
    });
  });
}
