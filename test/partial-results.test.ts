import { isNonNullType, isListType, getNullableType } from 'graphql';
import { Role } from '../src/context';
import { gatewaySchema } from '../src/schema';
import { addClinic, type Clinic } from './support/clinic';
import { onEachDatabase } from './support/gateway';
import { runOver, TRANSPORTS } from './support/transports';
import { selectionOfField } from './support/schema-walker';

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

onEachDatabase('Partial results', (gateway) => {
  let clinic: Clinic;
  const emails = async (search: string) =>
    (
      await gateway.data(
        'query ($search: String!) { clients(filter: { search: $search }) { nodes { emailAddress } } }',
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
        query: `mutation ($one: CreateClientInput!, $other: CreateClientInput!) {
        one: createClient(input: $one) { client { emailAddress } userErrors { message } }
        updateClient(input: { id: "garbage" }) { client { id } userErrors { message } }
        other: createClient(input: $other) { client { emailAddress } userErrors { message } }
      }`,
        variables: {
          one: { firstName: 'One', lastName: transport, emailAddress: one },
          other: { firstName: 'Other', lastName: transport, emailAddress: other },
        },
      });

      expect(data).toEqual({
        one: { client: { emailAddress: one }, userErrors: [] },
        updateClient: null,
        other: { client: { emailAddress: other }, userErrors: [] },
      });
      expect(errors!.map(({ path, extensions }) => [path, extensions.code])).toEqual([
        [['updateClient'], 'BAD_USER_INPUT'],
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

  it('refuses lists with an error rather than with an empty list', async () => {
    const lists = Object.values(gatewaySchema().getQueryType()!.getFields()).filter(
      ({ type, name }) =>
        isListType(getNullableType(type)) && !['nodes', 'resourceAvailability'].includes(name),
    );
    const key = await gateway.key(Role.PUBLIC);
    const empty: string[] = [];
    for (const field of lists) {
      const { data } = await gateway.run(`{ ${selectionOfField(field)} }`, {}, { key });
      if (data?.[field.name]?.length === 0) empty.push(field.name);
    }

    expect(empty).toEqual(['appointmentCounts']);
  });

  it('gives null at the index of an id that matches no object, and an error at the index of one that is not valid', async () => {
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
