import { Role } from '../../src/context';
import type { Clinic } from '../support/fixtures/clinic';
import type { TestGateway } from '../support/harness/gateway';

interface Shared {
  readonly clinic: Clinic;
  readonly keys: Record<Role, string>;
  readonly foreignKey: string;
  readonly names: ReadonlyMap<string, string>;
  named(ids: readonly { id: string }[]): string[];
}

/** Lists of the business, statement counts and pages. */
export function pagesCases(gateway: TestGateway, fixture: Shared): void {
  const { names, named } = fixture;

  it('a business lists its own locations, staff and reasons only, as their lists do', async () => {
    const LISTS = ['locations', 'staff', 'reasons']
      .map((name) => `${name} { totalCount nodes { id } }`)
      .join(' ');
    const { [Role.GUEST]: guestKey, ...others } = fixture.keys;
    for (const key of [...Object.values(others), fixture.foreignKey]) {
      const { viewer, ...lists } = await gateway.data(
        `{ viewer { business { ${LISTS} } } ${LISTS} }`,
        {},
        { key },
      );
      expect(viewer.business).toEqual(lists);
      expect(lists.locations.totalCount).toBeGreaterThan(0);
    }
    for (const field of ['locations', 'staff', 'reasons'])
      expect(
        (
          await gateway.run(
            `{ viewer { business { ${field} { totalCount } } } }`,
            {},
            { key: guestKey },
          )
        ).errors?.[0],
      ).toMatchObject({ extensions: { code: 'FORBIDDEN' } });
    const { staffMember } = await gateway.data(
      `{ staffMember(id: "${fixture.clinic.staffId}") { reasons { nodes { business { reasons(filter: { search: "check" }) { nodes { id } } } } } } }`,
    );
    expect(named(staffMember.reasons.nodes[0].business.reasons.nodes)).toEqual(['check-up']);
  });

  it('each relation takes one statement for all rows of a page', async () => {
    for (const [query, expected] of [
      ['{ staff { nodes { reasons { totalCount nodes { id } } } } }', 3],
      ['{ staff { nodes { clients { totalCount nodes { id } } } } }', 3],
      ['{ locations { nodes { reasons { totalCount nodes { id } } } } }', 2],
      ['{ clients { nodes { reasons { totalCount nodes { id } } } } }', 4],
      ['{ clients { nodes { recurringAppointments { totalCount nodes { id } } } } }', 4],
    ] as const) {
      const planned = await gateway.counted(query);
      gateway.gateway.planner.isEnabled = false;
      const resolved = await gateway.counted(query);
      gateway.gateway.planner.isEnabled = true;

      const [list] = Object.values<any>(planned.data);
      expect([query, list.nodes.length, planned.statements.length]).toEqual([query, expected, 1]);
      expect(resolved.data).toEqual(planned.data);
      // The list, the rows of the relation and their counts.
      expect(resolved.statements.length).toBeLessThanOrEqual(3);
    }
  });

  it('a page of a relation continues after its cursor', async () => {
    const seen: string[] = [];
    for (let after: string | null = null, more = true; more;) {
      const { staffMember }: any = await gateway.data(
        `query ($after: String) { staffMember(id: "${fixture.clinic.staffId}") { clients(first: 1, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } } } }`,
        { after },
      );
      const { nodes, pageInfo } = staffMember.clients;
      seen.push(...nodes.map(({ id }: any) => names.get(id)));
      [after, more] = [pageInfo.endCursor, pageInfo.hasNextPage];
    }
    // By full name: Jon Snow, helped Tully.
    expect(seen).toEqual(['mine', 'helped']);
  });
}
