import type { Clock } from '../../../src/ports/clock.ts';
import type { Log } from '../../../src/ports/log.ts';
import type { Store } from '../../../src/ports/store.ts';
import type { MatrixNames } from '../names.ts';
import { type RawEvent, sortRaw } from '../raw-event.ts';
import type { OpenedEngine } from './opened-engine.ts';
import { keepShown } from './shown-emoji.ts';
import { type Meant, verificationFlows } from './verification-flows.ts';

interface Verifying {
  readonly store: Store;
  readonly names: MatrixNames;
  readonly clock: Clock;
  readonly log: Log;
  readonly engine: OpenedEngine;
}

/** Has agents go on with their verifications, beside all else: one holds up nobody. Its events may come in the clear. Tells whether this is one. */
export function verifying({ store, names, clock, log, engine }: Verifying): (raw: unknown) => boolean {
  const flows = verificationFlows(names);

  async function verify(event: RawEvent, { agent, flow }: Meant): Promise<void> {
    const shown = await (await engine.get()).verify(agent, event, flow);
    if (shown !== null) await keepShown(store, agent, { ...shown, at: clock.now() });
  }

  return raw => {
    const sorted = sortRaw(raw);
    const meant = sorted.kind === 'event' ? flows.meant(sorted.event) : null;
    if (sorted.kind !== 'event' || meant === null || names.agent(sorted.event.sender) !== null) return false;
    verify(sorted.event, meant).catch((error: unknown) =>
      log.warn({ err: error, agent: meant.agent }, 'A verification was broken off. The person may begin it anew.'),
    );
    return true;
  };
}
