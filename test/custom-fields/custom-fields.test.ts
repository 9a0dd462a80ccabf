import { Role } from '../../src/context';
import { CustomField } from '../../src/features/custom-fields/custom-field.entity';
import { find, insert } from '../../src/db/table';
import { addReason, change, refusal } from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';

onEachDatabase('custom fields', (gateway) => {
  let reasonId: string;
  let internalId: string;
  const ALL = `id customFieldId mode label dataType code userDefined required active visible
    visibleOnScheduler validationRegex sortOrder hint filterByService options { value label }
    labelTag valueTag reasons { id }`;

  const add = async (input: object, key?: string): Promise<any> =>
    (await change(gateway, 'createCustomField', input, `customField { ${ALL} }`, key)).customField;
  const list = async (filter: object = {}, key?: string): Promise<string[]> =>
    (
      await gateway.data(
        'query ($filter: CustomFieldFilter) { customFields(filter: $filter) { nodes { label } } }',
        { filter },
        key ? { key } : {},
      )
    ).customFields.nodes.map(({ label }: any) => label);

  beforeAll(async () => {
    reasonId = await addReason(gateway, { reasonDesc: 'Check-up', visitMinutes: 30 });
    internalId = await addReason(gateway, {
      reasonDesc: 'Internal',
      visitMinutes: 30,
      allowOnline: false,
    });
  });

  it('have all properties that a form needs, and unique tags', async () => {
    const made = await add({
      label: ' Insurance ',
      dataType: 'TXT',
      code: 'insurance_number',
      required: true,
      validationRegex: '[A-Z]{2}\\d{4}',
      sortOrder: 3,
      hint: 'On your card',
      filterByService: true,
      reasonIds: [reasonId, internalId],
    });
    const number = made.customFieldId;
    expect(made).toEqual({
      id: `CustomField:${number}`,
      customFieldId: number,
      mode: 'APPT',
      label: 'Insurance',
      dataType: 'TXT',
      code: 'insurance_number',
      userDefined: false,
      required: true,
      active: true,
      visible: true,
      visibleOnScheduler: true,
      validationRegex: '[A-Z]{2}\\d{4}',
      sortOrder: 3,
      hint: 'On your card',
      filterByService: true,
      options: [],
      labelTag: `%CUSTOM_FIELD_${number}_LABEL%`,
      valueTag: `%CUSTOM_FIELD_${number}%`,
      reasons: [{ id: reasonId }, { id: internalId }],
    });
    const { customField, node } = await gateway.data(
      `query ($id: ID!) {
        customField(id: $id) { ${ALL} }
        node(id: $id) { ... on CustomField { label createdByName modifiedByName createdAt } }
      }`,
      { id: made.id },
    );
    expect(customField).toEqual(made);
    expect(node).toMatchObject({
      label: 'Insurance',
      createdByName: 'First key',
      modifiedByName: 'First key',
    });
    const plain = await add({ label: 'Comments', dataType: 'AREA', sortOrder: 1 });
    expect(plain).toMatchObject({
      code: 'UDF',
      userDefined: true,
      required: false,
      filterByService: false,
      reasons: [],
    });
  });

  it('are listed in the order of forms, by subject, in one statement', async () => {
    await add({
      label: 'Allergies',
      mode: 'CLIENT',
      dataType: 'MULTI',
      sortOrder: 2,
      options: [{ value: 'nuts', label: 'Nuts and peanuts' }, { value: 'latex' }],
    });
    expect(await list()).toEqual(['Comments', 'Allergies', 'Insurance']);
    expect(await list({ mode: 'CLIENT' })).toEqual(['Allergies']);
    expect(await list({ code: 'insurance_number' })).toEqual(['Insurance']);
    const third = await addReason(gateway, { reasonDesc: 'Third', visitMinutes: 30 });
    const personal = await addReason(gateway, {
      reasonDesc: 'Break',
      visitMinutes: 30,
      reasonType: 'PERSONAL',
    });
    expect(await list({ reasonId })).toEqual(['Comments', 'Allergies', 'Insurance']);
    expect(await list({ reasonId: third })).toEqual(['Comments', 'Allergies']);
    expect(await list({ reasonId: personal, mode: 'APPT' })).toEqual([]);
    expect(
      (
        await gateway.counted(
          '{ customFields { totalCount nodes { label labelTag userDefined options { label } } } }',
        )
      ).statements,
    ).toHaveLength(1);
    expect(
      (await gateway.counted('{ customFields { nodes { label reasons { reasonDesc } } } }'))
        .statements,
    ).toHaveLength(2);
  });

  it('change, apply to all reasons if set so, and are deleted permanently', async () => {
    const { id } = await add({
      label: 'Shoe size',
      dataType: 'NUM',
      code: 'shoe',
      filterByService: true,
      reasonIds: [reasonId],
    });
    const { customField } = await change(
      gateway,
      'updateCustomField',
      { id, label: 'Shoes', code: null, filterByService: false, hint: 'EU' },
      `customField { ${ALL} }`,
    );
    expect(customField).toMatchObject({
      id,
      label: 'Shoes',
      code: 'UDF',
      dataType: 'NUM',
      filterByService: false,
      reasons: [],
      hint: 'EU',
    });
    const again = await change(
      gateway,
      'updateCustomField',
      { id, filterByService: true, reasonIds: [internalId] },
      'customField { label reasons { id } }',
    );
    expect(again.customField).toEqual({ label: 'Shoes', reasons: [{ id: internalId }] });
    expect(
      (
        await change(
          gateway,
          'updateCustomField',
          { id, active: false },
          'customField { active reasons { id } }',
        )
      ).customField,
    ).toEqual({ active: false, reasons: [{ id: internalId }] });
    expect(await list({ active: false })).toEqual(['Shoes']);
    expect(
      (await change(gateway, 'deleteCustomField', { id }, 'customField { label }')).customField,
    ).toEqual({ label: 'Shoes' });
    expect(await refusal(gateway, 'deleteCustomField', { id })).toEqual(['NOT_FOUND', 'id']);
    expect(await refusal(gateway, 'updateCustomField', { id, label: 'x' })).toEqual([
      'NOT_FOUND',
      'id',
    ]);
  });

  it('are refused if values would be ambiguous, and nothing is written', async () => {
    const before = await list();
    const option = (value: string) => ({ value });
    for (const [input, field] of [
      [{ label: '' }, 'label'],
      [{ label: 'x', dataType: 'LIST' }, 'options'],
      [{ label: 'x', dataType: 'LIST', options: [option('a'), option('a')] }, 'options'],
      [{ label: 'x', dataType: 'LIST', options: [option('a'), option(' a ')] }, 'options'],
      [{ label: 'x', options: [option('a')] }, 'options'],
      [{ label: 'x', dataType: 'CHECK', options: [option('true')] }, 'options'],
      [{ label: 'x', dataType: 'MULTI', options: [option('a,b')] }, 'value'],
      [{ label: 'x', validationRegex: '(' }, 'validationRegex'],
      [{ label: 'x', validationRegex: '(?=a)' }, 'validationRegex'],
      [{ label: 'x', validationRegex: '(([a-z]?){100}){10}' }, 'validationRegex'],
      [{ label: 'x', mode: 'CLIENT', filterByService: true }, 'filterByService'],
      [{ label: 'x', reasonIds: [reasonId] }, 'reasonIds'],
      [{ label: 'x', code: '1 2' }, 'code'],
    ] as const)
      expect([input, await refusal(gateway, 'createCustomField', input)]).toEqual([
        input,
        ['INVALID_INPUT', field],
      ]);
    expect(
      await refusal(gateway, 'createCustomField', { label: 'x', code: 'insurance_number' }),
    ).toEqual(['CONFLICT', 'code']);
    expect(
      await refusal(gateway, 'createCustomField', {
        label: 'x',
        filterByService: true,
        reasonIds: ['Reason:999'],
      }),
    ).toEqual(['NOT_FOUND', '0']);
    expect(await list()).toEqual(before);
  });

  it('are defined by administrators only; clients see the fields that they may fill in, and the reasons that they may book', async () => {
    const keys = {
      staff: await gateway.key(Role.LOCATION_SUPER_USER),
      shop: await gateway.key(Role.PUBLIC),
    };
    for (const key of Object.values(keys)) {
      for (const [mutation, input] of [
        ['createCustomField', { label: 'x' }],
        ['updateCustomField', { id: 'CustomField:1', label: 'x' }],
        ['deleteCustomField', { id: 'CustomField:1' }],
      ] as const) {
        expect((await refusal(gateway, mutation, input, key))[0]).toBe('FORBIDDEN');
      }
    }
    await add({ label: 'For staff', visibleOnScheduler: false, sortOrder: 10 });
    await add({ label: 'For programs', visible: false, sortOrder: 11 });
    await add({ label: 'No longer', active: false, sortOrder: 12 });
    expect(await list({}, keys.staff)).toEqual([
      'Comments',
      'Allergies',
      'Insurance',
      'For staff',
      'For programs',
      'No longer',
    ]);
    expect(await list({}, keys.shop)).toEqual(['Comments', 'Allergies', 'Insurance']);
    const { customFields } = await gateway.data(
      '{ customFields(filter: { code: "insurance_number" }) { nodes { reasons { reasonDesc } } } }',
      {},
      { key: keys.shop },
    );
    expect(customFields.nodes).toEqual([{ reasons: [{ reasonDesc: 'Check-up' }] }]);
  });

  it('are limited in number', async () => {
    const { business, secretKey } = await gateway.addBusiness({ name: 'Curious', timeZone: 'UTC' });
    const first = await add({ label: 'First' }, secretKey);
    const [one] = await find(gateway.gateway.db, CustomField, { businessId: business.rowId });
    await gateway.gateway.db.transaction((tx) =>
      insert(
        tx,
        CustomField,
        ...Array.from({ length: 98 }, (_, index) => ({
          ...one,
          rowId: first.customFieldId + 1_000 + index,
        })),
      ),
    );
    expect((await add({ label: 'Last' }, secretKey)).label).toBe('Last');
    expect(await refusal(gateway, 'createCustomField', { label: 'More' }, secretKey)).toEqual([
      'RULE_VIOLATED',
      'input',
    ]);
  });

  it('belong to one business', async () => {
    const other = (await gateway.addBusiness({ name: 'Other', timeZone: 'UTC' })).secretKey;
    expect(await list({}, other)).toEqual([]);
    expect(
      await refusal(gateway, 'updateCustomField', { id: 'CustomField:1', label: 'Mine' }, other),
    ).toEqual(['NOT_FOUND', 'id']);
    expect(await refusal(gateway, 'deleteCustomField', { id: 'CustomField:1' }, other)).toEqual([
      'NOT_FOUND',
      'id',
    ]);
    expect(
      await refusal(
        gateway,
        'createCustomField',
        { label: 'x', filterByService: true, reasonIds: [reasonId] },
        other,
      ),
    ).toEqual(['NOT_FOUND', '0']);
    expect(await add({ label: 'Theirs', code: 'insurance_number' }, other)).toMatchObject({
      code: 'insurance_number',
    });
  });
});
