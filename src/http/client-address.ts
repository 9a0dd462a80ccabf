import type { IncomingMessage } from 'node:http';
import { BlockList, isIP, isIPv6 } from 'node:net';

/** Addresses of proxies whose `X-Forwarded-For` is believed; null for none. */
export type TrustedProxies = BlockList | null;

const familyOf = (address: string) => (isIPv6(address) ? 'ipv6' : 'ipv4');

/**
 * Returns the addresses and networks as a list to compare with.
 * @throws RangeError for an entry that is neither an address nor a network such as 10.0.0.0/8
 */
export function trustedProxiesOf(entries: readonly string[]): TrustedProxies {
  const list = new BlockList();
  for (const entry of entries) {
    const [address = '', prefix] = entry.split('/');
    if (!isIP(address)) throw new RangeError(entry);
    if (prefix === undefined) list.addAddress(address, familyOf(address));
    else if (/^\d{1,3}$/.test(prefix)) list.addSubnet(address, Number(prefix), familyOf(address));
    else throw new RangeError(entry);
  }
  return entries.length ? list : null;
}

/** IPv4 addresses of a socket that serves both families are mapped to IPv6. */
const plain = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '');

/**
 * Returns the address of the client: that of the connection or, behind trusted proxies, the last
 * forwarded address that is no trusted proxy. A client can send the header as well, so entries to
 * the left of it prove nothing.
 */
export function clientAddressOf({ socket, headers }: IncomingMessage, trusted: TrustedProxies) {
  const peer = socket.remoteAddress ?? '';
  if (!trusted) return peer;
  let client = plain(peer);
  const forwarded = String(headers['x-forwarded-for'] ?? '').split(',');
  while (forwarded.length && isIP(client) && trusted.check(client, familyOf(client))) {
    const next = plain((forwarded.pop() as string).trim());
    if (!isIP(next)) break;
    client = next;
  }
  return client;
}
