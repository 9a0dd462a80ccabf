import {
  addClient,
  addClinic,
  addLocation,
  addReason,
  book,
  hire,
  type Clinic,
} from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';

onEachDatabase('reading', (gateway) => {
  const staffIds: string[] = [];
  const clientIds: string[] = [];
  let clinic: Clinic;
  let elsewhere: string;
  let timeOff: string;

  beforeAll(async () => {
    clinic = await addClinic(gateway);
    elsewhere = await addLocation(gateway, { locationName: 'Tokyo', timeZone: 'Asia/Tokyo' });
    timeOff = await addReason(gateway, {
      reasonDesc: 'Holiday',
      reasonType: 'PERSONAL',
      visitMinutes: 60,
    });
    for (let index = 0; index < 10; index += 1) {
      staffIds.push(
        await hire(gateway, clinic, `s${index}`, 'America/New_York', [clinic.locationId]),
      );
      clientIds.push(
        await addClient(gateway, {
          firstName: `First${index}`,
          lastName: `Last${9 - index}`,
          emailAddress: `c${index}@example.org`,
          tags: index % 2 ? ['odd'] : ['even', 'all'],
          notes: `note ${index}%`,
        }),
      );
    }
    for (let index = 0; index < 60; index += 1) {
      const hour = String(12 + Math.floor(index / 10)).padStart(2, '0');
      await book(
        gateway,
        {
          ...clinic,
          staffId: staffIds[index % 10] as string,
          clientId: clientIds[index % 7] as string,
        },
        `2031-02-03T${hour}:00:00Z`,
      );
    }
    // Late on the 5th in Tokyo, the 5th in UTC, and the night from the 7th to the 9th in New York.
    await book(gateway, { ...clinic, locationId: elsewhere }, '2031-02-05T15:30:00Z', {
      override: true,
    });
    await book(
      gateway,
      { ...clinic, reasonId: timeOff, clientId: undefined as never },
      '2031-02-07T23:00:00-05:00',
      { durationMinutes: 26 * 60 },
    );
  });

  const PAGE = `query ($first: Int = 50) { appointments(first: $first) { nodes {
    id
    client { fullName appointments(first: 3) { nodes { reason { reasonDesc } } } }
    staff { fullName locations { locationName staff(first: 2) { nodes { fullName } } } }
    location { locationName appointments(first: 2) { nodes { client { fullName } } } }
    reason { reasonDesc serviceStaff { staff { fullName } } }
  } } }`;

  it('a page of 50 three levels deep takes one statement', async () => {
    const { data, statements } = await gateway.counted(PAGE);
    expect(data.appointments.nodes).toHaveLength(50);
    expect(data.appointments.nodes[0].client.appointments.nodes).toHaveLength(3);
    expect(statements).toHaveLength(1);
  });

  it('and by resolvers at most one for each relation and level', async () => {
    gateway.gateway.planner.isEnabled = false;
    const [{ statements }, { statements: few }] = [
      await gateway.counted(PAGE),
      await gateway.counted(PAGE, { first: 2 }),
    ];
    gateway.gateway.planner.isEnabled = true;
    // The page; its client, staff, location and reason; client.appointments, staff.locations,
    // location.appointments and
    // reason.serviceStaff; then the reasons, clients and staff of those that no loader holds yet.
    expect(statements.length).toBeLessThanOrEqual(11);
    expect(statements.length).toBeLessThanOrEqual(few.length);
  });

  it('the next appointments of each of ten staff take one statement', async () => {
    const { data, statements } = await gateway.counted(
      '{ staff(filter: { search: "Jones s" }) { nodes { appointments(first: 5) { nodes { start client { fullName } } } } } }',
    );
    expect(data.staff.nodes.length).toBeGreaterThanOrEqual(10);
    expect(
      data.staff.nodes.filter((person: any) => person.appointments.nodes.length === 5).length,
    ).toBe(10);
    for (const { appointments } of data.staff.nodes) {
      const starts = appointments.nodes.map(({ start }: any) => start);
      expect(starts).toEqual([...starts].sort());
    }
    expect(statements).toHaveLength(1);
  });

  it('one appointment with all its relations and a page of 50 with its count take one statement in any form of the query', async () => {
    const NAMED =
      'id client { fullName } staff { fullName } location { locationName } reason { reasonDesc }';
    const { nodes } = (await gateway.data('{ appointments(first: 1) { nodes { id } } }'))
      .appointments;
    expect(
      (
        await gateway.counted(`query ($id: ID!) { appointment(id: $id) { ${NAMED} } }`, {
          id: nodes[0].id,
        })
      ).statements,
    ).toHaveLength(1);
    expect(
      (await gateway.counted(`{ appointments(first: 50) { totalCount nodes { ${NAMED} } } }`))
        .statements,
    ).toHaveLength(1);
    const fragments = `query ($no: Boolean = false) { list: appointments(first: 50) { edges { node { ...named ... on Appointment { seen: staff { fullName } } } } } }
      fragment named on Appointment { id client @include(if: $no) { fullName } reason @skip(if: $no) { reasonDesc } }`;
    const asked = await gateway.counted(fragments);
    expect(asked.statements).toHaveLength(1);
    expect(asked.statements[0]).not.toContain('"client"');
    expect(asked.data.list.edges[0].node).toEqual({
      id: nodes[0].id,
      reason: { reasonDesc: 'Check-up a' },
      seen: { fullName: 's0 Jones' },
    });
  });

  it('20 staff with ten appointments each, their clients and reasons take one statement', async () => {
    const { data, statements } = await gateway.counted(
      '{ staff(first: 20) { nodes { fullName appointments(first: 10) { nodes { start client { fullName } reason { reasonDesc } } } } } }',
    );
    expect(
      data.staff.nodes.flatMap(({ appointments }: any) => appointments.nodes).length,
    ).toBeGreaterThanOrEqual(60);
    expect(statements).toHaveLength(1);
  });

  /** Computed across relations, counted, or read from the log: planned like a column. */
  const WORKED_OUT = `startTextClient startTextStaff color subStatus { label } business { name timeZone { code } } resource { name } blockedStaff { fullName } history { type changes { field } }
    client { activeAppointmentCount business { name } } reason { addOns { reasonDesc } serviceStaff { weight staff { fullName } } serviceLocations { location { locationName } } }`;

  it('fields computed across relations are read with them: a page of 50 with its count takes one statement', async () => {
    const { data, statements } = await gateway.counted(
      `{ appointments(first: 50) { totalCount nodes { ${WORKED_OUT} } } }`,
    );
    expect(data.appointments.nodes[0]).toMatchObject({
      startTextClient: 'Monday, Feb 3, 2031 at 7:00 AM EST',
      subStatus: { label: 'Open' },
      business: { name: 'Test clinic' },
      resource: null,
      history: [{ type: 'CREATED', changes: [] }],
      client: { activeAppointmentCount: 9 },
    });
    expect(data.appointments.nodes[0].reason.serviceStaff.length).toBeGreaterThan(10);
    expect(statements).toHaveLength(1);
  });

  it("a fallback field leaves the rest in the plan's statement, and takes its own for all rows", async () => {
    const HOLES = 'waitlistEntry { id } client { fullName calendarFeedUrl } staff { fullName }';
    const { data, statements } = await gateway.counted(
      `{ viewer { role } appointments(first: 50) { nodes { id ${HOLES} } } }`,
    );
    expect(data.viewer).toEqual({ role: 'ADMINISTRATOR' });
    expect(Object.keys(data.appointments.nodes[0])).toEqual([
      'id',
      'waitlistEntry',
      'client',
      'staff',
    ]);
    expect(data.appointments.nodes[0]).toMatchObject({
      waitlistEntry: null,
      client: { calendarFeedUrl: null },
      staff: { fullName: 's0 Jones' },
    });
    expect(statements[0]).toMatch(/string_agg/);
    // One of the plan; then the entries of the waitlist, the feeds, and the business of the viewer.
    expect(statements).toHaveLength(gateway.dialect === 'sqlite' ? 4 : 2);
  });

  it('the payload of a mutation and the event of a subscription are read at most once for each relation', async () => {
    const ROW =
      'id color startTextClient startTextStaff subStatus { label } business { name } client { fullName } staff { fullName } location { locationName } reason { reasonDesc }';
    const {
      nodes: [{ id }],
    } = (await gateway.data('{ appointments(first: 1) { nodes { id } } }')).appointments;
    const update = (note: string, selection: string) =>
      gateway.counted(
        `mutation ($input: UpdateAppointmentInput!) { updateAppointment(input: $input) { appointment { ${selection} } } }`,
        { input: { id, note } },
      );
    const writing = (await update('one', 'id')).statements.length;
    // Staff, client, location, reason and business: a payload reads current rows after the commit.
    // PostgreSQL reads them in one batch.
    const reading = gateway.dialect === 'sqlite' ? 5 : 1;
    expect((await update('two', ROW)).statements.length - writing).toBe(reading);

    const following = gateway.subscribe(
      `subscription ($ids: [ID!]) { bookingNotifications(after: "0", filter: { appointmentIds: $ids }) { appointment { ${ROW} note } } }`,
      { ids: [id] },
    );
    // The replayed events: the booking and two changes.
    await following.atLeast(3);
    const seen: string[] = [];
    const forget = gateway.gateway.signals.statementSent.on((text) => seen.push(text));
    await update('three', 'id');
    await following.atLeast(4);
    forget();
    following.close();
    expect(following.events[3].data.bookingNotifications.appointment).toMatchObject({
      id,
      note: 'three',
      client: { fullName: 'First0 Last9' },
      staff: { fullName: 's0 Jones' },
    });
    expect(seen.filter((text) => /FROM "client"/.test(text))).toHaveLength(1);
  });

  it('counts of each of ten staff take one statement, and read no rows', async () => {
    const { data, statements } = await gateway.counted(
      '{ staff { nodes { appointments { totalCount } } } }',
    );
    expect(
      data.staff.nodes
        .map((person: any) => person.appointments.totalCount)
        .filter((count: number) => count === 6),
    ).toHaveLength(10);
    expect(statements).toHaveLength(1);
  });

  it('a count is computed only if selected, and without nodes reads no rows', async () => {
    const { data, statements } = await gateway.counted('{ appointments { totalCount } }');
    expect(data.appointments.totalCount).toBe(62);
    expect(statements).toEqual([expect.stringMatching(/SELECT count\(\*\)/)]);
    expect(statements[0]).not.toMatch(/string_agg/);
    expect((await gateway.counted('{ appointments { nodes { id } } }')).statements).toHaveLength(1);
  });

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
          `query ($cursor: String) { appointments(${args}) { edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
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
          '{ appointments(first: 100, orderBy: { field: START, direction: DESC }) { nodes { id } } }',
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
    expect(await countOf({ locationIds: [elsewhere] })).toBe(1);
    expect(await countOf({ reasonIds: [timeOff] })).toBe(1);
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
      '{ appointmentCounts(by: STAFF, filter: { from: "2031-02-03", to: "2031-02-03" }) { count status objectName objectType object { ... on Staff { professionalId } } } }',
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
      { ...clinic, clientId: id },
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
      (await book(gateway, { ...clinic, clientId: id }, '2031-03-04T14:00:00Z')).userErrors,
    ).toMatchObject([{ code: 'RULE_VIOLATED' }]);
  });

  it('returns any object by its id, several in one query', async () => {
    const { nodes, node } = await gateway.data(
      `query ($ids: [ID!]!, $one: ID!) { nodes(ids: $ids) { __typename id } node(id: $one) { ... on Staff { fullName email timeZone { code description utcOffset } } } }`,
      {
        ids: [
          clinic.clientId,
          'Client:2147483647',
          clinic.reasonId,
          `Business:${gateway.business.business.rowId}`,
        ],
        one: clinic.staffId,
      },
    );
    expect(nodes).toEqual([
      { __typename: 'Client', id: clinic.clientId },
      null,
      { __typename: 'Reason', id: clinic.reasonId },
      { __typename: 'Business', id: gateway.business.business.id },
    ]);
    expect(node).toMatchObject({
      fullName: 'drjones-a Jones',
      email: 'drjones-a@example.org',
      timeZone: { code: 'America/New_York', description: expect.stringContaining('Eastern') },
    });
  });
});
