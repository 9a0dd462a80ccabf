import { getNamedType, isLeafType, type GraphQLObjectType } from 'graphql';
import type { TestGateway } from '../../support/harness/gateway';
import { PLAN, schema, type PlansFixture } from './plans.fixture';

export function errorsCases(gateway: TestGateway, fixture: PlansFixture): void {
  it('report an error of a fallback field by its resolver, at its path', async () => {
    const { data, errors } = await gateway.run(
      '{ staff(first: 1) { nodes { fullName } } node(id: "nonsense") { id } }',
    );
    expect(data).toEqual({ staff: { nodes: [{ fullName: expect.any(String) }] }, node: null });
    expect(errors).toMatchObject([{ path: ['node'], extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  it('return no fallback field of another tenant', async () => {
    const { secretKey } = await gateway.addBusiness({ name: 'Next door', timeZone: 'UTC' });
    const query = `query ($staff: ID!, $client: ID!) {
      staffMember(id: $staff) { fullName calendarFeedUrl }
      client(id: $client) { calendarFeedUrl business { name } activeAppointmentCount }
      reasons { nodes { serviceStaff { nodes { weight } } addOns { id } } totalCount }
      viewer { business { name } }
    }`;
    expect(
      await gateway.data(
        query,
        { staff: fixture.clinic.staffId, client: fixture.clinic.clientId },
        { key: secretKey },
      ),
    ).toEqual({
      staffMember: null,
      client: null,
      reasons: { nodes: [], totalCount: 0 },
      viewer: { business: { name: 'Next door' } },
    });
  });

  it('reads every column of six levels in one statement', async () => {
    const leaves = (name: string) =>
      Object.values((schema.getType(name) as GraphQLObjectType).getFields())
        .filter(({ type }) => isLeafType(getNamedType(type)))
        .map((field) => field.name)
        .join(' ');
    const below = (depth: number): string =>
      depth
        ? `${leaves('Staff')}
          appointments(first: 1) {
            nodes {
              ${leaves('Appointment')} reason { ${leaves('Reason')} } staff { ${below(depth - 1)} }
            }
          }`
        : leaves('Staff');
    const { data, statements: sent } = await gateway.counted(
      `{ staff(first: 2) { nodes { ${below(3)} } } }`,
    );
    expect(
      data.staff.nodes[0].appointments.nodes[0].staff.appointments.nodes[0].staff.fullName,
    ).toBe(data.staff.nodes[0].fullName);
    expect(sent.filter((text) => PLAN.test(text))).toHaveLength(1);
  });
}
