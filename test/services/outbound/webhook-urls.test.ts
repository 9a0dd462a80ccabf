import { createEncryption } from '../../../src/services/encryption';
import { change, refusal } from '../../support/fixtures/clinic';
import { onEachDatabase, TestGateway } from '../../support/harness/gateway';
import { sql } from '../../../src/db/sql';
import { loadConfig } from '../../../src/config';
import { FORBIDDEN } from './outbound.fixture';

onEachDatabase('webhook URLs', (gateway) => {
  it.each([...FORBIDDEN, 'http://example.com/', 'https://user:secret@example.com/'])(
    'refuse %s',
    async (url) => {
      const [code, field] = await refusal(gateway, 'createWebhook', { url, events: ['CREATED'] });
      expect([['RULE_VIOLATED', 'INVALID_INPUT'].includes(code as string), field]).toEqual([
        true,
        'url',
      ]);
    },
  );

  it('are checked on a change too, and nothing is written for refused ones', async () => {
    const created = await change(
      gateway,
      'createWebhook',
      { url: 'https://hooks.example.com/a', events: ['CREATED', 'CREATED'] },
      'webhook { id events url }',
    );
    expect(created.webhook).toMatchObject({
      url: 'https://hooks.example.com/a',
      events: ['CREATED'],
    });
    expect(
      await refusal(gateway, 'updateWebhook', { id: created.webhook.id, url: 'https://10.0.0.1/' }),
    ).toEqual(['RULE_VIOLATED', 'url']);
    for (const input of [
      { url: null },
      { events: null },
      { events: [] },
      { url: 'x' },
      { active: null },
      { description: 'x'.repeat(501) },
    ]) {
      expect([
        input,
        (await refusal(gateway, 'updateWebhook', { id: created.webhook.id, ...input }))[0],
      ]).toEqual([input, 'INVALID_INPUT']);
    }
    const { webhooks } = await gateway.data(
      '{ webhooks(filter: { active: true }) { totalCount nodes { url format events } } }',
    );
    expect(webhooks).toEqual({
      totalCount: 1,
      nodes: [{ url: 'https://hooks.example.com/a', format: 'STANDARD', events: ['CREATED'] }],
    });
    expect(
      (await gateway.data('{ webhooks(filter: { active: false }) { totalCount } }')).webhooks
        .totalCount,
    ).toBe(0);
  });
});

describe('stored secrets', () => {
  it('are encrypted with the configured key, for one purpose', () => {
    const vault = createEncryption('k'.repeat(32));
    const sealed = vault.seal('whsec_abc', 'webhook:1:2');
    expect(sealed).not.toContain('whsec');
    expect(vault.seal('whsec_abc', 'webhook:1:2')).not.toBe(sealed);
    expect(vault.open(sealed, 'webhook:1:2')).toBe('whsec_abc');
    expect(() => vault.open(sealed, 'webhook:1:3')).toThrow();
    expect(() => createEncryption('x'.repeat(32)).open(sealed, 'webhook:1:2')).toThrow();
    expect(() => createEncryption(null).open(sealed, 'webhook:1:2')).toThrow('ENCRYPTION_KEY');
    const last = sealed.at(-1) === 'A' ? 'Q' : 'A';
    expect(() => vault.open(sealed.slice(0, -1) + last, 'webhook:1:2')).toThrow();
    // A secret stored before a key was configured.
    expect(vault.open(createEncryption(null).seal('whsec_old', 'p'), 'p')).toBe('whsec_old');
    expect(() => loadConfig({ ENCRYPTION_KEY: 'short' })).toThrow(
      'ENCRYPTION_KEY must have at least 32 characters',
    );
  });

  it('are encrypted in the database of a gateway with a key', async () => {
    const gateway = new TestGateway('sqlite');
    await gateway.start();
    await gateway.gateway.stop();
    gateway.scratch.env.ENCRYPTION_KEY = 'e'.repeat(40);
    await gateway.boot();
    const created = await change(
      gateway,
      'createWebhook',
      { url: 'https://hooks.example.com/a', events: ['CREATED'] },
      'secret',
    );
    expect(created.secret).toMatch(/^whsec_[A-Za-z0-9+/]{32}$/);
    const [row] = await gateway.gateway.db.all<{ secret: string }>(sql`SELECT secret FROM webhook`);
    expect(row?.secret).toMatch(/^v2:/);
    await gateway.stop();
  });
});
