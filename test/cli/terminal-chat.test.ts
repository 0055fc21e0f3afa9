import { expect, test } from 'vitest';
import { loadConfig } from '../../config/load.ts';
import { openChat } from '../../src/main.ts';
import { silentLog } from '../fakes/log.ts';

test('parley chat answers each line, by the agent that was asked for', async () => {
  const env = { PARLEY_MODEL: 'demo' };
  const signal = AbortSignal.timeout(20_000);
  const chat = await openChat({ config: await loadConfig({ env }), env, agent: 'bruno', log: silentLog, signal });
  expect(chat.agent.name).toBe('Bruno');
  for (const line of ['hello', 'who are you?']) {
    let heard: unknown;
    for await (const utterance of chat.say(line, signal)) heard = utterance;
    expect(heard).toMatchObject({ from: 'Bruno', text: expect.stringContaining('Bruno') });
  }
  await chat.close();
});
