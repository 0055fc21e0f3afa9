import OpenAI from 'openai';
import type { Line, Speaker } from './conversation.ts';

/**
 * A group chat that asks a model for every next speaker, as AutoGen's SelectorGroupChat does: a prompt with the roles, the names to choose from
 * (not who spoke last) and the whole history; then the chosen agent answers with its own prompt and the whole history; and so on until the
 * person is chosen.
 */
interface SelectorChat {
  readonly url: string;
  readonly speakers: readonly Speaker[];
  readonly lines: readonly Line[];
}

interface Said {
  readonly from: string;
  readonly text: string;
}

const person = 'user';
const mostAnswers = 5;
/** How the model server knows what is asked of it. */
export const selectorMark = 'Who is to speak next?';

/** Plays the conversation and gives who answered, line by line. */
export async function playSelectorChat({
  url,
  speakers,
  lines,
}: SelectorChat): Promise<readonly (readonly string[])[]> {
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'test' });
  const ask = async (messages: OpenAI.ChatCompletionMessageParam[]): Promise<string> => {
    const reply = await client.chat.completions.create({ model: 'scripted', messages });
    return reply.choices[0]?.message.content ?? '';
  };
  const history: Said[] = [];
  const answered: string[][] = [];
  for (const { text } of lines) {
    history.push({ from: person, text });
    const who: string[] = [];
    while (who.length < mostAnswers) {
      const chosen = await ask([{ role: 'user', content: selectorPrompt(speakers, history) }]);
      const speaker = speakers.find(({ id }) => id === chosen);
      if (speaker === undefined) break;
      history.push({ from: speaker.id, text: await ask(agentPrompt(speaker, history)) });
      who.push(speaker.id);
    }
    answered.push(who);
  }
  return answered;
}

function selectorPrompt(speakers: readonly Speaker[], history: readonly Said[]): string {
  const roles = [...speakers.map(({ id, description }) => `${id}: ${description}`), `${person}: The person who asks.`];
  const last = history.at(-1)?.from;
  const names = [...speakers.map(({ id }) => id), person].filter(name => name !== last).join(', ');
  const instruction = `${selectorMark} Choose one of ${names}. Answer with the name alone.`;
  const talk = history.map(({ from, text }) => `${from}: ${text}`).join('\n\n');
  return `This is a group conversation of several roles:\n${roles.join('\n')}\n${instruction}\n\n${talk}\n\n${instruction}`;
}

const agentPrompt = (speaker: Speaker, history: readonly Said[]): OpenAI.ChatCompletionMessageParam[] => [
  { role: 'system', content: speaker.instructions },
  ...history.map(({ from, text }) =>
    from === speaker.id
      ? ({ role: 'assistant', content: text } as const)
      : ({ role: 'user', name: from, content: text } as const),
  ),
];
