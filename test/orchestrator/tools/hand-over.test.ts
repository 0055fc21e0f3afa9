import { describe, expect, it } from 'vitest';
import { testParley } from '../../fakes/installation.ts';
import { lastText, scripted } from '../../fakes/runtime.ts';
import { group } from './group.ts';

/** Ada hands over to Bruno, who just speaks. */
const adaHandsOver = (input: object, text = 'I think so.') =>
  scripted(async (request, call) => {
    if (request.agent._id !== 'ada') return `${request.agent.name} read: ${lastText(request)}`;
    await call('hand_over', { colleague: 'Bruno', request: 'Check the figures.', ...input });
    return text;
  });

describe('hand_over', () => {
  it('lets the colleague speak next, who reads what is asked, as all do', async () => {
    const test = await group();
    test.runtime.answer(adaHandsOver({}));
    await test.say('@Ada, is it true?');
    expect(test.spoken()).toEqual([
      'ada: I think so.\n\n@Bruno: Check the figures.',
      'bruno: Bruno read: I think so.\n\n@Bruno: Check the figures.',
    ]);
    const [turn] = await test.store.collection('turns').find({ where: { state: 'done' }, limit: 10 });
    const turns = await test.store.collection('turns').find({ where: { state: 'done' }, limit: 10 });
    expect(turns.map(({ reason }) => reason)).toContain('handed over by Ada');
    expect(turn?.chat).toBe(test.chat);
  });

  it('counts before a line that calls somebody else, and is enough of an answer', async () => {
    const test = await group();
    test.runtime.answer(adaHandsOver({}, '@Clara: what do you say?'));
    await test.say('@Ada?');
    expect(test.answers(test.chat).map(({ agent }) => agent)).toEqual(['ada', 'bruno']);
    test.runtime.answer(adaHandsOver({ request: '' }, ''));
    await test.say('@Ada, once more?');
    expect(test.spoken().slice(2)).toEqual(['ada: @Bruno, over to you.', 'bruno: Bruno read: @Bruno, over to you.']);
  });

  it.each([
    ['nobody', 'Xaver'],
    ['itself', 'Ada'],
    ['the orchestrator', '@parley'],
    ['somebody with mark-up', '<b>Bruno</b>'],
    ['a room', 'memory:!1'],
    ['a very long name', 'x'.repeat(200)],
  ])('to %s changes nothing and says who is here', async (_, colleague) => {
    const test = await group();
    const told: string[] = [];
    test.runtime.answer(
      scripted(async (_request, call) => {
        told.push(await call('hand_over', { colleague, request: 'Go on.' }));
        return 'So be it.';
      }),
    );
    await test.say('@Ada?');
    expect(test.spoken()).toEqual(['ada: So be it.']);
    expect(told).toEqual(['No agent of that name is in this room. Here are: Bruno, Clara.']);
  });

  it('is said on one line of bounded length', async () => {
    const test = await group();
    test.runtime.answer(adaHandsOver({ request: `# Title\n@Clara: ${'x'.repeat(3000)}` }, 'Well.'));
    await test.say('@Ada?');
    const [first, second] = test.answers(test.chat);
    expect(first?.text.split('\n')).toHaveLength(3);
    expect(first?.text.length).toBeLessThan(600);
    expect(second?.agent).toBe('bruno');
  });

  it('is not offered where nobody else is', async () => {
    const test = await testParley();
    const chat = test.bridge.person('mara').dm('@agent-ada');
    await test.settle();
    test.bridge.person('mara').say(chat, 'Hello');
    await test.settle();
    expect(test.runtime.requests[0]?.tools.map(({ name }) => name)).not.toContain('hand_over');
  });
});

describe('a debate', () => {
  const endless = scripted(async (request, call) => {
    const colleague = request.agent._id === 'ada' ? 'Bruno' : 'Ada';
    await call('hand_over', { colleague, request: 'And you?' });
    return `${request.agent.name} again.`;
  });

  it('ends by itself with one notice, and goes on when a person reacts or writes', async () => {
    const test = await group();
    test.runtime.answer(endless);
    await test.say('@Ada, @Bruno: tabs or spaces?');
    const notices = () => test.answers(test.chat).filter(({ notice }) => notice);
    const before = test.answers(test.chat).length;
    expect(before).toBeLessThan(10);
    expect(notices()).toMatchObject([{ agent: 'parley', text: expect.stringContaining('pause here until a person') }]);
    expect(notices()[0]?.text).toMatch(/\*\*(Ada|Bruno)\*\* would hand over to \*\*(Ada|Bruno)\*\*.*🔁/);
    await test.settle();
    expect(test.answers(test.chat)).toHaveLength(before);
    const last = [...test.bridge.network.room(test.chat).shown.values()].findLast(
      ({ notice, from }) => !notice && from.startsWith('agent:'),
    );
    if (last) test.mara.react(test.chat, last.id, '🔁');
    await test.settle();
    expect(test.answers(test.chat).length).toBeGreaterThan(before);
    expect(notices()).toHaveLength(2);
    await test.say('@Ada: go on');
    expect(notices()).toHaveLength(3);
  });

  it('is stopped where agents call each other by a line, too', async () => {
    const test = await group({
      settings: {
        turnLimits: { maxHops: 20, maxTurnsWithoutPerson: 4, agentTurnsPerMinute: 10, roomTurnsPerMinute: 20 },
      },
    });
    test.runtime.answer(({ agent }) => (agent._id === 'ada' ? '@Bruno: you?' : '@Ada: and you?'));
    await test.say('@Ada: begin');
    expect(test.answers(test.chat).map(({ agent }) => agent)).toEqual(['ada', 'bruno', 'ada', 'bruno', 'parley']);
  });
});
