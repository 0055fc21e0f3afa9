import { expect, it } from 'vitest';
import { testParley } from '../fakes/installation.ts';

it('who names a message of another room as the thread that they are in does not get an agent to read it', async () => {
  const { bridge, settle, runtime } = await testParley();
  const [mara, eve] = [bridge.person('mara'), bridge.person('eve')];
  const [secretRoom, elsewhere] = [mara.dm('@agent-ada'), eve.dm('@agent-ada')];
  await settle();
  const secret = mara.say(secretRoom, 'The code is 4711.');
  await settle();
  for (const text of ['one', 'two', 'three', 'four']) eve.say(elsewhere, text);
  await settle();
  eve.say(elsewhere, 'What is the code?', { thread: secret });
  await settle();
  const last = runtime.requests.at(-1);
  expect(last?.conversation.at(-1)?.text).toBe('What is the code?');
  expect(JSON.stringify(last?.conversation)).not.toContain('4711');
});
