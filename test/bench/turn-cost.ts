import { setTimeout as sleep } from 'node:timers/promises';
import { modelConfigSchema } from '../../src/agents/models/model-config.ts';
import { agentRuntime } from '../../src/agents/runtime.ts';
import { conversationTools } from '../../src/core/conversation-tools.ts';
import { agentId, agentMember, agentOf, type ChatId } from '../../src/core/ids.ts';
import { estimateTokens } from '../../src/core/tokens.ts';
import type { AgentWish } from '../../src/orchestrator/lifecycle/agent-changes.ts';
import { openMemoryStore } from '../../src/stores/memory/store.ts';
import { systemClock } from '../../src/system-clock.ts';
import { paragraphs, say } from '../fakes/scripted-model/script.ts';
import { type ModelRequest, type ScriptedModel, startScriptedModel } from '../fakes/scripted-model/server.ts';
import { conversation, type Line, type Speaker, speakers } from './conversation.ts';
import { type InProcess, loud, openInProcess } from './in-process.ts';
import type { Benchmark, Row } from './result.ts';
import { playSelectorChat, selectorMark } from './selector-chat.ts';

const goal = 0.35;
const giveUpMs = 10_000;

interface Cost {
  readonly calls: number;
  readonly tokens: number;
  /** Answers of those who were meant. */
  readonly useful: number;
}

/** What a useful answer in a group costs, against asking a model for every next speaker. Counted, not timed: every run gives the same figures. */
export const turnCost: Benchmark = {
  key: 'h',
  title: `calls and tokens for each useful answer: ${speakers.length} agents, ${conversation.length} messages of a person`,
  async run({ say: tell }) {
    const ours = await costOf(playParley);
    const theirs = await costOf(({ url }) => playSelectorChat({ url, speakers, lines: conversation }));
    for (const [name, cost] of Object.entries({ parley: ours, selector: theirs }))
      tell(`  ${name}: ${JSON.stringify(cost)}`);
    return [row('Model calls', 'calls', ours, theirs), row('Tokens', 'tokens', ours, theirs)];
  },
};

function row(what: string, of: 'calls' | 'tokens', ours: Cost, theirs: Cost): Row {
  const each = (cost: Cost): number => cost[of] / cost.useful;
  const digits = of === 'calls' ? 2 : 0;
  const ratio = each(ours) / each(theirs);
  return {
    key: 'h',
    what: `${what} for each of ${ours.useful} useful answers, to ${conversation.length} messages`,
    parley: each(ours).toFixed(digits),
    against: `${each(theirs).toFixed(digits)} (a model chooses every speaker)`,
    ratio: ratio.toFixed(3),
    goal: `≤ ${goal}`,
    met: ratio <= goal,
  };
}

type Play = (model: ScriptedModel) => Promise<readonly (readonly string[])[]>;

async function costOf(play: Play): Promise<Cost> {
  const { model, output } = await startModel();
  try {
    const answered = await play(model);
    const tokens = model.requests.map(request => inputTokens(request) + estimateTokens(output.get(request) ?? ''));
    return { calls: tokens.length, tokens: tokens.reduce((sum, one) => sum + one, 0), useful: usefulIn(answered) };
  } finally {
    await model.close();
  }
}

/** Everything that the model reads: who speaks and what they say, as text, and the tools. */
function inputTokens({ body: { messages = [], tools } }: ModelRequest): number {
  const read = messages.map(({ role, name = '', content }) => `${role} ${name}\n${content}\n`).join('');
  return estimateTokens(read + (tools === undefined ? '' : JSON.stringify(tools)));
}

const usefulIn = (answered: readonly (readonly string[])[]): number =>
  conversation.reduce(
    (sum, { meant }, n) => sum + meant.filter((agent, place) => answered[n]?.[place] === agent).length,
    0,
  );

/** A model that always chooses whom the person meant, and whose answers are the same on both sides, one after the other. */
async function startModel(): Promise<{ model: ScriptedModel; output: ReadonlyMap<ModelRequest, string> }> {
  const output = new Map<ModelRequest, string>();
  const choices = conversation.flatMap(({ meant }) => [...meant, 'user']);
  let answers = 0;
  const model = await startScriptedModel({
    rules: [
      request => {
        const isChoice = request.everything.includes(selectorMark);
        const text = isChoice ? (choices.shift() ?? 'user') : answerText(answers);
        if (!isChoice) answers += 1;
        output.set(request, text);
        return say(text);
      },
    ],
  });
  return { model, output };
}

/** From 200 to 800 characters. */
const answerText = (number: number): string => paragraphs(200 + ((number * 170) % 601));

async function playParley({ url }: ScriptedModel): Promise<readonly (readonly string[])[]> {
  const clock = systemClock;
  const model = { id: 'scripted', name: 'scripted', type: 'openai_compatible', baseUrl: `${url}/v1`, apiKey: 'test' };
  const models = [modelConfigSchema.parse(model)];
  const runtime = agentRuntime({ models, defaultModels: ['scripted'], log: loud, env: {} });
  await using scene = await openInProcess({
    agents: speakers.map(wish),
    clock,
    store: openMemoryStore({ clock }),
    runtime,
  });
  const mara = scene.bridge.person('mara');
  const chat = mara.createRoom({ name: 'Archive', invite: [...speakers.map(({ id }) => `@agent-${id}`)] });
  await until(() =>
    speakers.every(({ id }) => scene.bridge.network.room(chat).members.get(agentMember(agentId(id))) === 'joined'),
  );
  const answered: (readonly string[])[] = [];
  for (const line of conversation) answered.push(await sayAndHear(scene, chat, line));
  return answered;
}

/** Says the line and gives who answered, when nobody speaks or waits any more. */
async function sayAndHear({ bridge, parley }: InProcess, chat: ChatId, { text }: Line): Promise<readonly string[]> {
  const before = bridge.network.timeline(chat).length;
  const message = bridge.person('mara').say(chat, text);
  await until(async () => {
    const turns = await parley.store.collection('turns').find({ where: { chat }, limit: 200 });
    return turns.some(({ trigger }) => trigger === message) && turns.every(({ state }) => state === 'done');
  });
  const said = bridge.network.timeline(chat).slice(before + 1);
  return said.flatMap(({ from }) => agentOf(from) ?? []);
}

async function until(test: () => boolean | Promise<boolean>): Promise<void> {
  for (const deadline = Date.now() + giveUpMs; !(await test()); await sleep(5))
    if (Date.now() > deadline) throw new Error('The conversation stands still.');
}

const wish = ({ id, skills, ...words }: Speaker, place: number): AgentWish => ({
  ...words,
  _id: agentId(id),
  role: 'agent',
  resources: { skills, tools: [...conversationTools] },
  publicProfile: { avatar: null, colour: '#336699' },
  model: [],
  capabilities: [],
  minComplexity: 1,
  maxComplexity: 10,
  owner: null,
  place,
});
