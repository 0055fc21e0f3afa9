import { afterAll, beforeAll, expect, it } from 'vitest';
import { drawAvatar } from '../../bridges/matrix/avatar.ts';
import { fileOf, openFile, sealedFile, sealFile, sourceOf } from '../../bridges/matrix/sealed-file.ts';
import { call } from '../fakes/scripted-model/script.ts';
import type { Rule } from '../fakes/scripted-model/server.ts';
import { describeWith } from '../servers.ts';
import { ExternalWorld } from './driver/external-world.ts';
import { SecretPerson } from './driver/secret-person.ts';
import { toolModel } from './driver/settings.ts';

const poem = '# Autumn\n\nLeaves let go of trees';

/** Does a task with the least that each stage takes, and hands in a file. */
const works: Rule = ({ body }) => {
  const tools = (body.tools ?? []).map(({ function: { name } }) => name);
  const ends: Readonly<Record<string, object>> = {
    submit_plan: { steps: ['Write it'], checks: ['It has three lines'] },
    submit_work: { summary: 'A haiku.', files: [{ path: 'output/haiku.md', content: poem }] },
    submit_checks: { checks: [{ check: 1, passed: true, how: 'I counted.' }] },
    submit_review: { accepted: true, reasons: 'Three lines.' },
  };
  const name = tools.find(one => Object.hasOwn(ends, one));
  return name === undefined ? undefined : call([{ name, args: JSON.stringify(ends[name]) }]);
};

describeWith('synapse', '21. work in encrypted rooms', () => {
  let world: ExternalWorld;
  let mara: SecretPerson;

  beforeAll(async () => {
    world = await ExternalWorld.prepare({
      config: url => {
        const [model] = toolModel(url).models;
        const models = [{ ...model, capabilities: ['text', 'chat', 'tools', 'images'] }];
        return { models, floor: { findBots: false }, tasks: { tokens: 1_400 } };
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
    const { content } = await mara.until('the file', () =>
      said(room).find(({ msgtype, thread }) => msgtype === 'm.file' && thread === asked.thread),
    );
    expect(content).not.toHaveProperty('url');
    const file = sealedFile.parse(content.file);
    const stored = new Uint8Array(await (await world.owner.download(file.url)).arrayBuffer());
    expect(Buffer.from(stored).includes('Leaves')).toBe(false);
    expect(Buffer.from(openFile(stored, fileOf(sourceOf(file)) ?? file)).toString()).toBe(poem);
    for (const agent of [ada, bruno, parley]) expect(mara.wireTypes(room, agent)).not.toContain('m.room.message');
    expect(mara.unreadable(room)).toEqual([]);
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
    for (let nth = 1; nth <= 200; nth += 1) await devices[nth % devices.length]?.say(room, `number ${nth}.`);
    await world.parley.start();
    const seen = () => JSON.stringify(world.model.requests);
    await mara.until(
      'all to be read',
      () => (seen().includes('number 200.') && seen().includes('number 199.')) || undefined,
      60_000,
    );
    expect((await devices[1]?.ask(room, 'and now?', { timeoutMs: 60_000 }))?.text).toContain('and now?');
    expect(said(room).filter(({ msgtype, body }) => msgtype === 'm.notice' && body.includes('key'))).toEqual([]);
    for (const one of devices.slice(1)) one.stop();
  });
});
