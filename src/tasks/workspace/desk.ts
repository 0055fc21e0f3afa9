import { ParleyError } from '../../core/errors.ts';
import type { AgentId } from '../../core/ids.ts';
import { recent } from '../../core/recent.ts';
import { normalPath } from '../../core/workspace/path.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Ended, Printed, Sandbox, SandboxHealth, Workspace, WorkspaceKey } from '../../ports/sandbox.ts';
import type { Grant } from '../../ports/sandbox-network.ts';
import type { WorkPlace } from '../../ports/work-tools.ts';
import { orWhyNot } from '../or-why-not.ts';
import { ungranted } from './further-hosts.ts';
import { tryAgain, whenThereIsRoom } from './try-again.ts';
import { workspaceName } from './workspace-name.ts';

type Seat = Pick<WorkPlace, 'agent' | 'number' | 'task'>;

/** Where agents sit down to the workspaces of tasks. */
export interface Desk {
  /** The workspace of a task: one for all agents that work on it, kept with the agent that began. Rejects as `Sandbox.open` does. */
  at(place: Seat, signal: AbortSignal): Promise<Workspace>;
  /** Does something in it, while its commands may reach what else is granted. */
  granting<T>(
    place: Seat,
    grants: readonly Grant[],
    work: { readonly signal: AbortSignal; readonly run: (workspace: Workspace) => Promise<T> },
  ): Promise<T>;
  /** What would have to be granted so that commands reach these hosts; empty: they may. */
  ungranted(hosts: readonly string[]): readonly Grant[];
  /** Whether there is a workspace of the task. */
  isUsed(place: Seat): Promise<boolean>;
  /** Whether there is anything to work in. Looked at again after a while. */
  isThere(signal: AbortSignal): Promise<boolean>;
  /** The same, as it was when it was looked at last; true before that. */
  wasThere(): boolean;
  /** Why there is nothing to work in, as it is now; null: there is. */
  missing(signal: AbortSignal): Promise<string | null>;
}

/** One that was not there is looked for again soon, as tasks that begin meanwhile do without it; but not all the time where each look takes long. */
const lookAgainMs = 30_000;
const [leastAwayMs, timesTheLook] = [3_000, 10];
/** Many may ask at the same time. */
const justNowMs = 1_000;
const mostOwners = 10_000;

interface Given {
  readonly sandbox: Sandbox;
  readonly clock: Clock;
  /** What commands of all tasks may reach. */
  readonly grants: readonly Grant[];
}

export function openDesk({ sandbox, clock, grants }: Given): Desk {
  const owners = recent<string, AgentId>(mostOwners);
  let seen: { readonly at: number; readonly againMs: number; readonly health: SandboxHealth } | null = null;

  const health = async (signal: AbortSignal, oldestMs = seen?.againMs ?? 0): Promise<SandboxHealth> => {
    const now = clock.now();
    if (seen !== null && now - seen.at <= oldestMs) return seen.health;
    const found = await sandbox.describe(signal);
    const awayMs = Math.min(lookAgainMs, Math.max(leastAwayMs, timesTheLook * (clock.now() - now)));
    seen = { at: now, againMs: found.ok ? lookAgainMs : awayMs, health: found };
    return found;
  };
  const open = async (place: Seat, all: readonly Grant[], signal: AbortSignal): Promise<Workspace> => {
    const { ok, detail } = await health(signal);
    if (!ok) throw new ParleyError('SANDBOX_MISSING', asSentence(detail));
    const key = await keyOf(place);
    // Nothing is under way in it yet.
    return whenThereIsRoom(clock, signal, () =>
      tryAgain(clock, signal, () => sandbox.open(key, { grants: all, signal })),
    );
  };

  const keyOf = async (place: Seat): Promise<WorkspaceKey> => {
    const task = workspaceName(place);
    const known = owners.get(task);
    if (known !== undefined) return { agent: known, task };
    // Another process may have begun with it meanwhile.
    const kept = (await sandbox.list()).find(({ key }) => key.task === task);
    const owner = owners.get(task) ?? kept?.key.agent ?? place.agent._id;
    owners.set(task, owner);
    return { agent: owner, task };
  };

  return {
    at: (place, signal) => open(place, grants, signal),
    async granting(place, more, { signal, run }) {
      const workspace = await open(place, [...more, ...grants], signal);
      try {
        return await run(workspace);
      } finally {
        // One that is closed reaches nothing any more.
        await workspace.grant(grants).catch(() => undefined);
      }
    },
    ungranted: hosts => ungranted(hosts, grants),
    isUsed: async place => (await sandbox.list()).some(({ key }) => key.task === workspaceName(place)),
    isThere: async signal => (await health(signal)).ok,
    async missing(signal) {
      const { ok, detail } = await health(signal, justNowMs);
      return ok ? null : asSentence(detail);
    },
    wasThere: () => seen?.health.ok !== false,
  };
}

/** A path as models write it. */
export const pathOf = (given: string): string => normalPath(given.trim().replace(/^\/workspace(?:\/|$)/, ''));

/** As part of a card. */
const asSentence = (detail: string): string => `${detail.replace(/\.$/, '')}.`;

/** What can't be done in a workspace is a result, too; that there is none, or that it ended in the middle, is for whoever carries out the call. */
export const orWhy = <T>(doing: () => Promise<T>): Promise<T | string> =>
  orWhyNot(/^(?:WORKSPACE_(?!LOST)|SANDBOX_(?!MISSING))/, doing);

const because = {
  time: 'It took too long and was killed.',
  memory: 'It needed more memory than there is and was killed.',
  disk: 'It wrote more to the disk than it may and was killed.',
} as const;

/** How a command ended, for the model. */
export function howItEnded({ exitCode, signal, killed, stdout, stderr }: Ended): string {
  const how =
    killed === null ? (exitCode === null ? `Ended by ${signal}.` : `Exit code ${exitCode}.`) : because[killed];
  return [how, ...printedLines('stdout', stdout), ...printedLines('stderr', stderr)].join('\n');
}

const printedLines = (name: string, { text, bytes, file }: Printed): string[] =>
  bytes === 0
    ? []
    : [`${name}:`, text.trimEnd(), ...(file === null ? [] : [`(All ${bytes} bytes of it are in ${file}.)`])];
