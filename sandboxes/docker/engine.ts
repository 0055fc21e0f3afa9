import type Docker from 'dockerode';
import { ParleyError } from '../../src/core/errors.ts';

/** An engine that speaks Docker's API, and its errors in Parley's words. */
export interface Engine {
  /** Does something with it; what fails is a `ParleyError`. */
  use<T>(what: (docker: Docker, signal: AbortSignal) => Promise<T>): Promise<T>;
}

const limitMs = 60_000;

/**
 * The engine at `host` (as `DOCKER_HOST` names it), or the one of this machine. It is loaded with the first use: what no task needs costs
 * no time at the start.
 */
export function engineAt(host: string | null): Engine {
  let loaded: Promise<Docker> | undefined;
  return {
    async use(what) {
      loaded ??= load(host);
      try {
        return await what(await loaded, AbortSignal.timeout(limitMs));
      } catch (error) {
        throw inOurWords(error);
      }
    },
  };
}

async function load(host: string | null): Promise<Docker> {
  const { default: Dockerode } = await import('dockerode');
  if (host === null) return new Dockerode({ socketPath: '/var/run/docker.sock' });
  if (host.startsWith('unix://')) return new Dockerode({ socketPath: host.slice('unix://'.length) });
  const { protocol, hostname, port, username } = new URL(host);
  if (protocol === 'ssh:') return new Dockerode({ protocol: 'ssh', host: hostname, port: port || 22, username });
  return new Dockerode({ protocol: port === '2376' ? 'https' : 'http', host: hostname, port: port || 2375 });
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

function inOurWords(error: unknown): unknown {
  if (error instanceof ParleyError) return error;
  const { code = '', statusCode, message = '', json } = error as EngineError;
  if (unreachable.includes(code)) {
    const why = code === 'EACCES' ? 'this user may not speak to it' : 'none answers';
    return new ParleyError('SANDBOX_MISSING', `Work in files and programs needs a Docker engine, and ${why}.`, {
      cause: error,
    });
  }
  if (statusCode === 404 && /no such image/i.test(message))
    return new ParleyError('SANDBOX_MISSING', 'The image of workspaces is not there. Run npx parley sandbox build.', {
      cause: error,
    });
  return new ParleyError('WORKSPACE_LOST', `The Docker engine failed: ${(json?.message ?? message).slice(0, 300)}`, {
    cause: error,
    retry: true,
  });
}
