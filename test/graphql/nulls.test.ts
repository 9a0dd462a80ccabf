import { getNamedType, isLeafType, isNonNullType, isObjectType, type GraphQLField } from 'graphql';
import { gatewaySchema } from '../../src/schema';
import { addClinic, book, change } from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';
import { seeded } from '../support/fixtures/hostile-values';
import {
  documentOf,
  nullablePlacesOf,
  nullAt,
  plausibleFor,
  rootFields,
  type RootField,
} from '../support/schema/requests';

jest.setTimeout(300_000);

/** Excludes mutations that remove the keys of the test. */
const LEFT_OUT = new Set(['revokeApiKey']);

onEachDatabase('null', (gateway) => {
  const ids = new Map<string, string>();
  let plausible: ReturnType<typeof plausibleFor>;

  beforeAll(async () => {
    const clinic = await addClinic(gateway);
    const { appointment } = await book(gateway, clinic, '2031-01-06T15:00:00Z');
    const series = { ...clinic, localStart: '2031-02-03T09:00', rrule: 'FREQ=WEEKLY;COUNT=3' };
    const { otherStaffId: _other, ...ofSeries } = series;
    await change(gateway, 'createRecurringAppointment', ofSeries);
    await change(gateway, 'createWebhook', { url: 'https://example.com/', events: ['CREATED'] });
    await change(gateway, 'createResource', { name: 'Room', locationId: clinic.locationId });
    const { locationId, reasonId, staffId, clientId } = clinic;
    for (const id of [
      locationId,
      reasonId,
      staffId,
      clientId,
      appointment.id,
      'RecurringAppointment:1',
      'Webhook:1',
      'Resource:1',
      'SchedulePeriod:1',
      'Business:1',
    ])
      ids.set(id.split(':')[0]!, id);
    plausible = plausibleFor([...ids.values()], seeded(1));
  });

  /** Returns the fault of a response; null if the argument was accepted or refused by a code. */
  async function faultOf(query: string, variables: object): Promise<string | null> {
    const response = await fetch(`${gateway.gateway.url}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${gateway.business.secretKey}`,
      },
      body: JSON.stringify({ query, variables }),
    });
    const { errors = [] } = (await response.json()) as {
      errors?: { message: string; extensions?: { code?: string } }[];
    };
    const fault = errors.find(
      ({ extensions }) =>
        !extensions?.code || /^(INTERNAL_SERVER_ERROR|GRAPHQL_.*)$/.test(extensions.code),
    );
    return response.status >= 500 ? `status ${response.status}` : fault ? fault.message : null;
  }

  it('is accepted or refused by a code for each nullable argument and input field', async () => {
    const places = rootFields(gatewaySchema())
      .filter(({ name }) => !LEFT_OUT.has(name))
      .flatMap((field) => nullablePlacesOf(field).map((path) => ({ field, path })));
    const faults: string[] = [];

    for (const { field, path } of places) {
      const fault = await faultOf(documentOf(field), nullAt(field, path, plausible));
      if (fault) faults.push(`${field.name} ${path.join('.')}: ${fault}`);
    }

    expect(faults).toEqual([]);
    expect(places.length).toBeGreaterThan(500);
  });

  it('is accepted, or refused by a code, for each nullable argument of each field of an object', async () => {
    const faults: string[] = [];
    let sent = 0;

    for (const [name, id] of ids) {
      const type = gatewaySchema().getType(name);
      for (const field of isObjectType(type) ? Object.values(type.getFields()) : []) {
        for (const { name: argument } of field.args.filter((arg) => !isNonNullType(arg.type))) {
          const fault = await faultOf(...nested(name, id, field, argument));
          if (fault) faults.push(`${name}.${field.name} ${argument}: ${fault}`);
          sent += 1;
        }
      }
    }

    expect(faults).toEqual([]);
    expect(sent).toBeGreaterThan(50);
  });

  function nested(
    type: string,
    id: string,
    field: GraphQLField<unknown, unknown>,
    argument: string,
  ): [string, object] {
    const variables = nullAt(field as RootField, [argument], plausible);
    const given = field.args.filter((arg) => arg.name in variables);
    const declared = given.map((arg) => `$${arg.name}: ${arg.type.toString()}`).join(', ');
    const passed = given.map((arg) => `${arg.name}: $${arg.name}`).join(', ');
    return [
      `query ($node: ID!, ${declared}) {
        node(id: $node) {
          ... on ${type} {
            ${field.name}(${passed})${isLeafType(getNamedType(field.type)) ? '' : ' { __typename }'}
          }
        }
      }`,
      { node: id, ...variables },
    ];
  }
});
