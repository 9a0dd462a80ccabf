import { loadConfig } from '../../src/config';
import { smtpTransport } from '../../src/features/messages/transports/smtp';
import { startMailServer } from '../support/harness/mail';

describe('the configuration of transports', () => {
  it('requires a valid sender address', () => {
    expect(loadConfig({})).toMatchObject({
      smtpUrl: null,
      mailFrom: 'messages@localhost',
      smsWebhookUrl: null,
    });
    expect(
      loadConfig({ SMTP_URL: 'smtps://u:p@mail.example:465', MAIL_FROM: 'office@clinic.example' }),
    ).toMatchObject({ smtpUrl: 'smtps://u:p@mail.example:465', mailFrom: 'office@clinic.example' });
    for (const [env, says] of [
      [{ SMTP_URL: 'smtp://mail.example' }, /MAIL_FROM/],
      [{ SMTP_URL: 'http://mail.example', MAIL_FROM: 'a@b.c' }, /SMTP_URL/],
      [{ MAIL_FROM: 'Clinic <office@clinic.example>' }, /MAIL_FROM/],
      [{ SMS_WEBHOOK_URL: 'ftp://sms.example' }, /SMS_WEBHOOK_URL/],
    ] as const)
      expect(() => loadConfig(env)).toThrow(says);
  });

  it.each([
    ['a name', { to: { name: 'Eve\r\nBcc: evil@example.org', address: 'victim@example.org' } }],
    [
      'the name of the business',
      {
        from: {
          name: 'Clinic\r\nBcc: evil@example.org\r\n\r\nHello',
          address: 'office@clinic.example',
        },
      },
    ],
    ['a subject', { subject: 'Hello\r\nBcc: evil@example.org\r\n\r\n<b>' }],
    [
      'an address',
      { to: { name: 'Eve', address: 'victim@example.org\r\nRCPT TO:<evil@example.org>' } },
    ],
    ['two addresses', { to: { name: 'Eve', address: 'victim@example.org, evil@example.org' } }],
    ['an id', { messageId: '<1@clinic.example>\r\nBcc: evil@example.org' }],
  ])('allows no header injection and no further recipient by %s', async (_name, given) => {
    const mail = await startMailServer();
    const email = {
      messageId: '<1@clinic.example>',
      from: { name: 'Clinic', address: 'office@clinic.example' },
      to: { name: 'Eve', address: 'victim@example.org' },
      subject: 'Hello',
      text: 'Text',
      html: '<p>',
      invitation: null,
      ...given,
    };
    await smtpTransport(mail.url)(email, new AbortController().signal).catch(() => undefined);
    await mail.stop();
    expect(mail.received.length).toBeLessThanOrEqual(1);
    for (const { envelope, headers, headerLines } of mail.received) {
      expect(envelope.to).not.toContain('evil@example.org');
      expect(headers).not.toHaveProperty('bcc');
      expect(
        headerLines.filter((line) => /^(to|from|cc|subject|message-id):/i.test(line)),
      ).toHaveLength(4);
    }
  });
});
