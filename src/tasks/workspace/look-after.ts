import { isParleyError } from '../../core/errors.ts';
import { isForgotten } from '../../core/tasks/task.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Sandbox } from '../../ports/sandbox.ts';
import type { Store } from '../../ports/store.ts';
import { workspaceName } from './workspace-name.ts';

export interface Ages {
  /** Packed into an archive when nobody has used it for so long, in milliseconds. */
  readonly archiveMs: number;
  /** Deleted, with its archive. */
  readonly removeMs: number;
}

interface Given {
  readonly sandbox: Sandbox;
  /** Where the tasks are. */
  readonly store: Pick<Store, 'collection'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly ages: Ages;
}

const everyMs = 10 * 60_000;

/**
 * Reaps what no process holds, deletes what is of a task that is forgotten, and puts away what nobody uses: now, and again and again until the
 * function given back is called.
 */
export function lookAfterWorkspaces(given: Given): () => void {
  let over = false;
  let cancel = (): void => undefined;
  const look = async (): Promise<void> => {
    // Without an engine there is nothing to look after.
    await lookOnce(given).catch(error => {
      if (!isParleyError(error, 'SANDBOX_MISSING'))
        given.log.warn({ err: error }, 'Workspaces could not be looked after.');
    });
    if (!over) cancel = given.clock.after(everyMs, () => void look());
  };
  void look();
  return () => {
    over = true;
    cancel();
  };
}

export async function lookOnce({ sandbox, store, clock, log, ages }: Given): Promise<void> {
  const reaped = await sandbox.reap();
  if (reaped > 0) log.info({ reaped }, 'Containers that nobody held were ended.');
  for (const { key, state, lastUsed } of await sandbox.list()) {
    const age = clock.now() - lastUsed;
    const goes = age > ages.removeMs || (await isOfForgotten(store, key.task));
    if (!goes && !(age > ages.archiveMs && state === 'stopped')) continue;
    try {
      await (goes ? sandbox.remove(key) : sandbox.archive(key));
    } catch (error) {
      if (isParleyError(error, 'SANDBOX_MISSING')) throw error;
      // What programs left in one workspace holds up none behind it.
      log.warn(
        { err: error, agent: key.agent, workspace: key.task },
        `A workspace could not be ${goes ? 'removed' : 'archived'}.`,
      );
    }
  }
}

/** What was wanted was taken back, or whoever wanted it is forgotten; so what was brought and made there goes, too. */
async function isOfForgotten(store: Given['store'], workspace: string): Promise<boolean> {
  const number = Number.parseInt(workspace, 10);
  if (!Number.isSafeInteger(number)) return false;
  const [task] = await store.collection('tasks').find({ where: { number }, limit: 1 });
  return task !== undefined && isForgotten(task) && workspaceName({ number, task: task._id }) === workspace;
}
