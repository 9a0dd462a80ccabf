import type { GraphQLObjectType } from 'graphql';
import { book } from '../../support/fixtures/clinic';
import { excessOf, fieldOf, isNode, rowsIn } from '../../support/schema/edges';
import type { TestGateway } from '../../support/harness/gateway';
import { schema, typeOf, type DisclosureFixture } from './disclosure.fixture';

const nodeTypes = Object.values(schema.getTypeMap()).filter(
  (type): type is GraphQLObjectType => 'getInterfaces' in type && isNode(type as GraphQLObjectType),
);

export function subscribersCases(gateway: TestGateway, fixture: DisclosureFixture): void {
  const { ownRows } = fixture;

  it('shows subscribers no more of a row than its own query', async () => {
    const fields = (schema.getType('BookingNotification') as GraphQLObjectType).getFields();
    const selection = [fields.appointment!, fields.actor!]
      .map((field) => fieldOf(field, 2))
      .join(' ');
    const roles = ['CLIENT', 'STAFF_USER', 'LOCATION_SUPER_USER'] as const;
    const followed = roles.map((role) => ({
      role,
      live: gateway.subscribe(
        `subscription { bookingNotifications { ${selection} } }`,
        {},
        fixture.keys[role],
      ),
    }));
    await new Promise((resolve) => setTimeout(resolve, 1_000));

    const { appointment } = await book(
      gateway,
      { ...fixture.clinic, clientId: fixture.clientIds[2] as string },
      '2031-05-05T15:00:00Z',
      { note: 'live' },
    );
    await gateway.logged();

    for (const { role, live } of followed) {
      const own = ownRows(fixture.keys[role] as string);
      const [event] = await live.atLeast(1);
      const rows = rowsIn(event.data);
      expect([role, rows[0]?.id]).toEqual([role, appointment.id]);
      for (const row of rows)
        expect([role, row.id, excessOf(row, await own(row.id), schema)]).toEqual([
          role,
          row.id,
          [],
        ]);
      await live.close();
    }
  });

  it('covers every type with an id', () => {
    const types = new Set(fixture.ids.map((id) => typeOf(id).name));
    const missing = nodeTypes
      .map(({ name }) => name)
      .filter((name) => !types.has(name))
      .sort();
    expect(missing).toEqual(expect.arrayContaining(['Business']));
    for (const name of [
      'Appointment',
      'Client',
      'Staff',
      'Reason',
      'Location',
      'Resource',
      'ClassSchedule',
      'WaitlistEntry',
      'SchedulePeriod',
    ])
      expect(types).toContain(name);
  });
}
