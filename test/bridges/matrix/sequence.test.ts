import { describe, expect, it } from 'vitest';
import { makeSequence } from '../../../bridges/matrix/sequence.ts';
import { noSignals } from '../../../src/ports/signals.ts';
import { taking } from '../../contracts/bridge/world.ts';
import { heldClock } from '../../fakes/clock.ts';
import { linkedSignals } from '../../fakes/linked-signals.ts';
import { border } from './border.ts';
import { rawEvent } from './events.ts';

/** What each of these numbers lacks, where each is taken after it was asked for. */
async function following(numbers: readonly string[]) {
  const clock = heldClock();
  const sequence = makeSequence({ signals: noSignals, clock });
  const lacking: string[] = [];
  for (const number of numbers) {
    const answer = sequence.lacks(number);
    await clock.advance(1_000);
    if (await answer) lacking.push(number);
    sequence.took(number);
  }
  return lacking;
}

describe('the numbers of transactions', () => {
  it('lack nothing where one comes after the other, wherever they begin, and again', async () => {
    expect(await following(['41', '42', '42', '43', '41', '44'])).toEqual([]);
  });

  it('show what the homeserver could not store, once', async () => {
    expect(await following(['41', '47', '48', '49', '51'])).toEqual(['47', '51']);
  });

  it('may begin anew', async () => {
    expect(await following(['41', '42', '1', '2', '4'])).toEqual(['4']);
  });

  it('say nothing any more where they leave out others again and again, until they follow each other', async () => {
    const numbers = Array.from({ length: 20 }, (_, at) => String(2 * at + 41));
    expect(await following(numbers)).toEqual(['43', '45']);
    const regular = Array.from({ length: 20 }, (_, at) => String(at + 100));
    expect(await following([...numbers, ...regular, '125'])).toEqual(['43', '45', '125']);
  });

  it('say nothing where they are no numbers', async () => {
    expect(await following(['41', 'a', 'c', '', '-7', '1e9', '9'.repeat(500)])).toEqual([]);
  });

  it('are followed over all processes, also where one hears late of another', async () => {
    const clock = heldClock();
    const [a, b] = linkedSignals(2).map(signals => makeSequence({ signals, clock }));
    for (const number of ['7', '9']) {
      a?.took(number);
      const answer = b?.lacks(String(Number(number) + 1));
      await clock.advance(1_000);
      expect(await answer).toBe(false);
      b?.took(String(Number(number) + 1));
    }
    const late = b?.lacks('12');
    await clock.advance(100);
    a?.took('11');
    await clock.advance(1_000);
    expect(await late).toBe(false);
  });

  it('are forgotten over an outage, after which all is looked at anyway', async () => {
    const clock = heldClock();
    const sequence = makeSequence({ signals: noSignals, clock });
    sequence.took('41');
    sequence.forget();
    expect(await sequence.lacks('47')).toBe(false);
  });
});

describe('a transaction before which one is missing', () => {
  const event = (event_id: string) => JSON.stringify({ events: [rawEvent({ event_id })] });
  const url = (number: number) => `/_matrix/app/v1/transactions/${number}`;

  it('waits until it is looked up what was lost, so that this has its place before', async () => {
    const order: string[] = [];
    const looks: (() => void)[] = [];
    const { put } = border(() => ({
      ...taking(),
      receive: async events => void order.push(...events.map(({ _id }) => _id)),
      async doubt() {
        await new Promise<void>(resolve => looks.push(resolve));
        order.push('what was lost');
      },
    }));
    await put({ body: event('$first'), url: url(5) });
    const next = put({ body: event('$next'), url: url(11) });
    await expect.poll(() => looks.length, { timeout: 5_000 }).toBe(1);
    expect(order).toEqual(['matrix:$first']);
    looks[0]?.();
    expect((await next).status).toBe(200);
    await put({ body: event('$last'), url: url(12) });
    expect(order).toEqual(['matrix:$first', 'what was lost', 'matrix:$next', 'matrix:$last']);
  });

  it('is one also where Parley refused the one before and never got it again', async () => {
    let [failing, doubts] = [false, 0];
    const { put } = border(() => ({
      ...taking(),
      receive: async () => {
        if (failing) throw new Error('the disk is full');
      },
      doubt: async () => {
        doubts += 1;
      },
    }));
    await put({ body: event('$first'), url: url(5) });
    failing = true;
    expect((await put({ body: event('$refused'), url: url(6) })).status).toBe(500);
    failing = false;
    await put({ body: event('$next'), url: url(7) });
    expect(doubts).toBe(1);
  });
});
