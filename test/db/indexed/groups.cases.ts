import { addLocation, change } from '../../support/fixtures/clinic';
import type { IndexedFixture } from './indexed.fixture';

const APPOINTMENTS =
  'query ($filter: AppointmentFilter) { appointments(filter: $filter, first: 25) { nodes { id } } }';
const LAST = `query ($filter: AppointmentFilter) {
  appointments(filter: $filter, first: 25, orderBy: { field: START, direction: DESC }) { nodes { id } } }`;
const COUNT = 'query ($filter: AppointmentFilter) { appointments(filter: $filter) { totalCount } }';
const CLIENTS =
  'query ($filter: ClientFilter) { clients(filter: $filter, first: 25) { nodes { id } } }';
const DAY = { from: '2030-06-01', to: '2030-06-02' };

/** Filters by a super-group of the location of all appointments, and of one without appointments. */
export function groupsCases(fixture: IndexedFixture): void {
  const groups: Record<string, string> = {};
  beforeAll(async () => {
    const { gateway, clinic } = fixture;
    const add = async (groupType: string, memberId: string): Promise<string> => {
      const input = { name: 'A group', groupType, memberIds: [memberId] };
      return (await change(gateway, 'createGroup', input, 'group { id }')).group.id;
    };
    const emptyId = await addLocation(gateway, { locationName: 'Empty', timeZone: 'UTC' });
    groups.all = await add('SUPER', await add('LOCATION', clinic.locationId));
    groups.none = await add('SUPER', await add('LOCATION', emptyId));
    groups.reason = await add('REASON', clinic.reasonId);
  });

  const places = (which: string) => ({ locationGroupIds: [groups[which]] });
  const cases: [string, string, () => object][] = [
    ...['all', 'none'].flatMap((which): typeof cases => [
      [`a page of a group with ${which}`, APPOINTMENTS, () => places(which)],
      [`the last page of a group with ${which}`, LAST, () => places(which)],
      [`a day of a group with ${which}`, APPOINTMENTS, () => ({ ...places(which), ...DAY })],
      [`a count of a day of a group with ${which}`, COUNT, () => ({ ...places(which), ...DAY })],
      [`clients of a group with ${which}`, CLIENTS, () => places(which)],
    ]),
    ['a page of a reason group', APPOINTMENTS, () => ({ reasonGroupIds: [groups.reason] })],
  ];
  it.each(cases)('%s is read from indexes', async (_name, query, filter) => {
    const { findings, statements } = await fixture.read(query, { filter: filter() });

    expect(statements).toBeGreaterThan(0);
    expect(findings).toEqual([]);
  });
}
