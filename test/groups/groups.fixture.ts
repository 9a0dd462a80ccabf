import { addClinic, addLocation, change, type Clinic } from '../support/fixtures/clinic';
import type { TestGateway } from '../support/harness/gateway';

const NOW = Date.UTC(2031, 0, 1);

/** A clinic with a second location, and functions that write and read groups. */
export function groupsFixture(gateway: TestGateway) {
  let clinic: Clinic;
  let annexId: string;
  beforeAll(async () => {
    gateway.time = NOW;
    clinic = await addClinic(gateway);
    annexId = await addLocation(gateway, { locationName: 'Annex', timeZone: 'UTC' });
  });

  /** Runs a mutation that must succeed, and returns its object. */
  const must = async (mutation: string, input: object, selection: string): Promise<any> => {
    const payload = await change(gateway, mutation, input, selection);
    expect(payload.userErrors).toEqual([]);
    return payload;
  };

  const addGroup = async (
    groupType: string,
    memberIds: readonly string[] = [],
    name = `${groupType} group`,
  ): Promise<string> =>
    (await must('createGroup', { name, groupType, memberIds }, 'group { id }')).group.id;

  const membersOf = async (id: string, key?: string): Promise<any[]> =>
    (
      await gateway.data(
        `query ($id: ID!) { group(id: $id) { members { __typename ... on Node { id } } } }`,
        { id },
        key ? { key } : {},
      )
    ).group.members;

  /** Returns the ids of a list with a filter. */
  const idsOf = async (
    list: string,
    filterType: string,
    filter: object,
    key?: string,
  ): Promise<string[]> => {
    const data = await gateway.data(
      `query ($filter: ${filterType}) { ${list}(filter: $filter) { nodes { id } } }`,
      { filter },
      key ? { key } : {},
    );
    return data[list].nodes.map(({ id }: { id: string }) => id);
  };

  return {
    get clinic() {
      return clinic;
    },
    get annexId() {
      return annexId;
    },
    must,
    addGroup,
    membersOf,
    idsOf,
  };
}
