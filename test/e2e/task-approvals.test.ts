import { afterAll, beforeAll, expect, it } from 'vitest';
import { call } from '../fakes/scripted-model/script.ts';
import type { Rule } from '../fakes/scripted-model/server.ts';
import { describeWith } from '../servers.ts';
import type { Person } from './driver/person.ts';
import { toolModel } from './driver/settings.ts';
import { World } from './driver/world.ts';

/** Does a task with the least that each stage takes. */
const works: Rule = ({ body }) => {
  const tools = (body.tools ?? []).map(({ function: { name } }) => name);
  const ends: Readonly<Record<string, object>> = {
    submit_plan: { steps: ['Write it'], checks: ['It has three lines'] },
    submit_work: { summary: 'A haiku.' },
    submit_checks: { checks: [{ check: 1, passed: true, how: 'I counted.' }] },
    submit_review: { accepted: true, reasons: 'Three lines.' },
  };
  const name = tools.find(one => Object.hasOwn(ends, one));
  return name === undefined ? undefined : call([{ name, args: JSON.stringify(ends[name]) }]);
};

describeWith('synapse', 'what a person has to allow', () => {
  let world: World;
  let mara: Person;

  beforeAll(async () => {
    const tasks = { tokens: 1_400 };
    world = await World.start(url => ({ config: { ...toolModel(url), floor: { findBots: false }, tasks } }));
    world.model.rule(works);
    mara = await world.newPerson('Mara');
  });
  afterAll(() => world?.stop());

  it('waits for the ✅ of somebody who may, also over the death of Parley, and shows what it is about', async () => {
    const { ada, bruno, parley } = world.agents;
    const room = await world.room(mara, [ada, bruno, parley], { others: [world.owner] });
    await mara.say(room, '!task Write a haiku');
    const card = await mara.waitForMessage(room, ({ body }) => body.includes('✋ Waits for a ✅'));
    const asked = await mara.waitForMessage(
      room,
      ({ body, thread }) => thread === card.id && body.includes('✋ May I'),
    );
    expect(asked.body).toMatch(
      /\*\*spend\*\* about 1.{1,2}4k tokens more .*```json\n\{"moreTokens":1400,"usedSoFar":\d+\}\n```/s,
    );
    expect(asked.content['m.mentions']).toEqual({ user_ids: [mara.id, world.owner.id] });
    await mara.react(room, asked.id, '✅');
    const refused = await mara.waitForMessage(room, ({ body }) => body.startsWith('✅ is not for you'));
    expect(refused.body).toContain('it is for admins');
    await world.parley.kill();
    await world.owner.react(room, asked.id, '✅');
    await world.parley.start();
    await mara.waitForMessage(room, ({ body, thread }) => thread === card.id && body.includes('task #1 is done'));
    expect(mara.messages(room).filter(({ body }) => body.includes('✋ May I'))).toHaveLength(1);
  });
});
