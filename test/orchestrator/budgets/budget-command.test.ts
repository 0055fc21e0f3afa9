import { describe, expect, it } from 'vitest';
import { everybodyIs } from '../../fakes/access.ts';
import { rules, scene } from './scene.ts';

const everybody = ['@agent-ada', '@agent-bruno', '@parley', '@tom'];
const admin = { access: everybodyIs('user', { '@mara': 'admin' }) };

async function group(budgets = rules({ room: { default: 1000 }, agent: { ada: 500 }, person: { default: 300 } })) {
  const test = await scene(budgets, { invite: everybody, ...admin });
  const ask = async (text: string) => {
    await test.say(text);
    return test.answers(test.chat).at(-1)?.text ?? '';
  };
  return { ...test, ask };
}

describe('!budget', () => {
  it('shows what is used and left for the room, who asks, all, and the agents here', async () => {
    const { ask } = await group();
    await ask('@Ada Hello');
    expect(await ask('!budget')).toBe(
      [
        '- **This room**: 100 of 1,000 tokens (10%), 900 tokens left',
        '- **You**: 100 of 300 tokens (33%), 200 tokens left',
        '- **All agents together**: no limit, not counted',
        '- **Ada**: 100 of 500 tokens (20%), 400 tokens left',
        '- **Bruno**: no limit, not counted',
        '',
        'A new day begins at midnight (UTC).',
      ].join('\n'),
    );
  });

  it('says so where nothing is limited', async () => {
    const { ask } = await group(rules({}));
    expect(await ask('!budget')).toContain('Nothing is limited here');
  });

  it('shows costs where prices are known, and what was estimated', async () => {
    const priced = rules(
      { installation: { all: { tokens: 1000, money: 500_000 } }, agent: { ada: 1000 } },
      { priceOf: () => ({ input: 1000, output: 1000 }), currency: 'EUR' },
    );
    const { ask, runtime } = await group(priced);
    runtime.answer(() => 'x'.repeat(140));
    await ask('@Ada Hello');
    const text = await ask('!budget');
    expect(text).toContain(
      '- **All agents together**: 100 of 1,000 tokens and 0.10 of 0.50 EUR (20%), 900 tokens and 0.40 EUR left, 100 tokens estimated',
    );
    expect(text).toContain('- **Ada**: 100 of 1,000 tokens (10%), 900 tokens left, 0.10 EUR, 100 tokens estimated');
  });
});

describe('!budget set', () => {
  it('raises a limit for today; a refused answer is then made by 🔁', async () => {
    const test = await group(rules({ room: { default: 150 } }));
    await test.ask('@Ada Hello');
    const refused = await test.say('@Ada again');
    expect(test.answers(test.chat).at(-1)?.text).toContain('`!budget set room …`');
    expect(await test.ask('!budget set room 1k')).toBe('The daily limit of this room: 1,000 tokens, until midnight.');
    test.mara.react(test.chat, refused, '🔁');
    await test.settle();
    expect(test.texts()).toContain('Ada heard: @Ada again');
    expect(await test.ask('!budget')).toContain('200 of 1,000 tokens (20%), 800 tokens left, limit set for today');
    await test.clock.advance(24 * 3_600_000);
    expect(await test.ask('!budget')).toContain('0 of 150 tokens');
  });

  it.each([
    ['!budget set all 2M always', 'The daily limit of all agents together: 2,000,000 tokens, until it is changed.'],
    ['!budget set @Bruno 5 money', 'The daily limit of Bruno: 5.00 EUR, until midnight.'],
    ['!budget set @tom none', 'The daily limit of `@tom`: no limit, until midnight.'],
    ['!budget set clara 10,000 tokens today', 'The daily limit of clara: 10,000 tokens, until midnight.'],
    ['!budget set room -5', '`-5` is no amount'],
    ['!budget set 200k', '`<amount>` is missing'],
    ['!budget set 200k room', '`200k` is neither'],
    ['!budget set @eve 5', '`@eve` is neither'],
    ['!budget set room', '`<amount>` is missing'],
  ])('%s: %s', async (command, answer) => {
    const { ask } = await group();
    expect((await ask(command)).toLowerCase()).toContain(answer.toLowerCase());
  });

  it('for good goes before the configuration over days and restarts, until it is taken back', async () => {
    const first = await group();
    await first.ask('!budget set @Ada 700 always');
    await first.ask('!budget set @Ada 600');
    const { bridge, store, clock, crash } = first;
    await crash();
    const budgets = rules({ agent: { ada: 500 } });
    const second = await scene(budgets, { bridge, store, clock, invite: everybody, ...admin });
    const limit = async () => {
      await second.say('!budget');
      return /\*\*Ada\*\*: .*? of (\d+)/.exec(second.texts().at(-1) ?? '')?.[1];
    };
    expect(await limit()).toBe('600');
    await clock.advance(24 * 3_600_000);
    expect(await limit()).toBe('700');
    await second.say('!budget set @Ada default');
    expect(await limit()).toBe('500');
  });

  it('limits also where the configuration limits nothing', async () => {
    const { ask, runtime } = await group(rules({}));
    await ask('@Ada Hello');
    await ask('!budget set all 50 always');
    expect(await ask('@Ada again')).toContain('does not suffice');
    expect(runtime.requests).toHaveLength(1);
  });

  it('is for admins only', async () => {
    const { bridge, chat, settle, answers } = await group();
    bridge.person('tom').say(chat, '!budget set room 5M always');
    await settle();
    expect(answers(chat).at(-1)?.text).toContain('is not for you');
    bridge.person('tom').say(chat, '!budget');
    await settle();
    expect(answers(chat).at(-1)?.text).toContain('of 1,000 tokens');
  });

  it('what another process set counts after the next sweep', async () => {
    const test = await group(rules({ agent: { ada: 99 } }));
    await test.store.collection('budget_limits').insert([
      {
        _id: 'agent:ada',
        holder: { scope: 'agent', id: 'ada' as never },
        always: { tokens: 500 },
        forDay: null,
        setBy: 'x:y' as never,
      },
    ]);
    expect(await test.ask('@Ada Hello')).toContain('does not suffice');
    await test.clock.advance(60_000);
    expect(await test.ask('@Ada Hello')).toBe('Ada heard: @Ada Hello');
  });
});
