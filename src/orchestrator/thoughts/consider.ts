import { takesTurns } from '../../core/agent.ts';
import type { Chat } from '../../core/chat.ts';
import type { Floor } from '../../core/floor/floor.ts';
import { isFull, keyOf } from '../../core/floor/queue.ts';
import { follow } from '../../core/follow.ts';
import { agentMember } from '../../core/ids.ts';
import { isSaid, type SaidMessage } from '../../core/message.ts';
import { strategyNamed } from '../../core/strategies/strategies.ts';
import type { Decision } from '../../core/take-turns.ts';
import type { Turn } from '../../core/turn.ts';
import { addition } from '../../core/volunteer.ts';
import { change } from '../change.ts';
import { strategyOf } from '../floor/floor-rules.ts';
import { orderFloor } from '../floor/order-floor.ts';
import type { Ordered } from '../floor/orders.ts';
import { readFloor } from '../floor/read-floor.ts';
import type { Installation } from '../installation.ts';
import { claimTurn } from '../turns/claim-turn.ts';
import { endThought } from './end-thought.ts';
import { think } from './think.ts';
import { type Thinker, thoughtRequest } from './thought-request.ts';

const mostHeard = 12;
const limitMs = 20_000;

type Scene = Thinker & { readonly message: SaidMessage };

const note =
  'You have not been asked, and the last message of a person above has been answered. Have you something to add that nobody has said yet and that they will want to know? Answer with one word: YES or NO. In doubt, NO.';

/**
 * An agent considers whether it has something to add to what a person said: its model answers with a word, and with a yes the agent asks
 * for the floor. What the model said is stored before that, so that after a crash it is not asked again, and the agent waits once.
 */
export async function consider(parley: Installation, turn: Turn): Promise<Turn> {
  const scene = turn.stop === null ? await sceneOf(parley, turn) : null;
  if (scene === null) return endThought(parley, turn, { outcome: 'dropped' });
  if (turn.state === 'replied') return askForFloor(scene);
  return claimTurn(parley, turn, (claimed, signal) => askModel({ ...scene, turn: claimed }, signal));
}

/** Null where the agent is not to add anything any more. */
async function sceneOf(parley: Installation, turn: Turn): Promise<Scene | null> {
  const agent = parley.agents.get(turn.agent);
  const chat = await parley.store.collection('chats').get(turn.chat);
  const message = turn.about === undefined ? null : await parley.store.collection('messages').get(turn.about);
  if (agent === undefined || !takesTurns(agent) || chat === null || message === null) return null;
  if (!isSaid(message) || message.status === 'redacted' || !chat.participants.includes(agentMember(agent._id)))
    return null;
  const isLate = parley.clock.now() - message.timestamp > parley.settings.answerWithinMs;
  if (isLate || !mayAsk(parley, chat, await readFloor(parley, chat._id))) return null;
  return { parley, turn, agent, chat, message };
}

/** Whether the room still wants models to be asked. */
const mayAsk = (parley: Installation, chat: Chat, { asksModels }: Floor): boolean =>
  asksModels && strategyNamed(strategyOf(parley, chat)).volunteers === true;

async function askModel(scene: Scene, signal: AbortSignal): Promise<Turn> {
  const { parley, turn, message } = scene;
  const request = await thoughtRequest(scene, { trigger: message, note, tools: [], most: mostHeard });
  const enough = new AbortController();
  const cancel = parley.clock.after(limitMs, () => enough.abort());
  const onText = (text: string): void => {
    if (firstWord(text, true) !== null) enough.abort();
  };
  const thinking = { turn, trigger: message, request, signal, enough, onText };
  const thought = await think(parley, thinking).finally(cancel);
  if (thought === null) return endThought(parley, turn, { outcome: 'dropped' });
  const { usage, error } = thought;
  const reply = firstWord(thought.text, false) === 'yes' ? 'yes' : 'no';
  if (reply === 'no')
    return endThought(parley, turn, { outcome: error === null ? 'answered' : 'failed', reply, usage, error });
  const yes = (current: Turn): Turn =>
    current.state === 'running' ? { ...current, state: 'replied', outcome: 'answered', reply, usage } : current;
  return (await change(parley.store.collection('turns'), turn._id, yes)) ?? { ...turn, state: 'done' };
}

/** In small letters; null where there is none, or where it may go on. */
function firstWord(text: string, mayGoOn: boolean): string | null {
  const found = /^[^\p{L}]*(\p{L}+)(.?)/su.exec(text);
  return found === null || (mayGoOn && found[2] === '') ? null : (found[1] ?? '').toLowerCase();
}

async function askForFloor({ parley, turn, chat, message }: Scene): Promise<Turn> {
  const from = { chat: chat._id, by: agentMember(turn.agent), cause: turn._id };
  await orderFloor(parley, from, order => add(order, turn, message));
  return endThought(parley, turn, {});
}

/** Within the limits of what agents do unasked. Who has answered meanwhile, or waits already, is left as it is. */
async function add({ parley, chat, floor }: Ordered, { agent }: Turn, message: SaidMessage): Promise<Decision> {
  const next = addition(message, agent, 'has something to add');
  const known = await parley.store.collection('turns').get(next._id);
  const waits = floor.queue.some(speaker => keyOf(speaker) === next._id);
  const isOver = waits || isFull(floor) || (known !== null && known.state !== 'queued') || !mayAsk(parley, chat, floor);
  if (isOver || (floor.currentSpeaker?.kind === 'agent' && floor.currentSpeaker.turn === next._id))
    return { floor, turns: [] };
  return follow(next, floor, { limits: parley.settings.turnLimits, now: parley.clock.now() });
}
