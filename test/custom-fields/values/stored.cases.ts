import { BOOK, book, change } from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';
import type { ValuesFixture } from './values.fixture';

export function storedCases(gateway: TestGateway, fixture: ValuesFixture): void {
  const { id, next, fill, define, refusedBy, problemsOf, wanted, read, total } = fixture;

  it('are stored with the booking, read in the order of forms and as text, and set by id or by code', async () => {
    const { appointment } = await book(gateway, fixture.clinic, next(), {
      fields: [
        fill('Comments', ' Boo!\nSecond line '),
        { field: { code: 'insurance' }, value: 'AB1234' },
        fill('Triage', 'high'),
      ],
    });
    expect(await read(appointment.id)).toEqual({
      fields: [
        {
          field: { label: 'Insurance' },
          value: 'AB1234',
          extendedValue: 'AB1234',
          validationError: null,
        },
        {
          field: { label: 'Comments' },
          value: 'Boo!\nSecond line',
          extendedValue: 'Boo!\nSecond line',
          validationError: null,
        },
        {
          field: { label: 'Triage' },
          value: 'high',
          extendedValue: 'At once',
          validationError: null,
        },
      ],
      customFieldText: 'Insurance : AB1234\nComments : Boo!\nSecond line\nTriage : At once',
    });
    const bare = await book(gateway, fixture.clinic, next());
    expect(await read(bare.appointment.id)).toEqual({ fields: [], customFieldText: '' });
  });

  it('are refused as a whole, with every error of every field, and nothing is written', async () => {
    const before = await total();
    const other = (await gateway.addBusiness({ name: 'Other', timeZone: 'UTC' })).secretKey;
    const foreign = (
      await change(gateway, 'createCustomField', { label: 'Theirs' }, 'customField { id }', other)
    ).customField.id;
    await define('Old', { active: false });
    await define('Elsewhere', { filterByService: true });
    const errors = await refusedBy(
      'createAppointment',
      wanted({
        fields: [
          fill('Insurance', 'nope'),
          fill('Triage', 'x'),
          { field: { id: foreign }, value: 'x' },
          { field: { id: 'CustomField:9999' }, value: 'x' },
          { field: { code: 'UDF' }, value: 'x' },
          fill('Old', 'x'),
          fill('Elsewhere', 'x'),
          fill('Comments', 'one'),
          fill('Comments', 'two'),
          fill('Allergies', 'nuts'),
        ],
      }),
    );
    expect(errors).toEqual([
      {
        __typename: 'InvalidInputError',
        code: 'INVALID_INPUT',
        path: ['input', 'fields', '0'],
        problems: expect.any(Array),
      },
    ]);
    expect(
      errors[0].problems.map(({ customField, code, path }: any) => [
        customField?.label ?? null,
        code,
        path.at(-1),
      ]),
    ).toEqual([
      ['Insurance', 'WRONG_FORMAT', '0'],
      ['Triage', 'NOT_AN_OPTION', '1'],
      [null, 'UNKNOWN', '2'],
      [null, 'UNKNOWN', '3'],
      [null, 'UNKNOWN', '4'],
      ['Old', 'NOT_ALLOWED', '5'],
      ['Elsewhere', 'NOT_ALLOWED', '6'],
      ['Comments', 'DUPLICATE', '8'],
      [null, 'UNKNOWN', '9'],
    ]);
    expect(errors[0].problems[0]).toMatchObject({
      customField: { id: id.Insurance },
      message: 'Insurance does not match [A-Z]{2}\\d{4}.',
    });
    for (const fields of [
      [{ field: { id: fixture.clinic.clientId }, value: 'x' }],
      [fill('Comments', 'a\u0000b')],
      [fill('Comments', 'x'.repeat(10_001))],
    ]) {
      const faults = (await gateway.data(BOOK, { input: wanted({ fields }) })).createAppointment;
      expect([JSON.stringify(fields).slice(0, 80), faults.userErrors[0]?.code]).toEqual([
        JSON.stringify(fields).slice(0, 80),
        'INVALID_INPUT',
      ]);
    }
    expect(await total()).toEqual(before);
  });

  it('stay unchanged if omitted; null clears one, and the history records each change', async () => {
    const { appointment } = await book(gateway, fixture.clinic, next(), {
      fields: [fill('Comments', 'Boo!'), fill('Insurance', 'AB1234')],
    });
    await change(gateway, 'updateAppointment', { id: appointment.id, note: 'x' });
    await change(gateway, 'rescheduleAppointment', { id: appointment.id, start: next() });
    await change(gateway, 'updateAppointment', {
      id: appointment.id,
      fields: [fill('Comments', null), fill('Triage', 'low')],
    });
    expect((await read(appointment.id)).customFieldText).toBe(
      'Insurance : AB1234\nTriage : Some day',
    );
    expect(
      await problemsOf('updateAppointment', {
        id: appointment.id,
        fields: [fill('Insurance', 'x')],
      }),
    ).toEqual([['Insurance', 'WRONG_FORMAT']]);
    expect((await read(appointment.id)).customFieldText).toBe(
      'Insurance : AB1234\nTriage : Some day',
    );
    const { history } = (
      await gateway.data(
        'query ($id: ID!) { appointment(id: $id) { history { nodes { type changes { field from to } } } } }',
        { id: appointment.id },
      )
    ).appointment;
    expect(history.nodes.at(-1)).toEqual({
      type: 'UPDATED',
      changes: [
        { field: `fields.${id.Comments}`, from: 'Boo!', to: null },
        { field: `fields.${id.Triage}`, from: null, to: 'low' },
      ],
    });
  });
}
