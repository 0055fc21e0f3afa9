import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../servers.ts';
import type { Person } from './driver/person.ts';
import { type AgentIds, World } from './driver/world.ts';

describeWith('synapse', 'commands and who may use them', () => {
  let world: World;
  let agents: AgentIds;
  let mara: Person;
  let otto: Person;

  beforeAll(async () => {
    world = await World.start();
    agents = world.agents;
    mara = await world.newPerson('Mara');
    otto = await world.newPerson('Ada');
  });
  afterAll(() => world?.stop());

  const newRoom = (more: Record<string, unknown> = {}): Promise<string> =>
    world.room(mara, [agents.ada, agents.bruno, agents.parley], { others: [otto], ...more });

  it('who made the room rules its floor; others are told who may', async () => {
    const room = await newRoom();
    expect((await otto.ask(room, '!floor slot 90s')).text).toMatch(/is not for you: your role here is user/);
    expect((await mara.ask(room, '!floor slot 90s 2 messages')).text).toMatch(/^From the next slot on: 90 s/);
    const floor = await otto.ask(room, '!floor');
    expect(floor.sender).toBe(agents.parley);
    expect(floor.text).toMatch(/90 s, or 2 messages of a person/);
  });

  it('who has power 50 in the room does, too; the owner of the installation does everywhere', async () => {
    // Mara stands in no list: who makes a room of version 12 may do everything.
    const room = await newRoom({ power_level_content_override: { users: { [otto.id]: 50 } } });
    await mara.invite(room, world.owner.id);
    await world.owner.join(room);
    expect((await otto.ask(room, '!floor hold')).text).toMatch(/^The floor is on hold/);
    expect((await world.owner.ask(room, '!floor resume')).text).toBe('The floor goes on.');
  });

  it('a pill says who is meant, though a person is called like an agent; a bare name means the agent', async () => {
    const room = await newRoom();
    const person = await mara.ask(room, '!floor moderator Ada', { mentions: [otto.id] });
    expect(person.text).toMatch(/^The moderator is Ada\./);
    expect((await otto.ask(room, '!floor hold')).text).toMatch(/^The floor is on hold/);
    await mara.ask(room, '!floor moderator @Ada');
    expect((await otto.ask(room, '!floor resume')).text).toMatch(/is not for you/);
  });

  it('what is quoted, in a code block, a notice, or typed by an edit is no command', async () => {
    const room = await newRoom();
    const said = [
      await mara.say(room, '> !floor hold', { mentions: [otto.id] }),
      await mara.say(room, '```\n!floor hold\n```', { mentions: [otto.id] }),
      await mara.say(room, '!floor hold', { msgtype: 'm.notice' }),
      await mara.say(room, 'hello', { mentions: [otto.id] }),
    ];
    await mara.edit(room, said[3] ?? '', '!floor hold');
    expect((await mara.ask(room, '!floor')).text).not.toContain('on hold');
    expect(said.flatMap(id => mara.answers(room, id))).toEqual([]);
  });

  it('/ works, and a wrong name is answered with the right one', async () => {
    const room = await newRoom();
    expect((await mara.ask(room, '/who')).text).toContain('Bruno');
    expect((await mara.ask(room, '!floor stratgy free')).text).toContain('Did you mean `!floor strategy`?');
  });
});
