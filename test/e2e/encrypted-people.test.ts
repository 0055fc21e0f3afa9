import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { AllDevicesIsolationMode, OnlySignedDevicesIsolationMode } from 'matrix-js-sdk/lib/crypto-api/index.js';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeWith } from '../servers.ts';
import { ExternalWorld } from './driver/external-world.ts';
import type { RoomMessage } from './driver/room-view.ts';
import type { SecretPerson } from './driver/secret-person.ts';
import { verifyByEmoji } from './driver/verify-by-emoji.ts';

const garbage = {
  algorithm: 'm.megolm.v1.aes-sha2',
  ciphertext:
    'AwgAEnACgAkLmt6qF84IK++J7UDH2Za1YVchHyprqTqsg2yyOwAtHaZTwyNg37afzg8f3r9IsN9rH4RNg7MaZencUJe4qvELiDiopUjy5wYVDAtqdBzer5bWRD9ldxp1',
  session_id: 'a session that nobody knows',
  device_id: 'NOBODY',
  sender_key: 'z',
};

describeWith('synapse', '14. keys in encrypted rooms', () => {
  let world: ExternalWorld;
  let mara: SecretPerson;
  let room: string;

  beforeAll(async () => {
    world = await ExternalWorld.prepare();
    await world.parley.start();
    mara = await world.newSecretPerson('Mara');
    room = await mara.room({ invite: [world.agents.ada] });
    await mara.ask(room, 'hello');
  });
  afterAll(() => world?.stop());

  const notices = (test: RegExp): RoomMessage[] =>
    mara
      .view(room)
      .messages()
      .filter(({ msgtype, body }) => msgtype === 'm.notice' && test.test(body));
  const notice = (test: RegExp) => mara.until(`a notice ${test}`, () => notices(test)[0], 30_000);

  it('are given to no one who has left, and to a person’s new device', async () => {
    const otto = await world.newSecretPerson('Otto');
    await mara.client.invite(room, otto.id);
    await otto.enter(room);
    const both = await mara.ask(room, '@Ada for both of us');
    await otto.until('the answer', () =>
      otto
        .view(room)
        .messages()
        .find(({ id }) => id === both.message.id),
    );
    const phone = await mara.again();
    expect((await phone.ask(room, '@Ada from the phone')).text).toContain('from the phone');
    expect(phone.unreadable(room).filter(line => line.includes(both.message.id))).toHaveLength(1);
    await otto.client.leave(room);
    await mara.waitForMember(room, otto.id, 'leave');
    const alone = await mara.ask(room, '@Ada for me alone');
    expect(mara.sessionOf(room, alone.message.id)).not.toBe(mara.sessionOf(room, both.message.id));
    await phone.waitForAnswer(room, alone.message.mark?.trigger ?? '');
    phone.stop();
    // What agents have sent to Otto's device before this has come by then.
    await otto.ask(await otto.room({ invite: [world.agents.ada] }), 'and elsewhere?');
    const known = new Set((await otto.crypto.exportRoomKeys()).map(({ session_id }) => session_id));
    const sessions = [both, alone].map(({ message }) => String(mara.sessionOf(room, message.id)));
    expect(sessions.map(session => known.has(session))).toEqual([true, false]);
  });

  it('are given to no device that was signed out: what agents say from then on has another one', async () => {
    const tablet = await mara.again();
    const both = await tablet.ask(room, '@Ada on two devices');
    const session = mara.sessionOf(room, both.message.id);
    await tablet.client.logout(true);
    // Nobody looks for devices of whom it has looked at within two seconds.
    const next = async () => mara.sessionOf(room, (await mara.ask(room, '@Ada on one')).message.id);
    await expect.poll(next, { timeout: 20_000, interval: 1_000 }).not.toBe(session);
  });

  it('are given to a device that somebody got while Parley or the homeserver was away', {
    timeout: 120_000,
  }, async () => {
    for (const away of ['Parley', 'the homeserver']) {
      if (away === 'Parley') await world.parley.stop();
      const tablet = await mara.again();
      if (away === 'Parley') await world.parley.start();
      else {
        await world.synapse.kill();
        await world.synapse.startAgain();
      }
      await tablet.ask(room, `@Ada after ${away} was away`, { timeoutMs: 60_000 });
      tablet.stop();
    }
    expect(mara.unreadable(room)).toEqual([]);
  });

  it('change as often as the room says', async () => {
    const often = await mara.room({ encryption: { rotation_period_msgs: 2 }, invite: [world.agents.ada] });
    const answers = [];
    for (const text of ['one', 'two', 'three', 'four', 'five']) answers.push(await mara.ask(often, text));
    expect(new Set(answers.map(({ message }) => mara.sessionOf(often, message.id))).size).toBeGreaterThan(2);
    expect(mara.unreadable(often)).toEqual([]);
  });

  it('come from a client that excludes insecure devices, which takes those of agents', async () => {
    mara.crypto.setDeviceIsolationMode(new OnlySignedDevicesIsolationMode());
    const answer = await mara.ask(room, 'signed devices only');
    expect(answer.text).toContain('signed devices only');
    mara.crypto.setDeviceIsolationMode(new AllDevicesIsolationMode(false));
    expect(mara.unreadable(room)).toEqual([]);
  });

  for (const encrypted of [true, false])
    it(`are verified by emoji in ${encrypted ? 'an encrypted' : 'a plain'} direct chat, and stay so over a restart`, async () => {
      const { bruno } = world.agents;
      const dialogue = await mara.room({ encrypted, is_direct: true, invite: [bruno] });
      const emoji = await verifyByEmoji(mara, dialogue, bruno);
      expect(emoji).toHaveLength(7);
      const { output } = await world.parley.run(['agents', 'verify', 'bruno']);
      expect(emoji.filter(symbol => !output.includes(symbol))).toEqual([]);
      expect((await mara.crypto.getUserVerificationStatus(bruno)).isVerified()).toBe(true);
      await world.parley.stop();
      await world.parley.start();
      await mara.ask(dialogue, 'are you still you?');
      expect((await mara.crypto.getUserVerificationStatus(bruno)).isVerified()).toBe(true);
    });

  it('are lost with everything, and the agent that comes back from a backup is still the one that was verified', {
    timeout: 180_000,
  }, async () => {
    const { clara } = world.agents;
    const { parley } = world;
    const dialogue = await mara.room({ is_direct: true, invite: [clara] });
    await verifyByEmoji(mara, dialogue, clara);
    const quiet = await mara.room({ invite: [clara] });
    await mara.ask(quiet, 'well known');
    const file = join(parley.folder, 'backup.gz');
    expect((await parley.run(['backup', file], 120_000)).code).toBe(0);
    const said = (where: string): readonly RoomMessage[] => mara.view(where).messages();
    const isNotice = ({ body }: RoomMessage): boolean => body.includes('has not come');
    const devices = async () => [...((await mara.crypto.getUserDeviceInfo([clara], true)).get(clara)?.keys() ?? [])];
    const [former = ''] = await devices();
    await mara.ask(dialogue, 'after the backup');
    await parley.kill();
    for (const ending of ['', '-wal', '-shm']) rmSync(join(parley.data, `parley.db${ending}`), { force: true });
    const restored = await parley.run(['restore', file], 120_000);
    expect(restored.code, restored.output).toBe(0);
    await parley.start();
    // It has its new device before anybody writes, so that the client, which is told of it, gives it the keys.
    await expect.poll(devices, { timeout: 40_000 }).not.toContain(former);
    expect((await mara.ask(quiet, 'are you back?')).text).toContain('are you back?');
    expect((await mara.ask(dialogue, 'and here?', { timeoutMs: 40_000 })).text).toContain('and here?');
    expect((await mara.crypto.getUserVerificationStatus(clara)).isVerified()).toBe(true);
    expect(await devices()).not.toContain(former);
    // What was answered after the backup is in no log: somebody is told of it, and of nothing else.
    await mara.until('a notice', () => said(dialogue).find(isNotice), 30_000);
    await mara.ask(quiet, 'nothing to tell here?');
    expect(said(quiet).filter(isNotice)).toEqual([]);
    expect(new Set((await mara.shields(dialogue, clara)).slice(-1))).toEqual(new Set([0]));
    expect(mara.unreadable(dialogue)).toEqual([]);
  });

  it('that come late are waited for: first in silence, then it is told, and at last it is answered', async () => {
    await mara.crypto.forceDiscardSession(room);
    const release = mara.holdKeys();
    const early = await mara.say(room, 'whose key comes late');
    await notice(/has not come/);
    expect(mara.answers(room, early)).toEqual([]);
    await release();
    expect((await mara.waitForAnswer(room, early, { timeoutMs: 40_000 })).text).toContain('whose key comes late');
  });

  it('that come late are good for an answer also where Parley was started anew meanwhile', {
    timeout: 120_000,
  }, async () => {
    const quiet = await mara.room({ invite: [world.agents.bruno] });
    await mara.ask(quiet, 'hello');
    await mara.crypto.forceDiscardSession(quiet);
    const release = mara.holdKeys();
    const early = await mara.say(quiet, 'before the restart');
    await mara.until(
      'a notice',
      () =>
        mara
          .view(quiet)
          .messages()
          .find(({ body }) => body.includes('has not come')),
      40_000,
    );
    await world.parley.stop();
    await world.parley.start();
    await release();
    await mara.crypto.forceDiscardSession(quiet);
    const after = await mara.ask(quiet, 'after it', { timeoutMs: 40_000 });
    // What can be read at the same moment is answered together.
    const isTogether = after.text.includes('before the restart');
    const answer = isTogether ? after : await mara.waitForAnswer(quiet, early, { timeoutMs: 40_000 });
    expect(answer.text).toContain('before the restart');
    expect(mara.answers(quiet, early)).toHaveLength(isTogether ? 0 : 1);
  });

  it('that never come are told once a day, and hold up nobody', async () => {
    await mara.send(room, garbage, 'm.room.encrypted');
    expect((await mara.ask(room, 'meanwhile')).text).toContain('meanwhile');
    const eve = await world.newSecretPerson('Eve');
    await mara.client.invite(room, eve.id);
    await eve.enter(room);
    await mara.crypto.forceDiscardSession(room);
    const release = mara.holdKeys();
    const lost = await mara.say(room, '@Ada again without a key');
    // What she is told comes later than what Mara would be told, who was told today.
    eve.holdKeys();
    await eve.say(room, '@Ada without a key');
    await notice(/message of Eve.* has not come/);
    expect(notices(/has not come/)).toHaveLength(2);
    await release();
    await mara.waitForAnswer(room, lost, { timeoutMs: 40_000 });
  });

  it('that a client keeps from devices which are not verified are asked for', async () => {
    await mara.crypto.forceDiscardSession(room);
    mara.crypto.globalBlacklistUnverifiedDevices = true;
    await mara.say(room, 'for verified ears');
    expect((await notice(/not verified/)).body).toContain('Verify me');
    mara.crypto.globalBlacklistUnverifiedDevices = false;
    expect((await mara.ask(room, 'for all ears')).text).toContain('for all ears');
  });

  it('that a client keeps from devices which are not verified come to an agent that has been verified', async () => {
    const { ada } = world.agents;
    await verifyByEmoji(mara, await mara.room({ is_direct: true, invite: [ada] }), ada);
    await mara.crypto.forceDiscardSession(room);
    mara.crypto.globalBlacklistUnverifiedDevices = true;
    expect((await mara.ask(room, '@Ada for verified ears, again')).text).toContain('for verified ears, again');
    mara.crypto.globalBlacklistUnverifiedDevices = false;
    expect(new Set(await mara.shields(room, ada))).toEqual(new Set([0]));
    expect(notices(/not verified/)).toHaveLength(1);
  });
});
