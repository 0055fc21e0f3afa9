import { describe, expect, it } from 'vitest';
import { testParley } from '../fakes/installation.ts';

async function roomWith(...agents: string[]) {
  const test = await testParley();
  const mara = test.bridge.person('mara');
  const chat = agents.length === 1 ? mara.dm(agents[0] ?? '') : mara.createRoom({ invite: agents });
  await test.settle();
  const ask = async (text: string) => {
    mara.say(chat, text);
    await test.settle();
    return test.answers(chat);
  };
  return { ...test, ask };
}

describe('the orchestrator', () => {
  it('says who it is in its direct chat, and whom to talk to', async () => {
    const { ask, runtime } = await roomWith('@parley');
    const text =
      'I’m **Parley**. I keep order in the rooms and answer commands: `!help` shows them. I don’t talk otherwise. ' +
      'To talk, write to one of the agents: **Ada**, **Bruno**, **Clara**.';
    expect(await ask('Hello Parley, who are you?')).toEqual([{ agent: 'parley', notice: true, text }]);
    expect(runtime.requests).toEqual([]);
  });

  it('says so in a group when it is mentioned, and no agent answers instead', async () => {
    const { ask } = await roomWith('@agent-ada', '@agent-clara', '@parley');
    const said = await ask('@Parley who are you?');
    expect(said).toMatchObject([{ agent: 'parley', notice: true }]);
    expect(said[0]?.text).toContain('mention one of the agents here: **Ada**, **Clara**.');
  });

  it('leaves the word to agents that are called beside it', async () => {
    const { ask } = await roomWith('@agent-ada', '@parley');
    const who = (await ask('@Ada and @Parley, who are you?')).map(({ agent }) => agent);
    expect(who.toSorted()).toEqual(['ada', 'parley']);
  });

  it('does not promise an answer to every message in the help of its direct chat', async () => {
    const { ask } = await roomWith('@parley');
    const [help] = await ask('!help');
    expect(help?.text).toContain('I answer commands only');
    expect(help?.text).not.toContain('every message is answered');
  });
});
