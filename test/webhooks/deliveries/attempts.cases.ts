import { DELIVERY_TIMINGS } from '../../../src/features/webhooks/delivery/record-attempt';
import { change, refusal } from '../../support/fixtures/clinic';
import { WebhookReceiver, type ReceivedRequest } from '../../support/harness/webhook-receiver';
import type { TestGateway } from '../../support/harness/gateway';
import { T0, SECOND, MINUTE, HOUR, DAY, type DeliveriesFixture } from './deliveries.fixture';

export function attemptsCases(gateway: TestGateway, fixture: DeliveriesFixture): void {
  const { create, runAt, bookOne, look, deliveries, verify } = fixture;

  it('are attempted ten times over 75 hours with the same bytes, then fail, and can be replayed', async () => {
    const { id, secret } = await create();
    fixture.receiver.reply = () => ({ status: 500, body: 'x'.repeat(5_000) });
    await bookOne();
    const times: number[] = [];
    for (let next: number | null = T0; next !== null;) {
      await runAt(next);
      times.push(next);
      const [{ state, attemptCount, nextAttemptAt, responseStatus }] = await deliveries(id);
      expect({ state, attemptCount, responseStatus }).toEqual({
        state: nextAttemptAt ? 'PENDING' : 'FAILED',
        attemptCount: times.length,
        responseStatus: 500,
      });
      next = nextAttemptAt && Date.parse(nextAttemptAt);
    }
    expect(times).toHaveLength(10);
    DELIVERY_TIMINGS.retryDelaysMs.forEach((delay, index) => {
      const waited = (times[index + 1] as number) - (times[index] as number);
      expect(waited).toBeGreaterThanOrEqual(delay);
      expect(waited).toBeLessThanOrEqual(delay * 1.1 + 1);
    });
    expect((times[9] as number) - T0).toBeGreaterThan(75 * HOUR);
    expect(new Set(fixture.receiver.received.map(({ body }) => body)).size).toBe(1);
    expect(
      new Set(fixture.receiver.received.map(({ headers }) => headers['webhook-id'])).size,
    ).toBe(1);
    expect(
      new Set(fixture.receiver.received.map(({ headers }) => headers['webhook-timestamp'])).size,
    ).toBe(10);
    const [failed] = await deliveries(id);
    expect(failed).toMatchObject({
      error: 'The receiver answered 500.',
      finishedAt: new Date(times[9] as number).toISOString(),
    });
    expect(failed.attempts.map(({ response }: any) => response.length)).toEqual(
      Array(10).fill(1_024),
    );

    fixture.receiver.reply = () => ({ status: 204 });
    const { delivery } = await change(
      gateway,
      'replayWebhookDelivery',
      { id: failed.id },
      'delivery { state nextAttemptAt }',
    );
    expect(delivery).toEqual({
      state: 'PENDING',
      nextAttemptAt: new Date(times[9] as number).toISOString(),
    });
    expect(await refusal(gateway, 'replayWebhookDelivery', { id: failed.id })).toEqual([
      'RULE_VIOLATED',
      'id',
    ]);
    await runAt((times[9] as number) + HOUR);
    const [sent] = await deliveries(id);
    expect(sent).toMatchObject({
      state: 'DELIVERED',
      attemptCount: 11,
      responseStatus: 204,
      nextAttemptAt: null,
      error: null,
    });
    expect(fixture.receiver.received[10]?.body).toBe(fixture.receiver.received[0]?.body);
    expect(verify(fixture.receiver.received[10] as ReceivedRequest, secret).type).toBe(
      'appointment.created',
    );
  });

  it('succeed only with a 2xx response: redirects are not followed, and slow responses time out', async () => {
    const { id } = await create();
    const other = new WebhookReceiver();
    await other.start();
    const replies = [
      { status: 302, headers: { location: other.url } },
      { status: 304 },
      'reset',
      'hang',
      { status: 404 },
      { status: 299 },
    ] as const;
    fixture.receiver.reply = () => replies[0];
    await bookOne();
    let time = T0;
    for (const reply of replies) {
      fixture.receiver.reply = () => reply;
      await runAt(time);
      time += 16 * HOUR;
    }
    const [{ attempts, state }] = await deliveries(id);
    expect([state, attempts.map(({ status, error }: any) => [status, error])]).toEqual([
      'DELIVERED',
      [
        [302, 'The receiver answered 302.'],
        [304, 'The receiver answered 304.'],
        [null, expect.stringMatching(/hang up|ECONNRESET/)],
        [null, 'No response within 1 seconds.'],
        [404, 'The receiver answered 404.'],
        [299, null],
      ],
    ]);
    expect(other.received).toEqual([]);
    await other.stop();
  });

  it('respect Retry-After in seconds or as a date', async () => {
    const { id } = await create();
    fixture.receiver.reply = () => ({ status: 503, headers: { 'retry-after': '3600' } });
    await bookOne();
    await runAt(T0);
    const next = async () => Date.parse((await deliveries(id))[0].nextAttemptAt);
    expect(await next()).toBe(T0 + HOUR);
    expect((await look(id)).pausedUntil).toBe(new Date(T0 + HOUR).toISOString());
    // All of them: another appointment waits as well.
    await bookOne();
    await runAt(T0 + HOUR - 1);
    expect(fixture.receiver.received).toHaveLength(1);
    fixture.receiver.reply = () => ({
      status: 429,
      headers: { 'retry-after': new Date(T0 + 5 * HOUR).toUTCString() },
    });
    await runAt(T0 + HOUR);
    expect(await next()).toBe(T0 + 5 * HOUR);
    fixture.receiver.reply = () => ({ status: 503, headers: { 'retry-after': 'soon' } });
    await runAt(T0 + 5 * HOUR);
    expect(await next()).toBeLessThan(T0 + 5 * HOUR + 34 * MINUTE);
    fixture.receiver.reply = () => ({ status: 503, headers: { 'retry-after': '99999999' } });
    await runAt(T0 + 6 * HOUR);
    expect(await next()).toBe(T0 + 6 * HOUR + DAY);
  });

  it('wait at least their own back-off, independent of Retry-After', async () => {
    const { id } = await create();
    fixture.receiver.reply = () => ({ status: 503, headers: { 'retry-after': '1' } });
    await bookOne();
    await runAt(T0);
    const next = async () => Date.parse((await deliveries(id))[0].nextAttemptAt);
    expect(await next()).toBeGreaterThanOrEqual(T0 + 5 * SECOND);
    expect(await next()).toBeLessThan(T0 + 6 * SECOND);
    const second = await next();
    await runAt(second);
    expect(fixture.receiver.received).toHaveLength(2);
    expect(await next()).toBeGreaterThanOrEqual(second + 5 * MINUTE);
    expect(await next()).toBeLessThan(second + 6 * MINUTE);
  });

  describe('paused after failures resume at once, in order', () => {
    const RESUME: Readonly<
      Record<string, (id: string, delivered: string, after: string) => Promise<any>>
    > = {
      'by updateWebhook(active: true)': (id) =>
        change(gateway, 'updateWebhook', { id, active: true }),
      'by a new address': (id) =>
        change(gateway, 'updateWebhook', { id, url: `${fixture.receiver.url}/new` }),
      'by replayWebhook': (id, _delivered, after) =>
        change(gateway, 'replayWebhook', { id, after }),
      'by replayWebhookDelivery': (_id, delivered) =>
        change(gateway, 'replayWebhookDelivery', { id: delivered }),
    };

    it.each(Object.keys(RESUME))('%s', async (way) => {
      const { id } = await create({ events: ['CREATED', 'CANCELLED'] });
      await bookOne();
      await runAt(T0);
      const [first] = await deliveries(id);
      fixture.receiver.reply = () => ({ status: 503, headers: { 'retry-after': '7200' } });
      const failing: string[] = [];
      for (let index = 0; index < 6; index += 1) failing.push(await bookOne());
      for (const appointmentId of failing)
        await change(gateway, 'cancelAppointment', { id: appointmentId });
      await runAt(T0);
      const paused = await look(id);
      expect([first.state, paused.active, paused.pausedUntil]).toEqual([
        'DELIVERED',
        true,
        new Date(T0 + 2 * HOUR).toISOString(),
      ]);
      const { cursor } = paused;
      fixture.receiver.reply = () => ({ status: 200 });
      fixture.receiver.received.splice(0);
      await runAt(T0 + MINUTE);
      expect(fixture.receiver.received).toEqual([]);

      expect(
        (await (RESUME[way] as (typeof RESUME)[string])(id, first.id, cursor)).userErrors,
      ).toEqual([]);

      expect(await look(id)).toMatchObject({
        active: true,
        failures: 0,
        failingSince: null,
        pausedUntil: null,
      });
      await runAt(T0 + MINUTE);
      await runAt(T0 + MINUTE + SECOND);
      expect((await deliveries(id)).map(({ state }: any) => state)).toEqual(
        Array(13).fill('DELIVERED'),
      );
      const sent = fixture.receiver.received
        .map(({ body }) => JSON.parse(body))
        .filter(({ data }) => failing.includes(data.appointment.id));
      expect(sent).toHaveLength(12);
      for (const appointmentId of failing) {
        expect(
          sent.filter(({ data }) => data.appointment.id === appointmentId).map(({ type }) => type),
        ).toEqual(['appointment.created', 'appointment.cancelled']);
      }
    });

    it('but updateWebhook without active keeps the pause', async () => {
      const { id } = await create();
      fixture.receiver.reply = () => ({ status: 503, headers: { 'retry-after': '7200' } });
      await bookOne();
      await runAt(T0);
      await change(gateway, 'updateWebhook', { id, description: 'Ours' });
      await runAt(T0 + MINUTE);
      expect(await look(id)).toMatchObject({
        failures: 1,
        pausedUntil: new Date(T0 + 2 * HOUR).toISOString(),
      });
      expect(fixture.receiver.received).toHaveLength(1);
    });
  });
}
