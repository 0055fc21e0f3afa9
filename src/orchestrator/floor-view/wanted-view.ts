import type { Chat } from '../../core/chat.ts';
import type { Floor, Speaker } from '../../core/floor/floor.ts';
import { inOrder } from '../../core/floor/queue.ts';
import { type AgentId, agentMember, type MemberId } from '../../core/ids.ts';
import { decider, memberOf } from '../floor/floor-names.ts';
import { cardText } from './card-text.ts';
import { patienceMs } from './floor-views.ts';
import type { WantedCard } from './show-card.ts';
import type { WantedSign } from './show-signs.ts';

/** What a room is to be shown now, and when that changes by time alone (ms since 1970; null: not before the floor changes). */
export interface WantedView {
  readonly card: WantedCard | null;
  readonly signs: readonly WantedSign[];
  readonly lookAgainAt: number | null;
}

export interface ViewScene {
  readonly floor: Floor;
  readonly chat: Chat;
  readonly strategy: string;
  /** Whether the moderator of a moderated room can decide now. */
  readonly moderatorHere: boolean;
  /** The agent that shows cards here, or null where @parley is not in the room. */
  readonly host: AgentId | null;
  /** Whether the speaker's agent has not got to this turn yet. */
  readonly isKeptWaiting: boolean;
  readonly nameOf: (member: MemberId) => string;
  readonly now: number;
}

const tickMs = 30_000;

/** Pure. */
export function wantedView(scene: ViewScene): WantedView {
  const waiting = waitingSpeakers(scene);
  const late = waiting.filter(speaker => scene.now - speaker.since >= patienceMs);
  const card = cardFor(scene, late);
  const next = waiting.filter(speaker => !late.includes(speaker)).map(speaker => speaker.since + patienceMs);
  const tick = card !== null && scene.floor.slot !== null ? [scene.now + tickMs] : [];
  return {
    card,
    signs: late.flatMap(signFor),
    lookAgainAt: next.length + tick.length === 0 ? null : Math.min(...next, ...tick),
  };
}

function waitingSpeakers({ floor, isKeptWaiting }: ViewScene): Speaker[] {
  const holder = isKeptWaiting && floor.currentSpeaker !== null ? [floor.currentSpeaker] : [];
  return [...holder, ...floor.queue];
}

function signFor(speaker: Speaker): WantedSign[] {
  if (speaker.kind === 'person' || speaker.trigger === null) return [];
  return [{ turn: speaker.turn, agent: speaker.agent, target: speaker.trigger }];
}

/** A quiet room has none; a moderated one always has, as the place to ask for the floor. */
function cardFor(scene: ViewScene, late: readonly Speaker[]): WantedCard | null {
  const { floor, chat, strategy, host } = scene;
  const hasOne =
    strategy === 'moderated' ||
    floor.held ||
    floor.currentSpeaker?.kind === 'person' ||
    late.some(one => floor.queue.includes(one));
  return host === null || chat.chatType === 'private' || !hasOne
    ? null
    : { as: host, text: cardText(factsOf(scene)), slot: floor.slot?.startedAt ?? 0 };
}

function factsOf({ floor, strategy, moderatorHere, nameOf, now }: ViewScene) {
  const { currentSpeaker: speaker, slot, moderator, deliberation, held } = floor;
  const named = (one: Speaker) => ({ name: nameOf(memberOf(one)), reason: one.reason });
  const secondsLeft = slot === null ? null : Math.max(0, slot.endsAt - now) / 1000;
  return {
    speaker: speaker === null ? null : { ...named(speaker), secondsLeft },
    waiting: inOrder(floor).map(named),
    strategy,
    moderator: strategy === 'moderated' ? decider(moderator, moderatorHere, nameOf) : null,
    decides: deliberation === null ? null : nameOf(agentMember(deliberation.agent)),
    held,
  };
}
