import type { MindRules } from '../../core/mind.ts';
import type { Bus } from '../../ports/bus.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Queue } from '../../ports/queue.ts';
import type { Store } from '../../ports/store.ts';
import { type FloorViews, floorViews } from '../floor-view/floor-views.ts';
import type { Installation } from '../installation.ts';
import { topics } from '../topics.ts';
import { type Attention, type AttentionSettings, openAttention } from './attention.ts';
import { mindsInMemory } from './minds.ts';
import { sharedMinds } from './shared-minds.ts';
import { tellWork } from './tell-work.ts';

/** What agents attend to, and what rooms are shown of their floors; what a process keeps of both is made again from the store after a start. */
export function openAttentionAndViews(given: {
  readonly store: Store;
  readonly queue: Queue;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly agents: Installation['agents'];
  readonly settings: { readonly attention: AttentionSettings };
  /** Whether other processes work with the same agents and rooms. */
  readonly shared: boolean;
}): { readonly attention: Attention; readonly views: FloorViews } {
  const { store, queue, clock, settings, shared } = given;
  const views = floorViews({ clock, shared, look: chat => queue.wake(topics.floorViews, chat) });
  const rules = (): MindRules => ({ ...settings.attention, now: clock.now() });
  const minds = shared ? sharedMinds({ store, rules }) : mindsInMemory();
  const attention = openAttention({
    ...settings.attention,
    clock,
    minds,
    begin: turn => queue.wake(topics.turns, turn),
    onChange: (agent, dialogue) => {
      // Of several processes, each stores it together with the mind.
      if (!shared) queue.wake(topics.attention, agent);
      views.look(dialogue);
    },
    onStir: tellWork(given),
  });
  return { attention, views };
}
