import type { Grant } from '../../src/ports/sandbox-network.ts';
import type { Running } from './running.ts';

/** The container of one workspace, which is started when it is wanted and may end at any time. */
export interface Awake {
  /** It, running; all who want it while it starts get the same one. */
  thawed(): Promise<Running>;
  /** What may be reached from it, now and after each start. */
  grant(grants: readonly Grant[]): Promise<void>;
  /** It runs, or is being started. */
  isRunning(): boolean;
  /** Ends it; the next who wants it has it started again. */
  end(): Promise<void>;
}

export function awake(start: () => Promise<Running>): Awake {
  let running: Promise<Running> | null = null;
  let isUp = false;
  let grants: readonly Grant[] = [];

  const begin = async (): Promise<Running> => {
    const begun = await start();
    begun.outward.grant(grants);
    isUp = true;
    void begun.container.channel.ended.then(() => forget(begun));
    return begun;
  };

  const forget = async (gone: Running): Promise<void> => {
    const current = await running?.catch(() => null);
    if (current === gone) {
      running = null;
      isUp = false;
    }
    await gone.end().catch(() => undefined);
  };

  return {
    thawed() {
      if (running !== null) return running;
      const starting = begin();
      running = starting;
      starting.catch(() => {
        if (running === starting) running = null;
      });
      return starting;
    },
    async grant(wanted) {
      grants = [...wanted];
      if (isUp) (await running)?.outward.grant(grants);
    },
    isRunning: () => running !== null,
    async end() {
      const ending = running;
      running = null;
      isUp = false;
      await ending?.then(
        one => one.end(),
        () => undefined,
      );
    },
  };
}
