import { Role } from '../../../src/context';
import { pruneDeliveries } from '../../../src/features/webhooks/delivery/prune-deliveries';
import { addClinic, book, refusal } from '../../support/fixtures/clinic';
import type { TestGateway } from '../../support/harness/gateway';
import { T0, MINUTE, DAY, type DeliveriesFixture } from './deliveries.fixture';

export function scopeCases(gateway: TestGateway, fixture: DeliveriesFixture): void {
  const { free, numberOf, create, runAt, bookOne, deliveries } = fixture;

  it('are visible to administrators of their business only, and their secrets to no role', async () => {
    const { id, secret } = await create();
    await bookOne();
    await runAt(T0);
    const [{ id: deliveryId }] = await deliveries(id);
    const { secretKey } = await gateway.addBusiness({ name: 'Another business', timeZone: 'UTC' });
    const keys = [
      [secretKey, 'NOT_FOUND'],
      [
        await gateway.key(Role.LOCATION_SUPER_USER, {
          locationIds: [numberOf(fixture.clinic.locationId)],
        }),
        'FORBIDDEN',
      ],
      [
        await gateway.key(Role.STAFF_USER, { staffId: numberOf(fixture.clinic.staffId) }),
        'FORBIDDEN',
      ],
      [
        await gateway.key(Role.CLIENT, { clientId: numberOf(fixture.clinic.clientId) }),
        'FORBIDDEN',
      ],
      [gateway.business.publishableKey, 'FORBIDDEN'],
    ] as const;
    for (const [key, code] of keys) {
      const seen = await gateway.data(
        `query ($id: ID!, $d: ID!) {
          webhook(id: $id) { id } webhookDelivery(id: $d) { body } nodes(ids: [$id, $d]) { id }
        }`,
        { id, d: deliveryId },
        { key },
      );
      expect(seen).toEqual({ webhook: null, webhookDelivery: null, nodes: [null, null] });
      const { data, errors } = await gateway.run('{ webhooks { totalCount } }', {}, { key });
      expect([data.webhooks?.totalCount ?? null, errors?.[0]?.extensions.code]).toEqual(
        code === 'FORBIDDEN' ? [null, 'FORBIDDEN'] : [0, undefined],
      );
      for (const [mutation, input] of [
        ['updateWebhook', { id, url: 'https://example.org' }],
        ['deleteWebhook', { id }],
        ['rotateWebhookSecret', { id }],
        ['testWebhook', { id }],
        ['replayWebhook', { id, after: '0' }],
        ['replayWebhookDelivery', { id: deliveryId }],
      ] as const)
        expect([mutation, (await refusal(gateway, mutation, input, key))[0]]).toEqual([
          mutation,
          code,
        ]);
      if (code === 'FORBIDDEN')
        expect(
          (
            await refusal(
              gateway,
              'createWebhook',
              { url: 'https://example.org', events: ['CREATED'] },
              key,
            )
          )[0],
        ).toBe(code);
    }
    // Nothing of it reaches another business.
    await book(gateway, await addClinic(gateway, 'other', secretKey), free(), {}, secretKey);
    await runAt(T0);
    expect(fixture.receiver.received).toHaveLength(1);
    expect(
      await gateway.data('query ($id: ID!) { webhook(id: $id) { url active } }', { id }),
    ).toEqual({ webhook: { url: fixture.receiver.url, active: true } });
    const { data } = await gateway.run('{ webhooks { nodes { id } } }');
    expect(JSON.stringify(data)).not.toContain(secret.slice(6));
  });

  it('are deleted a month after planning, unless pending', async () => {
    const { id } = await create();
    await bookOne();
    await runAt(T0);
    fixture.receiver.reply = () => ({ status: 500 });
    await bookOne();
    await runAt(T0 + MINUTE);
    expect(await pruneDeliveries(gateway.gateway.db, T0 + 29 * DAY, 30)).toBe(0);
    expect(await pruneDeliveries(gateway.gateway.db, T0 + 31 * DAY, 0)).toBe(0);
    expect(await pruneDeliveries(gateway.gateway.db, T0 + 31 * DAY, 30)).toBeGreaterThan(0);
    expect((await deliveries(id)).map(({ state }: any) => state)).toEqual(['PENDING']);
  });
}
