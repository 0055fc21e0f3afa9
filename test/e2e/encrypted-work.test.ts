import { afterAll, beforeAll, expect, it } from 'vitest';
import { drawAvatar } from '../../bridges/matrix/avatar.ts';
import { fileOf, openFile, sealedFile, sealFile, sourceOf } from '../../bridges/matrix/sealed-file.ts';
import { call, type Script } from '../fakes/scripted-model/script.ts';
import type { ModelRequest, Rule } from '../fakes/scripted-model/server.ts';
import { opusNote } from '../fixtures/opus-note.ts';
import { describeWith } from '../servers.ts';
import { ExternalWorld } from './driver/external-world.ts';
import { SecretPerson } from './driver/secret-person.ts';
import { toolModel } from './driver/settings.ts';

/** As if the agent had spoken it. */
const note = Buffer.from(opusNote(6)).toString('latin1');
/** Its name says that it is one. */
const picture = 'A tree without leaves';
const poem = '# Autumn\n\nLeaves let go of trees';

/** What somebody attaches. */
const sales = 'month,sum\nMay,7\n';

/** Does a task with the least that each stage takes, and hands in a file; what is attached is read, and handed in, too. */
const works: Rule = ({ body, everything }) => {
  const tools = (body.tools ?? []).map(({ function: { name } }) => name);
  if (tools.includes('submit_work') && everything.includes('sales.csv')) return copies(body);
  const ends: Readonly<Record<string, object>> = {
    submit_plan: { steps: ['Write it'], checks: ['It has three lines'] },
    submit_work: {
      summary: 'A haiku.',
      files: [
        { path: 'output/haiku.md', content: poem },
        { path: 'output/haiku.ogg', content: note },
        { path: 'output/haiku.png', content: picture },
      ],
    },
    submit_checks: { checks: [{ check: 1, passed: true, how: 'I counted.' }] },
    submit_review: { accepted: true, reasons: 'Three lines.' },
  };
  const name = tools.find(one => Object.hasOwn(ends, one));
  return name === undefined ? undefined : call([{ name, args: JSON.stringify(ends[name]) }]);
};

function copies({ messages = [] }: ModelRequest['body']): Script {
  const read = messages
    .filter(({ role }) => role === 'tool')
    .map(({ content }) => String(content))
    .at(-1);
  if (read === undefined) return call([{ name: 'read_file', args: JSON.stringify({ name: 'sales.csv' }) }]);
  const files = [{ path: 'output/copy.txt', content: read }];
  return call([{ name: 'submit_work', args: JSON.stringify({ summary: 'A copy.', files }) }]);
}

describeWith('synapse', '21. work in encrypted rooms', () => {
  let world: ExternalWorld;
  let mara: SecretPerson;

  beforeAll(async () => {
    world = await ExternalWorld.prepare({
      config: url => {
        const [model] = toolModel(url).models;
        const models = [{ ...model, capabilities: ['text', 'chat', 'tools', 'images'] }];
        // All that was said while an agent was away is told to the model.
        const conversation = { historyMessages: 300 };
        return { models, conversation, floor: { findBots: false }, tasks: { tokens: 1_400 } };
      },
    });
    world.model.rule(works);
    await world.parley.start();
    // The owner, who may allow what others may not.
    mara = await SecretPerson.signIn(world.owner, 'a password of the owner');
  });
  afterAll(async () => {
    mara?.stop();
    await world?.stop();
  });

  const said = (room: string) => mara.view(room).messages();

  it('an image that only its room may see is seen by the model', async () => {
    const room = await mara.room({ invite: [world.agents.ada] });
    const png = drawAvatar('Zoe', '#336699');
    const { bytes, at } = sealFile(png);
    const { content_uri } = await mara.client.uploadContent(Buffer.from(bytes), { type: 'application/octet-stream' });
    const info = { mimetype: 'image/png', size: png.byteLength };
    const image = await mara.send(room, { msgtype: 'm.image', body: 'zoe.png', info, file: at(content_uri) });
    await mara.waitForAnswer(room, image);
    expect(JSON.stringify(world.model.requests)).toContain(Buffer.from(png).toString('base64').slice(0, 200));
  });

  it('a voice note is told to the model as one, though nobody but its room can hear it', async () => {
    const room = await mara.room({ invite: [world.agents.ada] });
    const { bytes, at } = sealFile(opusNote(12));
    const { content_uri } = await mara.client.uploadContent(Buffer.from(bytes), { type: 'application/octet-stream' });
    const voice = await mara.send(room, {
      msgtype: 'm.audio',
      body: 'Voice message',
      file: at(content_uri),
      info: { mimetype: 'audio/ogg', size: bytes.byteLength, duration: 12_000 },
      'org.matrix.msc1767.text': 'Voice message',
      'org.matrix.msc1767.audio': { duration: 12_000, waveform: [0, 256, 1024] },
      'org.matrix.msc3245.voice': {},
    });
    await mara.waitForAnswer(room, voice);
    expect(JSON.stringify(world.model.requests)).toContain('a voice note of 12 s that you cannot hear');
    expect(mara.wireTypes(room, mara.id)).not.toContain('m.room.message');
  });

  it('a task runs as anywhere: card, thread, a question for leave by ✅, and a file that the homeserver can’t read', {
    timeout: 120_000,
  }, async () => {
    const { ada, bruno, parley } = world.agents;
    const room = await mara.room();
    for (const agent of [ada, bruno, parley]) await mara.bring(room, agent);
    await mara.say(room, '!task Write a haiku');
    const asked = await mara.until(
      'the question',
      () => said(room).find(({ body, thread }) => thread !== null && body.includes('✋ May I')),
      60_000,
    );
    await mara.react(room, asked.id, '✅');
    await mara.until('the end', () => said(room).find(({ body }) => body.includes('task #1 is done')), 60_000);
    const attached = (kind: string) =>
      mara.until(`the ${kind}`, () =>
        said(room).find(({ msgtype, thread }) => msgtype === kind && thread === asked.thread),
      );
    for (const [kind, text, secret] of [
      ['m.file', poem, 'Leaves'],
      ['m.audio', note, 'Opus'],
      ['m.image', picture, 'tree'],
    ] as const) {
      const { content } = await attached(kind);
      expect(content).not.toHaveProperty('url');
      const file = sealedFile.parse(content.file);
      const stored = new Uint8Array(await (await world.owner.download(file.url)).arrayBuffer());
      expect(Buffer.from(stored).includes(secret)).toBe(false);
      expect(Buffer.from(openFile(stored, fileOf(sourceOf(file)) ?? file)).toString('latin1')).toBe(text);
    }
    const voice = { 'org.matrix.msc3245.voice': {}, 'org.matrix.msc1767.audio': { duration: 6_000 } };
    expect((await attached('m.audio')).content).toMatchObject(voice);
    for (const agent of [ada, bruno, parley]) {
      expect(mara.wireTypes(room, agent)).not.toContain('m.room.message');
      expect(new Set(await mara.shields(room, agent))).toEqual(new Set([0]));
    }
    expect(mara.unreadable(room)).toEqual([]);
  });

  it('a task is given a file that only its room may see, and hands in what it read there', {
    timeout: 120_000,
  }, async () => {
    const room = await mara.room({ is_direct: true, invite: [world.agents.ada] });
    const { bytes, at } = sealFile(new TextEncoder().encode(sales));
    const { content_uri } = await mara.client.uploadContent(Buffer.from(bytes), { type: 'application/octet-stream' });
    const info = { mimetype: 'text/csv', size: sales.length };
    const file = at(content_uri);
    await mara.send(room, { msgtype: 'm.file', body: '!task Copy this', filename: 'sales.csv', info, file });
    const allowed = new Set<string>();
    const { content } = await mara.until(
      'the copy',
      () => {
        // It asks for tokens, more than once.
        const questions = said(room).filter(({ id, body }) => body.includes('✋ May I') && !allowed.has(id));
        for (const { id } of questions) void mara.react(room, id, '✅');
        for (const { id } of questions) allowed.add(id);
        return said(room).find(({ sender, msgtype }) => sender === world.agents.ada && msgtype === 'm.file');
      },
      90_000,
    );
    const copy = sealedFile.parse(content.file);
    const stored = new Uint8Array(await (await world.owner.download(copy.url)).arrayBuffer());
    expect(Buffer.from(openFile(stored, fileOf(sourceOf(copy)) ?? copy)).toString()).toBe(sales);
  });

  it('an agent that was away reads two hundred messages of several devices, though its one-time keys were used up', {
    timeout: 180_000,
  }, async () => {
    const { ada } = world.agents;
    const room = await mara.room({ invite: [ada] });
    await mara.ask(room, 'before');
    const [device = ''] = (await mara.crypto.getUserDeviceInfo([ada], true)).get(ada)?.keys() ?? [];
    await world.parley.stop();
    const body = { one_time_keys: { [ada]: { [device]: 'signed_curve25519' } } };
    const used = new Set<string>();
    // More often than there are keys: then it is the fallback key, for everybody.
    for (let times = 0; times < 60; times += 1)
      used.add(JSON.stringify(await world.owner.request('POST', '/_matrix/client/v3/keys/claim', { body })));
    expect(used.size).toBeLessThan(60);
    const devices = [mara, await mara.again(), await mara.again(), await mara.again()];
    const texts = Array.from({ length: 200 }, (_, index) => `number ${index + 1}.`);
    for (const [index, text] of texts.entries()) await devices[index % devices.length]?.say(room, text);
    await world.parley.start();
    /** What no request to the model tells of. */
    const unread = (): string[] => {
      const told = JSON.stringify(world.model.requests);
      return texts.filter(text => !told.includes(text));
    };
    await expect.poll(unread, { timeout: 90_000, interval: 500 }).toEqual([]);
    expect((await devices[1]?.ask(room, 'and now?', { timeoutMs: 60_000 }))?.text).toContain('and now?');
    expect(said(room).filter(({ msgtype, body }) => msgtype === 'm.notice' && body.includes('key'))).toEqual([]);
    for (const one of devices.slice(1)) one.stop();
  });
});
