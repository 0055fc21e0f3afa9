import { z } from 'zod';
import type { Grant } from '../../ports/sandbox-network.ts';

const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const host = new RegExp(`^(?:${label}\\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?(?::(?:[1-9]\\d{0,4}))?$`);
const [webPort, lastPort] = [443, 65_535];

/** Hosts that a command needs beyond those that are granted, by their whole names: neither addresses nor patterns. */
export const furtherHosts = z
  .array(
    z
      .string()
      .trim()
      .toLowerCase()
      .max(259)
      .regex(host, 'the name of a host, such as api.example.org or api.example.org:8443')
      .refine(text => portOf(text) <= lastPort, 'a port up to 65535'),
  )
  .max(5)
  .default([])
  .describe(
    'Hosts of the internet that it has to reach, beyond package indexes: api.example.org, by TLS. A person is asked before, so name only what is needed.',
  );

const portOf = (text: string): number => Number(text.split(':')[1] ?? webPort);

/** What would have to be granted for these hosts: what nobody has granted yet. */
export const ungranted = (hosts: readonly string[], grants: readonly Grant[]): Grant[] =>
  [...new Set(hosts)]
    .map(text => ({ host: text.split(':')[0] ?? text, port: portOf(text) }))
    .filter(wanted => !grants.some(grant => (grant.port ?? webPort) === wanted.port && isNamed(grant, wanted)));

const isNamed = ({ host: pattern }: Grant, { host: name }: Grant): boolean =>
  pattern.startsWith('*.') ? name.endsWith(pattern.slice(1)) : name === pattern;

/** For people, who are asked. */
export const reaching = (grants: readonly Grant[]): string =>
  `lets this command reach ${grants.map(({ host: name, port }) => (port === webPort ? name : `${name}:${port}`)).join(', ')}, with all that it finds in the workspace`;
