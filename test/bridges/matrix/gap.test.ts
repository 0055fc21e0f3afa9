import { describe, expect, it } from 'vitest';
import { makeGap } from '../../../bridges/matrix/gap.ts';
import { matrix } from '../../../bridges/matrix/names.ts';
import { type ChatId, chatId } from '../../../src/core/ids.ts';
import { heldClock } from '../../fakes/clock.ts';

const [here, there] = ['!here', '!there'].map(room => chatId(matrix, room)) as [ChatId, ChatId];

/** Looks that take as long as the test says, and whether a transaction may pass. */
function scene() {
  const clock = heldClock();
  const looks: (() => void)[] = [];
  const ahead: { readonly chats: readonly ChatId[]; done(error?: Error): void }[] = [];
  const gap = makeGap({
    clock,
    lookUp: () => new Promise<void>(resolve => looks.push(resolve)),
    catchUp: chats =>
      new Promise<void>((resolve, reject) => {
        ahead.push({ chats, done: error => (error === undefined ? resolve() : reject(error)) });
      }),
  });
  const look = async (index: number) => {
    looks[index]?.();
    await clock.advance(0);
  };
  const lookAhead = async (index: number, error?: Error) => {
    ahead[index]?.done(error);
    await clock.advance(0);
  };
  /** Whether it has passed by now. */
  const transaction = async (...chats: ChatId[]) => {
    let passed = false;
    void gap
      .passed(() => chats)
      .then(() => {
        passed = true;
      });
    await clock.advance(0);
    return () => passed;
  };
  return { clock, gap, looks, look, ahead: () => ahead.map(({ chats }) => chats), lookAhead, transaction };
}

describe('a gap', () => {
  it('lets all pass at once where nothing was missed', async () => {
    const { clock, transaction, ahead } = scene();
    expect((await transaction(here))()).toBe(true);
    expect([ahead(), clock.pending()]).toEqual([[], 0]);
  });

  it('holds what comes back until its chats have been looked at, and not for all others', async () => {
    const { gap, transaction, ahead, lookAhead } = scene();
    void gap.close();
    const passed = await transaction(here, there);
    expect([passed(), ahead()]).toEqual([false, [[here, there]]]);
    await lookAhead(0);
    expect(passed()).toBe(true);
  });

  it('looks at a chat once, and lets pass at once what is of none', async () => {
    const { gap, transaction, ahead, lookAhead } = scene();
    void gap.close();
    await transaction(here);
    await lookAhead(0);
    expect((await transaction(here))()).toBe(true);
    expect((await transaction())()).toBe(true);
    await transaction(here, there);
    expect(ahead()).toEqual([[here], [there]]);
  });

  it('looks at a chat again where another gap began meanwhile', async () => {
    const { gap, transaction, ahead, lookAhead } = scene();
    void gap.close();
    const passed = await transaction(here);
    gap.begin();
    await lookAhead(0);
    expect([passed(), ahead()]).toEqual([false, [[here], [here]]]);
    await lookAhead(1);
    expect(passed()).toBe(true);
  });

  it('is over when a look is done that began after the last outage', async () => {
    const { gap, look, looks, transaction } = scene();
    void gap.close();
    gap.begin();
    const passed = await transaction(here);
    await look(0);
    expect(passed()).toBe(false);
    void gap.close();
    expect(looks).toHaveLength(2);
    await look(1);
    expect(passed()).toBe(true);
  });

  it('has one look under way, and one at most behind it', async () => {
    const { gap, look, looks, transaction } = scene();
    for (let outages = 0; outages < 10; outages += 1) {
      gap.begin();
      void gap.close();
    }
    expect(looks).toHaveLength(1);
    await look(0);
    expect(looks).toHaveLength(2);
    const passed = await transaction(here);
    expect(passed()).toBe(false);
    await look(1);
    expect(looks).toHaveLength(2);
    expect(passed()).toBe(true);
  });

  it('looks at a chat once, also where two transactions wait for it', async () => {
    const { gap, lookAhead, transaction, ahead } = scene();
    void gap.close();
    const first = await transaction(here);
    const second = await transaction(there, here);
    expect(ahead()).toEqual([[here], [there]]);
    await lookAhead(1);
    expect([first(), second()]).toEqual([false, false]);
    await lookAhead(0);
    expect([first(), second()]).toEqual([true, true]);
  });

  it.each(['fails', 'takes too long'])('waits once for a chat whose look %s', async how => {
    const { clock, gap, lookAhead, transaction, ahead } = scene();
    void gap.close();
    const passed = await transaction(here);
    if (how === 'fails') await lookAhead(0, new Error('the store is away'));
    else await clock.advance(20_000);
    expect(passed()).toBe(true);
    expect((await transaction(here))()).toBe(true);
    expect(ahead()).toHaveLength(1);
  });

  it('waits for nothing any more where three looks took too long, until another gap begins', async () => {
    const { clock, gap, transaction } = scene();
    void gap.close();
    for (const room of ['!a', '!b', '!c']) {
      await transaction(chatId(matrix, room));
      await clock.advance(20_000);
    }
    expect((await transaction(here))()).toBe(true);
    gap.begin();
    expect((await transaction(here))()).toBe(false);
  });

  it('lets transactions pass after a while although the looks go on, and when the bridge stops', async () => {
    const { clock, gap, transaction } = scene();
    void gap.close();
    const passed = await transaction(here);
    await clock.advance(19_000);
    expect(passed()).toBe(false);
    await clock.advance(1_000);
    expect(passed()).toBe(true);
    const last = await transaction(there);
    gap.stop();
    await clock.advance(0);
    expect(last()).toBe(true);
  });
});
