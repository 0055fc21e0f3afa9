import { execFileSync, spawn } from 'node:child_process';
import { closeSync, constants, lstatSync, mkdirSync, mkdtempSync, openSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { giveTree } from '../../../sandboxes/docker/give-tree.ts';

const owner = { uid: 4242, gid: 4343 };
const isRoot = process.platform === 'linux' && process.getuid?.() === 0;

/** A workspace, and a folder beside it that is nobody's business. */
function places() {
  const root = mkdtempSync(join(tmpdir(), 'parley-give-'));
  // Of a tree this deep, Node knows no path.
  onTestFinished(() => void execFileSync('rm', ['-rf', root]));
  const [task, outside] = [join(root, 'task'), join(root, 'outside')];
  for (const folder of [task, outside]) mkdirSync(folder);
  for (const folder of [join(task, 'folder'), join(outside, 'deeper')]) mkdirSync(folder);
  for (const file of [join(task, 'folder', 'a.txt'), join(outside, 'passwd')]) writeFileSync(file, 'x');
  return { task, outside };
}

/** What there is of the owner at a place; with `!`: of others. */
const found = (place: string, not: readonly string[]): string =>
  execFileSync('find', [place, ...not, '(', '-uid', `${owner.uid}`, '-gid', `${owner.gid}`, ')'], {
    encoding: 'utf8',
    maxBuffer: 1e9,
  });
const ofOthers = (place: string): string => found(place, ['!']);
const ofOwner = (place: string): string => found(place, []);

describe.skipIf(!isRoot)('a workspace that is given to another user (by root)', () => {
  it('is given with names that are no UTF-8', async () => {
    const { task } = places();
    const name = Buffer.from('caf\xe9', 'latin1');
    const below = Buffer.concat([Buffer.from(`${task}/`), name]);
    mkdirSync(below);
    writeFileSync(Buffer.concat([below, Buffer.from('/'), name]), 'x');
    await giveTree(task, owner);
    expect(ofOthers(task)).toBe('');
  });

  it('is given with links, and what they lead to stays', async () => {
    const { task, outside } = places();
    symlinkSync(outside, join(task, 'folder', 'link'));
    symlinkSync(join(outside, 'passwd'), join(task, 'file'));
    symlinkSync('nowhere', join(task, 'broken'));
    await giveTree(task, owner);
    expect(lstatSync(join(task, 'folder', 'link')).uid).toBe(owner.uid);
    expect([ofOthers(task), ofOwner(outside)]).toEqual(['', '']);
  });

  it('is given where its folders are deeper than any path may be long', async () => {
    const { task } = places();
    const flags = constants.O_RDONLY | constants.O_DIRECTORY;
    let handle = openSync(task, flags);
    for (let depth = 0; depth < 1500; depth += 1) {
      const below = `/proc/self/fd/${handle}/0123456789`;
      mkdirSync(below);
      mkdirSync(`/proc/self/fd/${handle}/beside`);
      const next = openSync(below, flags);
      closeSync(handle);
      handle = next;
    }
    closeSync(handle);
    await giveTree(task, owner);
    expect(ofOthers(task)).toBe('');
  });

  it('gives nothing outside to a program that puts links in the place of folders meanwhile', async () => {
    const { task, outside } = places();
    const script = 'while :; do mv folder away; ln -s "$1" folder; rm folder; mv away folder; done';
    const program = spawn('sh', ['-c', script, 'sh', outside], { cwd: task, stdio: 'ignore' });
    const ended = new Promise(resolve => program.once('exit', resolve));
    for (let round = 0; round < 300 && ofOwner(outside) === ''; round += 1)
      await giveTree(task, owner).catch(() => undefined);
    program.kill('SIGKILL');
    await ended;
    expect(ofOwner(outside)).toBe('');
  });
});
