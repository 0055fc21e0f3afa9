import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { watched } from '../../src/agents/streaming/watch.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const patience = {
  firstMs: 1_000,
  gapMs: 60,
  wholeMs: 10_000,
  onTimeout: (phase: string) => new Error(phase),
  idle: (piece: string) => piece === '',
};

/** Thinks in pieces without text, then says something; and tells whether the connection was closed. */
function thinker(pieces: number) {
  const seen: { closed: boolean } = { closed: false };
  const open = async (signal: AbortSignal) => {
    signal.addEventListener('abort', () => {
      seen.closed = true;
    });
    return (async function* () {
      for (let count = 0; count < pieces && !signal.aborted; count += 1) {
        await new Promise(resolve => setTimeout(resolve, 10));
        yield '';
      }
      yield 'Yes';
    })();
  };
  return { open, seen };
}

async function said(stream: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const piece of stream) text += piece;
  return text;
}

test('a model that thinks for longer than a silence may be is waited for', async () => {
  const { open } = thinker(20);
  const answer = said(watched(open, { ...patience, signal: new AbortController().signal }));
  await vi.advanceTimersByTimeAsync(200);
  expect(await answer).toBe('Yes');
});

test('a model that thinks for ever is given up, and its connection closed', async () => {
  const { open, seen } = thinker(Number.POSITIVE_INFINITY);
  const stream = watched(open, { ...patience, wholeMs: 150, signal: new AbortController().signal });
  const answer = expect(said(stream)).rejects.toThrow('whole');
  await vi.advanceTimersByTimeAsync(149);
  expect(seen.closed).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  await answer;
  expect(seen.closed).toBe(true);
});
