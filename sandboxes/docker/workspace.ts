import { ParleyError } from '../../src/core/errors.ts';
import { normalPath } from '../../src/core/workspace/path.ts';
import { type Slots, slots } from '../../src/core/workspace/slots.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Workspace, WorkspaceKey, WorkspaceLimits } from '../../src/ports/sandbox.ts';
import { awake } from './awake.ts';
import { type Channel, lost } from './channel.ts';
import { dockerFiles } from './files.ts';
import type { Quota } from './quota.ts';
import { runInside } from './run.ts';
import type { Running } from './running.ts';

export interface WorkspaceGiven {
  readonly key: WorkspaceKey;
  readonly clock: Clock;
  readonly limits: WorkspaceLimits;
  readonly quota: Quota;
  /** Starts its container. */
  readonly start: () => Promise<Running>;
  /** Stopped after so long without a call, in milliseconds. */
  readonly idleMs: number;
  /** Something was done there. */
  readonly used: () => void;
}

export interface DockerWorkspace extends Workspace {
  /** Starts it, where it does not run. */
  thaw(): Promise<void>;
  /** Does something with the way into it. */
  using<T>(use: (channel: Channel) => Promise<T>): Promise<T>;
  isRunning(): boolean;
  isBusy(): boolean;
  /** Ends it for good: every call from now on fails. */
  end(why: string): Promise<void>;
}

export function dockerWorkspace(given: WorkspaceGiven): DockerWorkspace {
  const { key, clock, limits, quota } = given;
  const places: Slots = slots(limits.commands);
  const closing = new AbortController();
  let stopping = new AbortController();
  const container = awake(given.start);
  let calls = 0;
  let dismissIdle = (): void => undefined;

  const stop = async (): Promise<void> => {
    dismissIdle();
    stopping.abort(lost('it was stopped'));
    stopping = new AbortController();
    await container.end();
  };

  const counted = async <T>(call: () => Promise<T>): Promise<T> => {
    dismissIdle();
    calls += 1;
    given.used();
    try {
      return await call();
    } finally {
      calls -= 1;
      if (calls === 0) dismissIdle = clock.after(given.idleMs, () => void stop().catch(() => undefined));
    }
  };

  const thawed = (): Promise<Running> => {
    closing.signal.throwIfAborted();
    return container.thawed();
  };

  const using = <T>(use: (channel: Channel) => Promise<T>): Promise<T> =>
    counted(async () => use((await thawed()).container.channel));

  return {
    key,
    limits,
    files: dockerFiles({ limits, using, makeRoom: quota.makeRoom }),
    run: (command, options) =>
      counted(async () => {
        options.signal.throwIfAborted();
        normalPath(command.folder ?? '.');
        const signal = AbortSignal.any([options.signal, stopping.signal, closing.signal]);
        const giveBack = await places.take(signal);
        try {
          const { container: on, offer } = await thawed();
          offer();
          const parts = { channel: on.channel, clock, limits, quota, kill: () => on.kill() };
          return await runInside(command, { ...options, signal }, parts);
        } finally {
          giveBack();
        }
      }),
    async grant(wanted) {
      closing.signal.throwIfAborted();
      await container.grant(wanted);
    },
    stop: async () => {
      closing.signal.throwIfAborted();
      await stop();
    },
    thaw: () => counted(async () => void (await thawed())),
    using,
    isRunning: container.isRunning,
    isBusy: () => calls > 0,
    async end(why) {
      closing.abort(new ParleyError('WORKSPACE_CLOSED', `The workspace is closed. ${why}`));
      await stop();
    },
  };
}
