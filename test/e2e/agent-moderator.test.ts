import { afterAll, beforeAll, expect, it } from 'vitest';
import { call, say } from '../fakes/scripted-model/script.ts';
import type { ModelRequest, Rule } from '../fakes/scripted-model/server.ts';
import { describeWith } from '../servers.ts';
import type { Person } from './driver/person.ts';
import { toolModel } from './driver/settings.ts';
import { World } from './driver/world.ts';

const grace = 3;

describeWith('synapse', 'a debate that an agent moderates', () => {
  let world: World;
  let mara: Person;

  beforeAll(async () => {
    world = await World.start(url => ({
      config: { ...toolModel(url), floor: { strategy: 'moderated', moderatorSeconds: grace } },
    }));
    mara = await world.newPerson('Mara');
  });
  afterAll(() => world?.stop());

  /** A room of Mara's, enforced by the homeserver, that Clara moderates. */
  async function debate(): Promise<string> {
    const { ada, bruno, clara, parley } = world.agents;
    const users = { [parley]: 100 };
    const room = await world.room(mara, [ada, bruno, clara, parley], { power_level_content_override: { users } });
    const told = await mara.ask(room, '!floor moderator @Clara');
    expect(told.text).toBe('The moderator is Clara.');
    return room;
  }

  const isDecision = ({ body }: ModelRequest): boolean =>
    body.tools?.some(tool => tool.function.name === 'grant_floor') ?? false;

  /** Clara grants to whoever came last, and Ada and Bruno hand over to each other. */
  const debaters: Rule = request => {
    if (isDecision(request)) {
      const last = [...request.text.matchAll(/agent:(?:ada|bruno)/g)].at(-1)?.[0] ?? '';
      return call([{ name: 'grant_floor', args: JSON.stringify({ who: last }) }], `The floor is with ${last}.`);
    }
    return say(request.agent === 'Ada' ? 'I am for it.\n\n@Bruno: and you?' : 'I am against it.\n\n@Ada: why?');
  };

  it('gives the floor to whom it calls, says so in the room, and lets the debate end by itself', async () => {
    const { ada, bruno, clara, parley } = world.agents;
    const room = await debate();
    const off = world.model.rule(debaters);
    await mara.say(room, '@Ada, @Bruno: are you for it?');
    const end = await mara.waitForMessage(room, ({ sender, body }) => sender === parley && body.includes('pause here'));
    off();
    const said = mara.messages(room).filter(({ body }) => body.startsWith('I am') || body.startsWith('The floor is'));
    const debated = said.filter(({ sender }) => sender !== clara).map(({ sender }) => sender);
    expect(debated.slice(0, 2)).toEqual([bruno, ada]);
    const granted = said.filter(({ sender }) => sender === clara).map(({ body }) => body);
    expect(granted).toContain('The floor is with agent:bruno.');
    expect(granted.length).toBeGreaterThanOrEqual(2);
    expect(end.msgtype).toBe('m.notice');
  });

  it('that does not decide in time is overruled by the order of the queue', async () => {
    const { ada, clara } = world.agents;
    const room = await debate();
    const off = world.model.rule(request => (isDecision(request) ? { ...say(''), hang: true } : undefined));
    const asked = Date.now();
    const answer = await mara.ask(room, '@Ada?');
    off();
    expect(answer.sender).toBe(ada);
    expect(Date.now() - asked).toBeGreaterThanOrEqual(grace * 1000);
    expect(world.model.requests.findLast(isDecision)?.aborted).toBe(true);
    await mara.say(room, '!floor moderator order');
    expect((await mara.ask(room, '@Clara?')).sender).toBe(clara);
  });
});
