import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { lockDataFolder } from '../../src/data-folder/lock.ts';

function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'parley-data-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'deep', 'data');
}

async function holdElsewhere(folder: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'programs', 'hold.ts'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child;
}

const inUse = (message: RegExp) =>
  expect.objectContaining({ code: 'DATA_FOLDER_IN_USE', message: expect.stringMatching(message) });

describe('The lock of a data folder', () => {
  it('makes the folder for its user only', () => {
    const folder = newFolder();
    const lock = lockDataFolder(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const file of ['parley.lock', 'parley.pid']) expect(statSync(join(folder, file)).mode & 0o777).toBe(0o600);
    lock.release();
  });

  it('closes a folder that others could read', () => {
    const folder = newFolder();
    mkdirSync(folder, { recursive: true });
    chmodSync(folder, 0o755);
    lockDataFolder(folder).release();
    expect(statSync(folder).mode & 0o777).toBe(0o700);
  });

  it('keeps another process out, which is told who is in and what to do', async () => {
    const folder = newFolder();
    const { pid } = await holdElsewhere(folder);
    expect(() => lockDataFolder(folder)).toThrow(
      inUse(new RegExp(`${folder} \\(process ${pid}\\).*stop it.*PARLEY_DATA`)),
    );
  });

  it('is gone with the process, even one that is killed', async () => {
    const folder = newFolder();
    const holder = await holdElsewhere(folder);
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    const lock = lockDataFolder(folder);
    expect(() => lockDataFolder(folder)).toThrow(inUse(new RegExp(`process ${process.pid}`)));
    lock.release();
  });

  it('lets the next one in when it is released, and may be released twice', async () => {
    const folder = newFolder();
    const first = lockDataFolder(folder);
    first.release();
    const second = lockDataFolder(folder);
    first.release();
    expect(() => lockDataFolder(folder)).toThrow(inUse(/already runs/));
    second.release();
    await holdElsewhere(folder);
  });

  it('names no process where none is known', async () => {
    const folder = newFolder();
    await holdElsewhere(folder);
    for (const text of ['', 'nonsense', '0', '-1', '999999999']) {
      writeFileSync(join(folder, 'parley.pid'), text);
      expect(() => lockDataFolder(folder)).toThrow(inUse(/^((?!process).)*$/));
    }
  });

  it('says what to do where the folder can not be made', () => {
    const folder = newFolder();
    lockDataFolder(folder).release();
    const file = join(folder, 'parley.lock');
    const unusable = { code: 'STORE_FAILED', message: expect.stringMatching(/can't be used.*PARLEY_DATA/) };
    expect(() => lockDataFolder(join(file, 'below'))).toThrow(expect.objectContaining(unusable));
  });
});
