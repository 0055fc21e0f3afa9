import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Main } from '../../src/cli/main-functions.ts';
import { tempFolder } from '../config/temp-folder.ts';
import { parley } from './terminal.ts';

const exportData: Main['exportData'] = async ({ person, write }) => {
  for (const name of ['chats', 'messages'] as const)
    await write({ collection: name, document: { _id: person } } as never);
  return 2;
};

test('export prints a line for each document, and how many to standard error', async () => {
  const { code, stdout, stderr } = await parley(['export', '--person', '@mara:a.org'], { main: { exportData } });
  expect(code).toBe(0);
  expect(stdout.split('\n')[1]).toBe('{"collection":"messages","document":{"_id":"@mara:a.org"}}');
  expect(stderr).toContain('2 documents');
});

test('export --out writes a file for each collection, for its owner', async () => {
  const cwd = tempFolder();
  const twice: Main['exportData'] = async options => (await exportData(options)) + (await exportData(options));
  await parley(['export', '--all', '--out', 'out'], { cwd, main: { exportData: twice } });
  expect(readFileSync(join(cwd, 'out', 'chats.jsonl'), 'utf8')).toBe('{"_id":null}\n{"_id":null}\n');
  expect(statSync(join(cwd, 'out', 'messages.jsonl')).mode & 0o777).toBe(0o600);
});

test('export --out mixes nobody’s data with what is in the folder', async () => {
  const cwd = tempFolder();
  mkdirSync(join(cwd, 'out'));
  writeFileSync(join(cwd, 'out', 'audit.jsonl'), 'of somebody else');
  const { code, stderr } = await parley(['export', '--person', '@mara:a.org', '--out', 'out'], {
    cwd,
    main: { exportData },
  });
  expect(code).toBe(2);
  expect(stderr).toContain('out is not empty');
  expect(readdirSync(join(cwd, 'out'))).toEqual(['audit.jsonl']);
});

test.each([
  ['file/out', 'what is to be its folder is a file'],
  ['file', 'there is a file of that name'],
])('export --out says what is wrong with %s, where nothing can be written', async (out, why) => {
  const cwd = tempFolder({ file: '' });
  const { code, stderr } = await parley(['export', '--all', '--out', out], { cwd, main: { exportData } });
  expect(code).toBe(1);
  expect(stderr).toBe(
    `✗ ${cwd}/${out} can't be written: ${why}. Name another place, and try again.\n  (NOT_WRITABLE; docs/errors.md says more)\n`,
  );
});

test('export asks whose data', async () => {
  expect(await parley(['export'])).toMatchObject({ code: 2, stderr: expect.stringContaining('--all') });
  expect(await parley(['export', '--all', '--person', '@a:b'])).toMatchObject({ code: 2 });
});

test('forget says what would go, does it with --yes, and says what it can’t do', async () => {
  const trials: boolean[] = [];
  const forgetPerson: Main['forgetPerson'] = async ({ isTrial }) => {
    trials.push(isTrial);
    return { touched: { messages: 3 }, unfinished: isTrial ? 0 : 1 };
  };
  const main = { forgetPerson };
  const trial = await parley(['forget', '@mara:a.org'], { main });
  expect(trial).toMatchObject({ code: 0, stdout: expect.stringMatching(/messages: 3[\s\S]*--yes[\s\S]*homeserver/) });
  const done = await parley(['forget', '@mara:a.org', '--yes'], { main });
  expect(done).toMatchObject({ code: 1, stderr: expect.stringContaining('Run the same again') });
  expect(trials).toEqual([true, false]);
  expect(await parley(['forget', 'mara'])).toMatchObject({ code: 2 });
});
