import { describe, expect, it } from 'vitest';
import type { FloorCard } from '../../../src/core/floor-view.ts';
import { agentId } from '../../../src/core/ids.ts';
import { type CardScene, showCard } from '../../../src/orchestrator/floor-view/show-card.ts';
import { testParley } from '../../fakes/installation.ts';

const as = agentId('parley');

/** A room with @parley in it, and a card that is kept as a store would. */
async function stage() {
  const { bridge, parley, settle } = await testParley();
  const mara = bridge.person('mara');
  const chat = mara.createRoom({ invite: ['@parley'] });
  await settle();
  let now = 1_000_000;
  let card: FloorCard | null = null;
  const edits = { fail: false };
  const breaking: typeof bridge = {
    ...bridge,
    edit: (...given) => (edits.fail ? Promise.reject(new Error('crash')) : bridge.edit(...given)),
  };
  const show = async (text: string | null, { slot = 1, breakAfter = 99 } = {}): Promise<number | null> => {
    const stored = await parley.store.collection('chats').get(chat);
    if (stored === null) throw new Error('The chat is not known.');
    let kept = 0;
    const keep: CardScene['keep'] = async next => {
      if (kept >= breakAfter) throw new Error('crash');
      kept += 1;
      card = next;
    };
    return showCard({ bridge: breaking, chat: stored, now, keep }, card, text === null ? null : { as, text, slot });
  };
  const cards = () => bridge.network.timeline(chat).filter(shown => shown.text !== '' || shown.redacted);
  const pass = (ms: number): void => {
    now += ms;
  };
  return { mara, chat, bridge, show, cards, pass, edits };
}

describe('the card of a room', () => {
  it('is one message, edited in place, and taken away when nothing is to be told', async () => {
    const { show, cards, pass } = await stage();
    await show('one');
    pass(3000);
    await show('two');
    expect(cards().map(({ text, former }) => [text, former])).toEqual([['two', ['one']]]);
    await show(null);
    expect(cards().filter(card => !card.redacted)).toEqual([]);
  });

  it('is edited at most once in two seconds, and says when to look again', async () => {
    const { show, cards, pass } = await stage();
    await show('one');
    pass(500);
    expect(await show('two')).toBe(1_002_000);
    expect(cards()[0]?.text).toBe('one');
    pass(1500);
    expect(await show('two')).toBeNull();
    expect(cards()[0]?.text).toBe('two');
  });

  it('is edited at most twelve times in a slot', async () => {
    const { show, cards, pass } = await stage();
    for (let i = 0; i <= 20; i += 1) {
      await show(`text ${i}`);
      pass(2000);
    }
    expect(cards()[0]?.former).toHaveLength(12);
    await show('the next slot', { slot: 2 });
    expect(cards()[0]?.text).toBe('the next slot');
  });

  it('stands there once, whenever Parley was killed while it made, changed or removed it', async () => {
    for (const breakAfter of [0, 1]) {
      const { show, cards, pass } = await stage();
      await show('one', { breakAfter }).catch(() => undefined);
      pass(3000);
      await show('two');
      pass(3000);
      await show('two');
      expect(cards().map(card => card.text)).toEqual(['two']);
      await show(null, { breakAfter: 0 }).catch(() => undefined);
      await show(null);
      expect(cards().filter(card => !card.redacted)).toEqual([]);
    }
  });

  it('shows what it was to show also where Parley was killed before that was sent', async () => {
    const { show, cards, pass, edits } = await stage();
    await show('one');
    pass(3000);
    edits.fail = true;
    await show('two').catch(() => undefined);
    expect(cards()[0]?.text).toBe('one');
    edits.fail = false;
    await show('two');
    expect(cards().map(({ text, former }) => [text, former])).toEqual([['two', ['one']]]);
  });

  it('is let go where its agent is out of the room', async () => {
    const { show, mara, chat, cards } = await stage();
    mara.kick(chat, '@parley');
    expect(await show('one')).toBeNull();
    expect(cards()).toEqual([]);
  });
});
