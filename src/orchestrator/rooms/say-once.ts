import { enqueue } from '../../core/floor.ts';
import { type AgentId, onceTurnId } from '../../core/ids.ts';
import { type Decision, scriptedTurn, speakerOf } from '../../core/take-turns.ts';
import { nothing, type Scene } from '../handle/handling.ts';

/** Has an agent say something that it says only once in a room, over all restarts and invitations. */
export async function sayOnce(
  scene: Scene,
  given: {
    readonly agent: AgentId;
    readonly what: 'introduction' | 'encrypted';
    readonly text: string;
    readonly notice: boolean;
  },
): Promise<Decision> {
  const { agent, what, text, notice } = given;
  const chat = scene.chat._id;
  const named = { _id: onceTurnId(chat, what, agent), chat, agent, trigger: null, reason: what, thread: null };
  const said = await scene.parley.store.collection('turns').get(named._id);
  // One that is there but not done may not have got into the queue before a crash; the queue takes each turn once.
  if (said?.state === 'done') return nothing(scene);
  const turn = scriptedTurn(named, text, notice);
  return { floor: enqueue(scene.floor, [speakerOf(turn)]), turns: [turn] };
}
