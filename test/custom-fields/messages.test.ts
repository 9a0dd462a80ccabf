import { WebhookPlanner } from '../../src/features/webhooks/delivery/enqueue-deliveries';
import { Outbound } from '../../src/services/outbound/outbound';
import { addClient, addClinic, book, change, type Clinic } from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';
import { numberOf } from '../support/fixtures/ids';
import { WebhookReceiver } from '../support/harness/webhook-receiver';

onEachDatabase('values of custom fields', (gateway) => {
  let clinic: Clinic;
  let appointmentId: string;
  const receiver = new WebhookReceiver();
  const field: Record<string, { id: string; valueTag: string; labelTag: string }> = {};
  const own = { kind: 'CONFIRMATION', channel: 'EMAIL', audience: 'CLIENT', language: 'en' };

  const define = async (name: string, input: object = {}): Promise<void> => {
    field[name] = (
      await change(
        gateway,
        'createCustomField',
        { label: name, ...input },
        'customField { id valueTag labelTag }',
      )
    ).customField;
  };
  const tag = (name: string) => field[name]?.valueTag as string;
  const line = (name: string) => `${field[name]?.labelTag}: ${tag(name)}`;
  const save = (text: string, more: object = {}) =>
    change(
      gateway,
      'saveMessageTemplate',
      { ...own, subject: 'x', text, ...more },
      'messageTemplate { text }',
    );
  const preview = async (more: object = {}) =>
    (
      await gateway.data(
        `query ($kind: MessageKind!, $id: ID!, $audience: MessageAudience!, $language: String) {
          previewMessage(
            kind: $kind, appointmentId: $id, audience: $audience, language: $language
          ) {
            subject text html
          }
        }`,
        { ...own, id: appointmentId, ...more },
      )
    ).previewMessage;

  beforeAll(async () => {
    const outbound = new Outbound({ allowedHosts: ['127.0.0.1'], timeoutMs: 1_000 });
    await gateway.restart({ outbound });
    await receiver.start();
    clinic = await addClinic(gateway);
    await define('Arrival', { dataType: 'DATE', sortOrder: 2 });
    await define('Comments', {
      dataType: 'AREA',
      sortOrder: 1,
      filterByService: true,
      reasonIds: [clinic.reasonId],
      hint: 'Anything',
      code: 'comments',
    });
    await define('Triage', { visibleOnScheduler: false, sortOrder: 3 });
    await define('Source', { visible: false, sortOrder: 4 });
    await define('Diet', {
      mode: 'CLIENT',
      dataType: 'LIST',
      options: [{ value: 'v', label: 'Vegan <food>' }],
    });
    const clientId = await addClient(gateway, {
      firstName: 'Jon',
      lastName: 'Snow',
      fields: [{ field: { id: field.Diet?.id }, value: 'v' }],
    });
    const fields = [
      ['Arrival', '2031-02-05'],
      ['Comments', 'Boo!'],
      ['Triage', 'high'],
      ['Source', 'ad'],
    ].map(([name, value]) => ({ field: { id: field[name as string]?.id }, value }));
    appointmentId = (await book(gateway, clinic, '2031-03-03T15:00:00Z', { clientId, fields }))
      .appointment.id;
  });
  afterAll(() => receiver.stop());

  it('replace tags in messages, in the language of the recipient', async () => {
    await save(`${line('Comments')}\n${line('Arrival')}\n${line('Diet')}`, {
      subject: `${tag('Comments')} ${tag('Diet')}`,
    });
    expect(await preview()).toEqual({
      subject: 'Boo! Vegan <food>',
      text: 'Comments: Boo!\nArrival: February 5, 2031\nDiet: Vegan <food>',
      html: expect.stringContaining('Diet: Vegan &#60;food&#62;'),
    });
    await save(tag('Arrival'), { language: 'de' });
    expect((await preview({ language: 'de' })).text).toBe('5. Februar 2031');
  });

  it('replace one tag with a line each, without staff-only and hidden fields for clients', async () => {
    await save('%CUSTOM_FIELDS%');
    expect((await preview()).text).toBe('Comments : Boo!\nArrival : February 5, 2031');
    await save(`${tag('Triage')} ${tag('Source')}\nx`);
    expect((await preview()).text).toBe('x');
    await save(`%CUSTOM_FIELDS%\n${tag('Source')}`, { audience: 'STAFF' });
    expect((await preview({ audience: 'STAFF' })).text).toBe(
      'Comments : Boo!\nArrival : February 5, 2031\nTriage : high',
    );
  });

  it('omit lines of fields without a value, label included, and of deleted fields', async () => {
    await define('Empty');
    await save(`${line('Empty')}\n${line('Comments')}`);
    expect((await preview()).text).toBe('Comments: Boo!');
    await change(gateway, 'deleteCustomField', { id: field.Empty?.id });
    expect((await preview()).text).toBe('Comments: Boo!');
    expect((await save(line('Empty'))).userErrors).toMatchObject([{ code: 'INVALID_INPUT' }]);
  });

  it('have no tag in templates of another business or for an unknown field', async () => {
    const other = (await gateway.addBusiness({ name: 'Other', timeZone: 'UTC' })).secretKey;
    const { userErrors } = await change(
      gateway,
      'saveMessageTemplate',
      { ...own, subject: 'x', text: tag('Comments') },
      '',
      other,
    );
    expect(userErrors).toMatchObject([
      { __typename: 'InvalidInputError', path: ['input', 'text'] },
    ]);
    for (const text of [
      '%CUSTOM_FIELD_99999%',
      '%CUSTOM_FIELD_0%',
      '%CUSTOM_FIELD_%',
      '%CUSTOM_FIELD_1_HINT%',
      '%CUSTOM_FIELD_99999999999999999999%',
    ])
      expect((await save(text)).userErrors).toMatchObject([{ code: 'INVALID_INPUT' }]);
  });

  it('are read for a message only if its template has their tags', async () => {
    await save('Hello');
    const seen: string[] = [];
    const forget = gateway.gateway.signals.statementSent.on((text) => seen.push(text));
    await preview().finally(forget);
    expect(seen.filter((text) => text.includes('custom_field'))).toEqual([]);
  });

  describe('are part of webhooks', () => {
    const bodies: Record<string, any> = {};
    beforeAll(async () => {
      await gateway.logged();
      for (const format of ['TIMETAP', 'STANDARD'])
        await change(gateway, 'createWebhook', { url: receiver.url, events: ['UPDATED'], format });
      await change(gateway, 'createWebhook', { url: receiver.url, events: ['CLIENT_UPDATED'] });
      await change(gateway, 'updateCustomField', {
        id: field.Arrival?.id,
        validationRegex: '2030-.*',
      });
      await change(gateway, 'updateAppointment', {
        id: appointmentId,
        fields: [
          { field: { id: field.Triage?.id }, value: 'low' },
          { field: { id: field.Source?.id }, value: null },
        ],
      });
      const { client } = (
        await gateway.data('query ($id: ID!) { appointment(id: $id) { client { id } } }', {
          id: appointmentId,
        })
      ).appointment;
      await change(gateway, 'updateClient', {
        id: client.id,
        fields: [{ field: { id: field.Diet?.id }, value: null }],
      });
      await gateway.logged();
      const { db, ids, jobs, links } = gateway.gateway;
      while (receiver.received.length < 3) {
        await new WebhookPlanner(db, ids, links).planDue(Date.now());
        await jobs.runDue(Date.now());
      }
      for (const body of receiver.received.map(({ body: text }) => JSON.parse(text)))
        bodies[body.type ?? 'timetap'] = body;
    });

    it("field by field in TimeTap's JSON", () => {
      const businessId = gateway.business.business.rowId;
      const common = {
        businessId,
        active: true,
        required: false,
        oldFieldIds: null,
        tagName: null,
        fieldValues: null,
        mode: 'APPT',
        createdUser: 'First key',
        modifiedUser: 'First key',
        createdDate: expect.any(Number),
        modifiedDate: expect.any(Number),
        visible: true,
        visibleOnScheduler: true,
        validationRegex: null,
        validationError: null,
        hint: null,
        serviceIds: null,
        filterByService: false,
        userDefinedField: true,
        code: 'UDF',
      };
      const of = (name: string) => {
        const { id, valueTag, labelTag } = field[name] as (typeof field)[string];
        return { schedulerPreferenceFieldDefnId: numberOf(id), label: name, valueTag, labelTag };
      };
      expect(bodies.timetap.fields).toEqual([
        {
          ...common,
          ...of('Comments'),
          dataType: 'AREA',
          sortOrder: 1,
          value: 'Boo!',
          extendedValue: 'Boo!',
          hint: 'Anything',
          filterByService: true,
          serviceIds: [numberOf(clinic.reasonId)],
          userDefinedField: false,
          code: 'comments',
        },
        {
          ...common,
          ...of('Arrival'),
          dataType: 'DATE',
          sortOrder: 2,
          value: '2031-02-05',
          extendedValue: 'February 5, 2031',
          validationRegex: '2030-.*',
          validationError: 'Arrival does not match 2030-.*.',
        },
        {
          ...common,
          ...of('Triage'),
          dataType: 'TXT',
          sortOrder: 3,
          value: 'low',
          extendedValue: 'low',
          visibleOnScheduler: false,
        },
      ]);
      // Exactly the keys of the seed.
      expect(Object.keys(bodies.timetap.fields[0]).sort()).toEqual([
        'active',
        'businessId',
        'code',
        'createdDate',
        'createdUser',
        'dataType',
        'extendedValue',
        'fieldValues',
        'filterByService',
        'hint',
        'label',
        'labelTag',
        'mode',
        'modifiedDate',
        'modifiedUser',
        'oldFieldIds',
        'required',
        'schedulerPreferenceFieldDefnId',
        'serviceIds',
        'sortOrder',
        'tagName',
        'userDefinedField',
        'validationError',
        'validationRegex',
        'value',
        'valueTag',
        'visible',
        'visibleOnScheduler',
      ]);
    });

    it('with the names of the schema, and the changes', () => {
      const { data } = bodies['appointment.updated'];
      expect(data.appointment.fields).toEqual(
        [
          ['Arrival', '2031-02-05'],
          ['Comments', 'Boo!'],
          ['Triage', 'low'],
        ].map(([name, value]) => ({ fieldId: field[name as string]?.id, value })),
      );
      expect(data.changes).toEqual([
        { field: `fields.${field.Triage?.id}`, from: 'high', to: 'low' },
        { field: `fields.${field.Source?.id}`, from: 'ad', to: null },
      ]);
      expect(bodies['client.updated'].data).toMatchObject({
        node: { fields: [] },
        changes: [{ field: `fields.${field.Diet?.id}`, from: 'v', to: null }],
      });
      expect(JSON.stringify(bodies)).not.toContain('"fieldValues":{');
    });
  });
});
