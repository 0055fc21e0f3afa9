import type { AgentFacts, RoomFacts } from '../../prompts/room-facts.ts';
import { sampleNames } from './samples.ts';

/** Every answer ends with it: nobody should take this for a model that knows something. */
export const hint = '*Demo model: set `OPENAI_API_KEY` or start Ollama, then restart Parley for real answers.*';

export const aboutModel = [
  'I am the built-in **demo model**: fixed rules, offline, no knowledge. For real answers give Parley a model and restart it:',
  '',
  '- `OPENAI_API_KEY=…` for OpenAI; with `OPENAI_BASE_URL=…` for anything that speaks its protocol',
  '- or start [Ollama](https://ollama.com) with a chat model, such as `ollama pull llama3.2`',
  '- or name models in `config/parley.yaml`: Anthropic, Google, Mistral and more',
].join('\n');

export const commands = [
  // How commands are begun here is in the configuration, which no model reads.
  '- `@parley help` lists the commands (mostly `!help` does, too)',
  '- 🛑 on an answer stops it',
  '- 🔁 on an answer makes it again',
  "- An agent's name in a message asks that agent; a reply goes to whoever wrote what you reply to",
].join('\n');

export function aboutMe({ you }: RoomFacts): string {
  const skills = you.skills === '' ? '' : `\n\nMy skills: ${you.skills}.`;
  const what = you.does === '' ? '' : `\n\n*${you.does}*`;
  return `I'm **${you.name}**, an AI agent.${what}${skills}`;
}

export function aboutRoom(facts: RoomFacts): string {
  const { room } = facts;
  const named = room.name === undefined ? '' : ` **${room.name}**`;
  const place = room.kind === 'private' ? 'This is a conversation between the two of us' : `This is the group${named}`;
  const topic = room.topic === undefined ? '' : ` Its topic: ${room.topic}`;
  return `${place}.${topic}\n\n${aboutMembers(facts)}`;
}

/** Names stand without @: only a hand-over calls somebody. */
export function aboutMembers({ you, agents, people, more }: RoomFacts): string {
  const others = agents.map(agent => `- **${agent.name}** (agent): ${agent.does}`);
  const persons = people.map(({ name }) => `- ${name}`);
  const rest = more > 0 ? [`- and ${more} more`] : [];
  return [`Here are:`, '', `- **${you.name}** (agent): that's me`, ...others, ...persons, ...rest].join('\n');
}

export function aboutColleagues(agents: readonly AgentFacts[]): string {
  if (agents.length === 0) return 'There is no other agent in this room.';
  const lines = agents.map(({ name, does }) => `- **${name}**: ${does}`);
  return ['The other agents here:', '', ...lines].join('\n');
}

export function offer({ agents }: RoomFacts): string {
  const handOver = agents[0] === undefined ? '' : `, *hand over to ${agents[0].name}*`;
  return `Try: *who are you?*, *who is here?*, *commands*${handOver}, or *show me* ${sampleNames}.`;
}
