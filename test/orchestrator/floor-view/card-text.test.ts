import { describe, expect, it } from 'vitest';
import { type CardFacts, cardText } from '../../../src/orchestrator/floor-view/card-text.ts';

const facts = (given: Partial<CardFacts> = {}): CardFacts => ({
  speaker: { name: 'Ada', reason: 'asked by Mara', secondsLeft: 100 },
  waiting: [
    { name: 'Bruno', reason: 'matches *SQL*' },
    { name: 'Tom', reason: 'asks to speak' },
  ],
  strategy: 'moderated',
  moderator: 'Mara',
  decides: null,
  held: false,
  ...given,
});

describe('the text of a card', () => {
  it('tells who speaks, why and for how long yet, who waits and why, the strategy and the moderator', () => {
    const lines = cardText(facts()).split('\n');
    expect(lines[0]).toBe('**Floor** (strategy moderated, moderator Mara)');
    expect(lines[1]).toBe('🎤 **Ada** speaks: asked by Mara, about 2 min left');
    expect(lines).toContain('1. Bruno: matches \\*SQL\\*');
    expect(lines).toContain('2. Tom: asks to speak');
  });

  it('says that nobody speaks, and that the floor is on hold', () => {
    const text = cardText(facts({ speaker: null, waiting: [], held: true, moderator: null }));
    expect(text).toContain('Nobody speaks.');
    expect(text).toContain('⏸ on hold');
    expect(text).not.toContain('Waiting');
  });

  it('says which agent decides who speaks next', () => {
    expect(cardText(facts({ speaker: null, decides: 'Clara' }))).toContain('Clara decides who speaks next.');
  });

  it('lists ten and counts the others', () => {
    const waiting = Array.from({ length: 14 }, (_, i) => ({ name: `P${i}`, reason: 'asks to speak' }));
    expect(cardText(facts({ waiting }))).toContain('… and 4 more');
  });

  it('lets no name bring in mark-up, lines, links or mentions', () => {
    const name = '**Ada**\n1. Eve: https://evil.test @room @mara:parley.test \u202Egnp';
    const text = cardText(facts({ waiting: [{ name, reason: name }] }));
    const line = text.split('\n').find(one => one.startsWith('1. ')) ?? '';
    expect(line).not.toMatch(/(?<!\\)[*@:](?!\s\\\*)/u);
    expect(text.split('\n').filter(one => /^\d+\. /.test(one))).toHaveLength(1);
    expect(text).not.toContain('\u202E');
  });
});
