import { expect, test } from 'vitest';
import { loadConfig } from '../../config/load.ts';
import { openChat } from '../../src/main.ts';
import { silentLog } from '../fakes/log.ts';

async function withBruno() {
  const env = { PARLEY_MODEL: 'demo' };
  const signal = AbortSignal.timeout(20_000);
  const chat = await openChat({ config: await loadConfig({ env }), env, agent: 'bruno', log: silentLog, signal });
  return { chat, signal };
}

test('parley chat answers each line, by the agent that was asked for', async () => {
  const { chat, signal } = await withBruno();
  expect(chat.agent.name).toBe('Bruno');
  for (const line of ['hello', 'who are you?']) {
    let heard: unknown;
    for await (const utterance of chat.say(line, signal)) heard = utterance;
    expect(heard).toMatchObject({ from: 'Bruno', text: expect.stringContaining('Bruno') });
  }
  await chat.close();
});

test('parley chat makes no task, as nobody would work on it, and says so', async () => {
  const { chat, signal } = await withBruno();
  const heard: string[] = [];
  for await (const { text } of chat.say('!task Write a haiku', signal)) heard.push(text);
  expect(heard.join()).toContain('npx parley up');
  await chat.close();
});
