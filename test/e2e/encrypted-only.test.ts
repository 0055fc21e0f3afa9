import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../servers.ts';
import { ExternalWorld } from './driver/external-world.ts';
import { filesWith } from './driver/files-with.ts';
import { clientPath, matrixJson } from './driver/matrix-http.ts';
import type { SecretPerson } from './driver/secret-person.ts';

const algorithm = 'm.megolm.v1.aes-sha2';

describeWith('synapse', '23. agents that talk in encrypted rooms only', () => {
  let world: ExternalWorld;
  let mara: SecretPerson;
  let secret: string;

  beforeAll(async () => {
    world = await ExternalWorld.prepare({ env: { PARLEY_ENCRYPTION: 'required', LOG_LEVEL: 'trace' } });
    await world.parley.start();
    mara = await world.newSecretPerson('Mara');
  });
  afterAll(() => world?.stop());

  const asked = (text: string): boolean => JSON.stringify(world.model.requests).includes(text);
  const saidIn = (room: string) =>
    mara
      .view(room)
      .messages()
      .filter(({ sender }) => sender === world.agents.ada);

  it('have keys before anybody has met them, so that clients encrypt direct chats with them', async () => {
    const { ada, bruno, clara } = world.agents;
    const known = await mara.crypto.getUserDeviceInfo([ada, bruno, clara], true);
    expect([ada, bruno, clara].map(agent => known.get(agent)?.size)).toEqual([1, 1, 1]);
    secret = await mara.room({ invite: [ada] });
    expect((await mara.ask(secret, 'hello')).text).toContain('hello');
  });

  it('are told by `parley check` whether the homeserver has what they need', async () => {
    const { output } = await world.parley.run(['check']);
    expect(output).toMatch(/Encryption.*agents read and write in encrypted rooms/);
  });

  it('make encrypted rooms, also the first ones', async () => {
    const owner = await world.secretOwner();
    const { lobby } = world.parley.credentials;
    await owner.enter(lobby);
    const answer = await owner.ask(lobby, '@Ada what is this place?', { from: world.agents.ada });
    expect(answer.text).toContain('what is this place?');
    expect(owner.wireTypes(lobby, world.agents.ada)).not.toContain('m.room.message');
  });

  it('say so once in a plain room, and read nothing of what is written there until its encryption is switched on', async () => {
    const plain = await mara.room({ encrypted: false, invite: [world.agents.ada] });
    await mara.until('the notice', () => saidIn(plain).find(({ body }) => body.includes('encrypted rooms only')));
    await mara.say(plain, 'the open plan');
    await mara.say(plain, '!help');
    expect((await mara.ask(secret, 'meanwhile')).text).toContain('meanwhile');
    expect(saidIn(plain)).toHaveLength(1);
    await mara.client.sendStateEvent(plain, 'm.room.encryption' as never, { algorithm } as never, '');
    await mara.until('encryption', () => mara.client.getRoom(plain)?.hasEncryptionStateEvent() || undefined);
    expect((await mara.ask(plain, 'behind the curtain')).text).toContain('behind the curtain');
    expect(saidIn(plain).filter(({ mark }) => mark?.trigger === null)).toHaveLength(1);
    expect(asked('behind the curtain')).toBe(true);
    expect(asked('the open plan')).toBe(false);
  });

  it('pass over what somebody sends in the clear into an encrypted room, and tell them', async () => {
    const token = mara.client.getAccessToken() ?? '';
    const session = { homeserver: world.synapse.url, userId: mara.id, token };
    const path = clientPath('rooms', secret, 'send', 'm.room.message', randomUUID());
    await matrixJson(session, 'PUT', path, { body: { msgtype: 'm.text', body: 'on a postcard' } });
    await mara.until('the notice', () => saidIn(secret).find(({ body }) => body.includes('not encrypted')));
    expect((await mara.ask(secret, 'in a letter')).text).toContain('in a letter');
    expect(asked('on a postcard')).toBe(false);
  });

  it('leave nothing of it in a file of theirs, however much they log', () => {
    const { data } = world.parley;
    for (const text of ['the open plan', 'on a postcard', 'behind the curtain', 'in a letter'])
      expect([text, filesWith(data, text)]).toEqual([text, []]);
    expect(filesWith(data, 'SQLite format')).toContain('parley.db');
    expect(filesWith(data, '"level":"debug"')).toContain('parley.log');
  });
});
