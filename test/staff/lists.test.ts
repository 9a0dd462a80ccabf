import { AppointmentStaffByStart1763700000174 } from '../../src/db/migrations/1763700000174-appointment-staff-by-start';
import { AppointmentStaffByCreation1763700000182 } from '../../src/db/migrations/1763700000182-appointment-staff-by-creation';
import { dataSource } from '../../src/data-source';
import { Role } from '../../src/context';
import { raw, sql } from '../../src/db/sql';
import { addClinic, book, change, hire, type Clinic } from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';

jest.setTimeout(120_000);

interface Listed {
  readonly id: string;
  readonly start: string;
  readonly staff: { readonly id: string };
  readonly additionalStaff: readonly { readonly id: string }[];
}

/** Lists that merge appointments of main and additional staff by the index of each. */
onEachDatabase('Appointments of staff', (gateway) => {
  let clinic: Clinic;
  let staff: string[];
  let staffKey: string;

  const numberOf = (id: string): number => Number(id.split(':')[1]);
  const ordered = async (): Promise<Listed[]> => {
    const { appointments } = await gateway.data(
      '{ appointments(first: 100) { nodes { id start staff { id } additionalStaff { id } } } }',
    );
    return appointments.nodes;
  };
  const servedBy = (rows: readonly Listed[], ids: readonly string[]): string[] =>
    rows
      .filter((row) => [row.staff, ...row.additionalStaff].some(({ id }) => ids.includes(id)))
      .map(({ id }) => id);

  beforeAll(async () => {
    clinic = await addClinic(gateway);
    staff = [
      clinic.staffId,
      clinic.otherStaffId,
      await hire(gateway, clinic, 'third'),
      await hire(gateway, clinic, 'fourth'),
    ];
    for (let n = 0; n < 16; n += 1) {
      const [main, one, two] = [staff[n % 4], staff[(n + 1) % 4], staff[(n + 3) % 4]];
      const additionalStaffIds = [[], [one], [one, two]][n % 3];
      const start = new Date(Date.UTC(2034, 0, 1 + (n % 5), 14 + n)).toISOString();
      const { appointment } = await book(gateway, clinic, start, {
        staffId: main,
        additionalStaffIds,
      });
      expect(appointment).not.toBeNull();
    }
    staffKey = await gateway.key(Role.STAFF_USER, { staffId: numberOf(clinic.otherStaffId) });
  });

  const PAGES = {
    planned: `query (
      $filter: AppointmentFilter, $orderBy: [AppointmentOrder!], $first: Int, $last: Int,
      $after: String, $before: String, $offset: Int
    ) {
      appointments(
        filter: $filter, orderBy: $orderBy, first: $first, last: $last, after: $after,
        before: $before, offset: $offset
      ) {
        totalCount nodes { id } pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      }
    }`,
    resolved: `query (
      $filter: AppointmentFilter, $orderBy: [AppointmentOrder!], $first: Int, $last: Int,
      $after: String, $before: String, $offset: Int
    ) {
      appointments(
        filter: $filter, orderBy: $orderBy, first: $first, last: $last, after: $after,
        before: $before, offset: $offset
      ) {
        totalCount nodes { id } edges { cursor }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      }
    }`,
  };
  const page = async (query: string, variables: object, key?: string): Promise<any> =>
    (await gateway.data(query, variables, key ? { key } : {})).appointments;

  /** All ids of a list, page by page from both ends, and by offsets. */
  async function walk(query: string, variables: object, key?: string): Promise<string[][]> {
    const forward: string[] = [];
    for (let after: string | null = null, more = true; more;) {
      const found = await page(query, { ...variables, first: 5, after }, key);
      forward.push(...found.nodes.map(({ id }: Listed) => id));
      [after, more] = [found.pageInfo.endCursor, found.pageInfo.hasNextPage];
    }
    const backward: string[] = [];
    for (let before: string | null = null, more = true; more;) {
      const found = await page(query, { ...variables, last: 5, before }, key);
      backward.unshift(...found.nodes.map(({ id }: Listed) => id));
      [before, more] = [found.pageInfo.startCursor, found.pageInfo.hasPreviousPage];
    }
    const byOffset: string[] = [];
    for (let offset = 0; offset < forward.length; offset += 7) {
      const found = await page(query, { ...variables, first: 7, offset }, key);
      byOffset.push(...found.nodes.map(({ id }: Listed) => id));
      expect(found.totalCount).toBe(forward.length);
    }
    return [forward, backward, byOffset];
  }

  async function verifyPages(): Promise<void> {
    const rows = await ordered();
    expect(rows).toHaveLength(16);
    const viewers: [filters: readonly number[][], key?: string][] = [
      [[[1], [0, 1, 3]]],
      [[[], [2]], staffKey],
    ];
    for (const [filters, key] of viewers) {
      const seen = key ? servedBy(rows, [clinic.otherStaffId]) : rows.map(({ id }) => id);
      for (const filter of filters) {
        const staffIds = filter.map((index) => staff[index]!);
        const matching = staffIds.length ? servedBy(rows, staffIds) : seen;
        const expected = matching.filter((id) => seen.includes(id));
        // Ids are in the order of creation.
        const created = [...expected].sort((one, other) => numberOf(one) - numberOf(other));
        const orders = ['START', 'CREATED_AT'].flatMap((field) =>
          ['ASC', 'DESC'].map((direction) => ({ field, direction })),
        );
        for (const orderBy of orders) {
          const ascending = orderBy.field === 'START' ? expected : created;
          const inOrder = orderBy.direction === 'ASC' ? ascending : [...ascending].reverse();
          const variables = { filter: staffIds.length ? { staffIds } : {}, orderBy };
          const found = await walk(PAGES.planned, variables, key);
          expect([filter, orderBy, ...found]).toEqual([filter, orderBy, inOrder, inOrder, inOrder]);
          const resolved = await page(PAGES.resolved, { ...variables, first: 5 }, key);
          expect(resolved.nodes.map(({ id }: Listed) => id)).toEqual(inOrder.slice(0, 5));
        }
      }
    }
  }

  /** Rows of additional staff whose start or creation differs from that of their appointment. */
  const misplaced = () =>
    gateway.gateway.db.all(sql`
      SELECT h.appointment_id FROM ${raw('appointment_staff AS h')} JOIN ${raw('appointment AS a')}
      ON a.business_id = h.business_id AND a.id = h.appointment_id
      WHERE h.start_at <> a.start_at OR h.created_at <> a.created_at`);

  it(
    'are listed in the order of their start or creation, whether staff are main or additional',
    verifyPages,
  );

  it('keep their order after moves and changes of staff', async () => {
    const rows = await ordered();
    const [moved, changed, both] = [rows[1]!, rows[3]!, rows[9]!];
    const to = (row: Listed, days: number) =>
      new Date(Date.parse(row.start) + days * 86_400_000).toISOString();
    const helper = (row: Listed) => staff.filter((id) => id !== row.staff.id).slice(0, 2);

    for (const [mutation, input] of [
      ['updateAppointment', { id: moved.id, additionalStaffIds: helper(moved) }],
      ['rescheduleAppointment', { id: moved.id, start: to(moved, 40) }],
      ['updateAppointment', { id: changed.id, additionalStaffIds: helper(changed) }],
      ['updateAppointment', { id: changed.id, additionalStaffIds: helper(changed).slice(1) }],
      ['updateAppointment', { id: both.id, additionalStaffIds: helper(both) }],
      ['rescheduleAppointment', { id: both.id, start: to(both, -40) }],
    ] as const)
      expect([mutation, (await change(gateway, mutation, input)).userErrors]).toEqual([
        mutation,
        [],
      ]);

    const after = await ordered();
    expect(after.at(-1)!.id).toBe(moved.id);
    expect(after[0]!.id).toBe(both.id);
    expect(await misplaced()).toEqual([]);
    await verifyPages();
  });

  it('within a window are those that touch its days', async () => {
    const rows = await ordered();
    const window = { from: '2034-01-03', to: '2034-01-04' };
    const localDate = (start: string) =>
      new Date(Date.parse(start) - 5 * 3_600_000).toISOString().slice(0, 10);
    const inside = rows.filter(
      ({ start }) => localDate(start) >= window.from && localDate(start) <= window.to,
    );

    for (const staffIds of [[staff[1]!], [staff[0]!, staff[2]!]]) {
      const expected = servedBy(inside, staffIds);
      const found = await page(PAGES.planned, { filter: { staffIds, ...window } });

      expect(expected.length).toBeGreaterThan(0);
      expect([found.totalCount, found.nodes.map(({ id }: Listed) => id)]).toEqual([
        expected.length,
        expected,
      ]);
    }
  });

  it('have their order from the migration on, on a database with data', async () => {
    const source = await dataSource(gateway.config).initialize();
    const runner = source.createQueryRunner();
    const [first, second] = [
      new AppointmentStaffByStart1763700000174(),
      new AppointmentStaffByCreation1763700000182(),
    ];
    const rows = () =>
      runner.query(
        'SELECT appointment_id, staff_id, start_at, created_at FROM appointment_staff ORDER BY appointment_id, staff_id',
      );
    const before = await rows();

    await second.down(runner);
    await first.down(runner);
    await first.up(runner);
    await second.up(runner);

    expect(before.length).toBeGreaterThan(10);
    expect(await rows()).toEqual(before);
    expect(await misplaced()).toEqual([]);
    expect((await source.driver.createSchemaBuilder().log()).upQueries).toEqual([]);
    await runner.release();
    await source.destroy();
  });
});
