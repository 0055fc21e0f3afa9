import type { Bridge } from '../../ports/bridge.ts';
import { canProveHealth } from '../../ports/bridge-capabilities.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Finding } from './finding.ts';

/** Knows whether a chat network is unwell: it answers, but does not do what it is asked. */
export interface Health {
  /** It said so. */
  unwell(): void;
  /** From now on it is asked once a minute, as it may be unwell while nobody wants anything of it: of several processes one does that. */
  serve(): void;
  stop(): void;
}

interface Watched {
  readonly bridge: Bridge;
  readonly clock: Pick<Clock, 'after'>;
  readonly finding: Finding;
}

const firstMs = 1_000;
const longestMs = 15_000;
const nowAndThenMs = 60_000;

/**
 * A network that can't write may keep a message and never deliver it. As long as it is unwell, it is asked now and then to keep something small;
 * when it does, somebody looks for what was not delivered: of several processes the first one to find out.
 */
export function watchHealth({ bridge, clock, finding: { looks, doubt } }: Watched): Health {
  let mark = 0;
  let asking = false;
  let cancel = (): void => undefined;
  let cancelNext: (() => void) | null = null;

  function askIn(ms: number): void {
    cancel = clock.after(ms, () => void askAgain(ms));
  }

  async function askAgain(waitedMs: number): Promise<void> {
    if (canProveHealth(bridge) && !(await bridge.isWell())) return askIn(Math.min(longestMs, 2 * waitedMs));
    asking = false;
    const before = mark;
    await doubt.raise(async () => (looks.begun() > before ? null : looks.ask()));
  }

  function unwell(): void {
    mark = looks.begun();
    if (asking) return;
    asking = true;
    askIn(firstMs);
  }

  function askNowAndThen(): void {
    if (!canProveHealth(bridge)) return;
    cancelNext = clock.after(nowAndThenMs, async () => {
      if (!asking && !(await bridge.isWell())) unwell();
      if (cancelNext !== null) askNowAndThen();
    });
  }

  return {
    unwell,
    serve() {
      if (cancelNext === null) askNowAndThen();
    },
    stop() {
      cancel();
      cancelNext?.();
      cancelNext = null;
    },
  };
}
