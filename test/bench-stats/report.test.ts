import { expect, it } from 'vitest';
import { mergeResults, table } from '../bench/report.ts';
import type { Row } from '../bench/result.ts';

const row = (key: string, parley: string): Row => ({
  key,
  what: `what ${key} measures`,
  parley,
  against: '–',
  ratio: '1.000',
  goal: '≤ 1.1',
  met: true,
});

it('what a run measures takes the place of what runs before it did, each with its machine', () => {
  const one = mergeResults('', ['machine one', 'Node 24'], [row('a', '1 ms'), row('b', '2 ms')]);
  expect(one).toBe(`- machine one\n- Node 24\n\n${table([row('a', '1 ms'), row('b', '2 ms')])}`);
  const two = mergeResults(`\n\n${one}\n\n`, ['machine two'], [row('b', '3 ms'), row('c', '4 ms')]);
  const [a, b] = [table([row('a', '1 ms')]), table([row('b', '3 ms'), row('c', '4 ms')])];
  expect(two).toBe(`- machine one\n- Node 24\n\n${a}\n\n- machine two\n\n${b}`);
  const all = [row('a', '5 ms'), row('b', '6 ms'), row('c', '7 ms')];
  expect(mergeResults(two, ['machine three'], all)).toBe(`- machine three\n\n${table(all)}`);
});
