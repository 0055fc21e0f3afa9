import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

/** All that is no address of the public internet: IANA's registries of special addresses, and what clouds tell their machines by. */
const special = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  // Azure's, in the middle of public ones; the others of clouds are link-local or shared.
  '168.63.129.16/32',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.31.196.0/24',
  '192.52.193.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '192.175.48.0/24',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
] as const;

/** Of IPv6 only this is given to the public internet; in it stand these, which carry other addresses in them, or are for documents. */
const publicIpv6 = '2000::/3';
const specialIpv6 = ['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20'] as const;

const listOf = (subnets: readonly string[], family: 'ipv4' | 'ipv6'): BlockList => {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [network = '', bits] = subnet.split('/');
    list.addSubnet(network, Number(bits), family);
  }
  return list;
};

const refusedIpv4 = listOf(special, 'ipv4');
const allowedIpv6 = listOf([publicIpv6], 'ipv6');
const refusedIpv6 = listOf(specialIpv6, 'ipv6');

/** Whether an address, in its usual form, is one of the public internet and not of this machine. Anything else than an address is not. */
export function isPublicAddress(address: string, own: readonly string[] = ownAddresses()): boolean {
  if (own.includes(address)) return false;
  const family = isIP(address);
  if (family === 4) return !refusedIpv4.check(address, 'ipv4');
  if (family !== 6 || address.includes('%')) return false;
  return allowedIpv6.check(address, 'ipv6') && !refusedIpv6.check(address, 'ipv6');
}

function ownAddresses(): string[] {
  return Object.values(networkInterfaces()).flatMap(all => (all ?? []).map(({ address }) => address));
}
