import { Role } from '../../src/context';
import { addClinic, type Clinic } from '../support/fixtures/clinic';
import { numberOf } from '../support/fixtures/ids';
import { onEachDatabase } from '../support/harness/gateway';

/** Objects that have no list of pages, and the roles besides administrators that read them. */
const OBJECTS: readonly [type: string, query: string, roles: readonly Role[]][] = [
  ['ApiKey', 'apiKeys { __typename id }', []],
  [
    'AppointmentSubStatus',
    'appointmentSubStatuses { __typename id }',
    [Role.STAFF_USER, Role.CLIENT],
  ],
  ['MessageSettings', 'messageSettings { __typename id }', []],
  ['MessageTemplate', 'messageTemplates { __typename id }', []],
  [
    'WaitlistSettings',
    'viewer { business { waitlistSettings { __typename id } } }',
    [Role.STAFF_USER, Role.CLIENT],
  ],
];

onEachDatabase('node', (gateway) => {
  let clinic: Clinic;
  let foreign: string;
  beforeAll(async () => {
    clinic = await addClinic(gateway);
    foreign = (await gateway.addBusiness({ name: 'Other', timeZone: 'UTC' })).secretKey;
  });

  it.each(OBJECTS)('reads again each object of type %s, by its id', async (type, query, roles) => {
    const found = JSON.stringify(await gateway.data(`{ ${query} }`));
    const ids = [...found.matchAll(/"id":"([^"]+)"/g)].map(([, id]) => id as string);
    const NODES = 'query ($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }';
    const some = ids.slice(0, 50);
    const again = await gateway.data(NODES, { ids: some });

    expect(new Set(ids).size).toBe(ids.length);
    expect(again.nodes).toEqual(some.map((id) => ({ __typename: type, id })));
    expect((await gateway.data(NODES, { ids: some }, { key: foreign })).nodes).toEqual(
      some.map(() => null),
    );
    const grants = {
      [Role.STAFF_USER]: { staffId: numberOf(clinic.staffId) },
      [Role.CLIENT]: { clientId: numberOf(clinic.clientId) },
    };
    for (const role of [Role.STAFF_USER, Role.CLIENT] as const) {
      const key = await gateway.key(role, grants[role]);
      const { nodes } = await gateway.data(NODES, { ids: some }, { key });

      expect([role, nodes]).toEqual([
        role,
        roles.includes(role) ? again.nodes : some.map(() => null),
      ]);
    }
  });

  it('is null for a key that no object has, and an error for other text', async () => {
    const { data } = await gateway.run(
      `{ one: node(id: "AppointmentSubStatus:1.NONE") { id }
        other: node(id: "MessageTemplate:1.REMINDER") { id } }`,
    );
    const { errors } = await gateway.run('{ node(id: "AppointmentSubStatus:") { id } }');

    expect(data).toEqual({ one: null, other: null });
    expect(errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  it('names the sub-status of an appointment by the id that its list has', async () => {
    const { appointmentSubStatuses } = await gateway.data('{ appointmentSubStatuses { id code } }');
    const { createAppointment } = await gateway.data(
      `mutation ($input: CreateAppointmentInput!) {
        createAppointment(input: $input) { appointment { id subStatus { id code } } }
      }`,
      {
        input: {
          reasonId: clinic.reasonId,
          locationId: clinic.locationId,
          staffId: clinic.staffId,
          clientId: clinic.clientId,
          start: '2031-02-03T15:00:00Z',
        },
      },
    );
    const { appointment } = await gateway.data(
      'query ($id: ID!) { appointment(id: $id) { subStatus { id code } } }',
      { id: createAppointment.appointment.id },
    );

    expect(appointmentSubStatuses).toContainEqual(appointment.subStatus);
    expect(createAppointment.appointment.subStatus).toEqual(appointment.subStatus);
  });
});
