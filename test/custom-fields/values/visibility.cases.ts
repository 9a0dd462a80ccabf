import { Role } from '../../../src/context';
import { book, change } from '../../support/fixtures/clinic';
import { numberOf } from '../../support/fixtures/ids';
import type { TestGateway } from '../../support/harness/gateway';
import type { ValuesFixture } from './values.fixture';

export function visibilityCases(gateway: TestGateway, fixture: ValuesFixture): void {
  const { next, fill, define, problemsOf, wanted, read } = fixture;

  it('show clients and the public their own fields only, and accept no others from them', async () => {
    const key = await gateway.key(Role.CLIENT, { clientId: numberOf(fixture.clinic.clientId) });
    const shop = await gateway.key(Role.PUBLIC);
    const { appointment } = await book(gateway, fixture.clinic, next(), {
      fields: [fill('Comments', 'Boo!'), fill('Triage', 'high'), fill('Source', 'ad')],
    });
    expect((await read(appointment.id, key)).customFieldText).toBe('Comments : Boo!');
    expect((await read(appointment.id, key)).fields).toHaveLength(1);
    const asked = { clientId: undefined, staffId: fixture.clinic.staffId };
    for (const [who, input] of [
      [key, asked],
      [
        shop,
        { ...asked, client: { firstName: 'A', lastName: 'B', emailAddress: 'ab@example.org' } },
      ],
    ] as const) {
      expect(
        await problemsOf(
          'createAppointment',
          wanted({ ...input, fields: [fill('Triage', 'high'), fill('Source', 'ad')] }),
          who,
        ),
      ).toEqual([
        [null, 'UNKNOWN'],
        [null, 'UNKNOWN'],
      ]);
    }
    // Changes of staff-only fields are not reported to clients.
    await change(gateway, 'updateAppointment', {
      id: appointment.id,
      fields: [fill('Triage', 'low')],
      note: 'y',
    });
    await gateway.logged();
    const seen = await gateway.data(
      `{
        bookingNotifications(first: 100, filter: { appointmentIds: ["${appointment.id}"] }) {
          nodes { changes { field } appointment { customFieldText } }
        }
      }`,
      {},
      { key },
    );
    expect(seen.bookingNotifications.nodes.at(-1)).toEqual({
      changes: [{ field: 'note' }],
      appointment: { customFieldText: 'Comments : Boo!' },
    });
    const { history } = (
      await gateway.data(
        'query ($id: ID!) { appointment(id: $id) { history { nodes { changes { field } } } } }',
        { id: appointment.id },
        { key },
      )
    ).appointment;
    expect(history.nodes.at(-1)).toEqual({ changes: [{ field: 'note' }] });
  });

  it('are shown through a manage link as to its client', async () => {
    const { appointment } = await book(gateway, fixture.clinic, next(), {
      fields: [fill('Comments', 'Boo!'), fill('Triage', 'high')],
    });
    const { manageUrl } = (
      await gateway.data('query ($id: ID!) { appointment(id: $id) { manageUrl } }', {
        id: appointment.id,
      })
    ).appointment;
    const { exchangeManageToken } = await gateway.data(
      `mutation ($token: String!) {
        exchangeManageToken(input: { token: $token }) { accessToken }
      }`,
      { token: manageUrl.split('#')[1] },
      { key: null },
    );
    const { accessToken } = exchangeManageToken;
    const shown = await gateway.data(
      `query ($id: ID!) {
        appointment(id: $id) {
          fields { value field { label options { label } } } customFieldText
          client { fields { value } }
        }
      }`,
      { id: appointment.id },
      { key: accessToken },
    );
    expect(shown.appointment).toMatchObject({
      fields: [{ value: 'Boo!', field: { label: 'Comments', options: [] } }],
      customFieldText: 'Comments : Boo!',
    });
    for (const query of [
      '{ customFields { totalCount } }',
      '{ customField(id: "CustomField:1") { label } }',
    ])
      expect(
        (await gateway.run(query, {}, { key: accessToken })).errors?.[0]?.extensions.code,
      ).toBe('FORBIDDEN');
    const deeper = await gateway.run(
      'query ($id: ID!) { appointment(id: $id) { fields { field { reasons { id } } } } }',
      { id: appointment.id },
      { key: accessToken },
    );
    expect(deeper.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });

  it('report why they no longer fit after a change of the field, and disappear with it', async () => {
    const field = await define('Size', { dataType: 'TXT' });
    const { appointment } = await book(gateway, fixture.clinic, next(), {
      fields: [fill('Size', 'large')],
    });
    const error = async () =>
      (await read(appointment.id)).fields.map(({ validationError }: any) => validationError);
    expect(await error()).toEqual([null]);
    await change(gateway, 'updateCustomField', { id: field, dataType: 'NUM' });
    expect(await error()).toEqual(['Size must be a decimal, such as 12.5.']);
    await change(gateway, 'updateCustomField', { id: field, active: false });
    expect((await read(appointment.id)).fields).toHaveLength(1);
    expect(
      await problemsOf('updateAppointment', { id: appointment.id, fields: [fill('Size', '5')] }),
    ).toEqual([['Size', 'NOT_ALLOWED']]);
    await change(gateway, 'deleteCustomField', { id: field });
    expect(await read(appointment.id)).toEqual({ fields: [], customFieldText: '' });
  });
}
