import { enqueue } from '../../core/floor/queue.ts';
import { type AgentId, onceTurnId } from '../../core/ids.ts';
import { asideTurn, type Decision, scriptedTurn, speakerOf } from '../../core/take-turns.ts';
import { strategyOf } from '../floor/floor-rules.ts';
import { nothing, type Scene } from '../handle/handling.ts';

/** Has an agent say something that it says only once in a room, over all restarts and invitations. */
export async function sayOnce(
  scene: Scene,
  given: {
    readonly agent: AgentId;
    readonly what: 'introduction' | 'encrypted' | 'clear' | `unread-${string}`;
    readonly text: string;
    readonly notice: boolean;
  },
): Promise<Decision> {
  const { agent, what, text, notice } = given;
  const chat = scene.chat._id;
  const named = { _id: onceTurnId(chat, what, agent), chat, agent, trigger: null, reason: what, thread: null };
  const said = await scene.parley.store.collection('turns').get(named._id);
  // One that is there but not done may not have been woken, or got into the queue, before a crash; both may be repeated.
  if (said?.state === 'done') return nothing(scene);
  const turn = scriptedTurn(named, text, notice);
  // With one person alone, what is said first has to stand first, and in a moderated room nobody speaks between; in other groups nobody
  // waits for it.
  const waits = scene.chat.chatType === 'private' || strategyOf(scene.parley, scene.chat) === 'moderated';
  if (what === 'introduction' && waits)
    return { floor: enqueue(scene.floor, [speakerOf(turn, scene.parley.clock.now())]), turns: [turn] };
  return { floor: scene.floor, turns: [], asides: [asideTurn(turn)] };
}
