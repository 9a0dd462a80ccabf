import { BlockList, isIP } from 'node:net';

/** Special-purpose addresses (RFC 6890 and its successors): no public service has one. */
const BLOCKED_4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];
/** Includes all forms that embed an IPv4 address: mapped, compatible, translated, 6to4, Teredo. */
const BLOCKED_6 = [
  '::/96',
  '::ffff:0:0/96',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/32',
  '2001:db8::/32',
  '2002::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
];

const listOf = (ranges: readonly string[], family: 'ipv4' | 'ipv6'): BlockList => {
  const list = new BlockList();
  for (const range of ranges) {
    const [address, prefix] = range.split('/') as [string, string];
    list.addSubnet(address, Number(prefix), family);
  }
  return list;
};
const blocked4 = listOf(BLOCKED_4, 'ipv4');
const blocked6 = listOf(BLOCKED_6, 'ipv6');

/**
 * Whether an address belongs to a private, local or otherwise special network. True for invalid
 * addresses.
 */
export function isPrivateAddress(address: string): boolean {
  // A zone, as in fe80::1%eth0, denotes a link-local address.
  const family = isIP(address);
  if (family === 0 || address.includes('%')) return true;
  return family === 4 ? blocked4.check(address, 'ipv4') : blocked6.check(address, 'ipv6');
}
