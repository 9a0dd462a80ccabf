import { transportsFrom } from '../../src/features/messages/transports/transports';
import { WebhookPlanner } from '../../src/features/webhooks/delivery/enqueue-deliveries';
import { Outbound } from '../../src/services/outbound/outbound';
import { addClinic, book, change, refusal, type Clinic } from '../support/fixtures/clinic';
import { onEachDatabase } from '../support/harness/gateway';
import { startMailServer } from '../support/harness/mail';
import { WebhookReceiver } from '../support/harness/webhook-receiver';

const T0 = Date.UTC(2033, 0, 3, 12);
const DAY = 86_400_000;

onEachDatabase('the contact of a webhook', (gateway) => {
  const receiver = new WebhookReceiver();
  let mail: Awaited<ReturnType<typeof startMailServer>>;
  let clinic: Clinic;
  let day = 0;

  beforeAll(async () => {
    mail = await startMailServer();
    gateway.time = T0;
    await gateway.restart({
      backgroundWork: false,
      outbound: new Outbound({ allowedHosts: ['127.0.0.1'] }),
      transports: transportsFrom({
        smtpUrl: mail.url,
        mailFrom: 'office@clinic.example',
        smsWebhookUrl: null,
      }),
    });
    await receiver.start();
    clinic = await addClinic(gateway);
  });
  beforeEach(() => (gateway.time = T0));
  afterAll(() => Promise.all([mail.stop(), receiver.stop()]));

  const create = async (input: object) =>
    (
      await change(
        gateway,
        'createWebhook',
        { url: receiver.url, events: ['CREATED'], ...input },
        'webhook { id contactEmail }',
      )
    ).webhook;
  const bookOne = () =>
    book(gateway, clinic, new Date(Date.UTC(2034, 1, 1, 15) + (day += 1) * DAY).toISOString());
  const runAt = async (time: number) => {
    gateway.time = time;
    await gateway.logged();
    await new WebhookPlanner(
      gateway.gateway.db,
      gateway.gateway.ids,
      gateway.gateway.links,
    ).planDue(time);
    await gateway.gateway.jobs.runDue(time);
  };

  it('is notified once of the deactivation, its reason and the remedy', async () => {
    const { id, contactEmail } = await create({ contactEmail: 'dev@shop.example' });
    expect(contactEmail).toBe('dev@shop.example');
    receiver.reply = () => ({ status: 500 });
    await bookOne();
    await bookOne();
    await runAt(T0);
    await runAt(T0 + 5 * DAY - 1);
    expect(mail.received).toEqual([]);
    await runAt(T0 + 6 * DAY);
    await runAt(T0 + 7 * DAY);
    expect(mail.received.map(({ envelope, subject }) => [envelope.to.join(), subject])).toEqual([
      ['dev@shop.example', 'A webhook of Test clinic was disabled'],
    ]);
    const text = mail.received.splice(0)[0]!.parts.find(({ type }) => type === 'text/plain')!.text;
    for (const part of [
      receiver.url,
      `Every attempt has failed since ${new Date(T0).toISOString()}`,
      `id: "${id}", active: true`,
    ])
      expect(text.replaceAll(/\r?\n/g, ' ')).toContain(part);
    await change(gateway, 'deleteWebhook', { id });
  });

  it('is not notified of a webhook that is active, deleted, deactivated or without a contact', async () => {
    receiver.reply = () => ({ status: 410 });
    const again = await create({ contactEmail: 'again@shop.example' });
    const gone = await create({ contactEmail: 'gone@shop.example' });
    const off = await create({ contactEmail: 'off@shop.example' });
    const nobody = await create({});
    await change(gateway, 'updateWebhook', { id: off.id, active: false });
    mail.state.verdict = () => Object.assign(new Error('Later.'), { responseCode: 451 });
    await bookOne();
    await runAt(T0);
    mail.state.verdict = () => null;
    await change(gateway, 'updateWebhook', { id: again.id, active: true });
    for (const { id } of [gone, off, nobody]) await change(gateway, 'deleteWebhook', { id });
    receiver.reply = () => ({ status: 200 });
    await runAt(T0 + DAY);
    expect(mail.received).toEqual([]);
    expect(
      await refusal(gateway, 'updateWebhook', { id: again.id, contactEmail: 'nobody' }),
    ).toEqual(['INVALID_INPUT', 'contactEmail']);
  });
});
