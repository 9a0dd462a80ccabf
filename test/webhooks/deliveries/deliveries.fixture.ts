import { Webhook as Verifier } from 'standardwebhooks';
import { WebhookPlanner } from '../../../src/features/webhooks/delivery/enqueue-deliveries';
import { sql } from '../../../src/db/sql';
import { Outbound } from '../../../src/services/outbound/outbound';
import { addClinic, book, change, type Clinic } from '../../support/fixtures/clinic';
import { WebhookReceiver, type ReceivedRequest } from '../../support/harness/webhook-receiver';
import type { TestGateway } from '../../support/harness/gateway';

export const T0 = Date.UTC(2033, 0, 3, 12);
export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Set-up and requests that the cases of the suite share. */
export function deliveriesFixture(gateway: TestGateway) {
  let clinic: Clinic;
  let receiver: WebhookReceiver;
  let day = 0;
  const free = () => new Date(Date.UTC(2034, 1, 1, 15) + (day += 1) * DAY).toISOString();
  const numberOf = (id: string) => Number(id.split(':')[1]);

  beforeAll(async () => {
    // This suite may call receivers of the test, with a short timeout. The gateway was started
    // before,
    // so it is restarted.
    gateway.options = { outbound: new Outbound({ allowedHosts: ['127.0.0.1'], timeoutMs: 1_000 }) };
    await gateway.gateway.stop();
    await gateway.boot();
    gateway.time = T0;
    clinic = await addClinic(gateway);
  });
  beforeEach(async () => {
    gateway.time = T0;
    receiver = new WebhookReceiver();
    await receiver.start();
  });
  afterEach(async () => {
    for (const { id } of (await gateway.data('{ webhooks { nodes { id } } }')).webhooks.nodes)
      await change(gateway, 'deleteWebhook', { id });
    await receiver.stop();
  });
  afterAll(() => (gateway.time = null));

  const create = async (input: object = {}) => {
    const { userErrors, ...created } = await change(
      gateway,
      'createWebhook',
      { url: receiver.url, events: ['CREATED'], ...input },
      'secret webhook { id }',
    );
    expect(userErrors).toEqual([]);
    return { id: created.webhook.id as string, secret: created.secret as string };
  };
  const behind = async () =>
    (
      await gateway.gateway.db.all<{ count: number }>(sql`
    SELECT count(*) AS count FROM webhook JOIN log_head ON log_head.business_id = webhook.business_id
    WHERE active = ${true} AND deleted_at IS NULL AND (resumes = ${true} OR position < last_seq)`)
    )[0]?.count;
  /** Plans and sends all that is due at an instant. */
  const runAt = async (time: number) => {
    // Jobs that the gateway has started end first: a jump of the clock would end their leases.
    await gateway.gateway.jobs.runDue(gateway.time as number);
    gateway.time = time;
    // The gateway plans concurrently: webhooks that it has locked are skipped.
    await gateway.logged();
    while (await behind())
      await new WebhookPlanner(
        gateway.gateway.db,
        gateway.gateway.ids,
        gateway.gateway.links,
      ).planDue(time);
    await gateway.gateway.jobs.runDue(time);
  };
  const bookOne = async (input: object = {}) =>
    (await book(gateway, clinic, free(), input)).appointment.id as string;
  const DELIVERIES = `query ($id: ID!) {
    webhook(id: $id) {
      active disabledNote failures failingSince pausedUntil cursor
      deliveries(first: 100) {
        totalCount
        nodes {
          id messageId eventType state attemptCount responseStatus nextAttemptAt error finishedAt
          body appointment { id } attempts { number startedAt status response error }
        }
      }
    }
  }`;
  const look = async (id: string) => (await gateway.data(DELIVERIES, { id })).webhook;
  const deliveries = async (id: string) => (await look(id)).deliveries.nodes.reverse();
  const verify = ({ body, headers }: ReceivedRequest, secret: string): any => {
    const clock = jest.spyOn(Date, 'now').mockReturnValue(gateway.time as number);
    try {
      return new Verifier(secret).verify(body, headers as Record<string, string>);
    } finally {
      clock.mockRestore();
    }
  };

  return {
    get clinic() {
      return clinic;
    },
    get receiver() {
      return receiver;
    },
    free,
    numberOf,
    create,
    runAt,
    bookOne,
    look,
    deliveries,
    verify,
  };
}

export type DeliveriesFixture = ReturnType<typeof deliveriesFixture>;
