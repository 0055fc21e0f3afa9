import { CollectStrategy, RoomId, UserId } from '@matrix-org/matrix-sdk-crypto-wasm';
import { describe, expect, it } from 'vitest';
import { makeDevices } from '../../../../bridges/matrix/crypto/devices.ts';
import type { RoomEncryption } from '../../../../bridges/matrix/crypto/encrypted-rooms.ts';
import { flush, send, type Wired } from '../../../../bridges/matrix/crypto/outgoing.ts';
import { openMemoryStore } from '../../../../src/stores/memory/store.ts';
import { heldClock } from '../../../fakes/clock.ts';
import { keptLog } from '../kept-log.ts';
import { keyServer, names } from './key-server.ts';
import { ada, bruno, engineAt, room } from './two-sides.ts';

const newStore = () => openMemoryStore({ clock: heldClock() });
const users = () => [new UserId(names.userId(bruno))];

/** As a person's client does it when it invites: the keys go as a sealed file, and a message to the devices says where it is. */
async function shareHistory(wired: Wired, contents: Map<string, Uint8Array>): Promise<boolean> {
  const { device } = wired;
  await device.call(machine => machine.updateTrackedUsers(users()));
  await flush(wired);
  const claim = await device.call(machine => machine.getMissingSessions(users()));
  if (claim) await send(wired, claim);
  const bundle = await device.call(machine => machine.buildRoomKeyBundle(new RoomId(room)));
  if (bundle === undefined) return false;
  contents.set('bundle', bundle.encryptedData);
  const at = ['mxc://keys.test/bundle', bundle.mediaEncryptionInfo, CollectStrategy.identityBasedStrategy()] as const;
  const shares = await device.call(machine =>
    machine.shareRoomKeyBundleData(new UserId(names.userId(bruno)), new RoomId(room), ...at),
  );
  for (const share of shares) await send(wired, share);
  return true;
}

/** Somebody says something in a room, and then invites an agent and shares what may be shared. */
async function invited(more: Partial<RoomEncryption> = {}) {
  const server = keyServer();
  const [theirs, ours] = [newStore(), newStore()];
  const alice = engineAt(server, theirs);
  const bob = engineAt(server, ours);
  await bob.engine.prepare(bruno);
  const said = await alice.say(ada, 'before you came', [], more);
  await alice.engine.close();
  const parts = { store: theirs, requests: server.requests, names, clock: heldClock(), log: keptLog() };
  const devices = makeDevices(parts);
  const isShared = await devices.use(ada, wired => shareHistory(wired, server.contents));
  await devices.close();
  return { server, engine: bob.engine, said, isShared };
}

const inviter = names.userId(ada);

describe('What was said in an encrypted room before an agent was invited', () => {
  it('is read with the keys that the inviter has shared, as often as somebody wants it', async () => {
    const { engine, said } = await invited();
    expect(await engine.peek(bruno, said)).toEqual({ kind: 'no key' });
    for (let times = 0; times < 2; times += 1) {
      await engine.takeHistory(bruno, { room, inviter });
      expect(await engine.peek(bruno, said)).toMatchObject({
        kind: 'open',
        event: { content: { body: 'before you came' } },
      });
    }
  });

  it('is fetched and opened once, however often somebody wants it', async () => {
    const { server, engine } = await invited();
    await engine.takeHistory(bruno, { room, inviter });
    server.contents.set('bundle', new Uint8Array(500));
    await engine.takeHistory(bruno, { room, inviter });
  });

  it('is not taken where there is more than a page of the journal holds: whoever invites an agent fills neither store nor memory', async () => {
    const { server, engine } = await invited();
    server.contents.set('bundle', new Uint8Array(2_000_000));
    await expect(engine.takeHistory(bruno, { room, inviter })).rejects.toMatchObject({ code: 'MESSAGE_TOO_LARGE' });
  });

  it('is not read with keys of somebody who did not invite it, nor with those of another room', async () => {
    const { engine, said } = await invited();
    await engine.takeHistory(bruno, { room, inviter: '@mallory:keys.test' });
    await engine.takeHistory(bruno, { room: '!other:keys.test', inviter });
    expect(await engine.peek(bruno, said)).toEqual({ kind: 'no key' });
  });

  it('is not shared where the room shows nothing to newcomers: what agents say there is marked so', async () => {
    const { engine, said, isShared } = await invited({ forNewcomers: false });
    if (isShared) await engine.takeHistory(bruno, { room, inviter });
    expect((await engine.peek(bruno, said)).kind).not.toBe('open');
  });

  it('stays closed where the file was changed on the way', async () => {
    const { server, engine, said } = await invited();
    server.contents.set('bundle', new Uint8Array(500));
    await expect(engine.takeHistory(bruno, { room, inviter })).rejects.toThrow();
    expect(await engine.peek(bruno, said)).toEqual({ kind: 'no key' });
  });
});
