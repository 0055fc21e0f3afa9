import { expect, test } from 'vitest';
import type { TerminalChat, Utterance } from '../../src/cli/main-functions.ts';
import { agentId } from '../../src/core/ids.ts';
import { parley } from './terminal.ts';

function fakeChat(states: readonly Utterance[]) {
  const said: string[] = [];
  let closed = false;
  const chat: TerminalChat = {
    agent: { _id: agentId('ada'), name: 'Ada', description: 'Writes code.' },
    model: 'The demo model',
    async *say(text) {
      said.push(text);
      yield* states;
    },
    async close() {
      closed = true;
    },
  };
  return { chat, said, isClosed: () => closed };
}

const growing = (text: string, id = '1'): Utterance => ({ id, from: 'Ada', text, complete: false });

test('each line is answered, and what grows is printed once', async () => {
  const { chat, said, isClosed } = fakeChat([growing('Hel'), growing('Hello'), growing('Hello', '2')]);
  const { code, stdout } = await parley(['chat'], { input: 'hi\nyou\n', main: { openChat: async () => chat } });
  expect(code).toBe(0);
  expect(said).toEqual(['hi', 'you']);
  expect(stdout).toContain('Ada: Writes code.\nModel: The demo model.');
  expect(stdout.match(/You: Ada: Hello\n\nAda: Hello\n/g)).toHaveLength(2);
  expect(isClosed()).toBe(true);
});

test('a message that was changed is printed anew', async () => {
  const { chat } = fakeChat([growing('One'), growing('Two')]);
  const { stdout } = await parley(['chat'], { input: 'hi\n', main: { openChat: async () => chat } });
  expect(stdout).toContain('Ada: One\n\nAda: Two\n');
});

test('what an agent says steers no terminal', async () => {
  const said = 'See \u001b]52;c;cm0gLXJm\u0007\u009b2J\u202e this\n\tas it is 👩‍💻';
  const { chat } = fakeChat([growing('See '), growing(said), growing('\u001b[2J', '2')]);
  const { stdout } = await parley(['chat'], { input: 'hi\n', main: { openChat: async () => chat } });
  expect(stdout).toContain('Ada: See \\u001b]52;c;cm0gLXJm\\u0007\\u009b2J\\u202e this\n\tas it is 👩‍💻');
  expect(stdout).toContain('Ada: \\u001b[2J');
});

test('an empty line ends it', async () => {
  const { chat, said } = fakeChat([]);
  await parley(['chat'], { input: '\nhi\n', main: { openChat: async () => chat } });
  expect(said).toEqual([]);
});

test('the agent is passed on', async () => {
  const { chat } = fakeChat([]);
  let asked: string | null | undefined;
  await parley(['chat', 'bruno'], {
    main: {
      openChat: async ({ agent }) => {
        asked = agent;
        return chat;
      },
    },
  });
  expect(asked).toBe('bruno');
});
