import type { Chat } from '../../core/chat.ts';
import type { Draft } from '../../core/document.ts';
import type { Floor } from '../../core/floor/floor.ts';
import { decider, type FloorRules, grantNext, looksAgainAt } from '../../core/floor/grant.ts';
import { type AgentId, decisionTurnId } from '../../core/ids.ts';
import { asideTurn, newTurn } from '../../core/take-turns.ts';
import type { Turn } from '../../core/turn.ts';
import type { Installation } from '../installation.ts';
import { ensureChat } from '../rooms/refresh-chat.ts';
import { stopTurn } from '../turns/stop-turn.ts';
import { floorRules } from './floor-rules.ts';
import type { Heard } from './hear-room.ts';

export interface Passed {
  readonly floor: Floor;
  readonly chat: Chat | null;
  /** When the room has to be looked at again. */
  readonly lookAgainAt: number | null;
  /** The turn in which an agent that moderates decides. */
  readonly asides: readonly Draft<Turn>[];
}

/** The floor with the next speaker, or with whoever decides about them. Most often nobody waits, and the rules are not needed. */
export async function passFloor(parley: Installation, { floor, chat }: Heard): Promise<Passed> {
  if (floor.currentSpeaker !== null || floor.queue.length === 0)
    return { floor: await endDeliberation(parley, floor), chat, lookAgainAt: looksAgainAt(floor), asides: [] };
  const read = chat ?? (await ensureChat(parley, floor._id));
  const rules = { ...floorRules(parley, read, floor), moderatorSilent: await isSilent(parley, floor) };
  const granted = grantNext(floor, rules, parley.clock.now());
  return { ...(await deliberate(parley, granted, rules)), chat: read, lookAgainAt: looksAgainAt(granted, rules) };
}

/** Whether the agent that moderates has ended without a grant: its model failed, or called nobody. */
async function isSilent({ store }: Installation, { deliberation }: Floor): Promise<boolean> {
  if (deliberation === null) return false;
  const turn = await store.collection('turns').get(deliberation.turn);
  return turn === null || turn.state === 'done';
}

/** Has the agent that moderates decide, if it is to; ends what is not to be decided any more, or not by that agent. */
async function deliberate(
  parley: Installation,
  floor: Floor,
  rules: FloorRules,
): Promise<Pick<Passed, 'floor' | 'asides'>> {
  const agent = decider(floor, rules);
  if (agent !== null && agent === floor.deliberation?.agent) return { floor, asides: [] };
  const free = await endDeliberation(parley, floor);
  if (agent === null || floor.held) return { floor: free, asides: [] };
  const turn = decision(floor, agent);
  return { floor: { ...free, deliberation: { turn: turn._id, agent } }, asides: [turn] };
}

/** Named after the stored floor that is to be decided about: made again after a crash, it is the same. */
const decision = ({ _id, version }: Floor, agent: AgentId): Draft<Turn> =>
  asideTurn(
    newTurn({
      _id: decisionTurnId(_id, version, agent),
      chat: _id,
      agent,
      trigger: null,
      reason: 'moderates',
      thread: null,
      hop: 1,
      thought: 'decides',
    }),
  );

/** The turn is stopped before the floor forgets it. */
async function endDeliberation(parley: Installation, floor: Floor): Promise<Floor> {
  if (floor.deliberation === null) return floor;
  await stopTurn(parley, floor.deliberation.turn, 'slot');
  return { ...floor, deliberation: null };
}
