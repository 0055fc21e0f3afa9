import { describe, expect, it } from 'vitest';
import { room } from './room.ts';

describe('!quiet', () => {
  it('lets agents speak only where they are called, for an hour or as long as is said', async () => {
    const { tom, order, chat, settle, runtime, clock } = await room();
    expect(await order(tom, '!quiet')).toMatch(/^For 1 h agents speak here only where they are called/);
    tom.say(chat, 'Anybody?');
    await settle();
    expect(runtime.requests).toHaveLength(0);
    expect(await order(tom, '!floor')).toContain('- Quiet, for 1 h more');
    tom.say(chat, '@Ada you?');
    await settle();
    expect(runtime.requests).toHaveLength(1);
    await clock.advance(3_600_000);
    tom.say(chat, 'Anybody now?');
    await settle();
    expect(runtime.requests).toHaveLength(2);
  });

  it('ends when it is said', async () => {
    const { tom, order, floor } = await room();
    await order(tom, '!quiet 2 days');
    expect((await floor()).quietUntil).toBeGreaterThan(0);
    expect(await order(tom, '!quiet off')).toBe('Agents speak again as before.');
    expect((await floor()).quietUntil).toBe(0);
    expect(await order(tom, '!quiet 1s')).toMatch(/^`time` is to be at least 60 s/);
    expect(await order(tom, '!quiet forever')).toMatch(/^`forever` is not `off`, nor a time such as/);
  });
});
