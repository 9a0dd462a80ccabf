import { Role } from '../../../src/context';
import {
  addClinic,
  addHours,
  addReason,
  book,
  change,
  hire,
  type Clinic,
} from '../../support/fixtures/clinic';
import { keysOf } from '../../support/fixtures/keys';
import { onEachDatabase } from '../../support/harness/gateway';

jest.setTimeout(120_000);

const INFO = 'pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';

onEachDatabase('pages of', (gateway) => {
  let clinic: Clinic;
  let keys: Record<Role, string>;
  let staffIds: string[];
  let appointmentId: string;
  let yogaId: string;
  let foreignKey: string;

  beforeAll(async () => {
    clinic = await addClinic(gateway);
    staffIds = [clinic.staffId, clinic.otherStaffId, await hire(gateway, clinic, 'third')];
    const { appointment } = await book(gateway, clinic, '2031-01-06T14:00:00Z');
    appointmentId = appointment.id;
    for (const note of ['one', 'two', 'three', 'four'])
      await change(gateway, 'updateAppointment', { id: appointmentId, note });
    await change(gateway, 'setReasonStaff', {
      reasonId: clinic.reasonId,
      staff: [
        { staffId: staffIds[0], price: '55.00', priority: 1, weight: 200 },
        { staffId: staffIds[1], active: false },
        { staffId: staffIds[2] },
      ],
    });
    await change(gateway, 'updateReason', {
      id: clinic.reasonId,
      price: '40.00',
      durations: [{ minutes: 90, price: '80.00' }, { minutes: 60 }],
    });
    yogaId = await addReason(gateway, {
      reasonDesc: 'Yoga',
      reasonType: 'CLASS',
      visitMinutes: 60,
      staffIds: [clinic.staffId],
    });
    for (const [index, staffId] of staffIds.entries())
      await change(gateway, 'createClassSchedule', {
        reasonId: yogaId,
        locationId: clinic.locationId,
        staffId,
        start: `2031-02-03T${index < 2 ? 15 : 17}:00:00Z`,
        capacity: 5,
      });
    keys = await keysOf(gateway, clinic);
    foreignKey = (await gateway.addBusiness({ name: 'Foreign', timeZone: 'UTC' })).secretKey;
  });

  /** The nodes of a connection in pages of two, from both ends, and its count. */
  async function walk(
    open: (args: string, selection: string) => string,
    node: string,
    key = gateway.business.secretKey,
  ): Promise<{ nodes: unknown[]; totalCount: number }> {
    const read = async (args: string): Promise<any> => {
      const data = await gateway.data(
        `{ ${open(args, `totalCount nodes { ${node} } ${INFO}`)} }`,
        {},
        { key },
      );
      let found = data;
      while (!found.nodes) found = Object.values<any>(found)[0];
      return found;
    };
    const [forward, backward]: [unknown[], unknown[]] = [[], []];
    let totalCount = 0;
    for (let after = '', more = true; more;) {
      const page = await read(`first: 2${after}`);
      forward.push(...page.nodes);
      totalCount = page.totalCount;
      [after, more] = [`, after: "${page.pageInfo.endCursor}"`, page.pageInfo.hasNextPage];
    }
    for (let before = '', more = true; more;) {
      const page = await read(`last: 2${before}`);
      backward.unshift(...page.nodes);
      [before, more] = [`, before: "${page.pageInfo.startCursor}"`, page.pageInfo.hasPreviousPage];
    }
    expect(backward).toEqual(forward);
    expect(totalCount).toBe(forward.length);
    return { nodes: forward, totalCount };
  }

  it('the history of an appointment continue after their cursor, which is that of the entry', async () => {
    const open = (args: string, selection: string) =>
      `appointment(id: "${appointmentId}") { history(${args}) { ${selection} } }`;

    const { nodes } = await walk(open, 'type changes { to }');
    const { appointment } = await gateway.data(
      `{ ${open('first: 5', 'nodes { cursor } edges { cursor node { id cursor } }')} }`,
    );

    expect(nodes).toEqual([
      { type: 'CREATED', changes: [] },
      ...['one', 'two', 'three', 'four'].map((to) => ({ type: 'UPDATED', changes: [{ to }] })),
    ]);
    expect(
      appointment.history.edges.map(({ node, cursor }: any) => node.cursor === cursor),
    ).toEqual(Array(5).fill(true));
  });

  it('the history are read with the appointment, and by one more statement with actors', async () => {
    for (const [selection, count] of [
      ['nodes { type note }', 1],
      ['edges { cursor node { type } }', 1],
      ['totalCount', 1],
      ['nodes { type actor { displayName } }', 3],
    ] as const) {
      const { statements, data } = await gateway.counted(
        `{ appointments(first: 50) { nodes { history { ${selection} } } } }`,
      );
      expect(data.appointments.nodes.length).toBeGreaterThan(0);
      expect([selection, statements.length]).toEqual([selection, count]);
    }
  });

  it('assignments of staff show each role what it may see of them', async () => {
    const of = async (role: Role) => {
      const { nodes } = await walk(
        (args, selection) =>
          `reason(id: "${clinic.reasonId}") { serviceStaff(${args}) { ${selection} } }`,
        'staff { id } active price priority weight durations { minutes price }',
        keys[role],
      );
      return nodes;
    };
    const lengths = (price: string | null) => [
      { minutes: 60, price },
      { minutes: 90, price: '80.00' },
    ];
    const [one, two, three] = [
      {
        staff: { id: staffIds[0] },
        active: true,
        price: '55.00',
        priority: 1,
        weight: 200,
        durations: expect.arrayContaining(lengths('55.00')),
      },
      {
        staff: { id: staffIds[1] },
        active: false,
        price: null,
        priority: 0,
        weight: 100,
        durations: expect.arrayContaining(lengths(null)),
      },
      {
        staff: { id: staffIds[2] },
        active: true,
        price: null,
        priority: 0,
        weight: 100,
        durations: expect.arrayContaining(lengths(null)),
      },
    ];
    const hidden = { priority: null, weight: null };

    for (const role of [Role.ADMINISTRATOR, Role.LOCATION_SUPER_USER, Role.STAFF_USER])
      expect([role, await of(role)]).toEqual([role, [one, two, three]]);
    for (const role of [Role.CLIENT, Role.PUBLIC])
      expect([role, await of(role)]).toEqual([
        role,
        [
          { ...one, ...hidden },
          { ...three, ...hidden },
        ],
      ]);
  });

  it('assignments can be filtered, and are read with their reason', async () => {
    const read = (filter: string) =>
      gateway.counted(
        `{ reasons { nodes { serviceStaff(filter: { ${filter} }) { totalCount nodes { staff { id } } } } } }`,
      );

    const inactive = await read('active: false');
    const some = await read(`staffIds: ["${staffIds[2]}"]`);

    const idsOf = ({ data }: any) =>
      data.reasons.nodes.flatMap(({ serviceStaff }: any) =>
        serviceStaff.nodes.map(({ staff }: any) => staff.id),
      );
    expect([idsOf(inactive), idsOf(some)]).toEqual([[staffIds[1]], [staffIds[2]]]);
    expect([inactive.statements.length, some.statements.length]).toEqual([1, 1]);
  });

  const EDGES = `edges {
    cursor active price priceMoney { text } priority weight description
    durations { minutes price } staff { id } reason { id } node { id }
  }`;

  it('the reasons of a staff member have the assignment on the edge, for each role', async () => {
    const of = async (staffId: string, key: string) => {
      const { staffMember } = await gateway.data(
        `{ staffMember(id: "${staffId}") { reasons(filter: { ids: ["${clinic.reasonId}"] }) { ${EDGES} } } }`,
        {},
        { key },
      );
      return staffMember?.reasons.edges;
    };
    const edge = {
      cursor: expect.any(String),
      active: true,
      price: '55.00',
      priceMoney: { text: '$55.00' },
      priority: 1,
      weight: 200,
      description: null,
      durations: expect.arrayContaining([{ minutes: 60, price: '55.00' }]),
      staff: { id: staffIds[0] },
      reason: { id: clinic.reasonId },
      node: { id: clinic.reasonId },
    };

    for (const role of [Role.ADMINISTRATOR, Role.LOCATION_SUPER_USER, Role.STAFF_USER])
      expect([role, await of(staffIds[0]!, keys[role])]).toEqual([role, [edge]]);
    for (const role of [Role.CLIENT, Role.PUBLIC]) {
      expect([role, await of(staffIds[0]!, keys[role])]).toEqual([
        role,
        [{ ...edge, priority: null, weight: null }],
      ]);
      expect([role, await of(staffIds[1]!, keys[role])]).toEqual([role, []]);
    }
    expect(await of(staffIds[1]!, keys[Role.ADMINISTRATOR])).toMatchObject([
      { active: false, price: null },
    ]);
    expect(await of(staffIds[0]!, foreignKey)).toBeUndefined();
  });

  it('the reasons of all staff take one statement for the pages and one for the assignments', async () => {
    const { data, statements } = await gateway.counted(
      '{ staff { nodes { reasons { edges { price node { id } } } } } }',
    );

    expect(data.staff.nodes).toHaveLength(3);
    expect(statements).toHaveLength(3);
  });

  it('available times continue after their cursor, also among sessions of one start', async () => {
    const open = (args: string, selection: string) => `availability(input: {
        reasonId: "${yogaId}", locationId: "${clinic.locationId}", from: "2031-02-01", to: "2031-02-28"
      }) { availableTimes(${args}) { ${selection} } }`;

    const { nodes } = await walk(open, 'start classSchedule { staff { id } }');

    expect(nodes).toEqual(
      [15, 15, 17].map((hour, index) => ({
        start: `2031-02-03T${hour}:00:00.000Z`,
        classSchedule: { staff: { id: staffIds[index] } },
      })),
    );
  });

  it('available times refuse a page of more than 1,000, and cursors of other lists', async () => {
    await addHours(gateway, clinic.staffId);
    const read = (args: string) =>
      gateway.run(`{ availability(input: {
        reasonId: "${clinic.reasonId}", locationId: "${clinic.locationId}", from: "2031-03-03", to: "2031-03-07"
      }) { availableTimes(${args}) { totalCount nodes { start } pageInfo { endCursor } } } }`);
    const { data } = await gateway.run('{ appointments(first: 1) { pageInfo { endCursor } } }');

    for (const args of [
      'first: 0',
      'first: 1001',
      'last: 1001',
      'first: 1, last: 1',
      'after: "x"',
      `after: "${data.appointments.pageInfo.endCursor}"`,
    ])
      expect([args, (await read(args)).errors?.[0]?.extensions.code]).toEqual([
        args,
        'BAD_USER_INPUT',
      ]);
    const { data: usual } = await read('after: null');
    const all = (await read('first: 1000')).data.availability.availableTimes;
    expect(all.totalCount).toBe(all.nodes.length);
    expect(all.nodes.length).toBeGreaterThan(25);
    expect(usual.availability.availableTimes.nodes).toEqual(all.nodes.slice(0, 25));
  });
});
