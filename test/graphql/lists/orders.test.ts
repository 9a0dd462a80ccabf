import { Role } from '../../../src/context';
import { randomOf, SEED } from '../../support/fixtures/random';
import { onEachDatabase } from '../../support/harness/gateway';
import {
  addCrowd,
  COMPARISONS,
  numberOf,
  randomOrders,
  sorted,
  type Crowd,
  type OrderBy,
} from './lists.fixture';

jest.setTimeout(300_000);

const [ROWS, ROUNDS] = [60, 40];
const WINDOW = { from: '2031-01-06', to: '2031-01-07', includeDeleted: true };
const ARGS = `filter: $filter, orderBy: $orderBy, first: $first, last: $last, after: $after,
  before: $before`;
const INFO = 'pageInfo { hasNextPage hasPreviousPage startCursor endCursor }';
/** The planner reads rows under nodes or under edges; resolvers read both. */
const SELECTIONS = [`nodes { id } ${INFO}`, `nodes { id } edges { cursor node { id } } ${INFO}`];

onEachDatabase('a list in several orders', (gateway) => {
  const random = randomOf(SEED);
  let crowd: Crowd;
  let nodes: any[];

  beforeAll(async () => {
    crowd = await addCrowd(gateway, random, ROWS);
    const { appointments } = await gateway.data(
      `query ($filter: AppointmentFilter) { appointments(first: 100, filter: $filter) { nodes {
        id start createdAt modifiedAt status price
        client { id fullName } staff { id fullName } additionalStaff { id }
      } } }`,
      { filter: WINDOW },
    );
    nodes = appointments.nodes;
  });

  const read = async (
    open: string,
    close: string,
    selection: string,
    variables: object,
    key?: string,
  ): Promise<any> => {
    const data = await gateway.data(
      `query (
        $filter: AppointmentFilter, $orderBy: [AppointmentOrder!], $first: Int, $last: Int,
        $after: String, $before: String
      ) { ${open} appointments(${ARGS}) { ${selection} } ${close} }`,
      variables,
      key ? { key } : {},
    );
    return data.appointments ?? Object.values<any>(data)[0].appointments;
  };

  /** All ids of a list, in pages of random sizes, from both ends. */
  async function walk(
    pageOf: (variables: object) => Promise<any>,
  ): Promise<{ forward: string[]; backward: string[] }> {
    const [forward, backward]: [string[], string[]] = [[], []];
    for (let after: string | null = null, more = true; more;) {
      const page = await pageOf({ first: 1 + random.int(25), after });
      forward.push(...page.nodes.map(({ id }: any) => id));
      [after, more] = [page.pageInfo.endCursor, page.pageInfo.hasNextPage];
    }
    for (let before: string | null = null, more = true; more;) {
      const page = await pageOf({ last: 1 + random.int(25), before });
      backward.unshift(...page.nodes.map(({ id }: any) => id));
      [before, more] = [page.pageInfo.startCursor, page.pageInfo.hasPreviousPage];
    }
    return { forward, backward };
  }

  const idsOf = (found: readonly any[], orders: readonly OrderBy[]): string[] =>
    sorted(found, orders, COMPARISONS).map(({ id }) => id);

  it(`has each row once and in order on pages of any size, with seed ${SEED}`, async () => {
    expect(nodes).toHaveLength(ROWS + 1);
    const staffUser = await gateway.key(Role.STAFF_USER, {
      staffId: numberOf(crowd.staffIds[2]!),
    });
    const served = nodes.filter(({ staff, additionalStaff }) =>
      [staff, ...additionalStaff].some(({ id }: any) => id === crowd.staffIds[2]),
    );
    const client = crowd.clientIds[0];
    const places: [string, string, any[], string?][] = [
      ['', '', nodes],
      [`client(id: "${client}") {`, '}', nodes.filter((node) => node.client?.id === client)],
      ['', '', served, staffUser],
    ];
    for (let round = 0; round < ROUNDS; round += 1) {
      const orders = randomOrders(random, Object.keys(COMPARISONS));
      // STATUS by itself continues with START.
      const [{ field, direction }] = orders as [OrderBy];
      const complete =
        orders.length === 1 && field === 'STATUS'
          ? [...orders, { field: 'START', direction }]
          : orders;
      const [open, close, rows, key] = places[round % places.length]!;
      const selection = SELECTIONS[round % SELECTIONS.length]!;
      const found = await walk((page) =>
        read(open, close, selection, { filter: WINDOW, orderBy: orders, ...page }, key),
      );
      const expected = idsOf(rows, complete);
      expect([round, orders, found]).toEqual([
        round,
        orders,
        { forward: expected, backward: expected },
      ]);
    }
  });

  it('is in order below each of several rows', async () => {
    for (let round = 0; round < 8; round += 1) {
      const orderBy = randomOrders(
        random,
        Object.keys(COMPARISONS).filter((name) => name !== 'STATUS'),
      );
      for (const selection of SELECTIONS) {
        const { data, statements } = await gateway.counted(
          `query ($filter: AppointmentFilter, $orderBy: [AppointmentOrder!]) { staff { nodes {
            id appointments(first: 7, filter: $filter, orderBy: $orderBy) { ${selection} }
          } } }`,
          { filter: WINDOW, orderBy },
        );
        for (const { id, appointments } of data.staff.nodes)
          expect(appointments.nodes.map((node: any) => node.id)).toEqual(
            idsOf(
              nodes.filter(({ staff }) => staff.id === id),
              orderBy,
            ).slice(0, 7),
          );
        expect(statements.length).toBe(selection === SELECTIONS[0] ? 1 : 2);
      }
    }
  });

  const refusal = async (orderBy: unknown, filter: object = {}, key?: string) => {
    const { errors, data } = await gateway.run(
      `query ($filter: AppointmentFilter, $orderBy: [AppointmentOrder!]) {
        appointments(filter: $filter, orderBy: $orderBy) { nodes { id } }
      }`,
      { orderBy, filter },
      key ? { key } : {},
    );
    expect(Boolean(errors)).toBe(!data?.appointments);
    return errors?.[0]?.extensions;
  };
  const by = (...fields: string[]): { field: string; direction: string }[] =>
    fields.map((each) => {
      const [field, direction = 'ASC'] = each.split(' ');
      return { field: field!, direction };
    });

  it('refuses a field that is given twice', async () => {
    expect(await refusal(by('START', 'PRICE', 'START DESC'), WINDOW)).toMatchObject({
      code: 'BAD_USER_INPUT',
      path: ['orderBy', '2', 'field'],
      problems: [{ path: ['orderBy', '2', 'field'], code: 'DUPLICATE' }],
    });
    expect(await refusal(by('START'))).toBeUndefined();
  });

  it.each([
    [by('PRICE'), '0'],
    [by('CLIENT_NAME'), '0'],
    [by('STAFF_NAME DESC', 'START'), '0'],
    [by('STATUS', 'PRICE'), '1'],
    [by('STATUS', 'START DESC'), '1'],
    [by('STATUS DESC', 'CREATED_AT DESC'), '1'],
  ])('refuses %j over rows without a bound', async (orderBy, place) => {
    const path = ['orderBy', place, 'field'];
    expect(await refusal(orderBy)).toMatchObject({
      code: 'BAD_USER_INPUT',
      path,
      problems: [{ path, code: 'NOT_ALLOWED' }],
    });
    for (const filter of [
      { from: '2031-01-01' },
      { to: '2031-01-01' },
      { from: '2031-01-01', to: '2031-02-12' },
      { staffIds: crowd.staffIds },
      { search: 'a' },
      { onlyHolds: false },
    ])
      expect([filter, (await refusal(orderBy, filter))?.code]).toEqual([filter, 'BAD_USER_INPUT']);
    for (const filter of [
      { from: '2031-01-01', to: '2031-02-11' },
      { clientIds: [] },
      { ids: ['Appointment:1'] },
      { classScheduleIds: ['ClassSchedule:1'] },
      { recurringAppointmentIds: ['RecurringAppointment:1'] },
      { externalEventIds: ['x'] },
      { batchIds: ['x'] },
      { onlyHolds: true },
    ])
      expect([filter, await refusal(orderBy, filter)]).toEqual([filter, undefined]);
  });

  it.each([
    [by('STATUS')],
    [by('STATUS DESC', 'START DESC', 'PRICE')],
    [by('MODIFIED_AT', 'CLIENT_NAME DESC')],
    [by('CREATED_AT DESC', 'STAFF_NAME', 'STATUS')],
    [[]],
    [null],
  ])('accepts %j over all rows', async (orderBy) => {
    expect(await refusal(orderBy)).toBeUndefined();
  });

  it('refuses a cursor of other orders, and accepts one in another direction', async () => {
    const page = (orderBy: unknown, after?: string) =>
      gateway.run(
        `query ($filter: AppointmentFilter, $orderBy: [AppointmentOrder!], $after: String) {
          appointments(first: 1, filter: $filter, orderBy: $orderBy, after: $after) {
            nodes { id } pageInfo { endCursor }
          }
        }`,
        { orderBy, after, filter: WINDOW },
      );
    const { data } = await page(by('STATUS', 'PRICE'));
    const cursor = data.appointments.pageInfo.endCursor;

    for (const other of [by('STATUS'), by('PRICE', 'STATUS'), by('STATUS', 'PRICE', 'START')])
      expect((await page(other, cursor)).errors?.[0]?.extensions).toMatchObject({
        code: 'BAD_USER_INPUT',
        path: ['after'],
      });
    expect((await page(by('STATUS DESC', 'PRICE'), cursor)).errors).toBeUndefined();
  });

  it('of clients is in order, with clients of the same name, and for staff only where it discloses', async () => {
    const { clients } = await gateway.data(
      '{ clients(first: 100) { nodes { id fullName firstName lastName emailAddress createdAt modifiedAt } } }',
    );
    const text = (one: string | null, other: string | null) =>
      Buffer.compare(Buffer.from(one ?? ''), Buffer.from(other ?? ''));
    const comparisons: typeof COMPARISONS = {
      FULL_NAME: (one, other) => text(one.fullName, other.fullName),
      LAST_NAME: (one, other) =>
        text(one.lastName, other.lastName) || text(one.firstName, other.firstName),
      EMAIL_ADDRESS: (one, other) => text(one.emailAddress, other.emailAddress),
      CREATED_AT: (one, other) => text(one.createdAt, other.createdAt),
      MODIFIED_AT: (one, other) => text(one.modifiedAt, other.modifiedAt),
    };
    const pageOf = async (variables: object, key?: string) =>
      await gateway.run(
        `query (
            $filter: ClientFilter, $orderBy: [ClientOrder!], $first: Int, $last: Int,
            $after: String, $before: String
          ) { clients(${ARGS}) { ${SELECTIONS[random.int(2)]} } }`,
        variables,
        key ? { key } : {},
      );
    const filter = { ids: clients.nodes.map(({ id }: any) => id) };
    const clientKey = await gateway.key(Role.CLIENT, { clientId: numberOf(crowd.clientIds[0]!) });

    for (let round = 0; round < 10; round += 1) {
      const orderBy = randomOrders(random, Object.keys(comparisons));
      const found = await walk(
        async (page) => (await pageOf({ filter, orderBy, ...page })).data.clients,
      );
      const expected = sorted<any>(clients.nodes, orderBy, comparisons).map(({ id }) => id);
      expect([orderBy, found]).toEqual([orderBy, { forward: expected, backward: expected }]);
    }
    const staffKey = await gateway.key(Role.STAFF_USER, { staffId: numberOf(crowd.staffIds[0]!) });
    for (const field of Object.keys(comparisons)) {
      expect((await pageOf({ orderBy: [{ field }] }, staffKey)).errors).toBeUndefined();
      const { errors } = await pageOf({ orderBy: [{ field }] }, clientKey);
      expect([field, errors?.[0]?.extensions.code]).toEqual([
        field,
        ['FULL_NAME', 'LAST_NAME'].includes(field) ? undefined : 'FORBIDDEN',
      ]);
    }
    expect(
      (await pageOf({ orderBy: by('EMAIL_ADDRESS', 'FULL_NAME') })).errors?.[0]?.extensions,
    ).toMatchObject({ code: 'BAD_USER_INPUT', path: ['orderBy', '1', 'field'] });
  });

  it('accepts one order without brackets', async () => {
    const { appointments } = await gateway.data(
      '{ appointments(first: 100, orderBy: { field: START, direction: DESC }) { nodes { id } } }',
    );
    expect(appointments.nodes.map(({ id }: any) => id)).toEqual(
      idsOf(
        nodes.filter(({ status }) => status !== 'DELETED'),
        [{ field: 'START', direction: 'DESC' }],
      ),
    );
  });
});
