import { Role } from '../../../src/context';
import { MESSAGE_TYPES } from '../../../src/features/messages/message-types';
import { TAGS } from '../../../src/features/messages/content/tags';
import { change, refusal } from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';
import type { TemplatesFixture } from './templates.fixture';

export function changesCases(gateway: TestGateway, fixture: TemplatesFixture): void {
  const { PREVIEW, preview, own } = fixture;

  const listed = async (filter: object) =>
    (
      await gateway.data(
        `query ($filter: MessageTemplateFilter) {
          messageTemplates(filter: $filter) {
            kind channel audience language subject text html builtIn
          }
        }`,
        { filter },
      )
    ).messageTemplates;

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
    const read = async () =>
      (
        await gateway.data(
          `query (
            $kind: MessageKind!, $channel: MessageChannel!, $audience: MessageAudience!,
            $language: String!
          ) {
            messageTemplate(
              kind: $kind, channel: $channel, audience: $audience, language: $language
            ) { subject builtIn }
          }`,
          own,
        )
      ).messageTemplate;
    expect(await read()).toEqual({ subject: 'Again', builtIn: false });
    const gone = await change(gateway, 'deleteMessageTemplate', own, 'messageTemplate { subject }');
    expect(await read()).toMatchObject({ builtIn: true });
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
        `mutation ($input: SaveMessageTemplateInput!) {
          saveMessageTemplate(input: $input) {
            messageTemplate { text }
            userErrors { __typename code path ... on InvalidInputError { problems { code path message } } }
          }
        }`,
        { input: { ...own, subject: 'x', text: 'Hi %FRIEND% %CLIENT_NAME%' } },
      )
    ).saveMessageTemplate;
    expect([messageTemplate, userErrors]).toEqual([
      null,
      [
        {
          __typename: 'InvalidInputError',
          code: 'INVALID_INPUT',
          path: ['input', 'text'],
          problems: [
            {
              code: 'UNKNOWN',
              path: ['input', 'text'],
              message: expect.stringContaining(
                `Unknown tag %FRIEND%. Custom fields have tags, and so has every business: ${TAGS.map((tag) => `%${tag}%`).join(', ')}.`,
              ),
            },
          ],
        },
      ],
    ]);
    expect(
      await refusal(gateway, 'saveMessageTemplate', { ...own, subject: '%X%', text: 'x' }),
    ).toEqual(['INVALID_INPUT', 'subject']);
    expect(
      await refusal(gateway, 'saveMessageTemplate', {
        ...own,
        subject: 'x',
        text: 'x',
        html: '%X%',
      }),
    ).toEqual(['INVALID_INPUT', 'html']);
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
        ['INVALID_INPUT', field],
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
      (
        await gateway.run(
          PREVIEW,
          { kind: 'CONFIRMATION', id: fixture.appointmentId },
          { key: other },
        )
      ).errors,
    ).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
    expect(
      (
        await gateway.run(PREVIEW, {
          kind: 'THANK_YOU',
          audience: 'STAFF',
          id: fixture.appointmentId,
        })
      ).errors,
    ).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', path: ['kind'] } }]);
    expect(
      (
        await gateway.run(PREVIEW, {
          kind: 'CONFIRMATION',
          id: fixture.appointmentId,
          language: '!',
        })
      ).errors,
    ).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT', path: ['language'] } }]);
    const keys = [
      await gateway.key(Role.STAFF_USER, { staffId: Number(fixture.clinic.staffId.split(':')[1]) }),
      await gateway.key(Role.LOCATION_SUPER_USER, {
        locationIds: [Number(fixture.clinic.locationId.split(':')[1])],
      }),
      await gateway.key(Role.CLIENT, { clientId: Number(fixture.clinic.clientId.split(':')[1]) }),
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
        `{
          previewMessage(kind: CONFIRMATION, appointmentId: "${fixture.appointmentId}") { text }
        }`,
      ]) {
        expect((await gateway.run(query, {}, { key })).errors).toMatchObject([
          { extensions: { code: 'FORBIDDEN' } },
        ]);
      }
    }
    expect((await preview({})).subject).toBe('Ours');
  });
}
