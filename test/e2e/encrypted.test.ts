import { afterAll, beforeAll, expect, it } from 'vitest';
import { fileOf, openFile, sealedFile, sourceOf } from '../../bridges/matrix/sealed-file.ts';
import { numberedWords, paragraphs } from '../fakes/scripted-model/script.ts';
import { describeWith } from '../servers.ts';
import { ExternalWorld } from './driver/external-world.ts';
import { filesWith } from './driver/files-with.ts';
import type { SecretPerson } from './driver/secret-person.ts';

const slidingPath = '/_matrix/client/unstable/org.matrix.simplified_msc3575/sync';

interface Looked {
  readonly pos: string;
  readonly extensions: { readonly e2ee: { readonly device_lists?: { readonly changed?: readonly string[] } } };
}

interface Found {
  readonly device_keys: Readonly<Record<string, object>>;
}

describeWith('synapse', '12. encrypted rooms', () => {
  let world: ExternalWorld;
  let mara: SecretPerson;
  let room: string;

  beforeAll(async () => {
    world = await ExternalWorld.prepare({ env: { LOG_LEVEL: 'trace' } });
    await world.parley.start();
    mara = await world.newSecretPerson('Mara');
    room = await mara.room({ invite: [world.agents.ada] });
  });
  afterAll(() => world?.stop());

  /** Nothing that this person can't read, and nothing that others could. */
  function expectSealed(person: SecretPerson, where: string, agents: readonly string[]): void {
    expect(person.unreadable(where)).toEqual([]);
    const sent = agents.flatMap(agent => person.wireTypes(where, agent));
    expect(sent).not.toContain('m.room.message');
    expect(sent).toContain('m.room.encrypted');
  }

  it('are answered in, and nobody but their members can read it', async () => {
    const answer = await mara.ask(room, 'a secret question');
    expect(answer.text).toBe('I (Ada) heard: a secret question');
    expect(answer.sender).toBe(world.agents.ada);
    expectSealed(mara, room, [world.agents.ada]);
  });

  it('show an answer while it grows', async () => {
    const answer = await mara.ask(room, '[[slow: 120 words, 50ms]]', { timeoutMs: 40_000 });
    expect(answer.text).toBe(numberedWords(120).join(''));
    expect(answer.message.versions.length).toBeGreaterThan(2);
    expectSealed(mara, room, [world.agents.ada]);
  });

  it('have no warnings beside what agents say', async () => {
    expect(new Set(await mara.shields(room, world.agents.ada))).toEqual(new Set([0]));
  });

  it('get a long answer in several messages, none of which is too large once it is sealed', async () => {
    const whole = paragraphs(80_000);
    const trigger = await mara.say(room, '[[long: 80000 chars]]');
    const answer = await mara.until(
      'the whole text',
      () => {
        const found = mara.answers(room, trigger)[0];
        const isWhole = found !== undefined && found.text.length >= whole.length;
        return isWhole && found.parts.every(part => part.mark?.state === 'complete') ? found : undefined;
      },
      40_000,
    );
    expect(answer.text).toBe(whole);
    expect(answer.parts.every(part => part.msgtype === 'm.text')).toBe(true);
    expectSealed(mara, room, [world.agents.ada]);
  });

  it('get a very long one as a file that the homeserver can’t read', async () => {
    const trigger = await mara.say(room, '[[long: 300000 chars]]');
    const { content } = await mara.until(
      'the file',
      () =>
        mara
          .view(room)
          .messages()
          .find(({ msgtype, mark }) => msgtype === 'm.file' && mark?.trigger === trigger),
      40_000,
    );
    expect(content).not.toHaveProperty('url');
    const file = sealedFile.parse(content.file);
    const stored = await world.owner.download(file.url);
    const bytes = new Uint8Array(await stored.arrayBuffer());
    expect(Buffer.from(bytes).includes('paragraph')).toBe(false);
    expect(Buffer.from(openFile(bytes, fileOf(sourceOf(file)) ?? file)).toString()).toBe(paragraphs(300_000));
  });

  it('understand commands, reactions, corrections and threads as anywhere', async () => {
    const help = await mara.ask(room, '!help');
    expect(help.text).toContain('!stop');
    const slow = await mara.say(room, '[[slow: 300 words, 50ms]]');
    const growing = await mara.until('an answer to begin', () => mara.answers(room, slow)[0]);
    await mara.react(room, growing.message.id, '🛑');
    expect((await mara.waitForAnswer(room, slow)).text).not.toContain('word300');
    const thread = await mara.ask(room, 'in a thread', { thread: slow });
    expect(thread.message.thread).toBe(slow);
    const wrong = await mara.say(room, 'a questoin');
    const { message } = await mara.waitForAnswer(room, wrong);
    await mara.edit(room, wrong, 'a question');
    await mara.react(room, message.id, '🔁');
    await mara.until('the answer made again', () =>
      mara.answers(room, wrong).find(({ text }) => text === 'I (Ada) heard: a question'),
    );
    expectSealed(mara, room, [world.agents.ada]);
  });

  it('go on over a restart, with the same keys', async () => {
    await world.parley.stop();
    const meanwhile = await mara.say(room, 'said while nobody listens');
    await world.parley.start();
    expect((await mara.waitForAnswer(room, meanwhile)).text).toContain('said while nobody listens');
    expect((await mara.ask(room, 'and after it')).text).toContain('and after it');
    expectSealed(mara, room, [world.agents.ada]);
    expect(new Set(await mara.shields(room, world.agents.ada))).toEqual(new Set([0]));
  });

  it('take several people and agents, who hear each other, and @parley with its card', async () => {
    const otto = await world.newSecretPerson('Otto');
    const { ada, bruno, parley } = world.agents;
    const group = await mara.room();
    await mara.client.invite(group, otto.id);
    await otto.enter(group);
    for (const agent of [ada, bruno, parley]) await mara.bring(group, agent);
    const to = await mara.say(group, '@Ada, @Bruno: what speaks against it? [[slow: 25 words, 100ms]]');
    await mara.until('the card', () =>
      mara
        .view(group)
        .messages()
        .find(({ sender, body }) => sender === parley && body.startsWith('**Floor**')),
    );
    await mara.waitForAnswer(group, to, { from: ada, timeoutMs: 30_000 });
    await otto.waitForAnswer(group, to, { from: bruno, timeoutMs: 30_000 });
    const answer = await otto.ask(group, '@Bruno: and you?', { from: bruno });
    expect(answer.text).toContain('and you?');
    expect(mara.unreadable(group)).toEqual([]);
    expectSealed(otto, group, [ada, bruno, parley]);
  });

  it('are come into so that clients with sliding sync (Element X) hear of the keys of an agent that they saw invited without', async () => {
    const xenia = await world.newPerson('Xenia');
    const { clara } = world.agents;
    const look = async (pos?: string) => {
      const extensions = { e2ee: { enabled: true } };
      const query = { timeout: '0', ...(pos === undefined ? {} : { pos }) };
      const body = { conn_id: 'keys', lists: {}, extensions };
      return xenia.request<Looked>('POST', slidingPath, { query, body });
    };
    const devices = async () => {
      const asked = { body: { device_keys: { [clara]: [] } } };
      const found = await xenia.request<Found>('POST', '/_matrix/client/v3/keys/query', asked);
      return Object.keys(found.device_keys[clara] ?? {});
    };
    const content = { algorithm: 'm.megolm.v1.aes-sha2' };
    const secret = await xenia.createRoom({ initial_state: [{ type: 'm.room.encryption', state_key: '', content }] });
    world.parley.signal('SIGSTOP');
    await xenia.invite(secret, clara);
    const { pos } = await look((await look()).pos);
    expect(await devices()).toEqual([]);
    world.parley.signal('SIGCONT');
    await xenia.waitForMembership(secret, clara, 'join', 40_000);
    await expect
      .poll(async () => (await look(pos)).extensions.e2ee.device_lists?.changed, { timeout: 20_000 })
      .toContain(clara);
    expect(await devices()).toHaveLength(1);
  });

  it('may become so later, and go on', async () => {
    const plain = await mara.room({ encrypted: false, invite: [world.agents.ada] });
    expect((await mara.ask(plain, 'in the open')).text).toContain('in the open');
    await mara.client.sendStateEvent(
      plain,
      'm.room.encryption' as never,
      { algorithm: 'm.megolm.v1.aes-sha2' } as never,
      '',
    );
    await mara.until('encryption', () => mara.client.getRoom(plain)?.hasEncryptionStateEvent() || undefined);
    expect((await mara.ask(plain, 'behind the curtain')).text).toContain('behind the curtain');
    expect(mara.wireTypes(plain, world.agents.ada).at(-1)).toBe('m.room.encrypted');
    expect(mara.unreadable(plain)).toEqual([]);
  });

  it('leave nothing of what was said in the files of Parley, however much it logs', () => {
    const { data } = world.parley;
    const said = [
      'a secret question',
      'word119',
      'a questoin',
      'said while nobody',
      'what speaks against it',
      'curtain',
    ];
    for (const text of said) expect([text, filesWith(data, text)]).toEqual([text, []]);
    expect(filesWith(data, 'SQLite format')).toContain('parley.db');
    expect(filesWith(data, '"level":"debug"')).toContain('parley.log');
  });
});
