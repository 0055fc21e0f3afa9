import { readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import type { RawEvent } from '../../../../bridges/matrix/raw-event.ts';
import type { KeyIdentity, KeyPage } from '../../../../src/core/key-page.ts';
import { openMemoryStore } from '../../../../src/stores/memory/store.ts';
import { heldClock } from '../../../fakes/clock.ts';
import { keyServer } from './key-server.ts';
import { ada, bruno, engineAt } from './two-sides.ts';

interface Recorded {
  readonly identities: readonly KeyIdentity[];
  readonly pages: readonly KeyPage[];
  readonly devices: readonly [string, { readonly oneTime: readonly [string, Record<string, unknown>][] }][];
  readonly events: Readonly<Record<'read' | 'unread' | 'waiting', RawEvent>>;
}

const folder = 'test/fixtures/key-journals';

/** An agent whose keys an older version of the library has written, and the homeserver as it was then. */
async function recordedWith(file: string) {
  const recorded = JSON.parse(gunzipSync(readFileSync(`${folder}/${file}`)).toString()) as Recorded;
  const server = keyServer();
  for (const [name, { oneTime, ...box }] of recorded.devices)
    server.devices.set(name, { ...box, oneTime: new Map(oneTime) } as never);
  const store = openMemoryStore({ clock: heldClock() });
  await store.collection('key_identities').insertAsIs(recorded.identities);
  await store.collection('key_pages').insertAsIs(recorded.pages);
  return { recorded, server, store };
}

const textOf = (unsealed: object): unknown => (unsealed as { event?: RawEvent }).event?.content.body;

describe.each(readdirSync(folder))('Keys that version %s of the encryption library has written', file => {
  it('are gone on with: the same device and identity, what was sent to it is read, and what it says goes out', async () => {
    const { recorded, server, store } = await recordedWith(file);
    const { read, unread, waiting } = recorded.events;
    const first = engineAt(server, store);
    expect(textOf(await first.engine.unseal(bruno, unread, false))).toBe('read by the newer version');
    expect(textOf(await first.engine.unseal(bruno, waiting, true))).toBe('with a key that is on its way');
    expect(textOf(await first.engine.unseal(bruno, read, false))).toBe('read by the older version');
    const [identity] = await store.collection('key_identities').find({ limit: 2 });
    expect(identity).toMatchObject({ device: recorded.identities[0]?.device, seeds: recorded.identities[0]?.seeds });
    await first.engine.close();
    // What the newer version changed in the databases stands in the journal.
    const again = engineAt(server, store);
    expect(textOf(await again.engine.unseal(bruno, waiting, false))).toBe('with a key that is on its way');
    const other = engineAt(server, openMemoryStore({ clock: heldClock() }));
    await other.engine.prepare(ada);
    const said = await again.say(bruno, 'from the newer version', [ada]);
    expect(said.content.device_id).toBe(recorded.identities[0]?.device);
    expect(textOf(await other.engine.unseal(ada, said, true))).toBe('from the newer version');
  });
});
