import { describe, expect, it } from 'vitest';
import type { WaitingSign } from '../../../src/core/floor-view.ts';
import { agentId, type MessageId, type TurnId } from '../../../src/core/ids.ts';
import { type SignScene, showSigns } from '../../../src/orchestrator/floor-view/show-signs.ts';
import { testParley } from '../../fakes/installation.ts';

async function stage() {
  const { bridge, settle } = await testParley();
  const mara = bridge.person('mara');
  const chat = mara.createRoom({ invite: ['@agent-ada'] });
  await settle();
  let signs: readonly WaitingSign[] = [];
  const show = async (targets: readonly MessageId[], breakAfter = 99): Promise<void> => {
    let kept = 0;
    const keep: SignScene['keep'] = async next => {
      if (kept >= breakAfter) throw new Error('crash');
      kept += 1;
      signs = next;
    };
    const wanted = targets.map(target => ({ turn: `${target}/ada` as TurnId, agent: agentId('ada'), target }));
    await showSigns({ bridge, chat, keep }, signs, wanted);
  };
  const reactions = () =>
    bridge.network.timeline(chat).flatMap(shown => shown.reactions.map(({ key }) => `${shown.text} ${key}`));
  return { mara, chat, show, reactions, signs: () => signs };
}

describe('⏳ on messages that wait', () => {
  it('is put there and taken away', async () => {
    const { mara, chat, show, reactions, signs } = await stage();
    const [one, two] = [mara.say(chat, 'one'), mara.say(chat, 'two')];
    await show([one, two]);
    expect(reactions()).toEqual(['one ⏳', 'two ⏳']);
    await show([two]);
    expect(reactions()).toEqual(['two ⏳']);
    await show([]);
    expect(reactions()).toEqual([]);
    expect(signs()).toEqual([]);
  });

  it('stands there once, and goes, whenever Parley was killed in between', async () => {
    for (const breakAfter of [0, 1, 2]) {
      const { mara, chat, show, reactions } = await stage();
      const one = mara.say(chat, 'one');
      await show([one], breakAfter).catch(() => undefined);
      await show([one]);
      expect(reactions()).toEqual(['one ⏳']);
      await show([], breakAfter).catch(() => undefined);
      await show([]);
      expect(reactions()).toEqual([]);
    }
  });

  it('is put on at most twenty messages', async () => {
    const { mara, chat, show, reactions } = await stage();
    await show(Array.from({ length: 30 }, (_, i) => mara.say(chat, `m${i}`)));
    expect(reactions()).toHaveLength(20);
  });

  it('is left out where the agent is not in the room any more', async () => {
    const { mara, chat, show, reactions } = await stage();
    const one = mara.say(chat, 'one');
    mara.kick(chat, '@agent-ada');
    await show([one]);
    expect(reactions()).toEqual([]);
    await show([]);
  });
});
