import ICAL from 'ical.js';
import { transportsFrom } from '../../src/features/messages/transports/transports';
import { planMessages } from '../../src/features/messages/delivery/enqueue-messages';
import { addClient, addClinic, type Clinic } from './clinic';
import { onEachDatabase, type TestGateway } from './gateway';
import { startMailServer, startSmsServer } from './mail';

/** With transports, so that messages are sent and not only recorded. */
export const RECORDS_NOTHING = () => async () => null;

export const HOUR = 3_600_000;
/** Start of each test. */
export const NOW = Date.parse('2031-01-02T15:00:00Z');
const FROM = 'office@clinic.example';

/** The parts of an invitation that a calendar program reads. */
export function invited(text: string | null) {
  const calendar = new ICAL.Component(ICAL.parse(text as string));
  const event = calendar.getFirstSubcomponent('vevent')!;
  const value = (name: string) => event.getFirstPropertyValue(name)?.toString();
  return {
    method: calendar.getFirstPropertyValue('method'),
    uid: value('uid'),
    sequence: Number(value('sequence')),
    status: value('status'),
    start: value('dtstart'),
    summary: value('summary'),
    attendee: value('attendee'),
  };
}

/** A gateway with a mail server, an SMS gateway and a clinic of the test. */
export class Post {
  mail!: Awaited<ReturnType<typeof startMailServer>>;
  sms!: Awaited<ReturnType<typeof startSmsServer>>;
  clinic!: Clinic;

  constructor(readonly gateway: TestGateway) {}

  async start(): Promise<void> {
    [this.mail, this.sms] = [await startMailServer(), await startSmsServer()];
    await this.boot(this.mail.url, this.sms.url);
    this.gateway.time = NOW;
    this.clinic = await addClinic(this.gateway);
  }

  async boot(smtpUrl: string | null, smsWebhookUrl: string | null): Promise<void> {
    this.gateway.options = {
      planMessages: false,
      transports: transportsFrom({ smtpUrl, mailFrom: FROM, smsWebhookUrl }),
    };
    await this.gateway.gateway.stop();
    await this.gateway.boot();
  }

  reset(): void {
    this.gateway.time = NOW;
    this.mail.received.length = this.sms.received.length = 0;
    this.mail.state.verdict = () => null;
    this.sms.state.status = 200;
  }

  async stop(): Promise<void> {
    await Promise.all([this.mail.stop(), this.sms.stop()]);
  }

  async plan(at = this.gateway.time as number): Promise<number> {
    const { db, ids } = this.gateway.gateway;
    await this.gateway.logged();
    return planMessages(db, ids, at, RECORDS_NOTHING);
  }

  /** Plans and sends messages due at an instant. Returns the received messages by address. */
  async arrived(at = this.gateway.time as number) {
    this.gateway.time = at;
    await this.plan(at);
    await this.gateway.gateway.jobs.runDue(at);
    return this.mail.received
      .splice(0)
      .sort((one, other) =>
        `${one.envelope.to} ${one.subject}` < `${other.envelope.to} ${other.subject}` ? -1 : 1,
      );
  }

  /** Returns them as lines of address and subject. */
  async deliver(at?: number): Promise<string[]> {
    return (await this.arrived(at)).map(
      ({ envelope, subject }) => `${envelope.to.join()}: ${subject}`,
    );
  }

  /** Returns the messages of an appointment, oldest first. */
  async told(id: string, filter: object = {}): Promise<any[]> {
    const { appointment } = await this.gateway.data(
      `query ($id: ID!, $filter: MessageFilter) { appointment(id: $id) { messages(filter: $filter, first: 50) {
        nodes { kind channel audience state detail sentTo offsetHours version dueAt sentAt createdAt subject text html invitation language client { id } staff { id } } } } }`,
      { id, filter },
    );
    return appointment.messages.nodes.reverse();
  }

  async states(id: string, filter?: object): Promise<string[]> {
    return (await this.told(id, filter)).map(
      ({ kind, channel, audience, state }) => `${kind} ${channel} ${audience} ${state}`,
    );
  }

  anna(input: object = {}): Promise<string> {
    return addClient(this.gateway, {
      firstName: 'Anna',
      lastName: 'Bell',
      emailAddress: 'anna@example.org',
      cellPhone: '+12125550123',
      ...input,
    });
  }
}

export function onEachDatabaseWithPost(
  title: string,
  suite: (gateway: TestGateway, post: Post) => void,
): void {
  onEachDatabase(title, (gateway) => {
    const post = new Post(gateway);
    beforeAll(() => post.start());
    afterAll(() => post.stop());
    beforeEach(() => post.reset());
    suite(gateway, post);
  });
}
