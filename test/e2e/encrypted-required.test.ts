import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../servers.ts';
import { ExternalWorld } from './driver/external-world.ts';
import type { SecretPerson } from './driver/secret-person.ts';
import { enter } from './driver/world.ts';

describeWith('synapse', '18. agents that talk in encrypted rooms only', () => {
  let world: ExternalWorld;
  let mara: SecretPerson;

  beforeAll(async () => {
    world = await ExternalWorld.prepare({ env: { PARLEY_ENCRYPTION: 'required' } });
    await world.parley.start();
    mara = await world.newSecretPerson('Mara');
  });
  afterAll(() => world?.stop());

  const isAbout = (text: string) => JSON.stringify(world.model.requests).includes(text);

  it('have keys before anybody has talked with them, so that clients encrypt the first direct chat', async () => {
    const { ada, bruno, parley } = world.agents;
    const devices = await mara.crypto.getUserDeviceInfo([ada, bruno, parley], true);
    for (const agent of [ada, bruno, parley]) expect([agent, devices.get(agent)?.size]).toEqual([agent, 1]);
  });

  it('make encrypted rooms from the start', async () => {
    const room = await world.owner.watch.until('an invitation of Ada', () =>
      world.owner.watch.directInvites.get(world.agents.ada),
    );
    await enter(world.owner, room);
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/state/m.room.encryption`;
    expect(await world.owner.request('GET', path)).toMatchObject({ algorithm: 'm.megolm.v1.aes-sha2' });
  });

  it('answer there as elsewhere, commands too', async () => {
    const room = await mara.room({ invite: [world.agents.ada] });
    expect((await mara.ask(room, 'behind the curtain')).text).toContain('behind the curtain');
    expect((await mara.ask(room, '!help')).text).toContain('!stop');
    expect(mara.unreadable(room)).toEqual([]);
  });

  it('say once in a plain room that they don’t, read nothing there, and begin when it is encrypted', async () => {
    const room = await mara.room({ encrypted: false, invite: [world.agents.ada] });
    const said = () =>
      mara
        .view(room)
        .messages()
        .filter(({ sender }) => sender === world.agents.ada);
    const notice = await mara.until('the notice', () => said()[0]);
    expect(notice.body).toContain('encrypted rooms only');
    await mara.say(room, 'a word in the open');
    await mara.say(room, '!help');
    const elsewhere = await mara.room({ invite: [world.agents.bruno] });
    await mara.ask(elsewhere, 'marker');
    expect(said()).toHaveLength(1);
    expect(isAbout('marker')).toBe(true);
    expect(isAbout('a word in the open')).toBe(false);
    await mara.client.sendStateEvent(
      room,
      'm.room.encryption' as never,
      { algorithm: 'm.megolm.v1.aes-sha2' } as never,
      '',
    );
    await mara.until('encryption', () => mara.client.getRoom(room)?.hasEncryptionStateEvent() || undefined);
    expect((await mara.ask(room, 'and now')).text).toContain('and now');
    expect(isAbout('a word in the open')).toBe(false);
  });

  it('pass over what is not encrypted in an encrypted room, and say so', async () => {
    const room = await mara.room({ invite: [world.agents.ada] });
    const path = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/send/m.room.message/clear1`;
    const { access } = { access: mara.client.getAccessToken() };
    await fetch(`${world.synapse.url}${path}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${access}` },
      body: JSON.stringify({ msgtype: 'm.text', body: 'slipped through' }),
    });
    await mara.until('the notice', () =>
      mara
        .view(room)
        .messages()
        .find(({ sender, body }) => sender === world.agents.ada && body.includes('not encrypted')),
    );
    expect(isAbout('slipped through')).toBe(false);
  });
});
