import type { MemoryBridge } from '../../bridges/memory/memory-bridge.ts';
import type { TerminalChat, Utterance } from '../cli/main-functions.ts';
import type { Agent } from '../core/agent.ts';
import { agentMember, agentOf, type MessageId } from '../core/ids.ts';
import type { Installation } from '../orchestrator/installation.ts';

const lookEveryMs = 40;

/** A private chat with one agent over the memory bridge, one line at a time. */
export async function terminalChat(
  given: {
    readonly bridge: MemoryBridge;
    readonly parley: Installation;
    readonly agent: Agent;
    readonly model: string;
  },
  close: () => Promise<void>,
): Promise<TerminalChat> {
  const { bridge, parley, agent } = given;
  const person = bridge.person('you');
  const chat = person.dm(bridge.addressOf(agent._id));
  const room = bridge.network.room(chat);
  const pause = (): Promise<void> => new Promise(resolve => void parley.clock.after(lookEveryMs, resolve));

  // What is said before the agent is in would be nobody's business.
  while (!(await parley.store.collection('chats').get(chat))?.participants.includes(agentMember(agent._id)))
    await pause();

  const utterances = (since: number): Utterance[] =>
    [...room.shown.values()].slice(since).flatMap(shown =>
      agentOf(shown.from) === null || shown.redacted
        ? []
        : [
            {
              id: shown.id,
              from: agent.name,
              text: shown.text.replace(/ …$/, ''),
              complete: shown.mark?.state === 'complete',
            },
          ],
    );

  /** Until the message has been dealt with, and nobody speaks or waits any more. */
  const isBusy = async (said: MessageId): Promise<boolean> => {
    const floor = await parley.store.collection('speaker_queues').get(chat);
    const message = await parley.store.collection('messages').get(said);
    if (floor === null || message === null || message.order > floor.handledThrough) return true;
    return floor.currentSpeaker !== null || floor.queue.length > 0;
  };

  return {
    agent,
    model: given.model,
    async *say(text, signal) {
      const since = room.shown.size;
      const said = person.say(chat, text);
      const told = new Map<string, string>();
      for (let busy = true; busy; ) {
        await pause();
        signal.throwIfAborted();
        busy = await isBusy(said);
        for (const utterance of utterances(since)) {
          if (told.get(utterance.id) === utterance.text) continue;
          told.set(utterance.id, utterance.text);
          yield utterance;
        }
      }
    },
    close,
  };
}
