import type { Config } from '../../config/load.ts';
import { processId } from '../core/ids.ts';
import { pageOf } from '../documents/page-of.ts';
import { destinationOf } from '../egress/destination.ts';
import type { Crew } from '../orchestrator/crew/crew.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Grant } from '../ports/sandbox-network.ts';
import type { Store } from '../ports/store.ts';
import { noWorkTools, type WorkTools } from '../ports/work-tools.ts';
import { type Offers, withTools } from '../tasks/with-tools.ts';
import { lookAfterWorkspaces } from '../tasks/workspace/look-after.ts';
import { workspaceTools } from '../tasks/workspace/work-tools.ts';
import { gitHosts, githubOffers } from './git-hosts.ts';
import type { Limits } from './open-limits.ts';
import { openMail } from './open-mail.ts';
import { openMcp } from './open-mcp.ts';
import { openSandbox } from './open-sandbox.ts';
import { openWeb } from './open-web.ts';

interface Given {
  readonly config: Config;
  readonly env: NodeJS.ProcessEnv;
  readonly clock: Clock;
  readonly log: Log;
  readonly limits: Pick<Limits, 'search'>;
  readonly crew: Crew;
  readonly store: Store;
}

const dayMs = 24 * 60 * 60_000;

/** What agents work on tasks with, as it is configured, open until `ending`. A process that only takes events has none. */
export async function openWorkTools(given: Given, ending: AsyncDisposableStack): Promise<WorkTools> {
  if (given.config.processes.role === 'bridge') return noWorkTools;
  const { config, clock, limits } = given;
  const workspace = await openWorkspaces(given, ending);
  const others: readonly Offers[] = [
    githubOffers(config),
    openWeb({ config, clock, turnstile: limits.search, put: () => workspace.put }),
    openMcp({ config, clock, workspaces: workspace }),
  ];
  return withTools(workspace, others, await openMail(config));
}

/** Workspaces, looked after until `ending`. */
async function openWorkspaces(
  { config, env, log, clock, crew, store }: Given,
  ending: AsyncDisposableStack,
): Promise<WorkTools> {
  const lives = async (process: string): Promise<boolean> => !(await crew.isGone(processId(process)));
  const sandbox = await openSandbox({ config, env, clock, process: crew.self, lives });
  if (sandbox === null) return noWorkTools;
  ending.defer(() => sandbox.close());
  const { archiveDays, removeDays, network } = config.sandbox;
  const ages = { archiveMs: archiveDays * dayMs, removeMs: removeDays * dayMs };
  ending.defer(lookAfterWorkspaces({ sandbox, store, clock, log, ages }));
  const grants: readonly Grant[] = [
    ...network.allow.map(destinationOf),
    ...network.internal.map(text => ({ ...destinationOf(text), internal: true as const })),
  ];
  return workspaceTools({ sandbox, clock, grants, git: gitHosts(config), pageOf });
}
