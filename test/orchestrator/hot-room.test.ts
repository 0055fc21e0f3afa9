import { expect, it } from 'vitest';
import { testParley } from '../fakes/installation.ts';
import { lastText } from '../fakes/runtime.ts';

it('a room in which hundreds of messages wait holds up no other one', async () => {
  const turnLimits = { maxHops: 3, maxTurnsWithoutPerson: 6, agentTurnsPerMinute: 10_000, roomTurnsPerMinute: 10_000 };
  const { bridge, settle, runtime } = await testParley({ settings: { turnLimits } });
  const [mara, tom] = [bridge.person('mara'), bridge.person('tom')];
  const hot = mara.createRoom({ invite: ['@agent-ada', '@agent-bruno'] });
  const other = tom.createRoom({ invite: ['@agent-ada', '@agent-clara'] });
  await settle();
  for (let nth = 1; nth <= 300; nth += 1) mara.say(hot, `@Ada: hot ${nth}`);
  tom.say(other, '@Ada: and me?');
  await settle();
  const asked = runtime.requests.map(lastText);
  expect(asked.filter(text => text.includes('hot')).length).toBeGreaterThan(100);
  // Not behind the three hundred: the rooms take turns.
  expect(asked.findIndex(text => text.includes('and me?'))).toBeLessThan(10);
});
