import { pruneEvents } from '../../../src/log/prune-events';
import { WebhookPlanner } from '../../../src/features/webhooks/delivery/enqueue-deliveries';
import { sql } from '../../../src/db/sql';
import { change, refusal } from '../../support/fixtures/clinic';
import { type ReceivedRequest } from '../../support/harness/webhook-receiver';
import type { TestGateway } from '../../support/harness/gateway';
import { T0, MINUTE, DAY, type DeliveriesFixture } from './deliveries.fixture';

export function replayCases(gateway: TestGateway, fixture: DeliveriesFixture): void {
  const { numberOf, create, runAt, bookOne, look, deliveries, verify } = fixture;

  it('are replayed after a cursor with their original ids', async () => {
    const { id } = await create();
    const { cursor } = await look(id);
    const booked = [await bookOne(), await bookOne()];
    await runAt(T0);
    const ids = fixture.receiver.received.map(({ headers }) => headers['webhook-id']);
    const { webhook } = await change(
      gateway,
      'replayWebhook',
      { id, after: cursor },
      'webhook { cursor }',
    );
    expect(webhook).toEqual({ cursor });
    await runAt(T0 + MINUTE);
    expect(fixture.receiver.received.map(({ headers }) => headers['webhook-id']).sort()).toEqual(
      [...ids, ...ids].sort(),
    );
    expect(
      fixture.receiver.received
        .slice(2)
        .map(({ body }) => JSON.parse(body).data.appointment.id)
        .sort(),
    ).toEqual(booked.sort());
    expect(await refusal(gateway, 'replayWebhook', { id, after: '999999999' })).toEqual([
      'INVALID_INPUT',
      'after',
    ]);
    expect(await refusal(gateway, 'replayWebhook', { id, after: 'abc' })).toEqual([
      'INVALID_INPUT',
      'after',
    ]);
  });

  it('cannot resume or be replayed from before the start of the log', async () => {
    const { id } = await create();
    await change(gateway, 'updateWebhook', { id, active: false });
    await bookOne();
    await bookOne();
    await gateway.logged();
    const { db } = gateway.gateway;
    await pruneEvents(db, T0 + 100 * DAY, 1);
    expect(await refusal(gateway, 'updateWebhook', { id, active: true })).toEqual([
      'CURSOR_EXPIRED',
      'active',
    ]);
    expect((await look(id)).active).toBe(false);
    await change(gateway, 'updateWebhook', { id, active: true, skipMissed: true });
    expect(await refusal(gateway, 'replayWebhook', { id, after: '1' })).toEqual([
      'CURSOR_EXPIRED',
      'after',
    ]);
    // From the beginning means from where the log begins.
    await change(gateway, 'replayWebhook', { id, after: '0' });
    const booked = await bookOne();
    await runAt(T0);
    expect(
      fixture.receiver.received.map(({ body }) => JSON.parse(body).data.appointment.id),
      // A webhook behind the start of the log does not search for deleted events indefinitely.
    ).toEqual([booked]);
    const { cursor } = await look(id);
    await db.transaction((tx) =>
      tx.run(sql`UPDATE webhook SET position = 1 WHERE id = ${numberOf(id)}`),
    );
    await pruneEvents(db, T0 + 100 * DAY, 1);
    await runAt(T0);
    expect((await look(id)).cursor).toBe(cursor);
    expect(fixture.receiver.received).toHaveLength(1);
  });

  it('can be tested, active or not, in a single attempt', async () => {
    const { id, secret } = await create();
    await change(gateway, 'updateWebhook', { id, active: false });
    const test = async () =>
      (
        await change(
          gateway,
          'testWebhook',
          { id },
          'delivery { id state eventType appointment { id } webhook { id } }',
        )
      ).delivery;
    const delivery = await test();
    expect(delivery).toEqual({
      id: expect.any(String),
      state: 'PENDING',
      eventType: 'webhook.test',
      appointment: null,
      webhook: { id },
    });
    await runAt(T0);
    expect(verify(fixture.receiver.received[0] as ReceivedRequest, secret)).toMatchObject({
      type: 'webhook.test',
    });
    fixture.receiver.reply = () => ({ status: 500, body: 'no' });
    const { id: failing } = await test();
    await runAt(T0);
    const found = await gateway.data(
      `query ($id: ID!) {
        webhookDelivery(id: $id) { state responseStatus cursor attempts { status response } }
      }`,
      { id: failing },
    );
    expect(found.webhookDelivery).toEqual({
      state: 'FAILED',
      responseStatus: 500,
      cursor: null,
      attempts: [{ status: 500, response: 'no' }],
    });
    expect((await look(id)).failures).toBe(0);
  });

  it('stop after the deletion of the webhook', async () => {
    const { id } = await create();
    fixture.receiver.reply = () => ({ status: 500 });
    await bookOne();
    await runAt(T0);
    const [{ id: deliveryId }] = await deliveries(id);
    expect(await change(gateway, 'deleteWebhook', { id }, 'webhook { id active }')).toEqual({
      webhook: { id, active: false },
      userErrors: [],
    });
    await bookOne();
    await runAt(T0 + DAY);
    expect(fixture.receiver.received).toHaveLength(1);
    expect(await look(id)).toBeNull();
    expect(
      (
        await gateway.data('query ($id: ID!) { webhookDelivery(id: $id) { webhook { id } } }', {
          id: deliveryId,
        })
      ).webhookDelivery,
    ).toEqual({ webhook: null });
    for (const mutation of ['updateWebhook', 'deleteWebhook', 'testWebhook', 'rotateWebhookSecret'])
      expect(await refusal(gateway, mutation, { id })).toEqual(['NOT_FOUND', 'id']);
  });

  it('are planned once by any process, despite failures', async () => {
    const { id } = await create();
    for (let index = 0; index < 5; index += 1) await bookOne();
    await gateway.logged();
    const { db, ids, links } = gateway.gateway;
    for (let fatal = 1; fatal < 8; fatal += 1) {
      let sent = 0;
      const forget = gateway.gateway.signals.statementSent.on((text) => {
        if (
          /INTO "webhook_delivery"|INTO "job"|UPDATE "webhook" SET "position"|FROM event AS e/.test(
            text,
          ) &&
          (sent += 1) === fatal
        )
          throw new Error('the disk is gone');
      });
      await new WebhookPlanner(db, ids, links)
        .planDue(T0)
        .catch(() => undefined)
        .finally(forget);
    }
    await Promise.all(
      Array.from({ length: 4 }, () => new WebhookPlanner(db, ids, links).planDue(T0)),
    );
    await runAt(T0);
    expect((await look(id)).deliveries.totalCount).toBe(5);
    expect(fixture.receiver.received).toHaveLength(5);
  });
}
