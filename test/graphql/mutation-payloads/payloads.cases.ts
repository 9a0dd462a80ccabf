import { gatewaySchema } from '../../../src/schema';
import { runOver, TRANSPORTS } from '../../support/harness/transports';
import type { TestGateway } from '../../support/harness/gateway';
import type { MutationPayloadsFixture } from './mutation-payloads.fixture';

/** For queries that return rows without an id. */
const SINGLETONS: Readonly<Record<string, { before: string; after: string; path: string[] }>> = {
  AppointmentSubStatus: {
    before: 'appointmentSubStatus(code: "PAYLOAD")',
    after: '',
    path: ['appointmentSubStatus'],
  },
  Business: { before: 'viewer { business', after: '}', path: ['viewer', 'business'] },
  MessageSettings: { before: 'messageSettings', after: '', path: ['messageSettings'] },
  WaitlistSettings: {
    before: 'viewer { business { waitlistSettings',
    after: '} }',
    path: ['viewer', 'business', 'waitlistSettings'],
  },
};

const CHANGES = Object.keys(gatewaySchema().getMutationType()!.getFields()).filter((name) =>
  /^(set|update)[A-Z]/.test(name),
);

export function payloadsCases(gateway: TestGateway, fixture: MutationPayloadsFixture): void {
  it('is tried for every mutation that sets or updates', () => {
    expect([...new Set(fixture.cases.map(({ mutation }) => mutation))].sort()).toEqual(
      CHANGES.sort(),
    );
  });

  it.each(TRANSPORTS)('equals a query afterwards, over %s', async (transport) => {
    for (const { renew, ...given } of fixture.cases) {
      const { mutation, inputs, field, type, selection } = given;
      const input = renew ? await renew() : given.input;
      const id = renew ? (input as { id: string }).id : given.id;
      const inputType = `${mutation[0]!.toUpperCase()}${mutation.slice(1)}Input`;
      const variables = { one: { ...input, ...inputs[0] }, two: { ...input, ...inputs[1] }, id };
      const called = (alias: string, variable: string) =>
        `${alias}:
          ${mutation}(input: $${variable}) {
            ${field} { ${selection} } userErrors { code message }
          }`;
      const read = async () => {
        const single = SINGLETONS[type];
        const { data } = await runOver(
          gateway,
          transport,
          single
            ? { query: `{ ${single.before} { ${selection} } ${single.after} }` }
            : {
                query: `query ($id: ID!) { node(id: $id) { ... on ${type} { ${selection} } } }`,
                variables: { id },
              },
        );
        return (single?.path ?? ['node']).reduce((found, name) => found[name], data);
      };
      const run = async (fields: string, names: string) => {
        const { data, errors } = await runOver(gateway, transport, {
          query: `mutation (${names}) { ${fields} }`,
          variables,
        });
        expect([
          mutation,
          errors,
          Object.values(data ?? {}).flatMap((payload: any) => payload.userErrors),
        ]).toEqual([mutation, undefined, []]);
        return data;
      };

      const { one, two } = await run(
        `${called('one', 'one')} ${called('two', 'two')}`,
        `$one: ${inputType}!, $two: ${inputType}!`,
      );
      const afterTwo = await read();
      const { again } = await run(called('again', 'one'), `$one: ${inputType}!`);
      const afterOne = await read();

      expect([mutation, two[field]]).toEqual([mutation, afterTwo]);
      expect([mutation, again[field]]).toEqual([mutation, afterOne]);
      if (!/history|version/.test(selection))
        expect([mutation, one[field]]).toEqual([mutation, afterOne]);
    }
  });

  it('counts rows that earlier mutations of the document created', async () => {
    const input = (start: string) => ({
      reasonId: fixture.clinic.reasonId,
      locationId: fixture.clinic.locationId,
      staffId: fixture.clinic.staffId,
      clientId: fixture.clinic.clientId,
      start,
    });
    const count = 'appointment { client { appointments { totalCount } } } userErrors { message }';
    const { one, two } = await gateway.data(
      `mutation ($one: CreateAppointmentInput!, $two: CreateAppointmentInput!) {
        one: createAppointment(input: $one) { ${count} }
        two: createAppointment(input: $two) { ${count} }
      }`,
      { one: input('2034-02-01T15:00:00Z'), two: input('2034-02-02T15:00:00Z') },
    );
    const { client } = await gateway.data(
      'query ($id: ID!) { client(id: $id) { appointments { totalCount } } }',
      { id: fixture.clinic.clientId },
    );
    const counts = [one, two].map(({ appointment }) => appointment.client.appointments.totalCount);

    expect(counts).toEqual([client.appointments.totalCount - 1, client.appointments.totalCount]);
  });
}
