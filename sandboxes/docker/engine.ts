import type Docker from 'dockerode';
import { ParleyError } from '../../src/core/errors.ts';

/** An engine that speaks Docker's API, and its errors in Parley's words. */
export interface Engine {
  /** Where it is, if that is not a socket of this machine. */
  readonly address: string | null;
  /**
   * Does something with it; what fails is a `ParleyError`. Ends with `within`, by default after a minute, also where the engine says nothing at all;
   * rejects with its reason where that is no time limit.
   */
  use<T>(what: (docker: Docker, within: AbortSignal) => Promise<T>, within?: AbortSignal): Promise<T>;
}

const limitMs = 60_000;

/**
 * The engine at `host` (as `DOCKER_HOST` names it; `secure` as `DOCKER_TLS_VERIFY` wants it), or the one of this machine. It is loaded with the first
 * use: what no task needs costs no time at the start.
 */
export function engineAt(host: string | null, secure = false): Engine {
  let loaded: Promise<Docker> | undefined;
  return {
    address: addressOf(host),
    async use(what, within = AbortSignal.timeout(limitMs)) {
      loaded ??= load(host, secure);
      try {
        return await Promise.race([what(await loaded, within), aborted(within)]);
      } catch (error) {
        throw inOurWords(within.aborted ? within.reason : error, within.aborted);
      }
    },
  };
}

/** Without the user, and what may stand beside them. */
function addressOf(host: string | null): string | null {
  if (host === null || host.startsWith('unix://') || !URL.canParse(host)) return null;
  const { protocol, host: name } = new URL(host);
  return `${protocol}//${name}`;
}

const aborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const end = (): void => reject(signal.reason);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });

async function load(host: string | null, secure: boolean): Promise<Docker> {
  const { default: Dockerode } = await import('dockerode');
  // Else it goes by what the environment of the process has.
  const socket = (socketPath: string): Docker => new Dockerode({ socketPath, host: '', protocol: 'http' });
  if (host === null) return socket('/var/run/docker.sock');
  if (host.startsWith('unix://')) return socket(host.slice('unix://'.length));
  if (!URL.canParse(host) || new URL(host).hostname === '')
    throw new ParleyError(
      'SANDBOX_MISSING',
      `DOCKER_HOST is ${JSON.stringify(host.slice(0, 100))}, and no address such as unix:///var/run/docker.sock or tcp://127.0.0.1:2375.`,
    );
  const { protocol, hostname, port, username } = new URL(host);
  if (protocol === 'ssh:') return new Dockerode({ protocol: 'ssh', host: hostname, port: port || 22, username });
  return new Dockerode({ protocol: secure || port === '2376' ? 'https' : 'http', host: hostname, port: port || 2375 });
}

interface EngineError {
  readonly statusCode?: number;
  readonly code?: string;
  readonly message?: string;
  readonly json?: { readonly message?: string };
}

export const isStatus = (error: unknown, ...codes: readonly number[]): boolean =>
  codes.includes(((error instanceof ParleyError ? error.cause : error) as EngineError | null)?.statusCode ?? 0);

const unreachable = ['ECONNREFUSED', 'ENOENT', 'EACCES', 'ENOTFOUND', 'EHOSTUNREACH', 'ETIMEDOUT'];

function inOurWords(error: unknown, wasAborted: boolean): unknown {
  if (error instanceof ParleyError) return error;
  if (wasAborted && !(error instanceof DOMException && error.name === 'TimeoutError')) return error;
  if (wasAborted)
    return new ParleyError('WORKSPACE_LOST', 'The container engine does not answer. Look whether it is overloaded.', {
      cause: error,
      retry: true,
    });
  const { code = '', statusCode, message = '', json } = error as EngineError;
  if (unreachable.includes(code)) {
    const why =
      code === 'EACCES'
        ? 'this user may not speak to it. Add the user to the group docker, and sign in anew.'
        : 'none answers. Install and start one, or name another in DOCKER_HOST.';
    return new ParleyError('SANDBOX_MISSING', `Work in files and programs needs a Docker engine, and ${why}`, {
      cause: error,
    });
  }
  if (statusCode === 404 && /no such image/i.test(message))
    return new ParleyError('SANDBOX_MISSING', 'The image of workspaces is not there. Run npx parley sandbox build.', {
      cause: error,
    });
  return new ParleyError('WORKSPACE_LOST', `The container engine failed: ${(json?.message ?? message).slice(0, 300)}`, {
    cause: error,
    retry: true,
  });
}
