import type { RedisOptions } from 'ioredis';
import type { RedisAddress } from './address.ts';

/** Where the servers are, and how to get in. */
export interface Location {
  readonly hosts: readonly { readonly host: string; readonly port: number }[];
  readonly options: Pick<RedisOptions, 'username' | 'password' | 'db' | 'tls'>;
}

const defaultPort = { single: 6379, sentinel: 26_379, cluster: 6379 };

/** Reads `redis://user:password@host:port,host:port/db`; the schema of the configuration has checked its shape. */
export function locate({ url, mode }: Pick<RedisAddress, 'url' | 'mode'>): Location {
  const { tls, access, hosts, db } =
    /^redis(?<tls>s)?:\/\/(?:(?<access>[^@/]*)@)?(?<hosts>[^/]+)(?:\/(?<db>\d*))?$/.exec(url)?.groups ?? {};
  const [username = '', ...password] = (access ?? '').split(':');
  return {
    hosts: (hosts ?? '').split(',').map(host => hostAndPort(host, defaultPort[mode])),
    options: {
      ...(username === '' ? {} : { username: decoded(username) }),
      ...(password.length === 0 ? {} : { password: decoded(password.join(':')) }),
      ...(db === undefined || db === '' || mode === 'cluster' ? {} : { db: Number(db) }),
      ...(tls === undefined ? {} : { tls: {} }),
    },
  };
}

/** `host`, `host:port` or `[::1]:port`. */
function hostAndPort(text: string, fallback: number): { host: string; port: number } {
  const [, host = text, port] = /^(\[[^\]]+\]|[^:]+)(?::(\d+))?$/.exec(text) ?? [];
  return { host: host.replace(/^\[|\]$/g, ''), port: port === undefined ? fallback : Number(port) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** The servers for people: without user and password. */
export function placeOf(address: Pick<RedisAddress, 'url' | 'mode'>): string {
  const { hosts } = locate(address);
  return hosts.map(({ host, port }) => `${host}:${port}`).join(', ');
}
