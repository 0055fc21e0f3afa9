import { type TestParley, testParley } from '../../fakes/installation.ts';

/** Mara's room with three agents and @parley: what she says there, and what agents have said. */
export async function group(given: Parameters<typeof testParley>[0] = {}) {
  const test = await testParley(given);
  const mara = test.bridge.person('mara');
  const chat = mara.createRoom({ invite: ['@agent-ada', '@agent-bruno', '@agent-clara', '@parley'] });
  await test.settle();
  const say = async (text: string) => {
    const id = mara.say(chat, text);
    await test.settle();
    return id;
  };
  return { ...test, mara, chat, say, spoken: () => spokenIn(test, chat) };
}

export const spokenIn = ({ answers }: Pick<TestParley, 'answers'>, chat: Parameters<TestParley['answers']>[0]) =>
  answers(chat).map(({ agent, text }) => `${agent}: ${text}`);
