import { Agent, buildConnector } from 'undici';
import { type Destination, isAmong } from './destination.ts';
import type { Dial, dial } from './dial.ts';

export type Dialler = (wanted: Dial) => ReturnType<typeof dial>;

interface Connecting {
  /** Places that may be reached although they are in a private network: the operator says so. */
  readonly internal: readonly Destination[];
  readonly dialled: Dialler;
  readonly signal: AbortSignal;
}

/** Until a connection is secure. */
const secureMs = 15_000;
const mostHeaderBytes = 64 * 1024;

/**
 * What a client asks by: each of its connections is made by `dial`, whatever a name, a redirect or an answer says. There is no other way out of here.
 * `silentMs`: until an answer begins, and between two pieces of it.
 */
export const guardedAgent = ({ silentMs, ...connecting }: Connecting & { readonly silentMs: number }): Agent =>
  new Agent({
    connect: connector(connecting),
    headersTimeout: silentMs,
    bodyTimeout: silentMs,
    maxHeaderSize: mostHeaderBytes,
  });

function connector({ internal, dialled, signal }: Connecting): buildConnector.connector {
  const secure = buildConnector({ allowH2: false, timeout: secureMs });
  return (options, done) => {
    const isSecure = options.protocol === 'https:';
    const port = Number(options.port) || (isSecure ? 443 : 80);
    const host = options.hostname;
    const wanted = { host, port, signal, internal: isAmong(internal, { host, port }) };
    dialled(wanted).then(
      socket => (isSecure ? secure({ ...options, httpSocket: socket }, done) : done(null, socket)),
      (error: Error) => done(error, null),
    );
  };
}
