import type { LookupAddress } from 'node:dns';
import { isPrivateAddress } from '../../../src/services/outbound/addresses';
import { Outbound, OutboundRefused } from '../../../src/services/outbound/outbound';
import { WebhookReceiver } from '../../support/harness/webhook-receiver';
import { FORBIDDEN } from './outbound.fixture';

const OF_THE_WORLD = [
  'https://93.184.216.34/',
  'https://[2606:2800:220:1::1]/',
  'https://172.32.0.1/',
  'https://100.128.0.1/',
  'https://hooks.example.com/x?y=1',
  'https://example.com:8443/',
];

describe('outbound requests', () => {
  let receiver: WebhookReceiver;
  beforeEach(async () => {
    receiver = new WebhookReceiver();
    await receiver.start();
  });
  afterEach(() => receiver.stop());

  const resolvingTo = (...answers: string[][]) => {
    const asked: string[] = [];
    const resolve = async (host: string): Promise<LookupAddress[]> => {
      asked.push(host);
      const answer = answers[Math.min(asked.length, answers.length) - 1] as string[];
      return answer.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    };
    return { asked, resolve };
  };
  const post = (outbound: Outbound, url: string) =>
    outbound.post(url, { 'content-type': 'text/plain' }, Buffer.from('hello'));

  it.each(FORBIDDEN)('never call %s', async (url) => {
    const { resolve, asked } = resolvingTo(['127.0.0.1']);
    const outbound = new Outbound({ resolve });
    expect(outbound.refusal(url)).toBe('It is in a private network.');
    await expect(post(outbound, url)).rejects.toThrow(OutboundRefused);
    expect(asked).toEqual([]);
  });

  it.each([
    ['http://example.com/', 'https'],
    ['ftp://example.com/', 'https'],
    ['file:///etc/passwd', 'https'],
    ['https://user:secret@example.com/', 'password'],
    ['nonsense', 'not a URL'],
  ])('refuse %s', (url, why) => expect(new Outbound().refusal(url)).toContain(why));

  it.each([25, 22, 80, 5432, 6379, 8080])(
    'refuse port %i of a public host, unless it is configured',
    (port) => {
      const url = `https://hooks.example.com:${port}/`;

      expect(new Outbound().refusal(url)).toBe(`Port ${port} is not an allowed port: 443, 8443.`);
      expect(new Outbound({ ports: [port] }).refusal(url)).toBeNull();
      expect(new Outbound({ allowedHosts: ['hooks.example.com'] }).refusal(url)).toBeNull();
    },
  );

  it('call public addresses', () => {
    expect(OF_THE_WORLD.map((url) => new Outbound().refusal(url))).toEqual(
      OF_THE_WORLD.map(() => null),
    );
    expect(['8.8.8.8', '1.1.1.1', '2606:4700::1111'].map(isPrivateAddress)).toEqual([
      false,
      false,
      false,
    ]);
    expect(['fe80::1%eth0', 'nonsense', '', '::ffff:8.8.8.8'].map(isPrivateAddress)).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });

  it('refuse names that resolve to a private network, also by one of several addresses', async () => {
    for (const addresses of [
      ['127.0.0.1'],
      ['10.1.2.3'],
      ['169.254.169.254'],
      ['::1'],
      ['fd00::1'],
      ['93.184.216.34', '127.0.0.1'],
      ['127.0.0.1', '93.184.216.34'],
      ['::ffff:127.0.0.1'],
    ]) {
      const { resolve } = resolvingTo(addresses);
      await expect(
        post(
          new Outbound({ resolve, ports: [receiver.port] }),
          `https://rebind.example.com:${receiver.port}/`,
        ),
      ).rejects.toThrow('The host name resolves to a private network.');
    }
    await expect(
      post(new Outbound({ resolve: resolvingTo([]).resolve }), 'https://gone.example.com/'),
    ).rejects.toThrow('The host name has no address.');
    expect(receiver.connections).toBe(0);
  });

  it('call the address that was checked: a name is resolved once, so that it cannot change after the check', async () => {
    // Public at the check, private afterwards: a second resolution would reach the receiver.
    const { resolve, asked } = resolvingTo(['93.184.216.34'], ['127.0.0.1']);
    const outbound = new Outbound({ resolve, ports: [receiver.port], timeoutMs: 300 });
    const url = `https://rebind.example.com:${receiver.port}/`;
    const first = await post(outbound, url).catch((error: unknown) => error);
    expect([
      (first as Error).message,
      first instanceof OutboundRefused,
      asked.length,
      receiver.connections,
    ]).toEqual([expect.any(String), false, 1, 0]);
    await expect(post(outbound, url)).rejects.toThrow(OutboundRefused);
    expect([asked.length, receiver.connections]).toEqual([2, 0]);
  });

  it('connect to the checked address, under the given name', async () => {
    const { resolve, asked } = resolvingTo(['127.0.0.1'], ['192.0.2.1']);
    const outbound = new Outbound({ resolve, allowedHosts: ['hooks.example.com'] });
    expect(await post(outbound, `http://hooks.example.com:${receiver.port}/a?b`)).toMatchObject({
      status: 200,
      body: 'thanks',
    });
    expect(receiver.received).toMatchObject([
      {
        path: '/a?b',
        body: 'hello',
        headers: { host: `hooks.example.com:${receiver.port}`, 'content-length': '5' },
      },
    ]);
    expect([asked, receiver.connections]).toEqual([['hooks.example.com'], 1]);
    // A connection is never reused: the next request checks again.
    expect(receiver.received[0]?.headers.connection).toBe('close');
  });

  it('follow no redirect', async () => {
    const inner = new WebhookReceiver();
    await inner.start();
    receiver.reply = () => ({ status: 307, headers: { location: inner.url } });
    const outbound = new Outbound({ allowedHosts: [`127.0.0.1:${receiver.port}`] });
    expect((await post(outbound, receiver.url)).status).toBe(307);
    expect(inner.connections).toBe(0);
    // One port is allowed, not its neighbour.
    await expect(post(outbound, inner.url)).rejects.toThrow(OutboundRefused);
    await inner.stop();
  });

  it('time out while waiting for a response or for a name', async () => {
    receiver.reply = () => 'hang';
    await expect(
      post(new Outbound({ allowedHosts: ['127.0.0.1'], timeoutMs: 100 }), receiver.url),
    ).rejects.toThrow('No response within 0.1 seconds.');
    await expect(
      post(
        new Outbound({ resolve: () => new Promise(() => undefined), timeoutMs: 100 }),
        'https://slow.example.com/',
      ),
    ).rejects.toThrow('No response within 0.1 seconds.');
  });

  it('are aborted when the process stops', async () => {
    receiver.reply = () => 'hang';
    const ending = new AbortController();
    const outbound = new Outbound({ allowedHosts: ['127.0.0.1'] });
    const sent = outbound.post(receiver.url, {}, Buffer.from('hello'), ending.signal);
    while (!receiver.received.length) await new Promise((resolve) => setTimeout(resolve, 5));
    ending.abort(new Error('The process is stopping.'));
    await expect(sent).rejects.toThrow('The process is stopping.');
    await expect(
      outbound.post(receiver.url, {}, Buffer.from('hello'), ending.signal),
    ).rejects.toThrow('The process is stopping.');
    expect(receiver.received).toHaveLength(1);
  });

  it('read at most a kilobyte of a response', async () => {
    receiver.reply = () => ({ status: 200, body: `\0é${'x'.repeat(1_000_000)}` });
    const { body } = await post(new Outbound({ allowedHosts: ['127.0.0.1'] }), receiver.url);
    expect(body).toBe(`é${'x'.repeat(1_021)}`);
  });
});
