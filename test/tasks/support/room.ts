import type { Shown } from '../../../bridges/memory/room.ts';
import type { AgentId, ChatId, MessageId } from '../../../src/core/ids.ts';
import { agentOf } from '../../../src/core/ids.ts';
import type { Task } from '../../../src/core/tasks/task.ts';
import { type TestParley, testParley } from '../../fakes/installation.ts';
import { worker } from './worker.ts';

/** A room with all agents and Mara, in which a task is asked for. */
export async function taskRoom(given: Parameters<typeof testParley>[0] = {}) {
  const test = await testParley(given);
  test.runtime.work(worker());
  const mara = test.bridge.person('mara');
  const chat = mara.createRoom({ invite: ['@agent-ada', '@agent-bruno', '@agent-clara', '@parley', '@tom'] });
  await test.settle();
  return { ...test, mara, tom: test.bridge.person('tom'), chat, ...looking(test, chat) };
}

/** What people see of tasks in a room. */
export function looking({ bridge, store, settle, clock }: TestParley, chat: ChatId) {
  const all = (): Shown[] => [...bridge.network.room(chat).shown.values()].filter(({ redacted }) => !redacted);
  return {
    cards: (): Shown[] => all().filter(({ text }) => text.startsWith('**Task #')),
    /** What agents said in threads, in order. */
    thread: (): { readonly agent: AgentId | null; readonly text: string }[] =>
      all()
        .filter(({ thread, from }) => thread !== null && agentOf(from) !== null)
        .map(({ from, text }) => ({ agent: agentOf(from), text })),
    message: (starts: string): Shown => {
      const found = all().find(({ text }) => text.startsWith(starts));
      if (found === undefined)
        throw new Error(
          `Nothing begins with ${starts}:\n${all()
            .map(({ text }) => text)
            .join('\n--\n')}`,
        );
      return found;
    },
    files: (): Shown[] => all().filter(({ attachment }) => attachment),
    task: async (number = 1): Promise<Task> => {
      const [found] = await store.collection('tasks').find({ where: { number }, limit: 1 });
      if (found === undefined) throw new Error(`There is no task #${number}.`);
      return found;
    },
    /** Lets it happen, and the pauses between edits of a card pass. */
    rest: async (): Promise<void> => {
      for (let round = 0; round < 12; round += 1) {
        await settle();
        await clock.advance(2_000);
      }
    },
    card: (): MessageId => {
      const [found] = all().filter(({ text }) => text.startsWith('**Task #'));
      if (found === undefined) throw new Error('No card is there.');
      return found.id;
    },
  };
}
