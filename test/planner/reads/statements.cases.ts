import type { TestGateway } from '../../support/harness/gateway';

export function statementsCases(gateway: TestGateway): void {
  const PAGE = `query ($first: Int = 50) { appointments(first: $first) { nodes {
    id
    client { fullName appointments(first: 3) { nodes { reason { reasonDesc } } } }
    staff { fullName locations { locationName staff(first: 2) { nodes { fullName } } } }
    location { locationName appointments(first: 2) { nodes { client { fullName } } } }
    reason { reasonDesc serviceStaff { nodes { staff { fullName } } } }
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
      `{
        staff(filter: { search: "Jones s" }) {
          nodes { appointments(first: 5) { nodes { start client { fullName } } } }
        }
      }`,
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

  it('an appointment with its relations, or 50 with their count, take one statement in any form', async () => {
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
    const fragments = `query ($no: Boolean = false) {
      list: appointments(first: 50) {
        edges { node { ...named ... on Appointment { seen: staff { fullName } } } }
      }
    }
    fragment named on Appointment {
      id client @include(if: $no) { fullName } reason @skip(if: $no) { reasonDesc }
    }`;
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
      `{
        staff(first: 20) {
          nodes {
            fullName
            appointments(first: 10) { nodes { start client { fullName } reason { reasonDesc } } }
          }
        }
      }`,
    );
    expect(
      data.staff.nodes.flatMap(({ appointments }: any) => appointments.nodes).length,
    ).toBeGreaterThanOrEqual(60);
    expect(statements).toHaveLength(1);
  });

  /** Computed across relations, counted, or read from the log: planned like a column. */
  const WORKED_OUT = `startTextClient startTextStaff color subStatus { label }
    business { name timeZone { code } } resource { name } blockedStaff { fullName }
    history { nodes { type changes { field } } } client { activeAppointmentCount business { name } }
    reason {
      addOns { reasonDesc } serviceStaff { nodes { weight staff { fullName } } }
      serviceLocations { location { locationName } }
    }`;

  it('fields computed across relations are read with them: 50 with a count take one statement', async () => {
    const { data, statements } = await gateway.counted(
      `{ appointments(first: 50) { totalCount nodes { ${WORKED_OUT} } } }`,
    );
    expect(data.appointments.nodes[0]).toMatchObject({
      startTextClient: 'Monday, Feb 3, 2031 at 7:00 AM EST',
      subStatus: { label: 'Open' },
      business: { name: 'Test clinic' },
      resource: null,
      history: { nodes: [{ type: 'CREATED', changes: [] }] },
      client: { activeAppointmentCount: 9 },
    });
    expect(data.appointments.nodes[0].reason.serviceStaff.nodes.length).toBeGreaterThan(10);
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
    // One of the plan; then the entries of the waitlist and the feeds.
    expect(statements).toHaveLength(gateway.dialect === 'sqlite' ? 3 : 2);
  });

  it('payloads and events are read at most once for each relation', async () => {
    const ROW = `id color startTextClient startTextStaff subStatus { label } business { name }
      client { fullName } staff { fullName } location { locationName } reason { reasonDesc }`;
    const {
      nodes: [{ id }],
    } = (await gateway.data('{ appointments(first: 1) { nodes { id } } }')).appointments;
    const update = (note: string, selection: string) =>
      gateway.counted(
        `mutation ($input: UpdateAppointmentInput!) {
          updateAppointment(input: $input) { appointment { ${selection} } }
        }`,
        { input: { id, note } },
      );
    const writing = (await update('one', 'id')).statements.length;
    // Staff, client, location, reason and business: a payload reads current rows after the commit.
    // PostgreSQL reads them in one batch.
    const reading = gateway.dialect === 'sqlite' ? 5 : 1;
    expect((await update('two', ROW)).statements.length - writing).toBe(reading);

    const following = gateway.subscribe(
      `subscription ($ids: [ID!]) {
        bookingNotifications(after: "0", filter: { appointmentIds: $ids }) {
          appointment { ${ROW} note }
        }
      }`,
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
}
