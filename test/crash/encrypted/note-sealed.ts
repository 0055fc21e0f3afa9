import { appendFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { deviceNotesFile, notesFile, useOf } from './key-uses.ts';

/**
 * Loaded before Parley (`--import`): notes with which key each message was encrypted that Parley gives to the network, before it does. The homeserver drops
 * what comes a second time under the same id, so the room alone does not show whether a key was used twice.
 */
const file = notesFile(dirname(process.env.PARLEY_DATA ?? ''));
const deviceFile = deviceNotesFile(dirname(process.env.PARLEY_DATA ?? ''));
const send = globalThis.fetch;

globalThis.fetch = async (resource, init) => {
  if (init?.method === 'PUT' && String(resource).includes('/send/m.room.encrypted/')) {
    const use = useOf(JSON.parse(String(init.body)));
    if (use !== null) appendFileSync(file, `${JSON.stringify(use)}\n`);
  }
  if (!String(resource).includes('/sendToDevice/')) return send(resource, init);
  note({ sent: String(resource), to: Object.keys(Object(JSON.parse(String(init?.body)).messages)) });
  const response = await send(resource, init);
  note({ answered: String(resource), status: response.status });
  return response;
};

/** When what was sent to devices. */
function note(what: object): void {
  appendFileSync(deviceFile, `${JSON.stringify({ at: new Date().toISOString(), pid: process.pid, ...what })}\n`);
}
