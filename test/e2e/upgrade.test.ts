import { rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call } from '../fakes/scripted-model/script.ts';
import type { Rule } from '../fakes/scripted-model/server.ts';
import { describeWith } from '../servers.ts';
import { ExternalWorld } from './driver/external-world.ts';
import { formerCommit, sourceAt } from './driver/former-version.ts';
import { projectFolder } from './driver/parley-process.ts';
import type { Person } from './driver/person.ts';
import type { RoomMessage } from './driver/room-view.ts';
import type { SecretPerson } from './driver/secret-person.ts';
import { toolModel } from './driver/settings.ts';
import { verifyByEmoji } from './driver/verify-by-emoji.ts';
import { introduction } from './driver/world.ts';

const commit = formerCommit();

/** Does a task at once, but for its work, at which it hangs as long as it is told to. */
const doesTasks =
  (isHeld: () => boolean): Rule =>
  ({ body }) => {
    const tools = new Set((body.tools ?? []).map(({ function: { name } }) => name));
    const calls = (name: string, input: object) => call([{ name, args: JSON.stringify(input) }]);
    if (tools.has('submit_plan')) return calls('submit_plan', { steps: ['Write it'], checks: ['It is short'] });
    if (tools.has('submit_work') && isHeld()) return { pieces: [], delayMs: 0, ending: 'stall', hang: true };
    if (tools.has('submit_work')) return calls('submit_work', { summary: 'A haiku about the upgrade.' });
    if (tools.has('submit_checks'))
      return calls('submit_checks', { checks: [{ check: 1, passed: true, how: 'I counted.' }] });
    return tools.has('submit_review') ? calls('submit_review', { accepted: true, reasons: 'Short.' }) : undefined;
  };

describe.skipIf(commit === undefined)(
  `An installation of ${commit?.slice(0, 7) ?? 'the commit before this one'}`,
  () => {
    describeWith('synapse', 'that is full and busy, started with the Parley of today', () => {
      let source: string;
      let world: ExternalWorld;
      let mara: Person;
      let tom: SecretPerson;
      let dialogue: string;
      let group: string;
      let secret: string;
      let card: RoomMessage;
      let asked: Record<'running' | 'waiting' | 'missed' | 'secret', string>;
      let isHeld = true;

      beforeAll(async () => {
        source = sourceAt(commit ?? '');
        const config = (url: string) => ({
          ...toolModel(url),
          conversation: { mergeWithinSeconds: 0 },
          floor: { findBots: false },
        });
        world = await ExternalWorld.prepare({ source, config });
        world.model.rule(doesTasks(() => isHeld));
        await world.parley.start();
        await fill();
        await leaveInTheMiddle();
        isHeld = false;
        await world.parley.start({ source: projectFolder });
      });
      afterAll(async () => {
        await world?.stop();
        rmSync(source, { recursive: true, force: true });
      });

      /** Something of much that is stored for long. */
      async function fill(): Promise<void> {
        const { ada, bruno, parley } = world.agents;
        mara = await world.newPerson('Mara');
        dialogue = await mara.createRoom({ is_direct: true, invite: [ada] });
        await introduction(mara, dialogue, ada);
        await mara.ask(dialogue, 'the word is marzipan');
        group = await mara.createRoom({ name: 'A group', invite: [ada, bruno, parley] });
        for (const agent of [ada, bruno]) await introduction(mara, group, agent);
        expect((await mara.ask(group, '!floor slot 90s 2 messages')).text).toContain('90 s');
        tom = await world.newSecretPerson('Tom');
        secret = await tom.room({ invite: [ada] });
        expect((await tom.ask(secret, 'a secret question')).text).toContain('a secret question');
        await verifyByEmoji(tom, secret, ada);
      }

      /** Killed while one agent answers and works on a task, and others wait; more is said while nobody is there. */
      async function leaveInTheMiddle(): Promise<void> {
        await mara.say(group, '!task Write a haiku about the upgrade');
        card = await mara.waitForMessage(group, ({ body }) => body.startsWith('**Task #1:**'));
        await world.model.waitFor(({ body }) =>
          (body.tools ?? []).some(({ function: { name } }) => name === 'submit_work'),
        );
        const running = await mara.say(group, '@Bruno [[slow: 80 words, 100ms]]');
        await mara.waitForStart(group, running);
        const waiting = await mara.say(group, '@Ada [[say: I waited]]');
        await mara.waitForMessage(group, ({ body }) => body.startsWith('**Floor**'));
        await world.parley.kill();
        asked = {
          running,
          waiting,
          missed: await mara.say(dialogue, 'said while nobody was there'),
          secret: await tom.say(secret, 'a secret that nobody heard'),
        };
      }

      it('goes on with what was begun, what waited, and what was missed, and answers each once', async () => {
        const patience = { timeoutMs: 60_000 };
        const running = await mara.waitForAnswer(group, { to: asked.running, ...patience });
        expect(running.text).toMatch(/word80$/);
        expect((await mara.waitForAnswer(group, { to: asked.waiting, ...patience })).text).toBe('I waited');
        const missed = await mara.waitForAnswer(dialogue, { to: asked.missed, ...patience });
        expect(missed.text).toContain('said while nobody was there');
        await Promise.all([mara.ask(dialogue, 'marker'), mara.ask(group, '@Bruno marker')]);
        expect(mara.answers(dialogue, asked.missed)).toHaveLength(1);
        for (const to of [asked.running, asked.waiting]) expect(mara.answers(group, to)).toHaveLength(1);
      });

      it('ends its task', async () => {
        const isEnd = ({ body, thread }: RoomMessage) => thread === card.id && body.includes('task #1 is done');
        expect((await mara.waitForMessage(group, isEnd, 60_000)).body).toContain('A haiku about the upgrade.');
      });

      it('reads on in an encrypted room, with the keys that it has, as the agent that was verified', async () => {
        const answer = await tom.waitForAnswer(secret, asked.secret, { timeoutMs: 60_000 });
        expect(answer.text).toContain('a secret that nobody heard');
        expect((await tom.ask(secret, 'and now?')).text).toContain('and now?');
        expect(tom.unreadable(secret)).toEqual([]);
        const { ada } = world.agents;
        expect((await tom.crypto.getUserVerificationStatus(ada)).isVerified()).toBe(true);
        expect(new Set(await tom.shields(secret, ada))).toEqual(new Set([0]));
      });

      it('knows what was said and set before, and introduces nobody anew', async () => {
        await mara.ask(dialogue, 'which word is it?');
        expect(world.model.asked('which word is it?')[0]?.everything).toContain('the word is marzipan');
        expect((await mara.ask(group, '!floor')).text).toMatch(/90 s, or 2 messages of a person/);
        const byItself = mara
          .messages(dialogue)
          .filter(({ mark, sender }) => sender === world.agents.ada && mark?.trigger == null);
        expect(byItself).toHaveLength(1);
      });

      it('says that all is well', async () => {
        const today = { PARLEY_ROLE: 'all' };
        const status = await world.parley.with({ source: projectFolder, env: today }).run(['status']);
        expect([status.code, status.output]).toEqual([0, expect.stringContaining('is ready')]);
      });
    });
  },
);
