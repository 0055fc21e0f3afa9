import { expect, test } from 'vitest';
import { findPython } from '../../src/homeserver/find-python.ts';
import { fakeExecutable, temporaryFolder } from './fixtures.ts';

function fakePython(folder: string, name: string, version: readonly number[], venv = true): void {
  const answer = JSON.stringify({ path: `/opt/${name}`, version, venv });
  fakeExecutable(folder, name, `echo '${answer}'`);
}

async function search(prepare: (folder: string) => void) {
  const folder = temporaryFolder();
  prepare(folder);
  return await findPython({ PATH: folder }, new AbortController().signal);
}

test('takes python3 where it is new enough', async () => {
  const found = await search(bin => fakePython(bin, 'python3', [3, 11, 2]));
  expect(found).toEqual({ python: { path: '/opt/python3', version: '3.11.2' } });
});

test('looks for a newer one beside a python3 that is too old', async () => {
  const found = await search(bin => {
    fakePython(bin, 'python3', [3, 9, 18]);
    fakePython(bin, 'python3.12', [3, 12, 1]);
  });
  expect(found.python?.path).toBe('/opt/python3.12');
});

test("names Debian's package where the Python can't make virtual environments", async () => {
  const found = await search(bin => fakePython(bin, 'python3', [3, 11, 2], false));
  expect(found).toMatchObject({ remedy: expect.stringContaining('sudo apt install python3.11-venv') });
});

test('says which version is too old', async () => {
  const found = await search(bin => fakePython(bin, 'python3', [3, 8, 10]));
  expect(found).toMatchObject({ remedy: expect.stringContaining('Python 3.8.10 is too old') });
});

test('is not misled by an executable that only pretends', async () => {
  const found = await search(bin => {
    fakeExecutable(bin, 'python3', 'echo "xcode-select: no developer tools were found"; exit 0');
  });
  expect(found).toMatchObject({ python: undefined, remedy: expect.stringContaining('No Python was found') });
});
