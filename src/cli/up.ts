import { join } from 'node:path';
import { loadConfig } from '../../config/load.ts';
import { openLog } from '../telemetry/log.ts';
import type { CliContext } from './context.ts';
import { logProgress } from './log-progress.ts';
import { createProgress, type Progress } from './progress.ts';

interface UpOptions {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly role?: string;
}

export async function runUp(context: CliContext, { json = false, quiet = false, role }: UpOptions): Promise<number> {
  const { cwd, stdout, signal } = context;
  const env = role === undefined ? context.env : { ...context.env, PARLEY_ROLE: role };
  const config = await loadConfig({ env, cwd });
  const { level, texts, maxFileMiB } = config.log;
  const file = { file: join(config.dataDir, 'parley.log'), maxBytes: maxFileMiB * 1024 * 1024 };
  const to = json ? { write: (line: string) => void stdout.write(line) } : file;
  const log = openLog({ level, texts, to });
  const logged = logProgress(log);
  const shown = json ? logged : createProgress({ output: stdout, env, quiet });
  const progress = json ? logged : { ...shown, readyBox: both(shown.readyBox, logged.readyBox) };
  try {
    const { up } = await context.loadMain();
    await up({ config, env, progress, log, signal });
    log.info({ why: signal.reason instanceof Error ? signal.reason.message : undefined }, 'Parley has ended');
    return 0;
  } catch (error) {
    // Whoever reads the log must find it there too.
    if (!(signal.aborted && error === signal.reason)) log.error({ err: error }, 'Parley ends because of an error');
    throw error;
  } finally {
    log.close();
  }
}

/** Whoever watches several processes looks for their starts in the log. */
const both =
  (...tellers: readonly Progress['readyBox'][]): Progress['readyBox'] =>
  ready => {
    for (const tell of tellers) tell(ready);
  };
