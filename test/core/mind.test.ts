import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { agentId, bridgeName, chatId, messageId, turnId } from '../../src/core/ids.ts';
import { attending, emptyMind, isInFocus, leaving, type Mind } from '../../src/core/mind.ts';

const weights = { mention: 3, directMessage: 4, deadline: 5, relationship: 1, waiting: 1 };
const bridge = bridgeName('test');
const call = (name: string, mention = false) => ({
  turn: turnId(messageId(bridge, name), agentId('ada')),
  dialogue: chatId(bridge, name),
  mention,
  directMessage: false,
  deadline: null,
});
const rules = (now: number, atOnce = 1) => ({ weights, atOnce, now });

describe('what an agent has in mind', () => {
  it('is taken up at once where there is room, and waits by priority where there is none', () => {
    let mind = attending(emptyMind, call('a'), rules(0));
    mind = attending(mind, call('b'), rules(1));
    mind = attending(mind, call('c', true), rules(2));
    expect(isInFocus(mind, call('a').turn)).toBe(true);
    mind = leaving(mind, call('a').turn, rules(3));
    expect(mind.focus.map(({ dialogue }) => dialogue)).toEqual(['test:c']);
    expect(mind.waiting.map(({ dialogue }) => dialogue)).toEqual(['test:b']);
  });

  it('stays the same where nothing changes', () => {
    const mind = attending(emptyMind, call('a'), rules(0));
    expect(attending(mind, call('a'), rules(1))).toBe(mind);
    expect(leaving(mind, call('b').turn, rules(1))).toBe(mind);
  });

  it('remembers where the agent spoke, and for a bounded number of dialogues', () => {
    let mind = emptyMind;
    for (let at = 0; at < 80; at += 1) {
      mind = attending(mind, call(`${at}`), rules(at));
      mind = leaving(mind, call(`${at}`).turn, rules(at));
    }
    expect(mind.spoken).toHaveLength(50);
    mind = attending(mind, call('79'), rules(100));
    expect(mind.focus[0]?.lastInteraction).toBe(79);
    expect(attending(emptyMind, call('0'), rules(1)).focus[0]?.lastInteraction).toBeNull();
  });

  it('never works on more than it may, and never rests while somebody waits', () => {
    const step = fc.record({
      come: fc.boolean(),
      name: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
      mention: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.integer({ min: 1, max: 3 }), (steps, atOnce) => {
        let mind: Mind = emptyMind;
        for (const [at, { come, name, mention }] of steps.entries()) {
          const one = call(name, mention);
          mind = come ? attending(mind, one, rules(at, atOnce)) : leaving(mind, one.turn, rules(at, atOnce));
          expect(mind.focus.length).toBeLessThanOrEqual(atOnce);
          if (mind.waiting.length > 0) expect(mind.focus).toHaveLength(atOnce);
          const turns = [...mind.focus, ...mind.waiting].map(({ turn }) => turn);
          expect(new Set(turns).size).toBe(turns.length);
        }
      }),
    );
  });
});
