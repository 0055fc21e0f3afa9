import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { numberedWords } from '../fakes/scripted-model/script.ts';
import { describeWith } from '../servers.ts';
import type { Person } from './driver/person.ts';
import type { RoomMessage } from './driver/room-view.ts';
import { impatientModel } from './driver/settings.ts';
import { type AgentIds, World } from './driver/world.ts';

describeWith('synapse', '8. a model in trouble', () => {
  let world: World;
  let agents: AgentIds;
  let mara: Person;
  let room: string;

  beforeAll(async () => {
    world = await World.start(url => ({ config: impatientModel(url) }));
    agents = world.agents;
    mara = await world.newPerson('Mara');
    room = await world.dialogue(mara, agents.ada);
  });
  afterAll(() => world?.stop());

  /** The notice that stands for the answer to a message. */
  function noticeFor(to: string, where = room): Promise<RoomMessage> {
    const test = (message: RoomMessage) =>
      message.mark?.trigger === to && message.msgtype === 'm.notice' && message.mark.state === 'complete';
    return mara.waitForMessage(where, test, 40_000);
  }

  const troubles = [
    ['fails', '[[fail: 500]]', /🔁/],
    ['is overloaded', '[[fail: 503]]', /🔁/],
    ['has no quota left', '[[fail: 429-quota]]', /quota|credit/i],
    ['is asked too often', '[[fail: 429-rate]]', /limit|again|🔁/i],
    ['refuses the key', '[[fail: 401]]', /key/i],
    ['answers with nothing', '[[empty]]', /🔁/],
    ['does not answer', '[[hang]]', /🔁/],
  ] as const;

  describe('is told in a short plain notice with what to do', () => {
    for (const [what, directive, remedy] of troubles) {
      it(`when the model ${what}`, async () => {
        const to = await mara.say(room, `${directive} ${what}`);
        const notice = await noticeFor(to);
        expect(notice.sender).toBe(agents.ada);
        expect(notice.body).toMatch(remedy);
        expect(notice.body.length).toBeLessThan(400);
        expect(notice.body).not.toMatch(/Error:|\bat .+:\d+|[{}]|undefined/);
        expect(mara.answers(room, to)).toHaveLength(1);
      });
    }

    it('without telling the key', async () => {
      const to = await mara.say(room, '[[fail: 401]] secret');
      await noticeFor(to);
      expect(world.model.asked('secret')[0]?.authorization).toContain('a-key-that-nobody-may-see');
      expect(JSON.stringify(mara.messages(room))).not.toContain('a-key-that-nobody-may-see');
      expect(world.parley.output).not.toContain('a-key-that-nobody-may-see');
    });
  });

  describe('that stops in the middle', () => {
    for (const ending of ['stall', 'drop'] as const) {
      it(`keeps what the room has seen, and says that it is cut (${ending})`, async () => {
        const undo = world.model.rule(request =>
          request.text.endsWith(`cut by ${ending}`) ? { pieces: numberedWords(90), delayMs: 40, ending } : undefined,
        );
        const to = await mara.say(room, `cut by ${ending}`);
        await mara.waitForStart(room, to);
        const told = await mara.watch.until('the notice', () => {
          const all = mara.messages(room).filter(message => message.mark?.trigger === to);
          return all.some(message => message.body.includes('🔁') && message.mark?.state === 'complete')
            ? all
            : undefined;
        });
        undo();
        expect(told.map(message => message.body).join('\n')).toContain('word89 word90');
      });

      it(`says so when nothing was to be seen yet ([[${ending}]])`, async () => {
        const to = await mara.say(room, `[[${ending}]]`);
        expect((await noticeFor(to)).body).toContain('🔁');
      });
    }

    it('is let go: the connection is closed', async () => {
      const to = await mara.say(room, '[[hang]] let go');
      await noticeFor(to);
      await world.model.waitFor(request => request.text.includes('let go') && request.aborted, 5_000);
    });
  });

  it('answers after 🔁, in the place of the notice', async () => {
    const to = await mara.say(room, '[[fail-until: healed]]');
    const notice = await noticeFor(to);
    world.model.heal('healed');
    await mara.react(room, notice.id, '🔁');
    const answer = await mara.waitForMessage(room, message => message.body.includes('am back'));
    expect([answer.id, answer.msgtype]).toEqual([notice.id, 'm.text']);
    expect(mara.answers(room, to)).toHaveLength(1);
  });

  it('loses nothing: the next message is answered, with what came before in mind', async () => {
    const to = await mara.say(room, 'remember the number 4711 [[fail: 500]]');
    await noticeFor(to);
    const next = await mara.ask(room, 'which number was it?');
    expect(next.text).toContain('which number was it?');
    expect(world.model.asked('which number was it?')[0]?.everything).toContain('4711');
  });

  describe('in a room of several', () => {
    it('wakes nobody by its notice', async () => {
      const group = await world.room(mara, [agents.ada, agents.bruno, agents.clara]);
      await mara.ask(group, '@Bruno hello');
      const to = await mara.say(group, '@Ada [[fail: 401]]');
      await noticeFor(to, group);
      const calls = world.model.requests.length;
      const marker = await mara.ask(group, '@Clara marker');
      expect(marker.sender).toBe(agents.clara);
      const senders = world.model.requests.slice(calls).map(request => request.agent);
      expect(senders).toEqual(['Clara']);
    });

    it('no agent answers a notice of a bot', async () => {
      const group = await world.room(mara, [agents.ada, agents.bruno]);
      const bot = await mara.say(group, '@Ada build failed', { msgtype: 'm.notice', mentions: [agents.ada] });
      await mara.ask(group, '@Bruno marker');
      expect(mara.answers(group, bot)).toEqual([]);
      expect(world.model.asked('build failed')).toEqual([]);
    });

    it('lets the next agent speak', async () => {
      const group = await world.room(mara, [agents.ada, agents.bruno]);
      const undo = world.model.rule(request =>
        request.agent === 'Ada' && request.everything.includes('only Ada is broken')
          ? { pieces: [], delayMs: 0, ending: 'end', failure: '401' }
          : undefined,
      );
      const to = await mara.say(group, '@Ada, @Bruno: only Ada is broken');
      expect((await noticeFor(to, group)).sender).toBe(agents.ada);
      expect((await mara.waitForAnswer(group, { to, from: agents.bruno })).message.msgtype).toBe('m.text');
      undo();
    });
  });
});
