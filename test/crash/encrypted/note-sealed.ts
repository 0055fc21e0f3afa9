import { appendFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { notesFile, useOf } from './key-uses.ts';

/**
 * Loaded before Parley (`--import`): notes with which key each message was encrypted that Parley gives to the network, before it does. The homeserver drops
 * what comes a second time under the same id, so the room alone does not show whether a key was used twice.
 */
const file = notesFile(dirname(process.env.PARLEY_DATA ?? ''));
const send = globalThis.fetch;

globalThis.fetch = (resource, init) => {
  if (init?.method === 'PUT' && String(resource).includes('/send/m.room.encrypted/')) {
    const use = useOf(JSON.parse(String(init.body)));
    if (use !== null) appendFileSync(file, `${JSON.stringify(use)}\n`);
  }
  return send(resource, init);
};
