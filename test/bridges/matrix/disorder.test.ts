import { describe, expect, it } from 'vitest';
import { border } from './border.ts';
import { rawEvent } from './events.ts';

const transactions = 10_000;
const rooms = 7;

/** The same numbers in each run (mulberry32). */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function eventAt(index: number): Record<string, unknown> {
  const body = `message ${index}`;
  return rawEvent({ event_id: `$e${index}`, room_id: `!room${index % rooms}`, content: { msgtype: 'm.text', body } });
}

const bodyOf = (events: readonly unknown[]): string => JSON.stringify({ events });
const path = (at: number): string => `/_matrix/app/v1/transactions/${at}`;

/** Sends 10,000 transactions as a homeserver does, each until it is taken, among all that goes wrong on the way. */
async function sendAll(seed: number, reorder: boolean): Promise<string[]> {
  const { put, taken } = border();
  const next = random(seed);
  const noise: Promise<unknown>[] = [];
  const numbers = Array.from({ length: transactions }, (_, index) => index);
  if (reorder)
    for (let at = 0; at < transactions; at += 10) numbers.splice(at, 10, ...numbers.slice(at, at + 10).reverse());

  for (const [at, number] of numbers.entries()) {
    const older = numbers.slice(Math.max(0, at - Math.floor(next() * 3)), at);
    const body = bodyOf([...older, number].map(eventAt));
    if (next() < 0.1) taken.failures += 1;
    // Cut on the way; or an older one comes again, at the same time.
    if (next() < 0.2) noise.push(put({ body: body.slice(0, Math.floor((body.length - 1) * next())), url: path(at) }));
    if (next() < 0.2 && at > 0) {
      const again = Math.floor(next() * at);
      noise.push(put({ body: bodyOf([eventAt(numbers[again] ?? 0)]), url: path(again) }));
    }
    const twice = next() < 0.2 ? put({ body, url: path(at) }) : null;
    while ((await put({ body, url: path(at) })).status !== 200);
    await twice;
    await Promise.all(noise.splice(0));
  }
  return taken.events.map(event => ('text' in event ? event.text : ''));
}

const inOrder = Array.from({ length: transactions }, (_, index) => `message ${index}`);

describe('10,000 transactions', { timeout: 120_000 }, () => {
  it('give the same log when they are repeated, cut and interleaved', async () => {
    expect(await sendAll(20_261_121, false)).toEqual(inOrder);
  });

  it('give the same messages, each once, when they are reordered too', async () => {
    expect((await sendAll(7, true)).toSorted()).toEqual(inOrder.toSorted());
  });
});
