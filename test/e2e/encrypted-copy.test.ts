import { cpSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { messageIndex } from '../../bridges/matrix/crypto/replays.ts';
import { describeWith } from '../servers.ts';
import { ExternalWorld } from './driver/external-world.ts';
import type { SecretPerson } from './driver/secret-person.ts';
import { verifyByEmoji } from './driver/verify-by-emoji.ts';

describeWith('synapse', '19. a copy of the data folder, where rooms are encrypted', () => {
  let world: ExternalWorld;
  let mara: SecretPerson;

  beforeAll(async () => {
    world = await ExternalWorld.prepare();
    await world.parley.start();
    mara = await world.newSecretPerson('Mara');
  });
  afterAll(() => world?.stop());

  const devicesOf = async (agent: string) => [
    ...((await mara.crypto.getUserDeviceInfo([agent], true)).get(agent)?.keys() ?? []),
  ];

  it('is not taken for the original that has gone on: no key is used twice, and whoever verified an agent sees no change', {
    timeout: 180_000,
  }, async () => {
    const { ada } = world.agents;
    const room = await mara.room({ invite: [ada], is_direct: true });
    await mara.ask(room, 'before the copy');
    await verifyByEmoji(mara, room, ada);
    const before = await devicesOf(ada);
    const copy = join(world.parley.folder, 'copy');
    cpSync(world.parley.data, copy, { recursive: true });
    const session = mara.sessionOf(room, (await mara.ask(room, 'after the copy')).message.id);
    await world.parley.stop();
    rmSync(world.parley.data, { recursive: true });
    cpSync(copy, world.parley.data, { recursive: true });
    await world.parley.start();
    // Ada has to come back before the client can know her new device.
    await mara.ask(await mara.room({ invite: [ada] }), 'are you back?', { timeoutMs: 40_000 });
    const answer = await mara.ask(room, 'to the copy', { timeoutMs: 40_000 });
    expect(answer.text).toContain('to the copy');
    expect(mara.sessionOf(room, answer.message.id)).not.toBe(session);
    const after = await devicesOf(ada);
    expect(after).toHaveLength(1);
    expect(before).not.toContain(after[0]);
    expect((await mara.crypto.getUserVerificationStatus(ada)).isVerified()).toBe(true);
    expect(new Set(await mara.shields(room, ada))).toEqual(new Set([0]));
    expect(mara.unreadable(room)).toEqual([]);
    expect(readFileSync(join(world.parley.data, 'parley.log'), 'utf8')).toContain('gone on elsewhere');
  });

  it('that was made a moment before Parley was killed is found out, too: no number of a session stands in a room twice', {
    timeout: 180_000,
  }, async () => {
    const { bruno } = world.agents;
    const room = await mara.room({ invite: [bruno], is_direct: true });
    await mara.ask(room, 'hello');
    await verifyByEmoji(mara, room, bruno);
    await mara.ask(room, 'before the copy');
    const before = await devicesOf(bruno);
    const copy = join(world.parley.folder, 'copy');
    rmSync(copy, { recursive: true, force: true });
    cpSync(world.parley.data, copy, { recursive: true });
    await mara.ask(room, 'one more');
    await world.parley.kill();
    rmSync(world.parley.data, { recursive: true });
    cpSync(copy, world.parley.data, { recursive: true });
    await world.parley.start();
    // What he says first shows it, and may be to a message that has to be sent again.
    await mara.say(room, 'are you back?');
    await expect.poll(async () => before.includes((await devicesOf(bruno))[0] ?? ''), { timeout: 60_000 }).toBe(false);
    const answer = await mara.ask(room, 'to the copy', { timeoutMs: 60_000 });
    expect(answer.text).toContain('to the copy');
    const used = mara
      .wireContents(room, bruno)
      .filter(({ session_id }) => session_id !== undefined)
      .map(({ session_id, ciphertext }) => `${session_id} ${messageIndex(ciphertext)}`);
    expect(used.length).toBeGreaterThan(3);
    expect(new Set(used).size).toBe(used.length);
    const after = await devicesOf(bruno);
    expect(after).toHaveLength(1);
    expect(before).not.toContain(after[0]);
    expect((await mara.crypto.getUserVerificationStatus(bruno)).isVerified()).toBe(true);
    expect(new Set(await mara.shields(room, bruno))).toEqual(new Set([0]));
    expect(mara.unreadable(room)).toEqual([]);
  });
});
