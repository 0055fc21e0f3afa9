import type { Resolve } from '../../src/egress/dial.ts';

/** Addresses of which none may be reached, in every way in which they are written. */
export const forbidden = [
  // Loopback
  ...[
    '127.0.0.1',
    '127.1',
    '127.0.1',
    '2130706433',
    '0x7f000001',
    '0x7f.1',
    '0177.0.0.1',
    '017700000001',
    '127.255.255.254',
    'localhost',
  ],
  ...[
    '[::1]',
    '::1',
    '0:0:0:0:0:0:0:1',
    '::ffff:127.0.0.1',
    '[::ffff:7f00:1]',
    '::127.0.0.1',
    '[0:0:0:0:0:ffff:127.0.0.1]',
  ],
  // This machine, whatever it is called
  ...['0.0.0.0', '0', '::', '[::]', '0x0'],
  // Private networks
  ...[
    '10.0.0.1',
    '10.255.255.255',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.0.1',
    '192.168.1.1',
    '3232235777',
    '0xc0a80101',
    '012.0.0.1',
  ],
  ...['100.64.0.1', '198.18.0.1', '192.0.0.8', 'fc00::1', 'fd12:3456::1', '[fd00::1]', '::ffff:10.0.0.1', 'fec0::1'],
  // Link-local, and metadata of clouds
  ...[
    '169.254.169.254',
    '169.254.1.1',
    '2852039166',
    '0xa9fea9fe',
    '[::ffff:169.254.169.254]',
    '169.254.170.2',
    'fe80::1',
    'fd00:ec2::254',
  ],
  ...['100.100.100.200', '192.0.0.192', '168.63.129.16'],
  // Addresses in addresses: 6to4, Teredo, NAT64
  ...[
    '2002:7f00:1::',
    '2002:a00:1::',
    '2001:0:4136:e378:8000:63bf:f5ff:fffe',
    '64:ff9b::7f00:1',
    '64:ff9b::a00:1',
    '64:ff9b:1::1',
  ],
  // Nobody's, everybody's, examples
  ...[
    '224.0.0.1',
    '239.255.255.250',
    '255.255.255.255',
    '240.0.0.1',
    'ff02::1',
    'ff0e::1',
    '192.0.2.1',
    '203.0.113.7',
    '2001:db8::1',
    '3fff::1',
  ],
];

/** Those of them that are addresses, without brackets. */
export const forbiddenAddresses = forbidden
  .filter(host => /^[\d.]+$|^\[?[\da-f:.]+\]?$/i.test(host))
  .map(host => host.replace(/[[\]]/g, ''));

/** Every name is this address. */
export const resolvesTo =
  (address: string): Resolve =>
  async () => [{ address, family: address.includes(':') ? 6 : 4 }];
