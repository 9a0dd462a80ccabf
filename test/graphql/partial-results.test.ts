import { getNamedType, getNullableType, isListType, isNonNullType, isObjectType } from 'graphql';
import { Role } from '../../src/context';
import { gatewaySchema } from '../../src/schema';
import { addClinic, book, type Clinic } from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';
import { keysOf } from '../support/fixtures/keys';
import { runOver, TRANSPORTS } from '../support/harness/transports';
import { selectionOfField } from '../support/schema/schema-walker';

describe('root fields', () => {
  it('are nullable, so that a failed field never erases the results of others', () => {
    const types = [gatewaySchema().getQueryType(), gatewaySchema().getMutationType()];
    const strict = types
      .flatMap((type) => Object.values(type!.getFields()))
      .filter(({ type }) => isNonNullType(type))
      .map(({ name }) => name);

    expect(strict).toEqual([]);
  });
});

describe('fields of objects', () => {
  it('are nullable if a role, an argument or a limit can refuse them', () => {
    const strict = Object.values(gatewaySchema().getTypeMap())
      .filter(isObjectType)
      .filter(({ name }) => !name.startsWith('__') && name !== 'Subscription')
      .flatMap((type) =>
        Object.values(type.getFields()).map((field) => ({ name: type.name, field })),
      )
      .filter(
        ({ field }) =>
          isNonNullType(field.type) &&
          (field.args.length > 0 || getNamedType(field.type).name.endsWith('Connection')),
      );

    expect(strict.map(({ name, field }) => `${name}.${field.name}`)).toEqual([]);
  });
});

onEachDatabase('Partial results', (gateway) => {
  let clinic: Clinic;
  const emails = async (search: string) =>
    (
      await gateway.data(
        `query ($search: String!) {
          clients(filter: { search: $search }) { nodes { emailAddress } }
        }`,
        { search },
      )
    ).clients.nodes.map(({ emailAddress }: { emailAddress: string }) => emailAddress);

  beforeAll(async () => {
    clinic = await addClinic(gateway);
  });

  it.each(TRANSPORTS)(
    'keeps committed results before and after a mutation that throws, over %s',
    async (transport) => {
      const one = `one-${transport}@example.org`.toLowerCase();
      const other = `other-${transport}@example.org`.toLowerCase();

      const { data, errors } = await runOver(gateway, transport, {
        query: `mutation ($one: CreateClientInput!, $other: CreateClientInput!, $key: String!) {
        one: createClient(input: $one) { client { emailAddress } userErrors { message } }
        again: createClient(input: { firstName: "X", lastName: "Y", idempotencyKey: $key }) {
          client { id } userErrors { message }
        }
        other: createClient(input: $other) { client { emailAddress } userErrors { message } }
      }`,
        variables: {
          key: one,
          one: { firstName: 'One', lastName: transport, emailAddress: one, idempotencyKey: one },
          other: { firstName: 'Other', lastName: transport, emailAddress: other },
        },
      });

      expect(data).toEqual({
        one: { client: { emailAddress: one }, userErrors: [] },
        again: null,
        other: { client: { emailAddress: other }, userErrors: [] },
      });
      expect(errors!.map(({ path, extensions }) => [path, extensions.code])).toEqual([
        [['again'], 'IDEMPOTENCY_KEY_REUSED'],
      ]);
      expect((await emails(transport)).sort()).toEqual([one, other].sort());
    },
  );

  it.each([null, Role.PUBLIC, Role.CLIENT, Role.STAFF_USER, Role.LOCATION_SUPER_USER])(
    'gives null and an error at the path of each query that %s may not run, and the rest',
    async (role) => {
      const number = (id: string) => Number(id.split(':')[1]);
      const key =
        role &&
        (await gateway.key(role, {
          clientId: role === Role.CLIENT ? number(clinic.clientId) : null,
          staffId: role === Role.STAFF_USER ? number(clinic.staffId) : null,
          locationIds: role === Role.LOCATION_SUPER_USER ? [number(clinic.locationId)] : [],
        }));
      const refused: string[] = [];
      for (const field of Object.values(gatewaySchema().getQueryType()!.getFields())) {
        const { data, errors = [] } = await gateway.run(
          `{ first: viewer { role } ${selectionOfField(field)} last: viewer { role } }`,
          {},
          { key },
        );

        expect([field.name, data?.first, data?.last]).toEqual([
          field.name,
          { role: role ?? Role.PUBLIC },
          { role: role ?? Role.PUBLIC },
        ]);
        if (!errors.length) continue;
        expect([data[field.name], errors.map(({ path }) => path)]).toEqual([null, [[field.name]]]);
        if (['FORBIDDEN', 'UNAUTHENTICATED'].includes(errors[0]!.extensions.code))
          refused.push(field.name);
      }
      const adminsOnly = [
        'apiKeys',
        'jobs',
        'messageSettings',
        'messageTemplates',
        'messages',
        'webhooks',
      ];
      expect(refused).toEqual(expect.arrayContaining(adminsOnly));
    },
  );

  const ADMINISTRATORS_ONLY = ['jobs', 'messages', 'webhooks'];
  const OF_STAFF = ['changes', 'coupons', 'packages', 'resourceBundles', 'resources'];
  const REFUSED: readonly (readonly [Role, readonly string[] | 'all'])[] = [
    [Role.ADMINISTRATOR, []],
    [Role.LOCATION_SUPER_USER, ADMINISTRATORS_ONLY],
    [Role.STAFF_USER, ADMINISTRATORS_ONLY],
    [Role.CLIENT, [...ADMINISTRATORS_ONLY, ...OF_STAFF]],
    [Role.GUEST, 'all'],
    [
      Role.PUBLIC,
      [
        ...ADMINISTRATORS_ONLY,
        ...OF_STAFF,
        'appointments',
        'bookingNotifications',
        'clients',
        'packagesSold',
        'recurringAppointments',
        'waitlistEntries',
      ],
    ],
  ];

  it.each(REFUSED)(
    'gives %s null and FORBIDDEN at the path of each connection of which it may see no row',
    async (role, refused) => {
      await book(gateway, clinic, '2031-01-06T14:00:00Z');
      const key = (await keysOf(gateway, clinic))[role];
      const connections = Object.values(gatewaySchema().getQueryType()!.getFields()).filter(
        ({ type }) => String(type).endsWith('Connection'),
      );
      const found: Record<string, unknown> = {};
      for (const field of connections) {
        const { data, errors = [] } = await gateway.run(
          `{ ${selectionOfField(field)} }`,
          {},
          { key },
        );
        found[field.name] = [
          data[field.name],
          ...errors.flatMap(({ path, extensions }) => [path, extensions.code]),
        ];
      }

      expect(found).toEqual(
        Object.fromEntries(
          connections.map(({ name, type }) => [
            name,
            refused === 'all' || refused.includes(name)
              ? [null, [name], 'FORBIDDEN']
              : [{ __typename: String(type) }],
          ]),
        ),
      );
    },
  );

  it('gives null and an error at the path of each connection of an object with an invalid page', async () => {
    const ids = [clinic.locationId, clinic.reasonId, clinic.staffId, clinic.clientId];
    const faults: unknown[] = [];
    let sent = 0;
    for (const id of ids) {
      const type = gatewaySchema().getType(id.split(':')[0]!);
      const pages = Object.values(isObjectType(type) ? type.getFields() : {}).filter((field) =>
        getNamedType(field.type).name.endsWith('Connection'),
      );
      for (const { name } of pages) {
        const { data, errors } = await gateway.run(
          `query ($id: ID!) {
            node(id: $id) { id ... on ${id.split(':')[0]} { ${name}(first: 101) { totalCount } } }
          }`,
          { id },
        );
        const found = [data?.node, errors?.map(({ path, extensions }) => [path, extensions.code])];
        const expected = [{ id, [name]: null }, [[['node', name], 'BAD_USER_INPUT']]];
        if (JSON.stringify(found) !== JSON.stringify(expected)) faults.push(found);
        sent += 1;
      }
    }

    expect(faults).toEqual([]);
    expect(sent).toBeGreaterThan(20);
  });

  it('refuses lists with an error rather than with an empty list', async () => {
    const lists = Object.values(gatewaySchema().getQueryType()!.getFields()).filter(
      ({ type, name }) =>
        isListType(getNullableType(type)) && !['nodes', 'resourceAvailability'].includes(name),
    );
    const key = await gateway.key(Role.PUBLIC);
    const shown: string[] = [];
    for (const field of lists) {
      const { data, errors } = await gateway.run(`{ ${selectionOfField(field)} }`, {}, { key });
      if (data[field.name]?.length) shown.push(field.name);
      else
        expect([field.name, data[field.name], errors?.[0]?.extensions.code]).toEqual([
          field.name,
          null,
          'FORBIDDEN',
        ]);
    }

    expect(shown).toEqual(['appointmentSubStatuses']);
  });

  it('gives null at the index of an unknown id, and an error at the index of an invalid one', async () => {
    const { data, errors } = await gateway.run('query ($ids: [ID!]!) { nodes(ids: $ids) { id } }', {
      ids: [clinic.staffId, 'Staff:999999', 'garbage', 'Nothing:1', clinic.clientId],
    });

    expect(data.nodes).toEqual([{ id: clinic.staffId }, null, null, null, { id: clinic.clientId }]);
    expect(errors!.map(({ path, extensions }) => [path, extensions.code])).toEqual([
      [['nodes', 2], 'BAD_USER_INPUT'],
      [['nodes', 3], 'BAD_USER_INPUT'],
    ]);
  });
});
