import { describe, expect, it } from 'vitest';
import { room } from './room.ts';

describe('a member of the room', () => {
  const administrative = ['strategy mentioned', 'moderator @tom', 'slot 90s', 'give @tom', 'clear', 'hold', 'resume'];

  it.each(administrative)('may not: !floor %s', async text => {
    const { tom, order, floor, published } = await room();
    const before = await floor();
    expect(await order(tom, `!floor ${text}`)).toBe(
      `\`!floor ${text.split(' ')[0]}\` is not for you: your role here is user, and it is for who made this room or has power 50 or ` +
        'more in it, its moderator, and admins of this installation. Somebody of these can do it, or make you an admin of this room.',
    );
    const { currentSpeaker, queue, moderator, slotRules, held } = before;
    expect(await floor()).toMatchObject({ currentSpeaker, queue, moderator, slotRules, held });
    expect(published('FloorPolicyChanged')).toEqual([]);
  });

  it.each([
    ['as an admin of the installation', { '@tom': 'admin' }, false],
    ['as the moderator', {}, true],
  ] as const)('may, %s', async (_, people, moderates) => {
    const { mara, tom, order, floor } = await room(people);
    if (moderates) await order(mara, '!floor moderator @tom');
    expect(await order(tom, '!floor hold')).toMatch(/^The floor is on hold/);
    expect((await floor()).held).toBe(true);
  });

  it('may, where the room gives them the right', async () => {
    const { tom, order, store, chat, floor } = await room();
    const chats = store.collection('chats');
    const stored = await chats.get(chat);
    if (stored !== null) await chats.replace({ ...stored, accessRights: { [tom.id]: 'admin' } });
    await order(tom, '!floor hold');
    expect((await floor()).held).toBe(true);
  });

  it('asks for the floor, gets it when it is free, and gives it back', async () => {
    const { tom, order, adaSpeaks, speaker, settle } = await room();
    const held = await adaSpeaks();
    expect(await order(tom, '!floor ask')).toBe('You wait for the floor, at place 1.');
    expect(await order(tom, '!floor ask')).toBe('You wait for the floor, at place 1.');
    held.say('Done.');
    held.end();
    await settle();
    expect(await speaker()).toBe('memory:@tom');
    expect(await order(tom, '!floor ask')).toBe('You have the floor.');
    expect(await order(tom, '!floor next')).toBe('Thank you.');
    expect(await speaker()).toBeNull();
  });

  it('takes back that they asked', async () => {
    const { tom, order, adaSpeaks, floor } = await room();
    await adaSpeaks();
    await order(tom, '!floor ask');
    await order(tom, '!floor ask off');
    expect((await floor()).queue).toEqual([]);
  });

  it('does not end the slot of somebody else', async () => {
    const { tom, order, adaSpeaks } = await room();
    const held = await adaSpeaks();
    expect(await order(tom, '!floor next')).toMatch(/^`!floor next` is not for you/);
    expect(held.aborted()).toBe(false);
  });
});
