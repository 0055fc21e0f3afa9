import type { Bus } from '../../ports/bus.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Queue } from '../../ports/queue.ts';
import { type FloorViews, floorViews } from '../floor-view/floor-views.ts';
import type { Installation } from '../installation.ts';
import { topics } from '../topics.ts';
import { type Attention, type AttentionSettings, openAttention } from './attention.ts';
import { tellWork } from './tell-work.ts';

/** What this process keeps in mind of agents and rooms; all of it is made again from the store after a start. */
export function openMind(given: {
  readonly queue: Queue;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly agents: Installation['agents'];
  readonly settings: { readonly attention: AttentionSettings };
  /** Whether other processes show things in the same rooms. */
  readonly shared: boolean;
}): { readonly attention: Attention; readonly views: FloorViews } {
  const { queue, clock, settings, shared } = given;
  const views = floorViews({ clock, shared, look: chat => queue.wake(topics.floorViews, chat) });
  const attention = openAttention({
    ...settings.attention,
    clock,
    begin: turn => queue.wake(topics.turns, turn),
    onChange: (agent, dialogue) => {
      queue.wake(topics.attention, agent);
      views.look(dialogue);
    },
    onStir: tellWork(given),
  });
  return { attention, views };
}
