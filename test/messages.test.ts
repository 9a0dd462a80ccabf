import ICAL from 'ical.js';
import { Role } from '../src/context';
import { planMessages } from '../src/features/messages/message.planner';
import { carriersOf } from '../src/features/messages/carriers';
import { sql } from '../src/shared/db/sql';
import { addClient, addClinic, addReason, addStaff, book, change, refusal, type Clinic } from './support/clinic';
import { onEachDatabase } from './support/gateway';
import { decoded, smtpError, startMailServer, startSmsServer } from './support/mail';

const HOUR = 3_600_000;
const NOW = Date.parse('2031-01-02T15:00:00Z');
const numberOf = (id: string) => Number(id.split(':')[1]);

/** What a calendar program takes over from an invitation. */
function invited(text: string | null) {
  const calendar = new ICAL.Component(ICAL.parse(text as string));
  const event = calendar.getFirstSubcomponent('vevent')!;
  const value = (name: string) => event.getFirstPropertyValue(name)?.toString();
  return { method: calendar.getFirstPropertyValue('method'), uid: value('uid'), sequence: Number(value('sequence')), status: value('status'), start: value('dtstart'), summary: value('summary'), attendee: value('attendee') };
}

onEachDatabase('messages', (gateway) => {
  let mail: Awaited<ReturnType<typeof startMailServer>>;
  let sms: Awaited<ReturnType<typeof startSmsServer>>;
  let clinic: Clinic;

  beforeAll(async () => {
    [mail, sms] = [await startMailServer(), await startSmsServer()];
    gateway.options = { tells: false, carriers: carriersOf({ smtpUrl: mail.url, mailFrom: 'office@clinic.example', smsWebhookUrl: sms.url }) };
    await gateway.gateway.stop();
    await gateway.boot();
    gateway.time = NOW;
    clinic = await addClinic(gateway);
  });
  afterAll(() => Promise.all([mail.stop(), sms.stop()]));
  beforeEach(() => {
    gateway.time = NOW;
    mail.received.length = sms.received.length = 0;
    mail.state.verdict = () => null;
    sms.state.status = 200;
  });

  /** Plans and sends whatever is due at an instant; answers subjects by address. */
  async function deliver(at = gateway.time as number): Promise<string[]> {
    gateway.time = at;
    const { db, ids, jobs } = gateway.gateway;
    await gateway.logged();
    await planMessages(db, ids, at);
    await jobs.runDue(at);
    return mail.received.splice(0).map(({ envelope, subject }) => `${envelope.to.join()}: ${subject}`).sort();
  }
  const told = async (id: string, filter: object = {}): Promise<any[]> => (await gateway.data(
    'query ($id: ID!, $filter: MessageFilter) { appointment(id: $id) { messages(filter: $filter, first: 50) { nodes { kind channel audience state detail sentTo offsetHours version dueAt subject text html invitation language client { id } staff { id } } } } }', { id, filter },
  )).appointment.messages.nodes.reverse();
  const states = async (id: string, filter?: object) => (await told(id, filter)).map(({ kind, channel, audience, state }) => `${kind} ${channel} ${audience} ${state}`);
  const anna = (input: object = {}) => addClient(gateway, { firstName: 'Anna', lastName: 'Bell', emailAddress: 'anna@example.org', cellPhone: '+12125550123', ...input });

  it('tell of a booking\'s whole life, each once, to whom it concerns, in order', async () => {
    const clientId = await anna();
    const { appointment } = await book(gateway, clinic, '2031-01-06T14:00:00Z', { clientId });
    expect(await deliver()).toEqual(['anna@example.org: Confirmed: Check-up a, Monday, Jan 6, 2031 at 9:00 AM EST', 'drjones-a@example.org: New appointment: Anna Bell, Monday, Jan 6, 2031 at 9:00 AM EST']);
    expect(await deliver()).toEqual([]);
    await change(gateway, 'rescheduleAppointment', { id: appointment.id, start: '2031-01-07T15:00:00Z', changeReason: 'A train' });
    expect(await deliver()).toEqual(['anna@example.org: Changed: Check-up a, now Tuesday, Jan 7, 2031 at 10:00 AM EST', 'drjones-a@example.org: Changed: Anna Bell, now Tuesday, Jan 7, 2031 at 10:00 AM EST']);
    expect(await deliver(Date.parse('2031-01-05T15:00:00Z'))).toEqual([]);
    expect(await deliver(Date.parse('2031-01-06T15:00:00Z'))).toEqual(['anna@example.org: Reminder: Check-up a, Tuesday, Jan 7, 2031 at 10:00 AM EST', 'drjones-a@example.org: Coming up: Anna Bell, Tuesday, Jan 7, 2031 at 10:00 AM EST']);
    gateway.time = Date.parse('2031-01-07T16:00:00Z');
    await change(gateway, 'noShowAppointment', { id: appointment.id });
    expect(await deliver()).toEqual(['anna@example.org: We missed you: Check-up a, Tuesday, Jan 7, 2031 at 10:00 AM EST']);
    await change(gateway, 'setAppointmentStatus', { id: appointment.id, status: 'OPEN' });
    await change(gateway, 'completeAppointment', { id: appointment.id });
    expect(await deliver()).toEqual(['anna@example.org: Thank you for coming to Test clinic']);
    expect(await states(appointment.id)).toEqual([
      'CONFIRMATION EMAIL CLIENT SENT', 'CONFIRMATION EMAIL STAFF SENT', 'REMINDER EMAIL CLIENT VOID', 'REMINDER EMAIL STAFF VOID',
      'CHANGE EMAIL CLIENT SENT', 'CHANGE EMAIL STAFF SENT', 'REMINDER EMAIL CLIENT SENT', 'REMINDER EMAIL STAFF SENT', 'NO_SHOW EMAIL CLIENT SENT', 'THANK_YOU EMAIL CLIENT SENT',
    ]);
  });

  it('carry an invitation that calendars take over: one event, whose sequence rises, and which ends when it is cancelled', async () => {
    const clientId = await anna();
    const { appointment } = await book(gateway, clinic, '2031-01-08T14:00:00Z', { clientId });
    const { db, ids, jobs } = gateway.gateway;
    const next = async () => {
      await gateway.logged();
      await planMessages(db, ids, NOW);
      await jobs.runDue(NOW);
      return mail.received.splice(0).sort((one, other) => (one.envelope.to[0]! < other.envelope.to[0]! ? -1 : 1)).map(({ invitation }) => invited(invitation));
    };
    const [first, ofStaff] = await next();
    expect(first).toEqual({ method: 'REQUEST', uid: expect.stringMatching(/@slotgraph$/), sequence: 0, status: 'CONFIRMED', start: '2031-01-08T09:00:00', summary: 'Check-up a', attendee: 'mailto:anna@example.org' });
    expect(ofStaff).toEqual({ ...first, summary: 'Anna Bell: Check-up a', attendee: 'mailto:drjones-a@example.org' });
    await change(gateway, 'rescheduleAppointment', { id: appointment.id, start: '2031-01-08T16:00:00Z', staffId: clinic.otherStaffId });
    const [client, old, fresh] = await next();
    expect(client).toEqual({ ...first, sequence: 1, start: '2031-01-08T11:00:00' });
    expect(old).toMatchObject({ method: 'CANCEL', uid: first!.uid, sequence: 1, status: 'CANCELLED', attendee: 'mailto:drjones-a@example.org' });
    expect(fresh).toMatchObject({ method: 'REQUEST', uid: first!.uid, sequence: 1, attendee: 'mailto:drwho-a@example.org' });
    await change(gateway, 'cancelAppointment', { id: appointment.id });
    expect((await next()).map((event) => event)).toEqual([
      { ...client, method: 'CANCEL', sequence: 2, status: 'CANCELLED' }, { ...fresh, method: 'CANCEL', sequence: 2, status: 'CANCELLED' },
    ]);
    expect((await told(appointment.id, { kinds: ['CANCELLATION'], audiences: ['CLIENT'] }))[0]).toMatchObject({ sentTo: 'anna@example.org', invitation: expect.stringContaining('METHOD:CANCEL'), staff: null, client: { id: clientId } });
  });

  it('are text and HTML with stable ids, and say where one manages the appointment', async () => {
    const { appointment } = await book(gateway, clinic, '2031-01-09T14:00:00Z', { clientId: await anna(), sendConfirmationToStaff: false });
    await gateway.logged();
    await planMessages(gateway.gateway.db, gateway.gateway.ids, NOW);
    mail.state.verdict = () => smtpError(450, 'Not now');
    const seen: string[] = [];
    mail.state.verdict = ({ headers }) => (seen.push(headers['message-id']!), seen.length === 1 ? smtpError(450, 'Not now') : null);
    await gateway.gateway.jobs.runDue(NOW);
    expect(await states(appointment.id, { states: ['PLANNED'] })).toContain('CONFIRMATION EMAIL CLIENT PLANNED');
    expect((await told(appointment.id))[0].detail).toContain('Not now');
    await gateway.gateway.jobs.runDue(NOW + 2 * 60_000);
    expect(seen).toEqual([seen[0], seen[0]]);
    const [arrived] = mail.received.splice(0);
    expect(arrived!.parts.map(({ type }) => type)).toEqual(['text/plain', 'text/html', 'text/calendar', 'application/ics']);
    expect(arrived!.parts[2]!.headers['content-type']).toMatch(/method=REQUEST/);
    const { appointment: { manageUrl } } = await gateway.data('query ($id: ID!) { appointment(id: $id) { manageUrl } }', { id: appointment.id });
    expect(manageUrl).toMatch(/^http/);
    expect(arrived!.parts[0]!.text).toContain(manageUrl);
    expect(arrived!.headers).toMatchObject({ 'auto-submitted': 'auto-generated', 'message-id': expect.stringMatching(/^<[\w.]+@clinic\.example>$/), to: 'Anna Bell <anna@example.org>', from: 'Test clinic <office@clinic.example>' });
  });

  it('are not sent to whom the caller says they are not, and only staff may say so', async () => {
    const clientId = await anna();
    const { appointment } = await book(gateway, clinic, '2031-01-10T14:00:00Z', { clientId, sendConfirmationToClient: false });
    expect(await deliver()).toEqual(['drjones-a@example.org: New appointment: Anna Bell, Friday, Jan 10, 2031 at 9:00 AM EST']);
    await change(gateway, 'noShowAppointment', { id: appointment.id, notifyClient: false });
    await change(gateway, 'setAppointmentStatus', { id: appointment.id, status: 'OPEN' });
    mail.received.length = 0;
    await deliver();
    await change(gateway, 'completeAppointment', { id: appointment.id, notifyClient: false });
    expect(await deliver()).toEqual([]);
    const other = (await book(gateway, clinic, '2031-01-10T16:00:00Z', { clientId, sendConfirmationToClient: false, sendConfirmationToStaff: false })).appointment;
    await change(gateway, 'cancelAppointment', { id: other.id, notifyStaff: false });
    expect(await deliver()).toEqual(['anna@example.org: Cancelled: Check-up a, Friday, Jan 10, 2031 at 11:00 AM EST']);
    const third = (await book(gateway, clinic, '2031-01-10T16:00:00Z', { clientId, sendConfirmationToClient: true, sendConfirmationToStaff: false })).appointment;
    await deliver();
    const key = await gateway.key(Role.CLIENT, { clientId: numberOf(clientId) });
    expect(await refusal(gateway, 'cancelAppointment', { id: third.id, notifyStaff: false }, key)).toEqual(['FORBIDDEN', 'notifyStaff']);
    expect(await refusal(gateway, 'cancelAppointment', { id: third.id, notifyClient: false }, key)).toEqual(['FORBIDDEN', 'notifyClient']);
    const { clientId: _, ...asked } = clinic;
    expect(await refusal(gateway, 'createAppointment', { locationId: asked.locationId, reasonId: asked.reasonId, staffId: asked.staffId, start: '2031-01-13T14:00:00Z', sendConfirmationToStaff: false }, key)).toEqual(['FORBIDDEN', 'sendConfirmationToStaff']);
    await change(gateway, 'cancelAppointment', { id: third.id, notifyClient: false });
    expect(await deliver()).toEqual(['drjones-a@example.org: Cancelled: Anna Bell, Friday, Jan 10, 2031 at 11:00 AM EST']);
  });

  it('are not sent to clients who do not want them, by category and by kind, whenever they said so', async () => {
    const clientId = await anna({ excludedEmailCategories: ['FOLLOW_UP'], excludedEmailTemplates: ['CHANGE'] });
    const read = async () => (await gateway.data('query ($id: ID!) { client(id: $id) { excludedEmailCategories excludedEmailTemplates } }', { id: clientId })).client;
    expect(await read()).toEqual({ excludedEmailCategories: ['FOLLOW_UP'], excludedEmailTemplates: ['CHANGE'] });
    const { appointment } = await book(gateway, clinic, '2031-01-14T14:00:00Z', { clientId });
    await change(gateway, 'rescheduleAppointment', { id: appointment.id, start: '2031-01-14T15:00:00Z' });
    expect((await deliver()).filter((line) => line.startsWith('anna'))).toEqual([expect.stringMatching(/Confirmed/)]);
    const key = await gateway.key(Role.CLIENT, { clientId: numberOf(clientId) });
    expect((await change(gateway, 'updateClient', { id: clientId, excludedEmailCategories: ['REMINDER', 'FOLLOW_UP', 'REMINDER'] }, 'client { excludedEmailCategories }', key)).client).toEqual({ excludedEmailCategories: ['REMINDER', 'FOLLOW_UP'] });
    expect(await refusal(gateway, 'updateClient', { id: clientId, excludedEmailTemplates: null })).toEqual(['BAD_USER_INPUT', 'excludedEmailTemplates']);
    expect((await deliver(Date.parse('2031-01-13T15:00:00Z'))).filter((line) => line.startsWith('anna'))).toEqual([]);
    await change(gateway, 'completeAppointment', { id: appointment.id });
    expect(await deliver()).toEqual([]);
    const notSent = (await told(appointment.id, { audiences: ['CLIENT'], states: ['VOID'] })).filter(({ detail }) => detail === 'The client does not want these e-mails.');
    expect(notSent.map(({ kind, sentTo, subject }) => [kind, sentTo, subject])).toEqual([['CHANGE', null, null], ['REMINDER', null, null], ['THANK_YOU', null, null]]);
  });

  it('remind by the hours of the appointment, by e-mail and SMS, and never of one that moved, was cancelled, or begins too soon', async () => {
    const clientId = await anna();
    const reminders = { clientReminderHours: 48, staffReminderHours: 0, remindClientSmsHours: 3, remindStaffSmsHours: 0, sendConfirmationToClient: false, sendConfirmationToStaff: false };
    const { appointment } = await book(gateway, clinic, '2031-01-16T14:00:00Z', { clientId, ...reminders });
    const start = Date.parse('2031-01-16T14:00:00Z');
    expect(await deliver()).toEqual([]);
    await change(gateway, 'updateAppointment', { id: appointment.id, clientReminderHours: 24 });
    expect(await deliver(start - 48 * HOUR)).toEqual([]);
    expect(await deliver(start - 24 * HOUR - 1)).toEqual([]);
    expect(await deliver(start - 24 * HOUR)).toEqual([expect.stringMatching(/^anna@example.org: Reminder/)]);
    await deliver(start - 3 * HOUR);
    expect(sms.received).toEqual([{ to: '+12125550123', text: expect.stringMatching(/^Test clinic: remember Check-up a with drjones-a Jones on Thursday, Jan 16, 2031 at 9:00 AM EST\. http/), key: expect.stringMatching(/^[\w.]+$/) }]);
    expect((await told(appointment.id)).map(({ channel, offsetHours, state }) => [channel, offsetHours, state])).toEqual([['EMAIL', 48, 'VOID'], ['SMS', 3, 'VOID'], ['EMAIL', 24, 'SENT'], ['SMS', 3, 'SENT']]);

    gateway.time = NOW;
    const moved = (await book(gateway, clinic, '2031-01-17T14:00:00Z', { clientId, ...reminders, remindClientSmsHours: 0 })).appointment;
    const gone = (await book(gateway, clinic, '2031-01-17T16:00:00Z', { clientId, ...reminders, remindClientSmsHours: 0 })).appointment;
    await book(gateway, clinic, '2031-01-03T20:00:00Z', { clientId, ...reminders });
    await deliver();
    const due = Date.parse('2031-01-17T16:00:00Z') - 48 * HOUR;
    gateway.time = due - 1000;
    await change(gateway, 'rescheduleAppointment', { id: moved.id, start: '2031-01-20T14:00:00Z' });
    await change(gateway, 'cancelAppointment', { id: gone.id, notifyClient: false, notifyStaff: false });
    // The planner has not seen it yet: what is sent is judged by how things stand.
    await gateway.gateway.jobs.runDue(due);
    expect(mail.received.splice(0).map(({ subject }) => subject)).toEqual([]);
    expect((await told(gone.id)).map(({ state, detail }) => [state, detail])).toEqual([['VOID', 'The appointment does not take place.']]);
    expect(await deliver(due)).toEqual([expect.stringMatching(/^anna@example.org: Changed/), expect.stringMatching(/^drjones-a@example.org: Changed/)]);
    expect(await deliver(Date.parse('2031-01-18T14:00:00Z'))).toEqual(['anna@example.org: Reminder: Check-up a, Monday, Jan 20, 2031 at 9:00 AM EST']);
  });

  it('are not sent once a reminder is an hour late, and until then they are', async () => {
    const only = { clientReminderHours: 24, staffReminderHours: 0, sendConfirmationToClient: false, sendConfirmationToStaff: false };
    const inTime = (await book(gateway, clinic, '2031-01-21T14:00:00Z', { clientId: await anna(), ...only })).appointment;
    const late = (await book(gateway, clinic, '2031-01-21T16:00:00Z', { clientId: await anna({ firstName: 'Bea', emailAddress: 'bea@example.org' }), ...only })).appointment;
    await deliver();
    expect(await deliver(Date.parse('2031-01-20T15:00:00Z'))).toEqual([expect.stringMatching(/^anna/)]);
    expect(await deliver(Date.parse('2031-01-20T17:00:00.001Z'))).toEqual([]);
    expect((await told(inTime.id))[0].state).toBe('SENT');
    expect((await told(late.id)).map(({ state, detail }) => [state, detail])).toEqual([['VOID', 'It could not be sent in time.']]);
  });

  it('ask staff to confirm what waits for them, and tell the client once they have', async () => {
    const reasonId = await addReason(gateway, { reasonDesc: 'Surgery', visitMinutes: 60, requiresStaffConfirmation: true, staffIds: [clinic.staffId] });
    const clientId = await anna();
    const key = await gateway.key(Role.CLIENT, { clientId: numberOf(clientId) });
    const { appointment, userErrors } = await book(gateway, { ...clinic, reasonId, clientId }, '2031-01-22T14:00:00Z', {}, key);
    expect(userErrors).toEqual([]);
    expect(await deliver()).toEqual(['drjones-a@example.org: Please confirm: Anna Bell, Wednesday, Jan 22, 2031 at 9:00 AM EST']);
    await change(gateway, 'confirmAppointment', { id: appointment.id });
    expect(await deliver()).toEqual([expect.stringMatching(/^anna@example.org: Confirmed: Surgery/), expect.stringMatching(/^drjones-a@example.org: New appointment/)]);
    expect((await states(appointment.id, { kinds: ['REMINDER'] }))).toEqual(['REMINDER EMAIL CLIENT PLANNED', 'REMINDER EMAIL STAFF PLANNED']);
    const declined = (await book(gateway, { ...clinic, reasonId, clientId }, '2031-01-22T16:00:00Z', {}, key)).appointment;
    await deliver();
    await gateway.data('mutation ($input: ConfirmAppointmentInput!) { declineAppointment(input: $input) { userErrors { code } } }', { input: { id: declined.id } });
    expect(await deliver()).toEqual([expect.stringMatching(/^anna@example.org: Cancelled: Surgery/), expect.stringMatching(/^drjones-a@example.org: Cancelled/)]);
  });

  it('say nothing of holds, of time off, and of what the business has turned off', async () => {
    await change(gateway, 'holdAppointment', { locationId: clinic.locationId, reasonId: clinic.reasonId, staffId: clinic.staffId, start: '2031-01-23T14:00:00Z', clientId: await anna() });
    const personal = await addReason(gateway, { reasonDesc: 'Holiday', reasonType: 'PERSONAL', visitMinutes: 60, staffIds: [clinic.otherStaffId] });
    await book(gateway, { ...clinic, reasonId: personal, staffId: clinic.otherStaffId, clientId: null as never }, '2031-01-23T14:00:00Z');
    expect(await deliver()).toEqual([]);
    const settings = async (): Promise<any> => (await gateway.data('{ messageSettings { clientReminderHours remindStaffSmsHours messages { kind channel audience enabled } } }')).messageSettings;
    const on = async () => (await settings()).messages.filter(({ enabled }: any) => enabled).map(({ kind, channel, audience }: any) => `${kind} ${channel} ${audience}`);
    expect((await on()).filter((name: string) => name.includes('SMS'))).toEqual(['REMINDER SMS CLIENT', 'WAITLIST_INVITATION SMS CLIENT', 'REMINDER SMS STAFF']);
    const off = { kind: 'CONFIRMATION', channel: 'EMAIL', audience: 'STAFF', enabled: false };
    const sent = { kind: 'CONFIRMATION', channel: 'SMS', audience: 'CLIENT', enabled: true };
    await change(gateway, 'updateMessageSettings', { messages: [off, sent], remindStaffSmsHours: 2 }, 'messageSettings { remindStaffSmsHours }');
    expect(await on()).toEqual(expect.arrayContaining(['CONFIRMATION SMS CLIENT']));
    expect(await on()).not.toContain('CONFIRMATION EMAIL STAFF');
    const { appointment } = await book(gateway, clinic, '2031-01-24T14:00:00Z', { clientId: await anna() });
    expect(await deliver()).toEqual([expect.stringMatching(/^anna@example.org: Confirmed/)]);
    expect(sms.received.map(({ to }) => to)).toEqual(['+12125550123']);
    expect(await states(appointment.id, { states: ['PLANNED'] })).toEqual(['REMINDER EMAIL CLIENT PLANNED', 'REMINDER EMAIL STAFF PLANNED', 'REMINDER SMS STAFF PLANNED']);
    expect(await refusal(gateway, 'updateMessageSettings', { messages: [{ kind: 'THANK_YOU', channel: 'EMAIL', audience: 'STAFF', enabled: true }] })).toEqual(['BAD_USER_INPUT', 'kind']);
    expect(await refusal(gateway, 'updateMessageSettings', { clientReminderHours: -1 })).toEqual(['BAD_USER_INPUT', 'clientReminderHours']);
    await change(gateway, 'updateMessageSettings', { messages: [{ ...off, enabled: true }, { ...sent, enabled: false }], remindStaffSmsHours: 0 });
  });

  it('cannot be turned against their readers by what clients are called', async () => {
    const names = [
      { firstName: '"><script>alert(1)</script>', lastName: '%MANAGE_URL%' }, { firstName: 'Zoë =?utf-8?Q?=0ABcc:_x@y.z?=', lastName: '王 🎉' },
      { firstName: 'Eve", <evil@example.org>,', lastName: 'x; charset=utf-7' },
    ];
    for (const [index, name] of names.entries()) {
      const clientId = await addClient(gateway, { ...name, emailAddress: `victim${index}@example.org` });
      await book(gateway, clinic, `2031-01-27T1${4 + 2 * index}:00:00Z`, { clientId, note: 'line\r\nBcc: evil@example.org' });
    }
    await gateway.logged();
    await planMessages(gateway.gateway.db, gateway.gateway.ids, NOW);
    await gateway.gateway.jobs.runDue(NOW);
    const mails = mail.received.splice(0);
    expect(mails.map(({ envelope }) => envelope.to.join()).sort()).toEqual(['drjones-a@example.org', 'drjones-a@example.org', 'drjones-a@example.org', 'victim0@example.org', 'victim1@example.org', 'victim2@example.org']);
    for (const one of mails) {
      expect(one.headerLines.map((line) => line.split(':')[0]!.toLowerCase()).filter((name) => ['to', 'from', 'cc', 'bcc', 'subject', 'content-type'].includes(name)).sort()).toEqual(['content-type', 'from', 'subject', 'to']);
      const html = one.parts.find(({ type }) => type === 'text/html')!.text;
      expect(html).not.toMatch(/<script|<evil/);
      expect(invited(one.invitation).attendee).toBe(`mailto:${one.envelope.to[0]}`);
    }
    const zoe = mails.find(({ envelope }) => envelope.to[0] === 'victim1@example.org')!;
    expect(decoded(zoe.headers.to!)).toContain('王 🎉');
    const script = mails.find(({ envelope }) => envelope.to[0] === 'victim0@example.org')!;
    expect(script.parts[0]!.text).toContain('Hello "><script>alert(1)</script> %MANAGE_URL%,');
  });

  it('wait for a mail server that is down, and give up what it refuses for good', async () => {
    const { port } = mail;
    await mail.stop();
    const first = (await book(gateway, clinic, '2031-01-28T14:00:00Z', { clientId: await anna(), clientReminderHours: 0, staffReminderHours: 0 })).appointment;
    expect(await deliver()).toEqual([]);
    expect(await states(first.id)).toEqual(['CONFIRMATION EMAIL CLIENT PLANNED', 'CONFIRMATION EMAIL STAFF PLANNED']);
    mail = await startMailServer(port);
    expect(await deliver(NOW + 30_000)).toEqual([]);
    expect(await deliver(NOW + 2 * 60_000)).toEqual([expect.stringMatching(/^anna/), expect.stringMatching(/^drjones-a/)]);
    expect(await deliver(NOW + HOUR)).toEqual([]);
    mail.state.verdict = ({ envelope }) => (envelope.to[0]!.startsWith('anna') ? smtpError(554, 'No such person') : null);
    gateway.time = NOW;
    const second = (await book(gateway, clinic, '2031-01-28T16:00:00Z', { clientId: await anna(), clientReminderHours: 0, staffReminderHours: 0 })).appointment;
    expect(await deliver()).toEqual([expect.stringMatching(/^drjones-a/)]);
    expect((await told(second.id)).map(({ state, detail }) => [state, detail && /No such person/.test(detail)])).toEqual([['FAILED', true], ['SENT', null]]);
    sms.state.status = 503;
  });

  it('go out by SMS again when the gateway of SMS has failed, and not when it says no', async () => {
    const only = { clientReminderHours: 0, staffReminderHours: 0, remindClientSmsHours: 24, sendConfirmationToClient: false, sendConfirmationToStaff: false };
    const again = (await book(gateway, clinic, '2031-01-29T14:00:00Z', { clientId: await anna(), ...only })).appointment;
    const never = (await book(gateway, clinic, '2031-01-29T16:00:00Z', { clientId: await anna(), ...only })).appointment;
    const without = (await book(gateway, clinic, '2031-01-29T18:00:00Z', { clientId: await anna({ firstName: 'Cy', cellPhone: null }), ...only })).appointment;
    sms.state.status = 503;
    await deliver(Date.parse('2031-01-28T14:00:00Z'));
    sms.state.status = 200;
    await deliver(Date.parse('2031-01-28T14:02:00Z'));
    expect(sms.received).toHaveLength(1);
    sms.state.status = 400;
    await deliver(Date.parse('2031-01-28T16:00:00Z'));
    sms.state.status = 200;
    await deliver(Date.parse('2031-01-28T18:00:00Z'));
    expect(sms.received).toHaveLength(1);
    expect([again, never, without].map(({ id }) => id).length).toBe(3);
    expect(await Promise.all([again, never, without].map(async ({ id }) => (await told(id))[0].state))).toEqual(['SENT', 'FAILED', 'VOID']);
  });

  it('are seen by administrators, by staff at the appointments they see, and by nobody of another business', async () => {
    const { appointment } = await book(gateway, clinic, '2031-01-30T14:00:00Z', { clientId: await anna() });
    await deliver();
    const other = (await gateway.addBusiness({ name: 'Other', timeZone: 'UTC' })).secretKey;
    expect((await gateway.data('{ messages { totalCount } }', {}, { key: other })).messages.totalCount).toBe(0);
    const LIST = 'query ($filter: MessageFilter) { messages(filter: $filter, first: 5) { totalCount nodes { id kind appointment { id } } } }';
    const { messages } = await gateway.data(LIST, { filter: { appointmentIds: [appointment.id], kinds: ['CONFIRMATION'], channels: ['EMAIL'], audiences: ['STAFF'], states: ['SENT'], staffIds: [clinic.staffId], dueBetween: { from: '2031-01-01T00:00:00Z' } } });
    expect(messages).toMatchObject({ totalCount: 1, nodes: [{ kind: 'CONFIRMATION', appointment: { id: appointment.id } }] });
    const id = messages.nodes[0].id;
    expect((await gateway.data('query ($id: ID!) { node(id: $id) { id } }', { id }, { key: other })).node).toBeNull();
    expect((await gateway.data('query ($id: ID!) { node(id: $id) { ... on Message { kind } } }', { id })).node).toEqual({ kind: 'CONFIRMATION' });
    const stranger = await addStaff(gateway, `stranger-${gateway.dialect}`);
    const count = async (key: string) => (await gateway.data('query ($id: ID!) { appointment(id: $id) { messages { totalCount } } }', { id: appointment.id }, { key })).appointment?.messages.totalCount ?? null;
    const staffKey = await gateway.key(Role.STAFF_USER, { staffId: numberOf(clinic.staffId) });
    const strangerKey = await gateway.key(Role.STAFF_USER, { staffId: numberOf(stranger) });
    const clientKey = await gateway.key(Role.CLIENT, { clientId: (await gateway.data('query ($id: ID!) { appointment(id: $id) { client { clientId } } }', { id: appointment.id })).appointment.client.clientId });
    expect([await count(staffKey), await count(strangerKey), await count(clientKey), await count(other)]).toEqual([4, null, 0, null]);
    expect((await gateway.data('query ($id: ID!) { node(id: $id) { id } }', { id }, { key: strangerKey })).node).toBeNull();
    for (const key of [staffKey, clientKey, gateway.business.publishableKey]) {
      for (const query of ['{ messages { totalCount } }', '{ messageSettings { clientReminderHours } }']) expect((await gateway.run(query, {}, { key })).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
      expect(await refusal(gateway, 'updateMessageSettings', { clientReminderHours: 1 }, key)).toEqual(['FORBIDDEN', undefined]);
    }
    expect((await gateway.counted('{ messages(first: 50) { totalCount nodes { kind client { id } staff { id } appointment { id } } } }')).statements).toHaveLength(1);
  });

  it('stay to be read where nothing is configured to send them', async () => {
    gateway.options = { tells: false, carriers: carriersOf({ smtpUrl: null, mailFrom: 'messages@localhost', smsWebhookUrl: null }) };
    await gateway.gateway.stop();
    await gateway.boot();
    const { appointment } = await book(gateway, clinic, '2031-01-31T14:00:00Z', { clientId: await anna() });
    await deliver();
    expect(mail.received).toEqual([]);
    const [client] = await told(appointment.id);
    expect(client).toMatchObject({ state: 'RECORDED', sentTo: 'anna@example.org', language: 'en', subject: expect.stringMatching(/^Confirmed/), text: expect.stringContaining('Check-up a'), html: expect.stringContaining('<p>'), invitation: expect.stringContaining('BEGIN:VCALENDAR') });
    const left = await gateway.gateway.db.all(sql`SELECT id FROM job WHERE kind = 'message.send' AND state = 'RUNNING'`);
    expect(left).toEqual([]);
  });
});
