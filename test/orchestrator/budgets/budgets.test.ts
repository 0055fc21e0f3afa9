import { describe, expect, it } from 'vitest';
import { ParleyError } from '../../../src/core/errors.ts';
import { heldReply } from '../../fakes/runtime.ts';
import { rules, scene, storedBudgets, using } from './scene.ts';

const heard = 'Ada heard: Hello';
const everybody = ['@agent-ada', '@agent-bruno', '@parley'];

describe('a budget', () => {
  it('counts what the model tells, for all, the agent, the room and the person', async () => {
    const all = rules({
      installation: { all: 1000 },
      agent: { ada: 1000 },
      room: { default: 1000 },
      person: { default: 1000 },
    });
    const test = await scene(all);
    test.runtime.answer(using(70, 50));
    await test.say('Hello');
    const budgets = await storedBudgets(test);
    expect(Object.keys(budgets).sort()).toEqual([
      'agent:ada/2026-01-01',
      'installation:all/2026-01-01',
      'person:memory:@mara/2026-01-01',
      `room:${test.chat}/2026-01-01`,
    ]);
    for (const budget of Object.values(budgets))
      expect(budget).toMatchObject({ used: { tokens: 120, money: 0 }, estimatedTokens: 0, reserved: {}, open: false });
  });

  it('is not even looked for where nothing is limited', async () => {
    const test = await scene(rules({}));
    const collection = test.store.collection.bind(test.store);
    const asked: string[] = [];
    test.parley.store.collection = name => {
      asked.push(name);
      return collection(name);
    };
    test.runtime.estimate = () => Promise.reject(new Error('nobody asks'));
    await test.say('Hello');
    expect(test.texts()).toEqual([heard]);
    expect(asked.filter(name => name.startsWith('budget'))).toEqual([]);
  });

  it('refuses by naming the limit and who can raise it, and no agent answers that', async () => {
    const test = await scene(rules({ agent: { ada: 150 } }), { invite: everybody });
    await test.say('@Ada Hello');
    await test.say('@Ada again');
    expect(test.runtime.requests).toHaveLength(1);
    expect(test.answers(test.chat).slice(1)).toEqual([
      {
        agent: 'ada',
        notice: true,
        text:
          '⚠️ I can’t answer now: today’s budget of Ada does not suffice. 100 of 150 tokens are used, and this answer may need ' +
          '100 tokens. It starts anew at midnight (UTC). It can be raised by admins of this installation: `!budget set @ada …`. ' +
          'Then react with 🔁.',
      },
    ]);
    const [turn] = await test.store.collection('turns').find({ where: { state: 'done' }, limit: 9 });
    expect(turn).toBeDefined();
    expect(test.published('BudgetSpent')).toMatchObject([{ data: { budget: 'agent:ada', limit: 150, used: 100 } }]);
  });

  it('leaves nothing set aside in the others where one refuses', async () => {
    const test = await scene(rules({ installation: { all: 1000 }, agent: { ada: 1000 }, person: { default: 99 } }));
    await test.say('Hello');
    expect(test.texts()[0]).toContain('today’s budget of the person who asks does not suffice');
    for (const budget of Object.values(await storedBudgets(test)))
      expect(budget).toMatchObject({ used: { tokens: 0 }, reserved: {}, open: false });
  });

  it('answers by 🔁 once there is room again', async () => {
    const test = await scene(rules({ room: { default: 99 } }));
    const question = await test.say('Hello');
    expect(test.texts()[0]).toContain('this room');
    await test.clock.advance(24 * 3_600_000);
    test.runtime.expect({ model: 'scripted', inputTokens: 9, outputTokens: 9 });
    test.runtime.answer(using(9, 9));
    test.mara.react(test.chat, question, '🔁');
    await test.settle();
    expect(test.texts()).toEqual([heard]);
  });

  it('begins anew at midnight; an answer over midnight counts for the day on which it began', async () => {
    const test = await scene(rules({ agent: { default: 1000 } }));
    const held = heldReply();
    test.runtime.answer(held.script);
    await test.say('Hello');
    await test.clock.advance(24 * 3_600_000);
    held.say('late');
    held.end();
    await test.settle();
    test.runtime.answer(using(1, 1));
    await test.say('more');
    const budgets = await storedBudgets(test);
    expect(budgets['agent:ada/2026-01-01']).toMatchObject({ used: { tokens: 62 }, reserved: {} });
    expect(budgets['agent:ada/2026-01-02']).toMatchObject({ used: { tokens: 2 }, reserved: {} });
  });
});

describe('what an answer took', () => {
  const limited = rules({ agent: { default: 1000 } });
  const used = async (test: Parameters<typeof storedBudgets>[0]) => (await storedBudgets(test))['agent:ada/2026-01-01'];

  it('is estimated where the model does not tell, and that is said', async () => {
    const test = await scene(limited);
    test.runtime.answer(() => 'x'.repeat(35));
    await test.say('Hello');
    expect(await used(test)).toMatchObject({ used: { tokens: 70 }, estimatedTokens: 70 });
  });

  it('is nothing where no model could be reached, and the request where it failed later', async () => {
    const test = await scene(limited);
    const fail = (code: 'MODEL_UNREACHABLE' | 'MODEL_TIMEOUT') =>
      // biome-ignore lint/correctness/useYield: it fails before it says anything
      test.runtime.answer(async function* () {
        throw new ParleyError(code, 'no');
      });
    fail('MODEL_UNREACHABLE');
    await test.say('Hello');
    expect(await used(test)).toMatchObject({ used: { tokens: 0 }, reserved: {} });
    fail('MODEL_TIMEOUT');
    await test.say('Hello');
    expect(await used(test)).toMatchObject({ used: { tokens: 60 }, reserved: {} });
  });

  it('is what was said until 🛑', async () => {
    const test = await scene(limited);
    const held = heldReply();
    test.runtime.answer(held.script);
    const question = await test.say('Hello');
    held.say('x'.repeat(35));
    await test.settle();
    test.mara.react(test.chat, question, '🛑');
    await test.settle();
    expect(await used(test)).toMatchObject({ used: { tokens: 70 }, reserved: {} });
  });

  it('has its price, by the model that answered', async () => {
    const priceOf = (model: string) => (model === 'scripted' ? { input: 2, output: 10 } : null);
    const test = await scene(
      rules({ installation: { all: { tokens: null, money: 1500 } } }, { priceOf, currency: 'EUR' }),
    );
    await test.say('Hello');
    await test.say('Hello');
    await test.say('Hello');
    expect((await storedBudgets(test))['installation:all/2026-01-01']?.used).toEqual({ tokens: 200, money: 1040 });
    expect(test.texts().at(-1)).toContain('today’s budget of all agents together does not suffice');
  });
});

describe('the person whose budget counts', () => {
  it('is the one who asked, also where agents hand over', async () => {
    const test = await scene(rules({ person: { default: 1000 } }), { invite: everybody });
    test.runtime.answer(request => (request.agent.name === 'Ada' ? '@Bruno what do you say?' : 'Fine.'));
    await test.say('@Ada Hello');
    expect(test.answers(test.chat).map(({ agent }) => agent)).toEqual(['ada', 'bruno']);
    const budgets = await storedBudgets(test);
    expect(Object.keys(budgets)).toEqual(['person:memory:@mara/2026-01-01']);
    expect(Object.values(budgets)[0]?.used.tokens).toBe(60 + 7 + 60 + 2);
  });

  it('is whoever reacted with 🔁', async () => {
    const test = await scene(rules({ person: { default: 1000 } }), { invite: [...everybody, '@tom'] });
    const question = await test.say('@Ada Hello');
    test.bridge.person('tom').react(test.chat, question, '🔁');
    await test.settle();
    const budgets = await storedBudgets(test);
    expect(budgets['person:memory:@mara/2026-01-01']?.used.tokens).toBe(100);
    expect(budgets['person:memory:@tom/2026-01-01']?.used.tokens).toBe(100);
  });
});

describe('the note at 80%', () => {
  it('is said once a day, in the room where it happened, by the orchestrator where it is there', async () => {
    const test = await scene(rules({ agent: { ada: 500 } }), { invite: everybody });
    for (const text of ['1', '2', '3']) await test.say(`@Ada ${text}`);
    expect(test.answers(test.chat)).toHaveLength(3);
    await test.say('@Ada 4');
    await test.say('@Ada 5');
    const notes = test.answers(test.chat).filter(({ notice }) => notice);
    expect(notes).toEqual([
      {
        agent: 'parley',
        notice: true,
        text:
          'Today’s budget of Ada is nearly used up: 400 of 500 tokens. It starts anew at midnight (UTC). It can be raised by ' +
          'admins of this installation: `!budget set @ada …`.',
      },
    ]);
    expect(test.published('BudgetNoted')).toMatchObject([{ data: { budget: 'agent:ada', percent: 80 } }]);
    expect(await test.store.collection('budgets').find({ where: { open: true }, limit: 9 })).toEqual([]);
  });

  it('is said by the agent itself in a direct chat', async () => {
    const test = await scene(rules({ person: { default: 120 } }));
    await test.say('Hello');
    expect(test.answers(test.chat)).toMatchObject([
      { agent: 'ada', text: heard },
      { agent: 'ada', notice: true, text: expect.stringContaining('the person who asks is nearly used up') },
    ]);
  });
});
