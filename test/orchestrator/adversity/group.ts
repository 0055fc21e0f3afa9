import type { Store } from '../../../src/ports/store.ts';
import { testParley } from '../../fakes/installation.ts';

export const long = 'This is a sentence that makes the answer longer. '.repeat(10);

export function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('It is not there.');
  return value;
}

/** Mara's room with Tom, Ada, Bruno and Parley. */
export async function group() {
  const test = await testParley();
  const mara = test.bridge.person('mara');
  const chat = mara.createRoom({ invite: ['@agent-ada', '@agent-bruno', '@parley', '@tom'] });
  await test.settle();
  const shown = () =>
    [...test.bridge.network.room(chat).shown.values()].filter(message => message.from.startsWith('agent:'));
  return { ...test, mara, chat, shown };
}

/** The turns that nobody has ended. */
export const unfinished = async (store: Store): Promise<string[]> => {
  const states = ['queued', 'running', 'replied'] as const;
  const found = await Promise.all(
    states.map(state => store.collection('turns').find({ where: { state }, limit: 1000 })),
  );
  return found.flat().map(turn => `${turn._id} ${turn.state}`);
};
