import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../servers.ts';
import { impatientModel } from './driver/settings.ts';
import { World } from './driver/world.ts';

const mostAnswers = 20;

describeWith('synapse', 'budgets', () => {
  let world: World;

  beforeAll(async () => {
    world = await World.start(url => {
      const [model] = impatientModel(url).models;
      return { config: { models: [{ ...model, maxTokens: 40 }], budgets: { rooms: { default: 1_000_000 } } } };
    });
  });
  afterAll(() => world?.stop());

  it('are shown, noted at 80%, refused with who can raise them, and 🔁 answers once they are raised', async () => {
    const admin = world.owner;
    const room = await world.dialogue(admin, world.agents.bruno);
    await admin.ask(room, '[[say: first]]');
    const shown = (await admin.ask(room, '!budget')).text;
    const [, used = '0'] = /This room\**: ([\d,]+) of 1,000,000 tokens/.exec(shown) ?? [];
    const once = Number(used.replaceAll(',', ''));
    expect(once).toBeGreaterThan(50);
    expect((await admin.ask(room, `!budget set room ${12 * once} always`)).text).toContain('until it is changed');

    const refused = await askUntilRefused(room);
    expect(refused.text).toContain('today’s budget of this room');
    expect(refused.text).toContain('raised by admins of this installation');
    const notes = admin.messages(room).filter(({ body }) => body.startsWith('Today’s budget of this room is'));
    expect(notes.map(({ sender }) => sender)).toEqual([world.agents.bruno]);

    const calls = world.model.requests.length;
    await admin.ask(room, '!budget set room 1M');
    await admin.react(room, refused.message.id, '🔁');
    await admin.waitForMessage(room, ({ body, redacted }) => !redacted && body === `answer ${refused.number}`);
    expect(world.model.requests.length).toBe(calls + 1);
  });

  it('are raised by admins only, and no agent answers a refusal', async () => {
    const mara = await world.newPerson('Mara');
    const room = await world.room(mara, [world.agents.ada, world.agents.clara]);
    expect((await mara.ask(room, '!budget set room 5M')).text).toContain('is not for you');
    const { length } = world.model.requests;
    expect((await mara.ask(room, '!budget')).text).toContain('of 1,000,000 tokens');
    expect(world.model.requests).toHaveLength(length);
  });

  /** Asks until there is no budget left, and gives the notice. */
  async function askUntilRefused(room: string) {
    for (let number = 1; number <= mostAnswers; number += 1) {
      const answer = await world.owner.ask(room, `[[say: answer ${number}]]`);
      if (answer.text.startsWith('⚠️')) return { ...answer, number };
      expect(answer.text).toBe(`answer ${number}`);
    }
    throw new Error(`None of ${mostAnswers} answers was refused.`);
  }
});
