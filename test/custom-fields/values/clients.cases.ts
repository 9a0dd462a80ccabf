import { Role } from '../../../src/context';
import { addClient, BOOK, change } from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import type { TestGateway } from '../../support/harness/gateway';
import { FIELDS, type ValuesFixture } from './values.fixture';

export function clientsCases(gateway: TestGateway, fixture: ValuesFixture): void {
  const { id, fill, problemsOf, wanted } = fixture;

  it('are stored for clients, found by search, and changed by clients in their own fields', async () => {
    const clientId = await addClient(gateway, {
      firstName: 'Arya',
      lastName: 'Stark',
      fields: [fill('Allergies', 'latex,nuts'), fill('Risk', '007')],
    });
    const key = await gateway.key(Role.CLIENT, { clientId: numberOf(clientId) });
    const said = async (who?: string) =>
      (
        await gateway.data(
          `query ($id: ID!) { client(id: $id) { ${FIELDS} } }`,
          { id: clientId },
          who ? { key: who } : {},
        )
      ).client.fields.map(({ value }: any) => value);
    expect(await said()).toEqual(['nuts,latex', '7']);
    expect(await said(key)).toEqual(['nuts,latex']);
    const found = (search: string) =>
      gateway.data(
        'query ($search: String) { clients(filter: { search: $search }) { nodes { firstName } } }',
        { search },
      );
    expect((await found('latex')).clients.nodes).toEqual([{ firstName: 'Arya' }]);
    expect(
      (
        await change(
          gateway,
          'updateClient',
          { id: clientId, fields: [fill('Allergies', null)] },
          '',
          key,
        )
      ).userErrors,
    ).toEqual([]);
    expect(
      await problemsOf('updateClient', { id: clientId, fields: [fill('Risk', '9')] }, key),
    ).toEqual([[null, 'UNKNOWN']]);
    expect(
      await problemsOf('updateClient', {
        id: clientId,
        firstName: 'Nobody',
        fields: [fill('Risk', 'x'), fill('Comments', 'x')],
      }),
    ).toEqual([
      ['Risk', 'WRONG_FORMAT'],
      [null, 'UNKNOWN'],
    ]);
    expect(await said()).toEqual(['7']);
    expect((await found('latex')).clients.nodes).toEqual([]);
    expect((await found('Nobody')).clients.nodes).toEqual([]);
    await gateway.logged();
    const { changes } = await gateway.data(
      `{
        changes(first: 100, filter: { ids: ["${clientId}"] }) {
          nodes { type changes { field from to } }
        }
      }`,
    );
    expect(changes.nodes.at(-1)).toEqual({
      type: 'CLIENT_UPDATED',
      changes: [{ field: `fields.${id.Allergies}`, from: 'nuts,latex', to: null }],
    });
  });

  it('of a client are merged from concurrent changes', async () => {
    const clientId = await addClient(gateway, { firstName: 'Bran', lastName: 'Stark' });
    await Promise.all(
      [
        ['Allergies', 'nuts'],
        ['Risk', '3'],
      ].map(([name, value]) =>
        change(gateway, 'updateClient', {
          id: clientId,
          fields: [fill(name as string, value as string)],
        }),
      ),
    );
    const { client } = await gateway.data(
      'query ($id: ID!) { client(id: $id) { fields { value } } }',
      { id: clientId },
    );
    expect(client.fields).toEqual([{ value: 'nuts' }, { value: '3' }]);
  });

  it('are read in one statement for a page, for any number of rows and fields', async () => {
    const ofFields = async (query: string) => {
      const { data, statements } = await gateway.counted(query);
      return {
        data,
        count: statements.filter((text) => text.includes('FROM "custom_field"')).length,
        all: statements.length,
      };
    };
    const { data, count } = await ofFields(
      `{
        appointments(first: 50) {
          nodes {
            id fields { value extendedValue validationError field { label options { label } } }
            customFieldText client { id }
          }
        }
      }`,
    );
    expect(
      data.appointments.nodes.filter(({ fields }: any) => fields.length).length,
    ).toBeGreaterThan(3);
    expect(count).toBe(1);
    expect(
      await ofFields('{ clients(first: 50) { nodes { id fields { value field { label } } } } }'),
    ).toMatchObject({ count: 1, all: 2 });
    expect(
      await ofFields('{ appointments(first: 50) { nodes { id fields { value } } } }'),
    ).toMatchObject({ count: 1, all: 2 });
  });

  it('are limited in total', async () => {
    const other = (await gateway.addBusiness({ name: 'Talkative', timeZone: 'UTC' })).secretKey;
    const fields: { field: { id: string }; value: string }[] = [];
    for (let number = 0; number < 6; number += 1) {
      const { customField } = await change(
        gateway,
        'createCustomField',
        { label: `F${number}`, mode: 'CLIENT', dataType: 'AREA' },
        'customField { id }',
        other,
      );
      fields.push({ field: { id: customField.id }, value: 'x'.repeat(9_000) });
    }
    expect(
      await problemsOf('createClient', { firstName: 'A', lastName: 'B', fields }, other),
    ).toEqual([[null, 'TOO_LONG']]);
    expect(
      (
        await change(
          gateway,
          'createClient',
          { firstName: 'A', lastName: 'B', fields: fields.slice(1) },
          '',
          other,
        )
      ).userErrors,
    ).toEqual([]);
  });

  it('cost a booking no statement if none is given and none is required', async () => {
    const count = async (input: object = {}) =>
      (await gateway.counted(BOOK, { input: wanted(input) })).statements;
    await count();
    expect((await count()).filter((text) => text.includes('custom_field'))).toEqual([]);
    expect(
      (await count({ fields: [fill('Comments', 'x'), fill('Triage', 'low')] })).filter((text) =>
        text.includes('custom_field'),
      ),
    ).toHaveLength(1);
  });
}
