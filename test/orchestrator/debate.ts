import { setModerator } from '../../src/core/floor/conduct.ts';
import type { Floor } from '../../src/core/floor/floor.ts';
import { agentId } from '../../src/core/ids.ts';
import type { PowerSettings } from '../../src/core/power.ts';
import { change } from '../../src/orchestrator/change.ts';
import type { ReplyRequest } from '../../src/ports/agent-runtime.ts';
import { floorOf } from '../fakes/floor-of.ts';
import { type TestParley, testParley } from '../fakes/installation.ts';
import { callTool, type Script } from '../fakes/runtime.ts';

export const clara = agentId('clara');

/** A moderated room whose moderator is Clara; `decide` is her model as a moderator, all others answer `fine`. */
export async function debate(decide: Script, given: Parameters<typeof testParley>[0] = {}) {
  const test = await testParley(given);
  const mara = test.bridge.person('mara');
  const tom = test.bridge.person('tom');
  const chat = mara.createRoom({ invite: ['@agent-ada', '@agent-bruno', '@agent-clara', '@parley', '@tom'] });
  await test.settle();
  mara.setPower(chat, { 'level:agent:parley': 100 } as PowerSettings);
  await test.settle();
  await change(test.store.collection('chats'), chat, stored => ({ ...stored, strategy: 'moderated' }));
  const room = { ...around(test, chat), mara, tom };
  await room.act(floor => setModerator(floor, { kind: 'agent', agent: clara }, test.clock.now()));
  room.play(decide);
  return room;
}

/** What tests see and do of such a room. */
export function around(test: TestParley, chat: Floor['_id']) {
  const play = (decide: Script): void =>
    test.runtime.answer((asked, signal) => (isDecision(asked) ? decide(asked, signal) : 'fine'));
  const decisions = () => test.runtime.requests.filter(isDecision);
  const texts = () => test.answers(chat).map(({ agent, text }) => `${agent}: ${text}`);
  const thoughts = async () => {
    const turns = await test.store.collection('turns').find({ where: { chat }, limit: 100 });
    return turns.filter(({ thought }) => thought !== undefined);
  };
  return { ...test, ...floorOf(test, chat), chat, play, decisions, texts, thoughts };
}

const isDecision = (asked: ReplyRequest): boolean => asked.tools.some(({ name }) => name === 'grant_floor');

/** A model that says something, and grants. */
export const granting = (who: string, { reason, words = '' }: { reason?: string; words?: string } = {}): Script =>
  async function* (asked, signal) {
    if (words !== '') yield { type: 'text', text: words };
    await callTool(asked, 'grant_floor', { who, reason }, signal);
    yield { type: 'text', text: 'I have granted it.' };
  };

/** A model that calls the tool, notes what it reads, and then ends. */
export function trying(who: string, notes: string[]): Script {
  return async function* (asked, signal) {
    notes.push(await callTool(asked, 'grant_floor', { who }, signal));
    yield { type: 'text', text: '' };
  };
}
