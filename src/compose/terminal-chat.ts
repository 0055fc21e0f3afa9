import type { MemoryBridge } from '../../bridges/memory/memory-bridge.ts';
import type { TerminalChat, Utterance } from '../cli/main-functions.ts';
import type { Agent } from '../core/agent.ts';
import { agentOf } from '../core/ids.ts';
import type { Installation } from '../orchestrator/installation.ts';

const lookEveryMs = 40;

/** A private chat with one agent over the memory bridge, one line at a time. */
export function terminalChat(
  given: {
    readonly bridge: MemoryBridge;
    readonly parley: Installation;
    readonly agent: Agent;
    readonly model: string;
  },
  close: () => Promise<void>,
): TerminalChat {
  const { bridge, parley, agent } = given;
  const person = bridge.person('you');
  const chat = person.dm(bridge.addressOf(agent._id));
  const room = bridge.network.room(chat);
  const pause = (): Promise<void> => new Promise(resolve => void parley.clock.after(lookEveryMs, resolve));

  const utterances = (since: number): Utterance[] =>
    [...room.shown.values()]
      .slice(since)
      .flatMap(shown =>
        agentOf(shown.from) === null || shown.redacted
          ? []
          : [{ id: shown.id, from: agent.name, text: shown.text, complete: shown.mark?.state === 'complete' }],
      );

  const isBusy = async (): Promise<boolean> => {
    const floor = await parley.store.collection('speaker_queues').get(chat);
    const newest = await parley.store
      .collection('messages')
      .find({ where: { chat }, orderBy: { field: 'order', direction: 'desc' }, limit: 1 });
    const behind = (newest[0]?.order ?? 0) > (floor?.handledThrough ?? 0);
    return floor === null || behind || floor.currentSpeaker !== null || floor.queue.length > 0;
  };

  return {
    agent,
    model: given.model,
    async *say(text, signal) {
      const since = room.shown.size;
      person.say(chat, text);
      const told = new Map<string, string>();
      for (let busy = true; busy; ) {
        await pause();
        signal.throwIfAborted();
        busy = await isBusy();
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
