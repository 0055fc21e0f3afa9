import { RoomId, UserId } from '@matrix-org/matrix-sdk-crypto-wasm';
import { download } from '../media.ts';
import type { Device } from './device.ts';
import { flush, send, type Wired } from './outgoing.ts';

/**
 * Some 3,000 sessions of 500 bytes. Each takes five times as much in the journal, where all of them are one page, and in memory from then on: more would fit into no
 * document, and anybody who invites an agent may share what they like.
 */
const maxBytes = 1_500_000;
const limitMs = 20_000;

/** What each device has taken while it was open: whoever asks an agent again and again has nothing fetched and opened again. */
const taken = new WeakMap<Device, Set<string>>();

/**
 * Takes the keys of what was said before an agent was invited, where whoever invited it has shared them. Only theirs are taken, and only from devices
 * that they have signed. May be repeated. https://github.com/matrix-org/matrix-spec-proposals/pull/4268
 */
export async function takeSharedHistory(
  wired: Wired,
  { room, inviter }: { readonly room: string; readonly inviter: string },
): Promise<void> {
  const { device, requests } = wired;
  // The library wants to know their devices as they are now.
  await device.call(machine => machine.updateTrackedUsers([new UserId(inviter)]));
  await flush(wired);
  await send(wired, await device.call(machine => machine.queryKeysForUsers([new UserId(inviter)])));
  const bundle = await device.call(machine =>
    machine.getReceivedRoomKeyBundleData(new RoomId(room), new UserId(inviter)),
  );
  if (bundle === undefined || taken.get(device)?.has(bundle.url) === true) return;
  const signal = AbortSignal.timeout(limitMs);
  const bytes = await download(requests, { source: bundle.url, as: device.agent, maxBytes, signal });
  const { url } = bundle;
  await device.call(machine => machine.receiveRoomKeyBundle(bundle, bytes));
  taken.set(device, new Set([...(taken.get(device) ?? []), url]));
}
