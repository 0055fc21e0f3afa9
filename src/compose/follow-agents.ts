import { reloadAgents } from '../../config/load.ts';
import type { Main } from '../cli/main-functions.ts';
import type { Installation } from '../orchestrator/installation.ts';
import { followFiles, type Home } from '../orchestrator/lifecycle/follow-files.ts';
import { systemClock } from '../system-clock.ts';
import { agentWishes } from './settings-of.ts';
import { watchFolder } from './watch-folder.ts';

/** Agents follow their files while Parley runs. Gives how to end it. */
export function followAgents(
  { config, env, progress, log }: Pick<Parameters<Main['up']>[0], 'config' | 'env' | 'progress' | 'log'>,
  parley: Installation,
  home: Home,
): () => void {
  return watchFolder({
    folder: config.agentsFolder,
    read: () => reloadAgents(config, { env }),
    apply: async agents => {
      for (const problem of await followFiles(parley, agentWishes({ agents }), home)) progress.warn(problem);
    },
    clock: systemClock,
    log,
    say: { warn: line => progress.warn(line), info: line => progress.info(line) },
  });
}
