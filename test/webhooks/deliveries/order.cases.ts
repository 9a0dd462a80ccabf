import { sql } from '../../../src/db/sql';
import { book, change, refusal } from '../../support/fixtures/clinic';
import { WebhookReceiver, type ReceivedRequest } from '../../support/harness/webhook-receiver';
import type { TestGateway } from '../../support/harness/gateway';
import { T0, SECOND, HOUR, DAY, type DeliveriesFixture } from './deliveries.fixture';

export function orderCases(gateway: TestGateway, fixture: DeliveriesFixture): void {
  const { free, numberOf, create, runAt, bookOne, look, deliveries, verify } = fixture;

  it('keep the order of each appointment: later events wait for a failed one, other appointments do not', async () => {
    const { secret } = await create({ events: ['CREATED', 'UPDATED', 'CANCELLED'] });
    const start = free();
    fixture.receiver.reply = ({ body }) => ({
      status: body.includes(`"start":"${start}"`) ? 500 : 200,
    });
    const [first, second] = [
      (await book(gateway, fixture.clinic, start)).appointment.id,
      await bookOne(),
    ];
    for (const id of [first, second]) {
      await change(gateway, 'updateAppointment', { id, note: 'changed' });
      await change(gateway, 'cancelAppointment', { id });
    }
    await runAt(T0);
    const told = () =>
      fixture.receiver.received
        .map((received) => verify(received, secret))
        .map(({ type, data }) => `${data.appointment.id} ${type.split('.')[1]}`);
    expect(told().filter((line) => line.startsWith(second))).toEqual([
      `${second} created`,
      `${second} updated`,
      `${second} cancelled`,
    ]);
    expect(told().filter((line) => line.startsWith(first))).toEqual([`${first} created`]);
    fixture.receiver.reply = () => ({ status: 200 });
    await runAt(T0 + 6 * SECOND);
    expect(told().filter((line) => line.startsWith(first))).toEqual([
      `${first} created`,
      `${first} created`,
      `${first} updated`,
      `${first} cancelled`,
    ]);
  });

  it('to an unavailable address do not block others, and pause', async () => {
    const dead = new WebhookReceiver();
    await dead.start();
    dead.reply = () => 'hang';
    const { id } = await create({ url: dead.url });
    await create();
    for (let index = 0; index < 24; index += 1) await bookOne();
    await runAt(T0);
    expect(fixture.receiver.received).toHaveLength(24);
    // Five failures, and attempts in flight together with the last one.
    expect(dead.maxConcurrent).toBeLessThanOrEqual(4);
    expect(dead.received.length).toBeLessThanOrEqual(8);
    const webhook = await look(id);
    expect(webhook.failures).toBeGreaterThanOrEqual(5);
    expect(Date.parse(webhook.pausedUntil)).toBeGreaterThanOrEqual(T0 + 30 * SECOND);
    const tried = dead.received.length;
    await runAt(Date.parse(webhook.pausedUntil) - 1);
    expect(dead.received).toHaveLength(tried);
    dead.reply = () => ({ status: 200 });
    await runAt(Date.parse(webhook.pausedUntil));
    await runAt(Date.parse(webhook.pausedUntil) + 10 * SECOND);
    expect((await deliveries(id)).map(({ state }: any) => state)).toEqual(
      Array(24).fill('DELIVERED'),
    );
    expect(await look(id)).toMatchObject({ failures: 0, failingSince: null, pausedUntil: null });
    await dead.stop();
  });

  it('stop after a 410 response, and resume at their position after activation', async () => {
    const { id, secret } = await create();
    fixture.receiver.reply = () => ({ status: 410 });
    const first = await bookOne();
    await runAt(T0);
    expect(await look(id)).toMatchObject({
      active: false,
      disabledNote: 'The receiver answered 410 (Gone), which ends its deliveries.',
    });
    const missed = await bookOne();
    await runAt(T0 + DAY);
    expect(fixture.receiver.received).toHaveLength(1);
    expect(await refusal(gateway, 'replayWebhook', { id, after: '0' })).toEqual([
      'RULE_VIOLATED',
      'id',
    ]);
    fixture.receiver.reply = () => ({ status: 200 });
    const { webhook } = await change(
      gateway,
      'updateWebhook',
      { id, active: true },
      'webhook { active disabledNote }',
    );
    expect(webhook).toEqual({ active: true, disabledNote: null });
    await runAt(T0 + DAY);
    expect(
      fixture.receiver.received.map((received) => JSON.parse(received.body).data.appointment.id),
    ).toEqual([first, missed]);
    expect(verify(fixture.receiver.received[1] as ReceivedRequest, secret).type).toBe(
      'appointment.created',
    );

    await change(gateway, 'updateWebhook', { id, active: false });
    await bookOne();
    await runAt(T0 + 2 * DAY);
    await change(gateway, 'updateWebhook', { id, active: true, skipMissed: true });
    const last = await bookOne();
    await runAt(T0 + 2 * DAY);
    expect(
      fixture.receiver.received
        .slice(2)
        .map((received) => JSON.parse(received.body).data.appointment.id),
    ).toEqual([last]);
  });

  it('stop for an address that has failed for days, state the reason, and keep pending deliveries', async () => {
    const { id } = await create();
    fixture.receiver.reply = () => ({ status: 500 });
    const first = await bookOne();
    await runAt(T0);
    const later = await bookOne();
    await runAt(T0 + 5 * DAY - 1);
    expect((await look(id)).active).toBe(true);
    await runAt(T0 + 5 * DAY + HOUR);
    expect(await look(id)).toMatchObject({
      active: false,
      disabledNote: `Every attempt has failed since ${new Date(T0).toISOString()}.`,
    });
    const tried = fixture.receiver.received.length;
    await runAt(T0 + 9 * DAY);
    expect(fixture.receiver.received).toHaveLength(tried);
    fixture.receiver.reply = () => ({ status: 200 });
    await change(gateway, 'updateWebhook', { id, active: true });
    await runAt(T0 + 9 * DAY);
    expect(
      fixture.receiver.received
        .slice(tried)
        .map(({ body }) => JSON.parse(body).data.appointment.id)
        .sort(),
    ).toEqual([first, later].sort());
    expect((await deliveries(id)).map(({ state }: any) => state)).toEqual([
      'DELIVERED',
      'DELIVERED',
    ]);
  });

  it('with a body that cannot be rendered fail at once and block nothing', async () => {
    // Planned by the test: the row is corrupted before the gateway reads it.
    const [standard, timetap] = [await create(), await create({ format: 'TIMETAP' })];
    const paused = [standard, timetap].map(({ id }) =>
      change(gateway, 'updateWebhook', { id, active: false }),
    );
    await Promise.all(paused);
    const [spoilt, fine] = [await bookOne(), await bookOne()];
    await gateway.logged();
    await gateway.gateway.db.transaction((tx) =>
      tx.run(sql`UPDATE event SET snapshot = '{}' WHERE appointment_id = ${numberOf(spoilt)}`),
    );
    for (const { id } of [standard, timetap])
      await change(gateway, 'updateWebhook', { id, active: true });
    await runAt(T0);
    for (const { id } of [standard, timetap]) {
      const [one, other] = await deliveries(id);
      expect(one).toMatchObject({
        state: 'FAILED',
        body: null,
        attemptCount: 0,
        attempts: [],
        error: expect.stringMatching(/^The body could not be rendered: /),
        nextAttemptAt: null,
      });
      expect(other).toMatchObject({ state: 'DELIVERED', appointment: { id: fine } });
      expect(await refusal(gateway, 'replayWebhookDelivery', { id: one.id })).toEqual([
        'RULE_VIOLATED',
        'id',
      ]);
    }
    await gateway.gateway.db.transaction((tx) =>
      tx.run(sql`UPDATE event SET type = 'SPOILT' WHERE CAST(snapshot AS varchar) = '{}'`),
    );
  });
}
