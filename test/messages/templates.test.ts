import { readFileSync } from 'node:fs';
import { Role } from '../../src/context';
import { MESSAGE_TYPES } from '../../src/features/messages/message-types';
import {
  fillTags,
  TAGS,
  unknownTags,
  type TagValues,
} from '../../src/features/messages/content/tags';
import { DEFAULT_TEMPLATES } from '../../src/features/messages/content/templates/defaults';
import {
  addClient,
  addClinic,
  addReason,
  book,
  change,
  refusal,
  type Clinic,
} from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';

const values = (given: Partial<TagValues>): TagValues => ({
  ...(Object.fromEntries(TAGS.map((tag) => [tag, ''])) as unknown as TagValues),
  ...given,
});

describe('built-in templates', () => {
  it('cover every message type in four languages with known tags only', () => {
    const names = DEFAULT_TEMPLATES.map(({ kind, channel, audience, language }) =>
      [kind, channel, audience, language].join(' '),
    );
    expect(new Set(names).size).toBe(MESSAGE_TYPES.length * 4);
    for (const { subject, text, html, channel } of DEFAULT_TEMPLATES) {
      expect([unknownTags(text), unknownTags(html ?? ''), unknownTags(subject ?? '')]).toEqual([
        [],
        [],
        [],
      ]);
      expect(text.replaceAll(/%[A-Z][A-Z0-9_]*%/g, '')).not.toMatch(/%|undefined|null/);
      expect([subject === null, html === null]).toEqual([channel === 'SMS', channel === 'SMS']);
    }
  });

  it('have a distinct subject in each language', () => {
    for (const type of MESSAGE_TYPES.filter(({ channel }) => channel === 'EMAIL')) {
      const subjects = DEFAULT_TEMPLATES.filter(
        ({ kind, channel, audience }) =>
          kind === type.kind && channel === type.channel && audience === type.audience,
      ).map(({ subject }) => subject);
      expect(new Set(subjects).size).toBe(4);
    }
  });
});

describe('tags', () => {
  it('are exactly those of the documentation', () => {
    const table =
      /\| tag +\|[\s\S]*?\n\n/.exec(readFileSync('docs/messages.md', 'utf8'))?.[0] ?? '';
    expect([...table.matchAll(/%([A-Z0-9_]+)%/g)].map(([, tag]) => tag).sort()).toEqual(
      [...TAGS].sort(),
    );
  });

  it('omit a line whose tags are all empty, and keep one with a value', () => {
    const template = 'Hello %CLIENT_NAME%\nPrice: %PRICE%\nPlain\n%STAFF% or %BUSINESS%';
    expect(fillTags(template, values({ CLIENT_NAME: 'Jon', BUSINESS: 'Clinic' }), 'text')).toBe(
      'Hello Jon\nPlain\n or Clinic',
    );
  });

  it('are replaced once: a value is never interpreted as a tag', () => {
    expect(
      fillTags(
        '%CLIENT_NAME%',
        values({ CLIENT_NAME: '%MANAGE_URL% %PRICE%', MANAGE_URL: 'secret' }),
        'text',
      ),
    ).toBe('%MANAGE_URL% %PRICE%');
  });

  it('are escaped in HTML', () => {
    const html = fillTags(
      '<a href="%MANAGE_URL%">%CLIENT_NAME%</a>',
      values({
        MANAGE_URL: 'https://x/?a=1&b="2"',
        CLIENT_NAME: "<img src=x onerror=alert(1)>\n'&",
      }),
      'html',
    );
    expect(html).toBe(
      '<a href="https://x/?a=1&#38;b=&#34;2&#34;">&#60;img src=x onerror=alert(1)&#62;<br>&#39;&#38;</a>',
    );
  });

  it('are reported once each if unknown', () => {
    expect(unknownTags('%CLIENT_NAME% %UNKNOWN% 100% %UNKNOWN% %no% %OTHER_2%')).toEqual([
      'UNKNOWN',
      'OTHER_2',
    ]);
  });
});

onEachDatabase('message templates', (gateway) => {
  let clinic: Clinic;
  let appointmentId: string;
  const PREVIEW = `query ($kind: MessageKind!, $id: ID!, $language: String, $channel: MessageChannel! = EMAIL, $audience: MessageAudience! = CLIENT) {
    previewMessage(kind: $kind, appointmentId: $id, language: $language, channel: $channel, audience: $audience) { language subject text html }
  }`;
  const preview = async (given: object): Promise<any> =>
    (await gateway.data(PREVIEW, { kind: 'CONFIRMATION', id: appointmentId, ...given }))
      .previewMessage;
  const own = { kind: 'CONFIRMATION', channel: 'EMAIL', audience: 'CLIENT', language: 'en' };
  const listed = async (filter: object) =>
    (
      await gateway.data(
        'query ($filter: MessageTemplateFilter) { messageTemplates(filter: $filter) { kind channel audience language subject text html builtIn } }',
        { filter },
      )
    ).messageTemplates;

  beforeAll(async () => {
    clinic = await addClinic(gateway);
    await change(gateway, 'updateReason', {
      id: clinic.reasonId,
      emailInstructions: 'Come <early>',
    });
    await change(gateway, 'updateLocation', {
      id: clinic.locationId,
      address: { address1: 'Dock 5', zip: '10001', city: 'New York' },
    });
    appointmentId = (await book(gateway, clinic, '2031-01-06T14:00:00Z', { note: 'Window seat' }))
      .appointment.id;
  });

  it('render a message in language, time zone and formats of the recipient', async () => {
    const {
      appointment: { manageUrl },
    } = await gateway.data('query ($id: ID!) { appointment(id: $id) { manageUrl } }', {
      id: appointmentId,
    });
    expect(await preview({})).toEqual({
      language: 'en',
      subject: 'Confirmed: Check-up a, Monday, Jan 6, 2031 at 9:00 AM EST',
      text: [
        'Hello Jon Snow a,',
        '',
        'Your appointment is booked. We look forward to seeing you.',
        '',
        'Appointment: Check-up a',
        'When: Monday, Jan 6, 2031 at 9:00 AM EST',
        'Length: 45 minutes',
        'With: drjones-a Jones',
        'Where: Office a',
        'Address: Dock 5, 10001 New York',
        'Price: $80.00',
        '',
        'Come <early>',
        '',
        `Reschedule or cancel: ${manageUrl}`,
        '',
        'Kind regards',
        'Test clinic',
      ].join('\n'),
      html: expect.stringContaining(
        '<tr><td>When</td><td>Monday, Jan 6, 2031 at 9:00 AM EST</td></tr>',
      ),
    });
    expect((await preview({})).html).toContain(`<a href="${manageUrl}">`);
    expect((await preview({})).html).toContain('<p>Come &#60;early&#62;</p>');
    const german = await preview({ language: 'de-AT', kind: 'REMINDER' });
    expect([german.language, german.subject]).toEqual([
      'de',
      'Zur Erinnerung: Check-up a, Montag, 6. Jänner 2031 um 09:00 GMT-5',
    ]);
    expect(await preview({ language: 'fr', channel: 'SMS', kind: 'CANCELLATION' })).toEqual({
      language: 'fr',
      subject: null,
      html: null,
      text: 'Test clinic : Check-up a du lundi 6 janvier 2031 à 09:00 UTC−5 est annulé.',
    });
    const spanish = await preview({ language: 'es', audience: 'STAFF' });
    expect(spanish.text).toContain('Cliente: Jon Snow a');
    expect(spanish.text).toContain('Nota: Window seat');
  });

  it('use language and time zone of the client, and those of the business for staff', async () => {
    const clientId = await addClient(gateway, {
      firstName: 'Ana',
      lastName: 'Gil',
      emailAddress: 'ana@example.org',
      locale: 'es-MX',
      timeZone: 'Europe/Madrid',
    });
    const { appointment } = await book(gateway, clinic, '2031-01-07T14:00:00Z', { clientId });
    expect((await preview({ id: appointment.id })).subject).toBe(
      'Confirmada: Check-up a, martes, 7 de enero de 2031, 3:00 p.m. GMT+1',
    );
    expect((await preview({ id: appointment.id, audience: 'STAFF' })).subject).toBe(
      'New appointment: Ana Gil, Tuesday, Jan 7, 2031 at 9:00 AM EST',
    );
    expect((await preview({ id: appointment.id, language: 'it' })).language).toBe('es');
  });

  it('contain add-ons and additional staff', async () => {
    const addOnId = await addReason(gateway, {
      reasonDesc: 'Massage & more',
      reasonType: 'ADDON',
      visitMinutes: 15,
    });
    const reasonId = await addReason(gateway, {
      reasonDesc: 'Wellness',
      visitMinutes: 45,
      staffIds: [clinic.staffId],
    });
    await change(gateway, 'setReasonAddOns', { reasonId, addOnIds: [addOnId] });
    const { appointment } = await book(gateway, { ...clinic, reasonId }, '2031-01-08T14:00:00Z', {
      addOnReasonIds: [addOnId],
      additionalStaffIds: [clinic.otherStaffId],
    });
    await change(gateway, 'saveMessageTemplate', {
      ...own,
      language: 'nl',
      subject: 'x',
      text: '%ADD_ONS% + %ADDITIONAL_STAFF% (%END_TIME%, %TIME_ZONE%, %CALENDAR_ID%)',
    });
    expect(await preview({ id: appointment.id, language: 'nl' })).toMatchObject({
      text: `Massage & more + drwho-a Jones (10:00, America/New_York, ${appointment.id.split(':')[1]})`,
      html: expect.stringContaining('Massage &#38; more'),
    });
    expect((await preview({ id: appointment.id, language: 'en' })).text).toContain(
      'Also: Massage & more',
    );
  });

  it('are built in until the business saves its own, and again after their deletion', async () => {
    const { messageTemplate } = await change(
      gateway,
      'saveMessageTemplate',
      { ...own, subject: 'Booked: %REASON%', text: 'Dear %CLIENT_FIRST_NAME%,\nsee <you>' },
      'messageTemplate { subject html builtIn }',
    );
    expect(messageTemplate).toEqual({ subject: 'Booked: %REASON%', html: null, builtIn: false });
    expect(await preview({})).toEqual({
      language: 'en',
      subject: 'Booked: Check-up a',
      text: 'Dear Jon,\nsee <you>',
      html: '<p>Dear Jon,<br>\nsee &#60;you&#62;</p>',
    });
    await change(gateway, 'saveMessageTemplate', {
      ...own,
      subject: 'Again',
      text: 'x',
      html: '<b>%CLIENT_FIRST_NAME%</b>',
    });
    expect(
      await listed({
        kinds: ['CONFIRMATION'],
        channels: ['EMAIL'],
        audiences: ['CLIENT'],
        languages: ['en'],
      }),
    ).toEqual([
      { ...own, subject: 'Again', text: 'x', html: '<b>%CLIENT_FIRST_NAME%</b>', builtIn: false },
    ]);
    await Promise.all(
      ['Both', 'Both'].map((subject) =>
        change(gateway, 'saveMessageTemplate', { ...own, subject, text: 'x' }),
      ),
    );
    await change(gateway, 'saveMessageTemplate', { ...own, subject: 'Again', text: 'x' });
    const gone = await change(gateway, 'deleteMessageTemplate', own, 'messageTemplate { subject }');
    expect(gone).toEqual({ messageTemplate: { subject: 'Again' }, userErrors: [] });
    expect((await preview({})).subject).toMatch(/^Confirmed/);
    expect(await refusal(gateway, 'deleteMessageTemplate', own)).toEqual(['NOT_FOUND', 'input']);
    expect((await listed({ languages: ['de', 'en', 'es', 'fr'] })).length).toBe(
      MESSAGE_TYPES.length * 4,
    );
  });

  it('support any language, and prefer a regional tag to its language', async () => {
    await change(gateway, 'saveMessageTemplate', {
      ...own,
      language: 'pt-br',
      subject: 'Confirmado',
      text: 'Olá',
    });
    await change(gateway, 'saveMessageTemplate', {
      ...own,
      language: 'de-CH',
      subject: 'Grüezi',
      text: 'Grüezi',
    });
    expect(await preview({ language: 'pt-BR' })).toMatchObject({
      language: 'pt-BR',
      subject: 'Confirmado',
    });
    expect((await preview({ language: 'pt' })).language).toBe('en');
    expect((await preview({ language: 'de-CH' })).language).toBe('de-CH');
    expect((await preview({ language: 'de' })).language).toBe('de');
  });

  it('are rejected with unknown tags, and the error lists the known ones', async () => {
    const before = await listed({});
    const { messageTemplate, userErrors } = (
      await gateway.data(
        'mutation ($input: SaveMessageTemplateInput!) { saveMessageTemplate(input: $input) { messageTemplate { text } userErrors { __typename code path ... on UnknownTagError { tags known } } } }',
        { input: { ...own, subject: 'x', text: 'Hi %FRIEND% %CLIENT_NAME%' } },
      )
    ).saveMessageTemplate;
    expect([messageTemplate, userErrors]).toEqual([
      null,
      [
        {
          __typename: 'UnknownTagError',
          code: 'UNKNOWN_TAG',
          path: ['input', 'text'],
          tags: ['FRIEND'],
          known: [...TAGS],
        },
      ],
    ]);
    expect(
      await refusal(gateway, 'saveMessageTemplate', { ...own, subject: '%X%', text: 'x' }),
    ).toEqual(['UNKNOWN_TAG', 'subject']);
    expect(
      await refusal(gateway, 'saveMessageTemplate', {
        ...own,
        subject: 'x',
        text: 'x',
        html: '%X%',
      }),
    ).toEqual(['UNKNOWN_TAG', 'html']);
    for (const [input, field] of [
      [{ ...own, text: 'x' }, 'subject'],
      [{ ...own, channel: 'SMS', subject: 'x', text: 'x' }, 'subject'],
      [{ ...own, channel: 'SMS', html: 'x', text: 'x' }, 'html'],
      [{ ...own, subject: 'two\nlines', text: 'x' }, 'subject'],
      [{ ...own, subject: 'x', text: 'x', language: 'no language' }, 'language'],
      [{ ...own, kind: 'THANK_YOU', audience: 'STAFF', subject: 'x', text: 'x' }, 'kind'],
      [{ ...own, subject: 'x', text: '' }, 'text'],
    ] as const)
      expect([field, await refusal(gateway, 'saveMessageTemplate', input)]).toEqual([
        field,
        ['BAD_USER_INPUT', field],
      ]);
    expect(await listed({})).toEqual(before);
  });

  it('are for administrators of their business only', async () => {
    await change(gateway, 'saveMessageTemplate', { ...own, subject: 'Ours', text: 'x' });
    const other = (await gateway.addBusiness({ name: 'Other', timeZone: 'UTC' })).secretKey;
    const { messageTemplates } = await gateway.data(
      '{ messageTemplates(filter: { languages: ["en"] }) { subject builtIn } }',
      {},
      { key: other },
    );
    expect(messageTemplates.filter(({ builtIn }: any) => !builtIn)).toEqual([]);
    expect(await refusal(gateway, 'deleteMessageTemplate', own, other)).toEqual([
      'NOT_FOUND',
      'input',
    ]);
    expect(
      (await gateway.run(PREVIEW, { kind: 'CONFIRMATION', id: appointmentId }, { key: other }))
        .errors,
    ).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
    expect(
      (await gateway.run(PREVIEW, { kind: 'THANK_YOU', audience: 'STAFF', id: appointmentId }))
        .errors,
    ).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', path: ['kind'] } }]);
    expect(
      (await gateway.run(PREVIEW, { kind: 'CONFIRMATION', id: appointmentId, language: '!' }))
        .errors,
    ).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', path: ['language'] } }]);
    const keys = [
      await gateway.key(Role.STAFF_USER, { staffId: Number(clinic.staffId.split(':')[1]) }),
      await gateway.key(Role.LOCATION_SUPER_USER, {
        locationIds: [Number(clinic.locationId.split(':')[1])],
      }),
      await gateway.key(Role.CLIENT, { clientId: Number(clinic.clientId.split(':')[1]) }),
      gateway.business.publishableKey,
    ];
    for (const key of keys) {
      expect(
        await refusal(gateway, 'saveMessageTemplate', { ...own, subject: 'x', text: 'x' }, key),
      ).toEqual(['FORBIDDEN', undefined]);
      expect(await refusal(gateway, 'deleteMessageTemplate', own, key)).toEqual([
        'FORBIDDEN',
        undefined,
      ]);
      for (const query of [
        '{ messageTemplates { text } }',
        `{ previewMessage(kind: CONFIRMATION, appointmentId: "${appointmentId}") { text } }`,
      ]) {
        expect((await gateway.run(query, {}, { key })).errors).toMatchObject([
          { extensions: { code: 'FORBIDDEN' } },
        ]);
      }
    }
    expect((await preview({})).subject).toBe('Ours');
  });
});
