import { lookup } from 'node:dns/promises';
import { connect, isIP, type Socket } from 'node:net';
import { ParleyError } from '../core/errors.ts';
import { isPublicAddress } from './public-address.ts';
import { quoted, unreachable } from './unreachable.ts';

export interface Address {
  readonly address: string;
  readonly family: number;
}

/** All addresses of a name. */
export type Resolve = (host: string) => Promise<readonly Address[]>;

export interface Dial {
  readonly host: string;
  readonly port: number;
  readonly signal: AbortSignal;
  /** The name may lead into a private network: the operator says so. */
  readonly internal?: boolean;
}

/** How long a name may take to be resolved, and then a connection to be there. */
const limitMs = 15_000;
const systemResolve: Resolve = host => lookup(host, { all: true, verbatim: true });

/**
 * Connects to a host that somebody else has named. The name is resolved once; if any of its addresses is not a public one, it is refused
 * (`ADDRESS_REFUSED`), and otherwise the connection goes to one of just these addresses: a name that leads elsewhere a moment later wins nothing.
 * `SITE_UNREACHABLE`: nobody answers there.
 */
export async function dial(wanted: Dial, resolve: Resolve = systemResolve): Promise<Socket> {
  const { host, port, signal, internal = false } = wanted;
  const addresses = await addressesOf(host, resolve, signal);
  if (!internal && !addresses.every(({ address }) => isPublicAddress(address))) throw refused(host);
  const socket = await connected({ host, port, addresses, signal });
  // What is connected is looked at, too: the check does not depend on how a list of addresses is used.
  if (internal || isPublicAddress(unmapped(socket.remoteAddress ?? ''))) return socket;
  socket.destroy();
  throw refused(host);
}

async function addressesOf(host: string, resolve: Resolve, signal: AbortSignal): Promise<readonly Address[]> {
  const bare = host.replace(/^\[(.*)\]$/, '$1');
  const family = isIP(bare);
  if (family !== 0) return [{ address: bare, family }];
  const addresses = await inTime(
    resolve(host).catch(() => []),
    signal,
  );
  if (addresses.length === 0) throw unreachable(host, 'the name is not known');
  return addresses;
}

/** What is resolved in time; nothing, where that takes too long. */
async function inTime(resolving: Promise<readonly Address[]>, signal: AbortSignal): Promise<readonly Address[]> {
  signal.throwIfAborted();
  const over = Promise.withResolvers<readonly Address[]>();
  const cancel = (): void => over.reject(signal.reason);
  const timer = setTimeout(() => over.resolve([]), limitMs);
  signal.addEventListener('abort', cancel, { once: true });
  try {
    return await Promise.race([resolving, over.promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', cancel);
  }
}

interface Target {
  readonly host: string;
  readonly port: number;
  readonly addresses: readonly Address[];
  readonly signal: AbortSignal;
}

function connected({ host, port, addresses, signal }: Target): Promise<Socket> {
  signal.throwIfAborted();
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port,
      autoSelectFamily: true,
      lookup: (_name, options, done) => {
        const [first] = addresses;
        if (options.all === true) return done(null, [...addresses]);
        done(null, first?.address ?? '', first?.family ?? 4);
      },
    });
    const settle = (done: () => void): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', cancel);
      socket.off('connect', succeed).off('error', fail);
      done();
    };
    const giveUp = (error: unknown): void =>
      settle(() => {
        socket.on('error', () => undefined).destroy();
        reject(error);
      });
    const cancel = (): void => giveUp(signal.reason);
    const fail = (error: Error): void => giveUp(unreachable(host, 'nobody answers there', error));
    const succeed = (): void => settle(() => resolve(socket));
    const timer = setTimeout(() => giveUp(unreachable(host, 'it takes too long')), limitMs);
    signal.addEventListener('abort', cancel);
    socket.on('connect', succeed).on('error', fail);
  });
}

const unmapped = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/i, '');

const refused = (host: string): ParleyError =>
  new ParleyError(
    'ADDRESS_REFUSED',
    `${quoted(host)} is no place of the public internet, and is not reached from here.`,
  );
