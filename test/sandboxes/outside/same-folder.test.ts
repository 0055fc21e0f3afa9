import { mkdirSync } from 'node:fs';
import { performServerHandshake } from 'node:http2';
import { join } from 'node:path';
import { duplexPair } from 'node:stream';
import { expect, it, onTestFinished } from 'vitest';
import { openChannel } from '../../../sandboxes/docker/channel.ts';
import { frame, kinds } from '../../../sandboxes/docker/inside/frames.ts';
import { checkSameFolder } from '../../../sandboxes/docker/same-folder.ts';
import { systemClock } from '../../../src/system-clock.ts';
import { tempFolder } from '../../config/temp-folder.ts';

/** A container that has these folders in its workspace. */
function containerWith(...names: readonly string[]) {
  const [here, there] = duplexPair();
  const session = performServerHandshake(there);
  session.on('error', () => undefined);
  session.on('stream', stream => {
    stream.respond({ ':status': 200 });
    const entries = names.map(path => ({ path, kind: 'folder', size: 0, modified: 0 }));
    stream.end(frame(kinds.answer, Buffer.from(JSON.stringify({ entries, more: false }))));
  });
  const channel = openChannel(here, systemClock);
  onTestFinished(() => {
    channel.end();
    session.destroy();
  });
  return channel;
}

function folderWith(...names: readonly string[]): string {
  const folder = tempFolder();
  for (const name of names) mkdirSync(join(folder, name));
  return folder;
}

it('a container that sees the same is taken', async () => {
  await checkSameFolder(containerWith('.home', 'src'), folderWith('src', 'output'));
  // Nothing is in it yet, or any more.
  await checkSameFolder(containerWith(), folderWith());
});

it('an engine that made another folder of that name, as on another machine, is told what it has to see', async () => {
  const folder = folderWith('src', 'output');
  for (const names of [[], ['.home']])
    await expect(checkSameFolder(containerWith(...names), folder)).rejects.toMatchObject({
      code: 'SANDBOX_MISSING',
      message: expect.stringContaining(`${folder}). An engine on another machine needs it under the same path`),
    });
});
