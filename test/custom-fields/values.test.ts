import { Role } from '../../src/context';
import {
  addClient,
  addReason,
  BOOK,
  book,
  change,
  type Clinic,
  addClinic,
} from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';
import { numberOf } from '../support/fixtures/ids';

const FIELDS = 'fields { field { label } value extendedValue validationError }';
const PROBLEMS = '... on InvalidFieldsError { problems { fieldId label code message path } }';

onEachDatabase('values of custom fields', (gateway) => {
  let clinic: Clinic;
  const id: Record<string, string> = {};
  let hour = 0;
  /** Returns a different time for each booking. */
  const next = () =>
    new Date(Date.parse('2031-03-03T14:00:00Z') + hour++ * 3_600_000).toISOString();
  const fill = (name: string, value: string | null) => ({ fieldId: id[name], value });

  const define = async (label: string, input: object = {}): Promise<string> =>
    (id[label] = (
      await change(gateway, 'createCustomField', { label, ...input }, 'customField { id }')
    ).customField.id);

  const refusedBy = async (mutation: string, input: object, key?: string): Promise<any[]> => {
    const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`;
    const data = await gateway.data(
      `mutation ($input: ${type}!) { ${mutation}(input: $input) { userErrors { __typename code path ${PROBLEMS} } } }`,
      { input },
      key ? { key } : {},
    );
    return data[mutation].userErrors;
  };
  const problemsOf = async (mutation: string, input: object, key?: string) =>
    (await refusedBy(mutation, input, key)).flatMap(({ problems = [] }: any) =>
      problems.map(({ label, code }: any) => [label, code]),
    );
  const wanted = (input: object = {}) => ({
    locationId: clinic.locationId,
    reasonId: clinic.reasonId,
    staffId: clinic.staffId,
    clientId: clinic.clientId,
    start: next(),
    ...input,
  });
  const read = async (appointmentId: string, key?: string) =>
    (
      await gateway.data(
        `query ($id: ID!) { appointment(id: $id) { ${FIELDS} customFieldText } }`,
        { id: appointmentId },
        key ? { key } : {},
      )
    ).appointment;
  const total = async () =>
    await gateway.data('{ appointments { totalCount } clients { totalCount } }');

  beforeAll(async () => {
    clinic = await addClinic(gateway);
    await define('Comments', { dataType: 'AREA', sortOrder: 2 });
    await define('Insurance', {
      code: 'insurance',
      validationRegex: '[A-Z]{2}\\d{4}',
      sortOrder: 1,
    });
    await define('Triage', {
      dataType: 'LIST',
      options: [
        { value: 'high', label: 'At once' },
        { value: 'low', label: 'Some day' },
      ],
      visibleOnScheduler: false,
      sortOrder: 3,
    });
    await define('Source', { visible: false, sortOrder: 4 });
    await define('Allergies', {
      mode: 'CLIENT',
      dataType: 'MULTI',
      options: [
        { value: 'nuts', label: 'Nuts' },
        { value: 'latex', label: 'Latex' },
      ],
    });
    await define('Risk', { mode: 'CLIENT', dataType: 'NUM', visibleOnScheduler: false });
  });

  it('are stored with the booking, read in the order of forms and as text, and set by id or by code', async () => {
    const { appointment } = await book(gateway, clinic, next(), {
      fields: [
        fill('Comments', ' Boo!\nSecond line '),
        { code: 'insurance', value: 'AB1234' },
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
    const bare = await book(gateway, clinic, next());
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
          { fieldId: foreign, value: 'x' },
          { fieldId: 'CustomField:9999', value: 'x' },
          { code: 'UDF', value: 'x' },
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
        __typename: 'InvalidFieldsError',
        code: 'INVALID_FIELDS',
        path: ['input', 'fields'],
        problems: expect.any(Array),
      },
    ]);
    expect(
      errors[0].problems.map(({ label, code, path }: any) => [label, code, path.at(-1)]),
    ).toEqual([
      ['Insurance', 'NO_MATCH', '0'],
      ['Triage', 'NOT_AN_OPTION', '1'],
      [null, 'UNKNOWN', '2'],
      [null, 'UNKNOWN', '3'],
      [null, 'UNKNOWN', '4'],
      ['Old', 'INACTIVE', '5'],
      ['Elsewhere', 'NOT_FOR_REASON', '6'],
      ['Comments', 'GIVEN_TWICE', '8'],
      [null, 'UNKNOWN', '9'],
    ]);
    expect(errors[0].problems[0]).toMatchObject({
      fieldId: id.Insurance,
      message: 'Insurance does not match [A-Z]{2}\\d{4}.',
    });
    for (const fields of [
      [{ value: 'x' }],
      [{ fieldId: id.Comments, code: 'insurance', value: 'x' }],
      [{ fieldId: clinic.clientId, value: 'x' }],
      [fill('Comments', 'a\u0000b')],
      [fill('Comments', 'x'.repeat(10_001))],
    ]) {
      const { errors: faults } = await gateway.run(BOOK, { input: wanted({ fields }) });
      expect([JSON.stringify(fields).slice(0, 80), faults?.[0]?.extensions.code]).toEqual([
        JSON.stringify(fields).slice(0, 80),
        'BAD_USER_INPUT',
      ]);
    }
    expect(await total()).toEqual(before);
  });

  it('stay unchanged if omitted; null clears one, and the history records each change', async () => {
    const { appointment } = await book(gateway, clinic, next(), {
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
    ).toEqual([['Insurance', 'NO_MATCH']]);
    expect((await read(appointment.id)).customFieldText).toBe(
      'Insurance : AB1234\nTriage : Some day',
    );
    const { history } = (
      await gateway.data(
        'query ($id: ID!) { appointment(id: $id) { history { type changes { field from to } } } }',
        { id: appointment.id },
      )
    ).appointment;
    expect(history.at(-1)).toEqual({
      type: 'UPDATED',
      changes: [
        { field: `fields.${id.Comments}`, from: 'Boo!', to: null },
        { field: `fields.${id.Triage}`, from: null, to: 'low' },
      ],
    });
  });

  it('show clients and the public their own fields only, and accept no others from them', async () => {
    const key = await gateway.key(Role.CLIENT, { clientId: numberOf(clinic.clientId) });
    const shop = await gateway.key(Role.PUBLIC);
    const { appointment } = await book(gateway, clinic, next(), {
      fields: [fill('Comments', 'Boo!'), fill('Triage', 'high'), fill('Source', 'ad')],
    });
    expect((await read(appointment.id, key)).customFieldText).toBe('Comments : Boo!');
    expect((await read(appointment.id, key)).fields).toHaveLength(1);
    const asked = { clientId: undefined, staffId: clinic.staffId };
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
      `{ bookingNotifications(first: 100, filter: { appointmentIds: ["${appointment.id}"] }) { nodes { changes { field } appointment { customFieldText } } } }`,
      {},
      { key },
    );
    expect(seen.bookingNotifications.nodes.at(-1)).toEqual({
      changes: [{ field: 'note' }],
      appointment: { customFieldText: 'Comments : Boo!' },
    });
    const { history } = (
      await gateway.data(
        'query ($id: ID!) { appointment(id: $id) { history { changes { field } } } }',
        { id: appointment.id },
        { key },
      )
    ).appointment;
    expect(history.at(-1)).toEqual({ changes: [{ field: 'note' }] });
  });

  it('are shown through a manage link as to its client', async () => {
    const { appointment } = await book(gateway, clinic, next(), {
      fields: [fill('Comments', 'Boo!'), fill('Triage', 'high')],
    });
    const { manageUrl } = (
      await gateway.data('query ($id: ID!) { appointment(id: $id) { manageUrl } }', {
        id: appointment.id,
      })
    ).appointment;
    const { exchangeManageToken } = await gateway.data(
      'mutation ($token: String!) { exchangeManageToken(token: $token) { access { accessToken } } }',
      { token: manageUrl.split('#')[1] },
      { key: null },
    );
    const { accessToken } = exchangeManageToken.access;
    const shown = await gateway.data(
      `query ($id: ID!) { appointment(id: $id) { fields { value field { label options { label } } } customFieldText client { fields { value } } } }`,
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
    const { appointment } = await book(gateway, clinic, next(), {
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
    ).toEqual([['Size', 'INACTIVE']]);
    await change(gateway, 'deleteCustomField', { id: field });
    expect(await read(appointment.id)).toEqual({ fields: [], customFieldText: '' });
  });

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
      ['Risk', 'WRONG_TYPE'],
      [null, 'UNKNOWN'],
    ]);
    expect(await said()).toEqual(['7']);
    expect((await found('latex')).clients.nodes).toEqual([]);
    expect((await found('Nobody')).clients.nodes).toEqual([]);
    await gateway.logged();
    const { changes } = await gateway.data(
      `{ changes(first: 100, filter: { ids: ["${clientId}"] }) { nodes { type changes { field from to } } } }`,
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
      '{ appointments(first: 50) { nodes { id fields { value extendedValue validationError field { label options { label } } } customFieldText client { id } } } }',
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
    const fields: { fieldId: string; value: string }[] = [];
    for (let number = 0; number < 6; number += 1) {
      const { customField } = await change(
        gateway,
        'createCustomField',
        { label: `F${number}`, mode: 'CLIENT', dataType: 'AREA' },
        'customField { id }',
        other,
      );
      fields.push({ fieldId: customField.id, value: 'x'.repeat(9_000) });
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

  describe('with a required field', () => {
    const forReason = async (): Promise<string> =>
      addReason(gateway, {
        reasonDesc: 'Surgery',
        visitMinutes: 30,
        slotStepMinutes: 15,
        staffIds: [clinic.staffId, clinic.otherStaffId],
      });
    let surgery: string;
    beforeAll(async () => {
      surgery = await forReason();
      await define('Consent', {
        dataType: 'CHECK',
        required: true,
        filterByService: true,
        reasonIds: [surgery],
      });
    });

    it('is required in every booking of its reasons, and in no other', async () => {
      expect(await problemsOf('createAppointment', wanted({ reasonId: surgery }))).toEqual([
        ['Consent', 'REQUIRED'],
      ]);
      expect(
        await problemsOf(
          'createAppointment',
          wanted({ reasonId: surgery, fields: [fill('Consent', ' ')] }),
        ),
      ).toEqual([['Consent', 'REQUIRED']]);
      expect(
        (
          await book(gateway, clinic, next(), {
            reasonId: surgery,
            fields: [fill('Consent', 'true')],
          })
        ).userErrors,
      ).toEqual([]);
      expect((await book(gateway, clinic, next())).userErrors).toEqual([]);
      const { appointment } = await book(gateway, clinic, next(), {
        reasonId: surgery,
        fields: [fill('Consent', 'true')],
      });
      expect(
        await problemsOf('updateAppointment', {
          id: appointment.id,
          fields: [fill('Consent', null)],
        }),
      ).toEqual([['Consent', 'REQUIRED']]);
      expect(
        (await change(gateway, 'updateAppointment', { id: appointment.id, note: 'x' })).userErrors,
      ).toEqual([]);
    });

    it('are collected during a hold, and required when it is booked', async () => {
      const held = await change(
        gateway,
        'holdAppointment',
        {
          locationId: clinic.locationId,
          reasonId: surgery,
          staffId: clinic.staffId,
          clientId: clinic.clientId,
          start: next(),
        },
        'appointment { id }',
      );
      const of = held.appointment.id;
      expect(await problemsOf('bookAppointment', { id: of })).toEqual([['Consent', 'REQUIRED']]);
      await change(gateway, 'updateAppointment', { id: of, fields: [fill('Consent', 'true')] });
      const { appointment } = await change(
        gateway,
        'bookAppointment',
        { id: of, fields: [fill('Comments', 'Now')] },
        'appointment { status customFieldText }',
      );
      expect(appointment).toEqual({
        status: 'OPEN',
        customFieldText: 'Consent : Yes\nComments : Now',
      });
    });

    it('are required in a whole series and for every seat', async () => {
      const series = {
        locationId: clinic.locationId,
        reasonId: surgery,
        staffId: clinic.otherStaffId,
        clientId: clinic.clientId,
        localStart: '2031-05-05T09:00:00',
        rrule: 'FREQ=WEEKLY;COUNT=3',
      };
      expect(await problemsOf('createRecurringAppointment', series)).toEqual([
        ['Consent', 'REQUIRED'],
      ]);
      const { recurringAppointment } = await change(
        gateway,
        'createRecurringAppointment',
        { ...series, fields: [fill('Consent', 'false')] },
        'recurringAppointment { id appointments { nodes { customFieldText } } }',
      );
      expect(recurringAppointment.appointments.nodes).toEqual(
        Array.from({ length: 3 }, () => ({ customFieldText: 'Consent : No' })),
      );
      const lesson = await addReason(gateway, {
        reasonDesc: 'Yoga',
        visitMinutes: 60,
        reasonType: 'CLASS',
      });
      await change(gateway, 'updateCustomField', { id: id.Consent, reasonIds: [surgery, lesson] });
      const {
        classSchedules: [session],
      } = await change(
        gateway,
        'createClassSchedule',
        {
          reasonId: lesson,
          locationId: clinic.locationId,
          staffId: clinic.otherStaffId,
          start: '2031-06-02T14:00:00Z',
          capacity: 5,
        },
        'classSchedules { id }',
      );
      const seat = { reasonId: lesson, classScheduleId: session.id, clientId: clinic.clientId };
      expect(await problemsOf('createAppointment', seat)).toEqual([['Consent', 'REQUIRED']]);
      const { appointment } = await change(
        gateway,
        'createAppointment',
        { ...seat, fields: [fill('Consent', 'true')] },
        'appointment { customFieldText }',
      );
      expect(appointment.customFieldText).toBe('Consent : Yes');
    });

    it('are required for waitlist bookings and claims, and do not pass to the next invited client', async () => {
      const popular = await addReason(gateway, {
        reasonDesc: 'Popular',
        visitMinutes: 30,
        slotStepMinutes: 15,
        allowWaitList: true,
        staffIds: [clinic.staffId],
      });
      await change(gateway, 'updateCustomField', { id: id.Consent, reasonIds: [surgery, popular] });
      const start = next();
      const said = {
        reasonId: popular,
        fields: [fill('Consent', 'true'), fill('Comments', 'Mine alone')],
      };
      const { appointment } = await book(gateway, clinic, start, said);
      const join = async (lastName: string): Promise<string> => {
        const clientId = await addClient(gateway, {
          firstName: 'W',
          lastName,
          emailAddress: `${lastName}@example.org`,
        });
        return (
          await change(
            gateway,
            'joinWaitlist',
            { reasonId: popular, locationId: clinic.locationId, clientId, times: [start] },
            'waitlistEntry { id }',
          )
        ).waitlistEntry.id;
      };
      const [one, two] = [await join('one'), await join('two')];
      await change(gateway, 'cancelAppointment', { id: appointment.id, waitlistEntryIds: [one] });
      expect(await problemsOf('claimWaitlistInvitation', { id: one })).toEqual([
        ['Consent', 'REQUIRED'],
      ]);
      const claimed = await change(
        gateway,
        'claimWaitlistInvitation',
        { id: one, fields: [fill('Consent', 'false')] },
        'waitlistEntry { appointment { customFieldText } }',
      );
      expect(claimed.waitlistEntry.appointment).toEqual({ customFieldText: 'Consent : No' });
      const later = { id: two, staffId: clinic.staffId, start: next() };
      expect(await problemsOf('bookFromWaitlist', later)).toEqual([['Consent', 'REQUIRED']]);
      const booked = await change(
        gateway,
        'bookFromWaitlist',
        { ...later, fields: [fill('Consent', 'true')] },
        'waitlistEntry { appointment { customFieldText } }',
      );
      expect(booked.waitlistEntry.appointment).toEqual({ customFieldText: 'Consent : Yes' });
    });

    it('are not required of viewers who may not see the field, nor for time off', async () => {
      const shop = await gateway.key(Role.PUBLIC);
      const inside = await define('Internal number', { required: true, visibleOnScheduler: false });
      const client = { firstName: 'C', lastName: 'D', emailAddress: 'cd@example.org' };
      expect(
        (
          await change(
            gateway,
            'createAppointment',
            wanted({ clientId: undefined, client }),
            '',
            shop,
          )
        ).userErrors,
      ).toEqual([]);
      expect(await problemsOf('createAppointment', wanted())).toEqual([
        ['Internal number', 'REQUIRED'],
      ]);
      const personal = await addReason(gateway, {
        reasonDesc: 'Lunch',
        visitMinutes: 30,
        reasonType: 'PERSONAL',
      });
      expect(
        (await book(gateway, clinic, next(), { reasonId: personal, clientId: undefined }))
          .userErrors,
      ).toEqual([]);
      await change(gateway, 'deleteCustomField', { id: inside });
      expect((await book(gateway, clinic, next())).userErrors).toEqual([]);
    });

    it('are required for every new client, by any caller', async () => {
      const since = await define('Since', { mode: 'CLIENT', dataType: 'DATE', required: true });
      const shop = await gateway.key(Role.PUBLIC);
      const before = await total();
      const client = { firstName: 'E', lastName: 'F', emailAddress: 'ef@example.org' };
      expect(await problemsOf('createClient', { firstName: 'E', lastName: 'F' })).toEqual([
        ['Since', 'REQUIRED'],
      ]);
      const [error] = await refusedBy(
        'createAppointment',
        wanted({ clientId: undefined, client }),
        shop,
      );
      expect([error.code, error.path]).toEqual(['INVALID_FIELDS', ['input', 'client', 'fields']]);
      expect(await total()).toEqual(before);
      const booked = await change(
        gateway,
        'createAppointment',
        wanted({
          clientId: undefined,
          client: { ...client, fields: [fill('Since', '2030-01-31')] },
        }),
        'appointment { id client { fields { extendedValue } } }',
      );
      expect(booked.appointment.client.fields).toEqual([{ extendedValue: 'January 31, 2030' }]);
      expect(
        (await change(gateway, 'updateClient', { id: clinic.clientId, notes: 'x' })).userErrors,
      ).toEqual([]);
      await change(gateway, 'updateCustomField', { id: since, required: false });
      expect(
        (await change(gateway, 'createClient', { firstName: 'E', lastName: 'F' })).userErrors,
      ).toEqual([]);
    });
  });
});
