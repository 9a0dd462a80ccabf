import { readFileSync } from 'node:fs';
import { buildSchema, isInterfaceType, validateSchema, type GraphQLInterfaceType } from 'graphql';
import { Role } from '../../../src/context';
import { gatewaySchema } from '../../../src/schema';
import { subgraphName, subgraphSchema, subgraphSdl } from '../../../src/subgraph';
import { addClinic, book, type Clinic } from '../../support/fixtures/clinic';
import { keysOf } from '../../support/fixtures/keys';
import { onEachDatabase } from '../../support/harness/gateway';
import { sortedSdl } from '../../support/schema/sorted-sdl';

const ENTITIES = `query ($of: [_Any!]!) { found: _entities(representations: $of) {
  __typename
  ... on Appointment { id status note client { id fullName } }
  ... on Client { id fullName emailAddress notes }
  ... on Staff { id fullName email }
  ... on Location { id locationName }
  ... on Reason { id reasonDesc internalName }
  ... on SchedulingResource { id name }
  ... on AppointmentSubStatus { id code }
} }`;
const NODES = ENTITIES.replace('($of: [_Any!]!)', '($of: [ID!]!)')
  .replace('found: _entities(representations: $of)', 'nodes(ids: $of)')
  .replace('SchedulingResource', 'Resource');

const refer = (id: string) => ({ __typename: subgraphName(id.split(':')[0] as string), id });
const idsTo = (type: string, count: number): string[] =>
  Array.from({ length: count }, (_, index) => `${type}:${index + 1}`);

describe('the schema of the subgraph', () => {
  it('is valid, and printed in schema.subgraph.graphql', () => {
    expect(validateSchema(subgraphSchema())).toEqual([]);
    expect(sortedSdl(readFileSync('schema.subgraph.graphql', 'utf8'))).toBe(
      sortedSdl(subgraphSdl()),
    );
  });

  it('has a key for each type of Node', () => {
    const sdl = buildSchema(subgraphSdl(), { assumeValidSDL: true });
    const node = sdl.getType('Node') as GraphQLInterfaceType;
    const types = sdl.getPossibleTypes(node).map(({ name }) => name);
    const plain = gatewaySchema().getPossibleTypes(gatewaySchema().getType('Node') as never);

    expect(isInterfaceType(node)).toBe(true);
    expect(types.toSorted()).toEqual(plain.map(({ name }) => subgraphName(name)).sort());
    for (const type of types)
      expect(subgraphSdl()).toMatch(
        new RegExp(`\\ntype ${type} implements [\\w &]+ @key\\(fields: "id"\\) {`),
      );
  });

  it('renames only the types of generic names', () => {
    const names = Object.keys(gatewaySchema().getTypeMap());
    const renamed = names.filter((name) => subgraphName(name) !== name);

    expect(renamed).toEqual(
      expect.arrayContaining(['Message', 'JobConnection', 'ResourceFilter', 'CreateResourceInput']),
    );
    expect(renamed.filter((name) => subgraphSchema().getType(name))).toEqual([]);
    expect(['JobRequisition', 'SetReasonResourcesInput'].map(subgraphName)).toEqual([
      'JobRequisition',
      'SetReasonResourcesInput',
    ]);
    expect(Object.keys(subgraphSchema().getTypeMap()).sort()).toEqual(
      [...names.map(subgraphName), '_Any', '_Entity', '_Service'].sort(),
    );
  });

  it('leaves the gateway its own names and root fields', () => {
    subgraphSchema();
    expect(gatewaySchema().getType('Message')).toBeDefined();
    expect(gatewaySchema().getQueryType()!.getFields()).toHaveProperty('node');
    expect(subgraphSchema().getQueryType()!.getFields()).not.toHaveProperty('node');
  });
});

onEachDatabase('a subgraph', (gateway) => {
  let clinic: Clinic;
  let keys: Record<Role, string>;
  let foreign: string;
  let ids: string[];
  /** What Query.nodes of the same database returns to each role. */
  const nodes: Partial<Record<Role, unknown>> = {};

  const entities = async (of: readonly unknown[], key?: string | null) =>
    gateway.run(ENTITIES, { of }, key === undefined ? {} : { key });

  beforeAll(async () => {
    clinic = await addClinic(gateway);
    const { appointment } = await book(gateway, clinic, '2031-01-06T14:00:00Z');
    const { createResource } = await gateway.data(
      'mutation ($input: CreateResourceInput!) { createResource(input: $input) { resource { id } } }',
      { input: { name: 'Room 1', locationId: clinic.locationId } },
    );
    keys = await keysOf(gateway, clinic);
    foreign = (await gateway.addBusiness({ name: 'Other', timeZone: 'UTC' })).secretKey;
    const { businessId } = { businessId: gateway.business.business.rowId };
    ids = [
      appointment.id,
      clinic.clientId,
      clinic.staffId,
      clinic.locationId,
      clinic.reasonId,
      createResource.resource.id,
      `AppointmentSubStatus:${businessId}.CHECKEDIN`,
      `MessageSettings:${businessId}`,
      'Client:4000',
    ];
    for (const role of Object.values(Role)) {
      const answer = await gateway.run(NODES, { of: ids }, { key: keys[role] });
      nodes[role] = answer.data?.nodes ?? null;
    }
    Object.assign(gateway.scratch.env, { SUBGRAPH: '1' });
    await gateway.restart({});
  });

  it('returns its SDL without a key', async () => {
    const { data } = await gateway.run('{ service: _service { sdl } }', {}, { key: null });
    expect(data.service.sdl).toBe(subgraphSdl());
  });

  it.each(Object.values(Role))('discloses to a %s what Query.nodes does', async (role) => {
    const { data } = await entities(ids.map(refer), keys[role]);

    const named = JSON.stringify(nodes[role]).replaceAll(
      /"__typename":"(\w+)"/g,
      (_, name: string) => `"__typename":"${subgraphName(name)}"`,
    );
    expect(data?.found ?? null).toEqual(JSON.parse(named));
    if (role === Role.ADMINISTRATOR) {
      const types = data.found.map((found: any) => found && Object.values(found)[0]);
      expect(types).toEqual([
        'Appointment',
        'Client',
        'Staff',
        'Location',
        'Reason',
        'SchedulingResource',
        'AppointmentSubStatus',
        'AppointmentMessageSettings',
        null,
      ]);
    }
  });

  it('shows nothing of another business, and nothing without a key', async () => {
    const { data } = await entities(ids.map(refer), foreign);
    expect(data.found).toEqual(ids.map(() => null));

    const anonymous = await entities(ids.map(refer), null);
    expect([anonymous.data, anonymous.errors?.[0]?.extensions.code]).toEqual([
      null,
      'UNAUTHENTICATED',
    ]);
  });

  it('reads 1,000 objects with one statement for each type', async () => {
    const count = async (of: readonly unknown[]) => {
      const { data, statements } = await gateway.counted(
        `query ($of: [_Any!]!) { found: _entities(representations: $of) {
          ... on Client { id } ... on Staff { id } ... on AppointmentSubStatus { code }
        } }`,
        { of },
      );
      return [data.found.filter(Boolean).length, statements.length];
    };
    const clients = idsTo('Client', 1_000).map(refer);
    const both = [...clients.slice(0, 500), ...idsTo('Staff', 500).map(refer)];
    const subStatuses = Array.from({ length: 1_000 }, () =>
      refer(`AppointmentSubStatus:${gateway.business.business.rowId}.CHECKEDIN`),
    );

    expect(await count(clients)).toEqual([expect.any(Number), 1]);
    // On PostgreSQL, the reads of one turn are one statement.
    const perType = gateway.dialect === 'postgres' ? 1 : 2;
    expect(await count(both)).toEqual([expect.any(Number), perType]);
    expect(await count(subStatuses)).toEqual([1_000, 1]);
  });

  it('refuses more than 1,000 representations', async () => {
    const { data, errors } = await entities(idsTo('Client', 1_001).map(refer));

    expect([data, errors?.[0]?.extensions]).toEqual([
      null,
      expect.objectContaining({ code: 'BAD_USER_INPUT', path: ['representations'] }),
    ]);
    expect(errors?.[0]?.message).toBe('A request can contain at most 1000 representations.');
  });

  it('counts each representation in the cost', async () => {
    const { extensions } = await entities(idsTo('Client', 7).map(refer));
    // The object, and the client of one that is an appointment.
    expect(extensions?.cost.requested).toBe(7 * 2);
  });

  it.each([
    [{ __typename: 'Client', id: 'Staff:1' }, ['representations', '0', 'id']],
    [{ __typename: 'Message', id: 'Message:1' }, ['representations', '0', 'id']],
    [{ __typename: 'Client', id: 'x' }, ['representations', '0', 'id']],
    [{ __typename: 'Nothing', id: 'Nothing:1' }, ['representations', '0']],
    [{ __typename: 'Client' }, ['representations', '0']],
    [{ id: 'Client:1' }, ['representations', '0']],
    ['Client:1', ['representations', '0']],
  ])('returns null and an error for %j, and the other objects', async (wrong, path) => {
    const { data, errors } = await entities([wrong, refer(clinic.clientId)]);

    expect(data.found).toEqual([null, expect.objectContaining({ id: clinic.clientId })]);
    expect(errors).toEqual([
      expect.objectContaining({
        path: ['found', 0],
        extensions: expect.objectContaining({ code: 'BAD_USER_INPUT', path }),
      }),
    ]);
  });

  it('plans lists of renamed types, whose ids keep their names', async () => {
    const { data, statements } = await gateway.counted(
      '{ resources { nodes { __typename id ... on SchedulingResource { name } } } }',
    );
    const { resources } = await gateway.data('{ resources { nodes { __typename id name } } }');

    expect(statements).toHaveLength(1);
    expect(data.resources.nodes).toEqual([
      {
        __typename: 'SchedulingResource',
        id: expect.stringMatching(/^Resource:\d+$/),
        name: 'Room 1',
      },
    ]);
    expect(resources).toEqual(data.resources);
  });
});
