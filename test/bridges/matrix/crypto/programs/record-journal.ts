import { writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import * as library from '@matrix-org/matrix-sdk-crypto-wasm';
import { openMemoryStore } from '../../../../../src/stores/memory/store.ts';
import { heldClock } from '../../../../fakes/clock.ts';
import { keyServer } from '../key-server.ts';
import { ada, bruno, engineAt } from '../two-sides.ts';

/*
 * Records the store of an agent as the encryption library that is installed writes it, for `upgrade.test.ts`. Before an update of the library:
 *   node test/bridges/matrix/crypto/programs/record-journal.ts test/fixtures/key-journals/<version>.json.gz
 */
const [, , file] = process.argv;
if (file === undefined) throw new Error('Name the file to write.');

// What versions before 18 did not have.
const machine = library.OlmMachine.prototype as unknown as Record<string, unknown>;
machine.receiveSyncChangesMsc4186 ??= machine.receiveSyncChanges;
for (const one of Object.values(library) as { readonly prototype?: { free?(): void; [Symbol.dispose]?(): void } }[])
  if (one.prototype?.free !== undefined) one.prototype[Symbol.dispose] ??= one.prototype.free;

const server = keyServer();
const store = openMemoryStore({ clock: heldClock() });
const theirs = engineAt(server, store);
const alice = engineAt(server, openMemoryStore({ clock: heldClock() }));
await theirs.engine.prepare(bruno);
const read = await alice.say(ada, 'read by the older version', [bruno]);
if ((await theirs.engine.unseal(bruno, read, true)).kind !== 'open') throw new Error('The first message is not read.');
await theirs.say(bruno, 'said by the older version', [ada]);
const unread = await alice.say(ada, 'read by the newer version', [bruno]);
const waiting = await alice.say(ada, 'with a key that is on its way', [bruno], { rotationMessages: 1 });
await theirs.engine.close();
const all = async (name: 'key_identities' | 'key_pages') => store.collection(name).find({ limit: 1000 });
const devices = [...server.devices].map(([name, box]) => [name, { ...box, oneTime: [...box.oneTime] }]);
const recorded = {
  identities: await all('key_identities'),
  pages: await all('key_pages'),
  devices,
  identityOfBruno: server.identityOf('@agent-bruno:keys.test'),
  events: { read, unread, waiting },
};
writeFileSync(file, gzipSync(JSON.stringify(recorded)));
await alice.engine.close();
