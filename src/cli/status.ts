import { loadConfig } from '../../config/load.ts';
import { ParleyError } from '../core/errors.ts';
import { isAlive, runningPid } from '../data-folder/lock.ts';
import { readMonitorAddress } from '../data-folder/monitor-address.ts';
import { type Status, statusSchema } from '../telemetry/monitor/status.ts';
import { painter } from './colours.ts';
import type { CliContext } from './context.ts';
import { statusLines } from './status-lines.ts';

interface StatusOptions {
  readonly json?: boolean;
  readonly url?: string;
}

const patienceMs = 8_000;

/** Asks the Parley that runs how it is. Exit code 1 if it does not run, or is not ready. */
export async function runStatus(context: CliContext, { json = false, url }: StatusOptions): Promise<number> {
  const { env, cwd, stdout, signal } = context;
  const address = url ?? (await addressHere(await loadConfig({ env, cwd })));
  const status = await ask(address, signal);
  const text = json ? JSON.stringify(status, undefined, 2) : statusLines(status, painter(stdout, env)).join('\n');
  stdout.write(`${text}\n`);
  return status.ready ? 0 : 1;
}

async function addressHere({ dataDir }: { readonly dataDir: string }): Promise<string> {
  const pid = runningPid(dataDir);
  const address = await readMonitorAddress(dataDir);
  // One of several that share the work holds no lock; its address tells that it is there.
  if (address !== null && (pid === null ? isAlive(address.pid) : address.pid === pid)) return address.url;
  if (pid === null) throw notRunning(`Parley does not run in ${dataDir}. Start it with npx parley up.`);
  throw notRunning(
    `Parley runs in ${dataDir} (process ${pid}), but can't be asked. If monitoring.port (PARLEY_METRICS_PORT) is 0, set another; ` +
      'else parley.log says why it could not listen.',
  );
}

async function ask(address: string, signal: AbortSignal): Promise<Status> {
  try {
    const patience = AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]);
    const response = await fetch(new URL('/status', address), { signal: patience });
    return statusSchema.parse(await response.json());
  } catch (cause) {
    signal.throwIfAborted();
    throw notRunning(
      `No Parley answers at ${address}. If one runs there, it hangs or something stands between: see its log.`,
      cause,
    );
  }
}

const notRunning = (message: string, cause?: unknown): ParleyError =>
  new ParleyError('NOT_RUNNING', message, { cause });
