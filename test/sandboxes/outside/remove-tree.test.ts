import {
  closeSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { removeTree } from '../../../sandboxes/docker/remove-tree.ts';

const folder = (): string => mkdtempSync(join(tmpdir(), 'parley-remove-'));

it.runIf(process.platform === 'linux')('a tree that is deeper than any path may be long is deleted', async () => {
  const place = folder();
  const flags = constants.O_RDONLY | constants.O_DIRECTORY;
  let handle = openSync(place, flags);
  for (let depth = 0; depth < 1500; depth += 1) {
    const below = `/proc/self/fd/${handle}/0123456789`;
    mkdirSync(below);
    const next = openSync(below, flags);
    closeSync(handle);
    handle = next;
  }
  closeSync(handle);
  await removeTree(place);
  expect(existsSync(place)).toBe(false);
});

it('what links in it lead to stays, and what is not there is no fault', async () => {
  const [place, outside] = [folder(), folder()];
  writeFileSync(join(outside, 'a.txt'), 'x');
  symlinkSync(outside, join(place, 'link'));
  writeFileSync(Buffer.concat([Buffer.from(`${place}/caf`), Buffer.from([0xe9])]), 'x');
  mkdirSync(join(place, 'closed'), { mode: 0o000 });
  await removeTree(place);
  await removeTree(place);
  expect([existsSync(place), existsSync(join(outside, 'a.txt'))]).toEqual([false, true]);
  await removeTree(outside);
});
