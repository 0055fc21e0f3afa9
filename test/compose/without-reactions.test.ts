import { expect, it } from 'vitest';
import { roomText } from '../../src/agents/failures/room-text.ts';
import { withoutReactions } from '../../src/compose/without-reactions.ts';

it.each([
  ['quota', 'Ask whoever runs Parley to top it up or to choose another model, then ask again.'],
  ['rate', 'The model gets too many requests right now. Ask again in 20 seconds.'],
  ['timeout', 'The model took too long to answer. Ask again.'],
  ['empty', 'The model answered with nothing. Ask again, or ask in other words.'],
] as const)('a notice of %s tells nobody to react where nobody can', (trouble, expected) => {
  expect(withoutReactions(roomText(trouble, { modelName: 'm', retryAfterMs: 20_000 }))).toContain(expected);
});

it('a sentence on reactions only is left out', () => {
  const help =
    '- `!stop`\n\n`!help stop` tells more. React to an answer with 🛑 to stop it, with 🔁 to have it made again.';
  expect(withoutReactions(help)).toBe('- `!stop`\n\n`!help stop` tells more.');
});
