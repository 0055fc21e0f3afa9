import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tempFolder } from '../config/temp-folder.ts';

const program = join(import.meta.dirname, '..', '..', '.ci', 'sum-up.js');
const report = (numPassedTests: number, ...failed: readonly string[]) =>
  JSON.stringify({
    numPassedTests,
    numPendingTests: 1,
    testResults: [
      { name: 'a.test.ts', assertionResults: failed.map(fullName => ({ fullName, status: 'failed' })) },
      { name: 'broken.test.ts' },
    ],
  });
const green = { 'tests.json': report(5), 'tests-podman.json': report(2), 'tests-docker-userns.json': report(2) };

function summedUp(files: Readonly<Record<string, string>>) {
  const folder = tempFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  const { status, stdout } = spawnSync(process.execPath, [program, folder], { encoding: 'utf8' });
  return { status, lines: stdout.trim().split('\n') };
}

it('what is green ends with how many', () => {
  expect(summedUp(green)).toEqual({ status: 0, lines: ['9 passed, 0 failed, 3 skipped'] });
});

it.each([
  ['is cut off', '{"numPassedTests":2,"testRes'],
  ['is something else', 'null'],
  ['is empty', ''],
])('a report that %s is red, and the last line is there', (_how, text) => {
  const { status, lines } = summedUp({ ...green, 'tests-podman.json': text });
  expect(status).toBe(1);
  expect(lines).toEqual([expect.stringContaining('✗ podman: its report'), '7 passed, 1 failed, 2 skipped']);
});

it('a failed test is told with its engine', () => {
  const { status, lines } = summedUp({ ...green, 'tests-podman.json': report(1, 'runs a command') });
  expect(status).toBe(1);
  expect(lines).toEqual(['✗ podman: runs a command (a.test.ts)', '8 passed, 1 failed, 3 skipped']);
});

it('an engine that can not be started here is skipped by name, with the reason', () => {
  const { 'tests-podman.json': _left, ...others } = green;
  const skipped = 'podman: no engine answers, and there is no podman to start\n';
  expect(summedUp({ ...others, skipped })).toEqual({
    status: 0,
    lines: [`– skipped: ${skipped.trim()}`, '7 passed, 0 failed, 3 skipped'],
  });
});

it('what else is red counts', () => {
  const { status, lines } = summedUp({ ...green, red: '✗ npm run lint\n' });
  expect(status).toBe(1);
  expect(lines).toEqual(['=== What is red', '✗ npm run lint', '9 passed, 1 failed, 3 skipped']);
});
