import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../servers.ts';
import { ExternalWorld } from './driver/external-world.ts';
import type { Person } from './driver/person.ts';
import { introduction } from './driver/world.ts';

const minute = 60_000;

describeWith('synapse', '7. what happens while Parley is down', () => {
  let world: ExternalWorld;
  let mara: Person;
  let dialogue: string;
  let group: string;

  beforeAll(async () => {
    // Each message is to have an answer of its own here.
    world = await ExternalWorld.prepare({ config: { conversation: { mergeWithinSeconds: 0 } } });
    await world.parley.start();
    mara = await world.newPerson('Mara');
    const { ada, bruno, clara } = world.agents;
    dialogue = await mara.createRoom({ is_direct: true, invite: [ada] });
    group = await mara.createRoom({ name: 'Group', invite: [ada, bruno, clara] });
    await introduction(mara, dialogue, ada);
    await Promise.all([ada, bruno, clara].map(agent => introduction(mara, group, agent)));
  });
  afterAll(() => world?.stop());

  it('makes the Lobby and the dialogues for the owner of a homeserver of his own', async () => {
    const { owner, parley, agents } = world;
    await owner.watch.until('an invitation to the Lobby', () => owner.watch.invites.get(parley.credentials.lobby));
    for (const agent of [agents.ada, agents.bruno, agents.clara]) {
      await owner.watch.until('an invitation to a dialogue', () => owner.watch.directInvites.get(agent));
    }
  });

  for (const how of ['stop', 'kill'] as const) {
    it(`is answered once, in order, when Parley is back (after a ${how})`, async () => {
      await world.parley[how]();
      const first = await mara.say(dialogue, `first while down by ${how}`);
      const second = await mara.say(dialogue, `second while down by ${how}`);
      const third = await mara.say(group, `@Bruno third while down by ${how}`);
      await world.parley.start();
      const answers = [
        await mara.waitForAnswer(dialogue, { to: first }),
        await mara.waitForAnswer(dialogue, { to: second }),
      ];
      expect((await mara.waitForAnswer(group, { to: third })).sender).toBe(world.agents.bruno);
      expect(must(answers[0]).message.sentAt).toBeLessThanOrEqual(must(answers[1]).message.sentAt);
      await Promise.all([mara.ask(dialogue, 'marker'), mara.ask(group, '@Ada marker')]);
      const counts = [first, second].map(to => mara.answers(dialogue, to).length);
      expect([...counts, mara.answers(group, third).length]).toEqual([1, 1, 1]);
      expect(world.model.asked(`third while down by ${how}`)).toHaveLength(1);
    });
  }

  it('is not answered twice, though the homeserver delivers it again and Parley reads the history too', async () => {
    const answered = await mara.ask(dialogue, 'answered before the restart');
    await world.parley.kill();
    await world.synapse.kill();
    await world.synapse.startAgain();
    await world.parley.start();
    await mara.ask(dialogue, 'marker');
    expect(mara.answers(dialogue, must(answered.message.mark?.trigger))).toHaveLength(1);
    expect(world.model.asked('answered before the restart')).toHaveLength(1);
  });

  it('is acted on: an invitation is taken, a redacted message is left alone, an edit counts', async () => {
    await world.parley.stop();
    const room = await mara.createRoom({ name: 'Invited while down', invite: [world.agents.clara] });
    const slip = await mara.say(dialogue, 'redacted while down');
    await mara.redact(dialogue, slip);
    const edited = await mara.say(dialogue, '[[say: unedited]]');
    await mara.edit(dialogue, edited, '[[say: edited while down]]');
    await world.parley.start();
    await introduction(mara, room, world.agents.clara);
    expect((await mara.waitForAnswer(dialogue, { to: edited })).text).toBe('edited while down');
    await Promise.all([mara.ask(dialogue, 'marker'), mara.ask(room, '@Clara marker')]);
    expect(mara.answers(dialogue, slip)).toEqual([]);
    expect(mara.messages(room).filter(message => message.sender === world.agents.clara)).toHaveLength(2);
  });

  it('goes on in the same message where an answer was cut', async () => {
    const to = await mara.say(dialogue, 'cut in the middle [[slow: 120 words, 50ms]]');
    const begun = await mara.waitForStart(dialogue, to);
    await world.parley.kill();
    await world.parley.start();
    const answer = await mara.waitForAnswer(dialogue, { to, timeoutMs: 40_000 });
    expect(answer.message.id).toBe(begun.message.id);
    expect(answer.parts).toHaveLength(1);
    const words = answer.text.match(/word\d+/g) ?? [];
    expect(words).toEqual(Array.from({ length: 120 }, (_, index) => `word${index + 1}`));
  });

  it('is read but not answered when it is older than an hour', async () => {
    const traveller = await world.newTimeTraveller();
    const room = await traveller.createRoom({ is_direct: true, invite: [world.agents.ada] });
    await introduction(traveller, room, world.agents.ada);
    await world.parley.stop();
    const old = await traveller.sayAt(room, Date.now() - 61 * minute, 'too old to answer');
    const young = await traveller.sayAt(room, Date.now() - 55 * minute, 'just young enough');
    await world.parley.start();
    expect((await traveller.waitForAnswer(room, { to: young })).text).toContain('just young enough');
    const marker = await traveller.ask(room, 'what did I say before?');
    expect(marker.text).toContain('what did I say before?');
    expect(traveller.answers(room, old)).toEqual([]);
    const calls = world.model.requests.filter(request => request.everything.includes('too old to answer'));
    expect(calls).toHaveLength(2);
    expect(calls.map(call => call.text.trim().endsWith('too old to answer'))).toEqual([false, false]);
  });
});

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('expected a value');
  return value;
}
