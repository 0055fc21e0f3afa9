import { mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { tempFolder } from '../config/temp-folder.ts';
import { ownFolder, socketIn } from '../containers/own-folder.ts';

// Who has a folder says so by a name that Linux alone has (an abstract socket).
describe.skipIf(process.platform !== 'linux')(
  'the folder of an engine of the tests (on Linux: by names of sockets outside folders)',
  () => {
    it('two runs at once have an engine in a folder each, and the next run takes the first folder again', async () => {
      const place = tempFolder();
      const [first, second] = await Promise.all([ownFolder(place, 'engine'), ownFolder(place, 'engine')]);
      expect([first.folder, second.folder].sort()).toEqual([join(place, 'engine'), join(place, 'engine-2')]);
      first.release();
      second.release();
      const next = await ownFolder(place, 'engine');
      onTestFinished(next.release);
      expect(next.folder).toBe(join(place, 'engine'));
    });

    it('an engine that a killed run left behind keeps its folder', async () => {
      const place = tempFolder();
      mkdirSync(join(place, 'engine'));
      const left = createServer();
      await new Promise<void>(resolve => left.listen(socketIn(join(place, 'engine')), resolve));
      onTestFinished(() => void left.close());
      const { folder, release } = await ownFolder(place, 'engine');
      onTestFinished(release);
      expect(folder).toBe(join(place, 'engine-2'));
    });

    it('where all folders are taken, it is said which, and what to do', async () => {
      const place = tempFolder();
      for (let count = 0; count < 4; count++) onTestFinished((await ownFolder(place, 'engine')).release);
      await expect(ownFolder(place, 'engine')).rejects.toThrow(/engine, .*engine-4; wait for one, set another TMPDIR/);
    });
  },
);
