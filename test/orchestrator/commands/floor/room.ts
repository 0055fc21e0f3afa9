import type { Role } from '../../../../src/core/access.ts';
import { everybodyIs } from '../../../fakes/access.ts';
import { floorOf } from '../../../fakes/floor-of.ts';
import { testParley } from '../../../fakes/installation.ts';
import { heldReply } from '../../../fakes/runtime.ts';

/** Mara's room with Tom, Ada and Bruno, in which Ada speaks until the test ends it. */
export async function room(people: Readonly<Record<string, Role>> = {}) {
  const test = await testParley({ settings: { access: everybodyIs('user', people) } });
  const mara = test.bridge.person('mara');
  const tom = test.bridge.person('tom');
  const chat = mara.createRoom({ invite: ['@agent-ada', '@agent-bruno', '@agent-clara', '@parley', '@tom', '@eve'] });
  await test.settle();
  const { floor } = floorOf(test, chat);
  const speaker = async () => {
    const { currentSpeaker } = await floor();
    return currentSpeaker === null
      ? null
      : currentSpeaker.kind === 'agent'
        ? currentSpeaker.agent
        : currentSpeaker.person;
  };
  /** The last answer of @parley to a command. */
  async function order(by: typeof mara, text: string, mentions: readonly string[] = []) {
    const before = test.answers(chat).filter(({ agent }) => agent === 'parley').length;
    by.say(chat, text, { mentions });
    await test.settle();
    const said = test.answers(chat).filter(({ agent }) => agent === 'parley');
    return said.length === before ? null : said.at(-1)?.text;
  }
  async function adaSpeaks() {
    const held = heldReply();
    test.runtime.answer(held.script);
    mara.say(chat, '@Ada tell us a story');
    await test.settle();
    return held;
  }
  return { ...test, mara, tom, chat, floor, speaker, order, adaSpeaks };
}
