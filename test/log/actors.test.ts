import { getNamedType, isObjectType, type GraphQLObjectType } from 'graphql';
import type { Role } from '../../src/context';
import { sql } from '../../src/db/sql';
import { expireHolds } from '../../src/features/appointments/holds/expire-holds';
import { gatewaySchema } from '../../src/schema';
import { addClinic, book, change, type Clinic } from '../support/fixtures/clinic';
import { numberOf } from '../support/fixtures/ids';
import { keysOf } from '../support/fixtures/keys';
import { onEachDatabase } from '../support/harness/gateway';

jest.setTimeout(120_000);

const ACTOR = 'displayName __typename ... on Node { id }';
const TYPES = Object.values(gatewaySchema().getTypeMap()).filter(isObjectType);
const actorsIn = (type: GraphQLObjectType): string[] =>
  Object.values(type.getFields())
    .filter((field) => getNamedType(field.type).name === 'Actor')
    .map(({ name }) => name);

onEachDatabase('the actor of a change', (gateway) => {
  let clinic: Clinic;
  let keys: Record<Role, string>;
  let hour = 0;
  const MONTH = Date.UTC(2031, 4, 5, 14);

  const free = () => new Date(MONTH + (hour += 1) * 86_400_000 * 7).toISOString();
  const placeOf = ({ reasonId, locationId, staffId }: Clinic) => ({
    reasonId,
    locationId,
    staffId,
  });
  const appointment = async (key?: string, input: object = {}): Promise<string> => {
    const { appointment: row, userErrors } = await book(gateway, clinic, free(), input, key);
    expect(userErrors).toEqual([]);
    return row.id;
  };
  const read = async (id: string, selection: string, key = gateway.business.secretKey) =>
    (
      await gateway.data(
        `query ($id: ID!) { appointment(id: $id) { ${selection} } }`,
        { id },
        { key },
      )
    ).appointment;

  beforeAll(async () => {
    clinic = await addClinic(gateway, 'actors');
    await appointment();
    keys = await keysOf(gateway, clinic);
  });

  it('is a field beside its recorded name, on each object that has one', () => {
    const owners = TYPES.filter((type) => actorsIn(type).length);

    expect(owners.length).toBeGreaterThan(14);
    for (const type of owners)
      for (const name of actorsIn(type))
        expect([type.name, name, String(type.getFields()[`${name}Name`]?.type)]).toEqual([
          type.name,
          name,
          expect.stringMatching(/^String!?$/),
        ]);
    const texts = TYPES.flatMap((type) =>
      Object.values(type.getFields())
        .filter(({ name }) => /^(created|modified|cancelled)By$|^actor$/.test(name))
        .map((field) => [`${type.name}.${field.name}`, String(field.type)]),
    );
    expect(texts.filter(([, type]) => type !== 'Actor')).toEqual([]);
  });

  it('is the staff member or client of the key, else the key, else the gateway', async () => {
    const staffKey = keys.STAFF_USER;
    const clientKey = keys.CLIENT;
    const byKey = await appointment();
    const byStaff = await appointment(staffKey);
    const byClient = await appointment(clientKey, { override: undefined });
    await change(
      gateway,
      'cancelAppointment',
      { id: byStaff },
      'appointment { id }',
      gateway.business.secretKey,
    );
    const selection = `createdByName createdBy { ${ACTOR} } cancelledBy { __typename }
      modifiedBy { __typename } history { nodes { actorName actor { __typename displayName } } }`;

    expect(await read(byKey, selection)).toEqual({
      createdByName: 'First key',
      createdBy: { __typename: 'ApiKey', displayName: 'First key', id: expect.any(String) },
      cancelledBy: null,
      modifiedBy: { __typename: 'ApiKey' },
      history: {
        nodes: [
          { actorName: 'First key', actor: { __typename: 'ApiKey', displayName: 'First key' } },
        ],
      },
    });
    expect(await read(byStaff, selection)).toMatchObject({
      createdBy: { __typename: 'Staff', id: clinic.staffId },
      cancelledBy: { __typename: 'ApiKey' },
      modifiedBy: { __typename: 'ApiKey' },
      history: { nodes: [{ actor: { __typename: 'Staff' } }, { actor: { __typename: 'ApiKey' } }] },
    });
    expect(await read(byClient, selection)).toMatchObject({
      createdByName: 'WebClient',
      createdBy: { __typename: 'Client', id: clinic.clientId },
    });
  });

  it('is the gateway for what it does by itself', async () => {
    const { appointment: held } = await change(
      gateway,
      'holdAppointment',
      { ...placeOf(clinic), start: free() },
      'appointment { id holdExpiresAt }',
    );
    gateway.time = Date.parse(held.holdExpiresAt) + 1;
    await expireHolds(gateway.gateway.db, gateway.time);
    const { modifiedBy, history } = await read(
      held.id,
      `modifiedBy { ${ACTOR} } history { nodes { actor { displayName } } }`,
    );

    expect(modifiedBy).toEqual({ __typename: 'SystemActor', displayName: 'Slotgraph' });
    expect(history.nodes.at(-1).actor).toEqual({ displayName: 'Slotgraph' });
  });

  it('is null for rows that are older than the reference, whose name remains', async () => {
    const id = await appointment();
    await gateway.gateway.db.transaction((tx) =>
      tx.run(sql`UPDATE appointment SET created_by_id = NULL WHERE id = ${numberOf(id)}`),
    );

    expect(await read(id, 'createdByName createdBy { displayName }')).toEqual({
      createdByName: 'First key',
      createdBy: null,
    });
  });

  it('takes one statement for each type of actor in a list of any length', async () => {
    const LIST = `query ($first: Int!) { appointments(first: $first) { nodes {
      createdBy { ${ACTOR} } modifiedBy { displayName } cancelledBy { displayName }
      history { nodes { actor { displayName } } }
    } } }`;
    for (const key of [gateway.business.secretKey, keys.STAFF_USER]) {
      const few = await gateway.counted(LIST, { first: 2 }, { key });
      const many = await gateway.counted(LIST, { first: 100 }, { key });

      expect(many.data.appointments.nodes.length).toBeGreaterThan(4);
      // The page, its histories, and the keys, staff and clients.
      expect(many.statements.length).toBeLessThanOrEqual(5);
      expect(few.statements.length).toBeLessThanOrEqual(many.statements.length);
    }
  });

  it('shows no more than the own query of its row does', async () => {
    const byKey = await appointment();
    const byStaff = await appointment(keys.STAFF_USER);
    const selection = `createdByName createdBy { ${ACTOR} ... on Staff { emailAddress: email } }`;

    expect(await read(byKey, selection, keys.CLIENT)).toEqual({
      createdByName: 'First key',
      createdBy: null,
    });
    expect(await read(byStaff, selection, keys.CLIENT)).toEqual({
      createdByName: expect.any(String),
      createdBy: {
        __typename: 'Staff',
        id: clinic.staffId,
        displayName: expect.any(String),
        emailAddress: null,
      },
    });
  });
});
