import type { GraphQLObjectType } from 'graphql';
import { Role } from '../../../src/context';
import { gatewaySchema } from '../../../src/schema';
import { book } from '../../support/fixtures/clinic';
import { edgesOf, fieldOf, rowsIn } from '../../support/schema/edges';
import { numberOf } from '../../support/fixtures/ids';
import type { TestGateway } from '../../support/harness/gateway';
import type { SuperUsersFixture } from './super-users.fixture';

const schema = gatewaySchema();
const queries = schema.getQueryType()!.getFields();

/** Types with an id whose rows no location has, or that administrators only see. */
const BUSINESS_WIDE = [
  'ApiKey',
  'AppointmentSubStatus',
  'Business',
  'Coupon',
  'CustomField',
  'Group',
  'Job',
  'MessageSettings',
  'MessageTemplate',
  'Package',
  'WaitlistSettings',
  'Webhook',
  'WebhookDelivery',
];
const TYPES = schema
  .getPossibleTypes(schema.getType('Node') as never)
  .map(({ name }) => name)
  .filter((name) => !BUSINESS_WIDE.includes(name))
  .sort();

const LISTS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.values(queries)
    .filter(({ type }) => String(type).endsWith('Connection'))
    .map(({ name, type }) => [String(type).replace('Connection', ''), name]),
);
/** Types without a list, or whose list requires an administrator. */
const UNLISTED = ['RecurringAppointment', 'Message'];

export function readsCases(gateway: TestGateway, fixture: SuperUsersFixture): void {
  const { must, added } = fixture;

  const idsOf = (data: unknown) => rowsIn(data).map(({ id }) => id);

  it('is tested with rows of every type at both locations', () => {
    for (const rows of [fixture.mine, fixture.theirs]) {
      expect(Object.keys(rows).sort()).toEqual(TYPES);
      expect(Object.values(rows).every((ids) => ids.length > 0)).toBe(true);
    }
  });

  it.each(TYPES.filter((type) => type !== 'Location'))(
    'reads each %s of its location and none of another, by id and in the list',
    async (type) => {
      const [all, hidden] = [fixture.mine[type] as string[], fixture.theirs[type] as string[]];
      const one = `${type[0]?.toLowerCase()}${type.slice(1)}`;
      const byId = type === 'Staff' ? 'staffMember' : one;
      const found = async (id: string) => {
        const { node, row } = await gateway.data(
          `query ($id: ID!) {
            node(id: $id) { id } ${queries[byId] ? `row: ${byId}(id: $id) { id }` : ''}
          }`,
          { id },
          { key: fixture.key },
        );
        return [node, row ?? node];
      };

      for (const id of all) expect([id, await found(id)]).toEqual([id, [{ id }, { id }]]);
      for (const id of hidden) expect([id, await found(id)]).toEqual([id, [null, null]]);

      if (UNLISTED.includes(type)) return;
      const lists = await gateway.data(
        `{ ${LISTS[type]}(first: 100) { nodes { __typename id } } }`,
        {},
        { key: fixture.key },
      );
      expect(idsOf(lists)).toEqual(expect.arrayContaining(all));
      expect(idsOf(lists).filter((id) => hidden.includes(id))).toEqual([]);
    },
  );

  it('reads of another location what the public reads, and its own in any state', async () => {
    const closed = await added(
      'createLocation',
      { locationName: 'Closed', timeZone: 'America/New_York' },
      'location',
    );
    await must('updateLocation', { id: closed, active: false }, 'location { id }');
    const ofClosed = await gateway.key(Role.LOCATION_SUPER_USER, {
      locationIds: [numberOf(closed)],
    });
    const shown = async (by: string) =>
      (await gateway.data('{ locations { nodes { id } } }', {}, { key: by })).locations.nodes.map(
        ({ id }: { id: string }) => id,
      );
    const edges = `query ($id: ID!) {
      location(id: $id) {
        locationName staff { totalCount } resources { totalCount } schedulePeriods { totalCount }
        dateOverrides { totalCount }
      }
    }`;

    const open = [fixture.own, fixture.other, fixture.pair.own, fixture.pair.other].map(
      ({ locationId }) => locationId,
    );
    expect((await shown(fixture.key)).sort()).toEqual([...open].sort());
    expect((await shown(ofClosed)).sort()).toEqual([...open, closed].sort());
    expect(
      await gateway.data(edges, { id: fixture.other.locationId }, { key: fixture.key }),
    ).toEqual({
      location: {
        locationName: 'Office other',
        // The staff member who serves at both.
        staff: { totalCount: 1 },
        resources: { totalCount: 0 },
        schedulePeriods: { totalCount: 0 },
        dateOverrides: { totalCount: 0 },
      },
    });
  });

  it('reaches no row of another location along any edge of its rows', async () => {
    const hidden = new Set(
      Object.entries(fixture.theirs).flatMap(([type, ids]) => (type === 'Location' ? [] : ids)),
    );
    const reached: string[] = [];
    let followed = 0;

    for (const [type, ids] of Object.entries(fixture.mine)) {
      for (const edge of edgesOf(schema.getType(type) as GraphQLObjectType)) {
        for (const id of ids) {
          const { data } = await gateway.run(
            `{ node(id: "${id}") { ... on ${type} { ${fieldOf(edge, 1)} } } }`,
            {},
            { key: fixture.key },
          );
          followed += idsOf(data).length;
          for (const found of idsOf(data).filter((one) => hidden.has(one)))
            reached.push(`${type}.${edge.name} leads to ${found}`);
        }
      }
    }

    expect(reached).toEqual([]);
    expect(followed).toBeGreaterThan(100);
  });

  it('reads only the summary of staff of another location who serve at its own', async () => {
    const { appointment } = await book(
      gateway,
      { ...fixture.own, staffId: fixture.other.otherStaffId },
      '2032-10-01T15:00:00Z',
      { override: true },
    );
    const { data, errors } = await gateway.run(
      `query ($id: ID!, $staff: ID!) {
        appointment(id: $id) { staff { fullName email phone locations { id } } }
        staffMember(id: $staff) { fullName email }
      }`,
      { id: appointment.id, staff: fixture.other.otherStaffId },
      { key: fixture.key },
    );

    expect(data).toEqual({
      appointment: {
        staff: { fullName: 'drwho-other Jones', email: null, phone: null, locations: null },
      },
      staffMember: { fullName: 'drwho-other Jones', email: null },
    });
    expect(errors?.map(({ path, extensions }) => [path?.join('.'), extensions.code])).toEqual([
      ['appointment.staff.locations', 'FORBIDDEN'],
    ]);
  });
}
