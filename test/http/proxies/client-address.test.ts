import type { IncomingMessage } from 'node:http';
import { loadConfig } from '../../../src/config';
import { clientAddressOf } from '../../../src/http/client-address';

const addressOf = (peer: string, forwarded: string | undefined, proxies: string): string =>
  clientAddressOf(
    {
      socket: { remoteAddress: peer },
      headers: { 'x-forwarded-for': forwarded },
    } as unknown as IncomingMessage,
    loadConfig({ TRUSTED_PROXIES: proxies }).trustedProxies,
  );

describe('the address of the client', () => {
  it.each([
    [
      'is that of the connection without trusted proxies',
      '10.0.0.2',
      '203.0.113.7',
      '',
      '10.0.0.2',
    ],
    [
      'ignores the header of any other peer',
      '198.51.100.9',
      '203.0.113.7',
      '10.0.0.0/8',
      '198.51.100.9',
    ],
    [
      'is the forwarded one of a trusted proxy',
      '10.0.0.2',
      '203.0.113.7',
      '10.0.0.0/8',
      '203.0.113.7',
    ],
    [
      'is the last one that is no proxy',
      '10.0.0.2',
      '1.2.3.4, 203.0.113.7, 10.0.0.3',
      '10.0.0.0/8',
      '203.0.113.7',
    ],
    [
      'maps IPv4 peers of a dual socket',
      '::ffff:127.0.0.1',
      '203.0.113.7',
      '127.0.0.1',
      '203.0.113.7',
    ],
    ['may be IPv6', 'fd00::2', '2001:db8::1', 'fd00::/8', '2001:db8::1'],
    [
      'stops at an entry that is no address',
      '10.0.0.2',
      '203.0.113.7, unknown',
      '10.0.0.2',
      '10.0.0.2',
    ],
    ['is the proxy without the header', '10.0.0.2', undefined, '10.0.0.2', '10.0.0.2'],
  ])('%s', (_title, peer, forwarded, proxies, expected) => {
    expect(addressOf(peer, forwarded, proxies)).toBe(expected);
  });

  it.each(['proxy', '10.0.0.0/33', '10.0.0.0/x', '10.0.0.1,'.repeat(2) + '10.0.0'])(
    'refuses %j as trusted proxies',
    (entries) => {
      expect(() => loadConfig({ TRUSTED_PROXIES: entries })).toThrow(
        'TRUSTED_PROXIES must be addresses or networks',
      );
    },
  );
});
