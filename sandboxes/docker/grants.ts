import type { Grant } from '../../src/ports/sandbox-network.ts';

const defaultPort = 443;
const portOf = ({ port = defaultPort }: Grant): number => port;

/** What allows a host and a port, or null. */
export function grantFor(grants: readonly Grant[], host: string, port: number): Grant | null {
  const name = host.toLowerCase().replace(/\.$/, '');
  return grants.find(grant => portOf(grant) === port && isNamed(grant.host, name)) ?? null;
}

function isNamed(pattern: string, name: string): boolean {
  return pattern.startsWith('*.')
    ? name.endsWith(pattern.slice(1)) && name.length > pattern.length - 1
    : name === pattern;
}

export interface Target {
  readonly grant: Grant;
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  /** Path and query. */
  readonly path: string;
}

/**
 * Where a plain request to the proxy goes: `http://pypi.org/simple/` to pypi.org by TLS, where that is granted; with a port in it, to that port as it
 * is. Null: nowhere.
 */
export function targetOf(grants: readonly Grant[], address: string): Target | null {
  const url = URL.canParse(address) ? new URL(address) : null;
  if (url === null || url.protocol !== 'http:' || url.username !== '' || url.password !== '') return null;
  const ports = url.port === '' ? [defaultPort, 80] : [Number(url.port)];
  for (const port of ports) {
    const grant = grantFor(grants, url.hostname, port);
    const path = `${url.pathname}${url.search}`;
    if (grant !== null) return { grant, host: url.hostname, port, secure: grant.secure ?? port === defaultPort, path };
  }
  return null;
}
