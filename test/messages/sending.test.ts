import { sql } from '../../src/db/sql';
import { handlersOf } from '../../src/jobs/handler';
import { claim } from '../../src/jobs/leases';
import { addClient, book } from '../support/fixtures/clinic';
import { decoded, smtpError, startMailServer } from '../support/harness/mail';
import { HOUR, invited, NOW, onEachDatabaseWithPost } from '../support/fixtures/messages';

onEachDatabaseWithPost('sent messages', (gateway, post) => {
  it('are text and HTML with stable ids and a link for managing the appointment', async () => {
    const { appointment } = await book(gateway, post.clinic, '2031-01-09T14:00:00Z', {
      clientId: await post.anna(),
      sendConfirmationToStaff: false,
    });
    await post.plan();
    post.mail.state.verdict = () => smtpError(450, 'Not now');
    const seen: string[] = [];
    post.mail.state.verdict = ({ headers }) => (
      seen.push(headers['message-id']!),
      seen.length === 1 ? smtpError(450, 'Not now') : null
    );
    await gateway.gateway.jobs.runDue(NOW);
    expect(await post.states(appointment.id, { states: ['PLANNED'] })).toContain(
      'CONFIRMATION EMAIL CLIENT PLANNED',
    );
    expect((await post.told(appointment.id))[0].detail).toContain('Not now');
    await gateway.gateway.jobs.runDue(NOW + 2 * 60_000);
    expect(seen).toEqual([seen[0], seen[0]]);
    const [arrived] = post.mail.received.splice(0);
    expect(arrived!.parts.map(({ type }) => type)).toEqual([
      'text/plain',
      'text/html',
      'text/calendar',
      'application/ics',
    ]);
    expect(arrived!.parts[2]!.headers['content-type']).toMatch(/method=REQUEST/);
    const {
      appointment: { manageUrl },
    } = await gateway.data('query ($id: ID!) { appointment(id: $id) { manageUrl } }', {
      id: appointment.id,
    });
    expect(manageUrl).toMatch(/^http/);
    expect(arrived!.parts[0]!.text).toContain(manageUrl);
    expect(arrived!.headers).toMatchObject({
      'auto-submitted': 'auto-generated',
      'message-id': expect.stringMatching(/^<[\w.]+@clinic\.example>$/),
      to: 'Anna Bell <anna@example.org>',
      from: 'Test clinic <office@clinic.example>',
    });
  });

  it('escape names of clients in headers and HTML', async () => {
    const names = [
      { firstName: '"><script>alert(1)</script>', lastName: '%MANAGE_URL%' },
      { firstName: 'Zoë =?utf-8?Q?=0ABcc:_x@y.z?=', lastName: '王 🎉' },
      { firstName: 'Eve", <evil@example.org>,', lastName: 'x; charset=utf-7' },
    ];
    for (const [index, name] of names.entries()) {
      const clientId = await addClient(gateway, {
        ...name,
        emailAddress: `victim${index}@example.org`,
      });
      await book(gateway, post.clinic, `2031-01-27T1${4 + 2 * index}:00:00Z`, {
        clientId,
        note: 'line\r\nBcc: evil@example.org',
      });
    }
    const mails = await post.arrived();
    expect(mails.map(({ envelope }) => envelope.to.join()).sort()).toEqual([
      'drjones-a@example.org',
      'drjones-a@example.org',
      'drjones-a@example.org',
      'victim0@example.org',
      'victim1@example.org',
      'victim2@example.org',
    ]);
    for (const one of mails) {
      expect(
        one.headerLines
          .map((line) => line.split(':')[0]!.toLowerCase())
          .filter((name) => ['to', 'from', 'cc', 'bcc', 'subject', 'content-type'].includes(name))
          .sort(),
      ).toEqual(['content-type', 'from', 'subject', 'to']);
      const html = one.parts.find(({ type }) => type === 'text/html')!.text;
      expect(html).not.toMatch(/<script|<evil/);
      expect(invited(one.invitation).attendee).toBe(`mailto:${one.envelope.to[0]}`);
    }
    const zoe = mails.find(({ envelope }) => envelope.to[0] === 'victim1@example.org')!;
    expect(decoded(zoe.headers.to!)).toContain('王 🎉');
    const script = mails.find(({ envelope }) => envelope.to[0] === 'victim0@example.org')!;
    expect(script.parts[0]!.text).toContain('Hello "><script>alert(1)</script> %MANAGE_URL%,');
  });

  it('wait for an unavailable mail server, and fail after a permanent refusal', async () => {
    const { port } = post.mail;
    await post.mail.stop();
    const first = (
      await book(gateway, post.clinic, '2031-01-28T14:00:00Z', {
        clientId: await post.anna(),
        clientReminderHours: 0,
        staffReminderHours: 0,
      })
    ).appointment;
    expect(await post.deliver()).toEqual([]);
    expect(await post.states(first.id)).toEqual([
      'CONFIRMATION EMAIL CLIENT PLANNED',
      'CONFIRMATION EMAIL STAFF PLANNED',
    ]);
    post.mail = await startMailServer(port);
    expect(await post.deliver(NOW + 30_000)).toEqual([]);
    expect(await post.deliver(NOW + 2 * 60_000)).toEqual([
      expect.stringMatching(/^anna/),
      expect.stringMatching(/^drjones-a/),
    ]);
    expect(await post.deliver(NOW + HOUR)).toEqual([]);
    post.mail.state.verdict = ({ envelope }) =>
      envelope.to[0]!.startsWith('anna') ? smtpError(554, 'No such person') : null;
    gateway.time = NOW;
    const second = (
      await book(gateway, post.clinic, '2031-01-28T16:00:00Z', {
        clientId: await post.anna(),
        clientReminderHours: 0,
        staffReminderHours: 0,
      })
    ).appointment;
    expect(await post.deliver()).toEqual([expect.stringMatching(/^drjones-a/)]);
    expect(
      (await post.told(second.id)).map(({ state, detail }) => [
        state,
        detail && /No such person/.test(detail),
      ]),
    ).toEqual([
      ['FAILED', true],
      ['SENT', null],
    ]);
  });

  it('are retried by SMS after a failure of the gateway, and not after a refusal', async () => {
    const only = {
      clientReminderHours: 0,
      staffReminderHours: 0,
      remindClientSmsHours: 24,
      sendConfirmationToClient: false,
      sendConfirmationToStaff: false,
    };
    const again = (
      await book(gateway, post.clinic, '2031-01-29T14:00:00Z', {
        clientId: await post.anna(),
        ...only,
      })
    ).appointment;
    const never = (
      await book(gateway, post.clinic, '2031-01-29T16:00:00Z', {
        clientId: await post.anna(),
        ...only,
      })
    ).appointment;
    const without = (
      await book(gateway, post.clinic, '2031-01-29T18:00:00Z', {
        clientId: await post.anna({ firstName: 'Cy', cellPhone: null }),
        ...only,
      })
    ).appointment;
    post.sms.state.status = 503;
    await post.deliver(Date.parse('2031-01-28T14:00:00Z'));
    post.sms.state.status = 200;
    await post.deliver(Date.parse('2031-01-28T14:02:00Z'));
    expect(post.sms.received).toHaveLength(1);
    post.sms.state.status = 400;
    await post.deliver(Date.parse('2031-01-28T16:00:00Z'));
    post.sms.state.status = 200;
    await post.deliver(Date.parse('2031-01-28T18:00:00Z'));
    expect(post.sms.received).toHaveLength(1);
    expect(
      await Promise.all(
        [again, never, without].map(async ({ id }) => (await post.told(id))[0].state),
      ),
    ).toEqual(['SENT', 'FAILED', 'VOID']);
  });

  it('are recorded if no transport is configured', async () => {
    await post.boot(null, null);
    const { appointment } = await book(gateway, post.clinic, '2031-01-31T14:00:00Z', {
      clientId: await post.anna(),
    });
    await post.deliver();
    expect(post.mail.received).toEqual([]);
    const [client] = await post.told(appointment.id);
    expect(client).toMatchObject({
      state: 'RECORDED',
      sentTo: 'anna@example.org',
      language: 'en',
      subject: expect.stringMatching(/^Confirmed/),
      text: expect.stringContaining('Check-up a'),
      html: expect.stringContaining('<p>'),
      invitation: expect.stringContaining('BEGIN:VCALENDAR'),
    });
    const left = await gateway.gateway.db.all(
      sql`SELECT id FROM job WHERE kind = 'message.send' AND state = 'RUNNING'`,
    );
    expect(left).toEqual([]);
  });

  it('leave capacity for other jobs while a mail server hangs, and do not delay shutdown', async () => {
    await post.boot(post.mail.url, post.sms.url);
    let release = () => undefined as void;
    const released = new Promise<void>((resolve) => (release = resolve));
    post.mail.state.verdict = () => released.then(() => smtpError(451, 'Too late'));
    const clientId = await post.anna();
    for (let hour = 14; hour < 20; hour += 1)
      await book(gateway, post.clinic, `2031-02-12T${hour}:00:00Z`, {
        clientId,
        clientReminderHours: 0,
        staffReminderHours: 0,
      });
    await post.plan();
    const running = gateway.gateway.jobs.runDue(NOW);
    const inState = async (state: string) =>
      (
        await gateway.gateway.db.all(
          sql`SELECT id FROM job WHERE kind = 'message.send' AND state = ${state} AND run_at <= ${NOW}`,
        )
      ).length;
    while ((await inState('RUNNING')) < 8) await new Promise((resolve) => setTimeout(resolve, 10));
    const handlers = handlersOf([
      { kind: 'message.send', retryDelays: [], run: async () => undefined },
    ]);
    expect(
      await claim(gateway.gateway.db, handlers, { owner: 'another process', limit: 5, now: NOW }),
    ).toEqual([]);
    expect([await inState('RUNNING'), await inState('WAITING')]).toEqual([8, 4]);
    // The mail server answers after the stop only.
    await gateway.gateway.stop();
    await running;
    release();
    post.mail.state.verdict = () => null;
    await gateway.boot();
    expect(await post.deliver()).toHaveLength(12);
  });
});
