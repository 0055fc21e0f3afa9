import type { MemoryBridge } from '../../bridges/memory/memory-bridge.ts';
import type { Shown } from '../../bridges/memory/room.ts';
import type { TerminalChat, Utterance } from '../cli/main-functions.ts';
import type { Agent } from '../core/agent.ts';
import { agentMember, agentOf, type ChatId, type MessageId } from '../core/ids.ts';
import { saidOf } from '../core/reply/fence.ts';
import type { Installation } from '../orchestrator/installation.ts';
import { withoutReactions } from './without-reactions.ts';

const lookEveryMs = 40;
/** The address of who sits at the terminal. */
export const terminalPerson = '@you';

interface Conversation {
  readonly bridge: MemoryBridge;
  readonly parley: Installation;
  readonly agent: Agent;
}

/** A private chat with one agent over the memory bridge, one line at a time. */
export async function terminalChat(
  given: Conversation & { readonly model: string },
  close: () => Promise<void>,
): Promise<TerminalChat> {
  const { bridge, parley, agent, model } = given;
  const person = bridge.person(terminalPerson);
  const chat = person.dm(bridge.addressOf(agent._id));
  const room = bridge.network.room(chat);
  await entered(given, chat);
  return {
    agent,
    model,
    async *say(text, signal) {
      const since = room.shown.size;
      const said = person.say(chat, text);
      const told = new Map<string, string>();
      for (let busy = true; busy; ) {
        await pause(parley);
        signal.throwIfAborted();
        busy = await isBusy(parley, chat, said);
        for (const utterance of utterances([...room.shown.values()].slice(since), agent)) {
          if (told.get(utterance.id) === utterance.text) continue;
          told.set(utterance.id, utterance.text);
          yield utterance;
        }
      }
    },
    close,
  };
}

const pause = ({ clock }: Installation): Promise<void> =>
  new Promise(resolve => void clock.after(lookEveryMs, resolve));

/** What is said before the agent is in would be nobody's business. */
async function entered({ parley, agent }: Conversation, chat: ChatId): Promise<void> {
  const chats = parley.store.collection('chats');
  while (!(await chats.get(chat))?.participants.includes(agentMember(agent._id))) await pause(parley);
}

function utterances(shown: readonly Shown[], agent: Agent): Utterance[] {
  return shown
    .filter(({ from, redacted }) => agentOf(from) !== null && !redacted)
    .map(({ id, text, mark, notice }) => ({
      id,
      from: agent.name,
      text: notice ? withoutReactions(text) : mark?.state === 'complete' ? text : saidOf(text),
      complete: mark?.state === 'complete',
    }));
}

/** More than one message has. */
const mostAnswers = 100;

/** Until the message has been dealt with, nobody speaks or waits any more, and what was said beside the floor stands there. */
async function isBusy({ store }: Installation, chat: ChatId, said: MessageId): Promise<boolean> {
  const floor = await store.collection('speaker_queues').get(chat);
  const message = await store.collection('messages').get(said);
  if (floor === null || message === null || message.order > floor.handledThrough) return true;
  if (floor.currentSpeaker !== null || floor.queue.length > 0) return true;
  const answers = await store.collection('turns').find({ where: { trigger: said }, limit: mostAnswers });
  return answers.some(({ state }) => state !== 'done');
}
