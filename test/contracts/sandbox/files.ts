import { describe, expect, it } from 'vitest';
import { type OpenSandbox, textOf, withWorkspace } from './fixtures.ts';

const KiB = 1024;

export function filesContract(open: OpenSandbox): void {
  describe('files', () => {
    it('are written with their folders, replaced, and read', async () => {
      const { workspace } = await withWorkspace(open);
      await workspace.files.write('a/b/c.txt', 'first, and long');
      await workspace.files.write('a/b/c.txt', 'second');
      expect(await textOf(workspace, 'a/./b//c.txt')).toBe('second');
      const bytes = Uint8Array.from({ length: 256 }, (_, nth) => nth);
      await workspace.files.write('bytes', bytes);
      expect(Buffer.from((await workspace.files.read('bytes')).bytes)).toEqual(Buffer.from(bytes));
      await workspace.files.write('empty', '');
      expect(await workspace.files.read('empty')).toMatchObject({ size: 0 });
    });

    it('are read in parts', async () => {
      const { workspace } = await withWorkspace(open);
      await workspace.files.write('digits', '0123456789');
      const part = async (offset: number, length: number): Promise<string> =>
        new TextDecoder().decode((await workspace.files.read('digits', { offset, length })).bytes);
      expect(await part(3, 4)).toBe('3456');
      expect(await part(8, 100)).toBe('89');
      expect(await part(50, 1)).toBe('');
      expect((await workspace.files.read('digits', { offset: 2, length: 1 })).size).toBe(10);
    });

    it('of several megabytes come and go whole', async () => {
      const { workspace } = await withWorkspace(open);
      const bytes = Buffer.alloc(3_000_000, 'abcdefg');
      await workspace.files.write('large', bytes);
      expect(Buffer.from((await workspace.files.read('large')).bytes).equals(bytes)).toBe(true);
    });

    it('are listed: a folder before what is in it, by name, as deep and as many as wanted', async () => {
      const { workspace } = await withWorkspace(open);
      for (const path of ['x/b.txt', 'x/a/deep.txt', 'x/a-b', 'x/a/deeper/last.txt'])
        await workspace.files.write(path, '12');
      const paths = async (depth?: number): Promise<string[]> =>
        (await workspace.files.list('x', depth === undefined ? {} : { depth })).entries.map(({ path }) => path);
      expect(await paths()).toEqual(['x/a', 'x/a-b', 'x/b.txt']);
      expect(await paths(2)).toEqual(['x/a', 'x/a/deep.txt', 'x/a/deeper', 'x/a-b', 'x/b.txt']);
      const { entries, more } = await workspace.files.list('x', { depth: 9, limit: 2 });
      expect(entries.map(({ path }) => path)).toEqual(['x/a', 'x/a/deep.txt']);
      expect(more).toBe(true);
      expect(entries.map(({ kind, size }) => [kind, size])).toEqual([
        ['folder', 0],
        ['file', 2],
      ]);
      const top = (await workspace.files.list('.')).entries.map(({ path }) => path);
      expect(top).toEqual(expect.arrayContaining(['output', 'research', 'src', 'venv', 'x']));
    });

    it('are moved and removed, alone or as a folder', async () => {
      const { workspace } = await withWorkspace(open);
      await workspace.files.write('x/a.txt', 'a');
      await workspace.files.write('x/b.txt', 'b');
      await workspace.files.move('x/a.txt', 'new/place.txt');
      await workspace.files.move('new/place.txt', 'x/b.txt');
      expect(await textOf(workspace, 'x/b.txt')).toBe('a');
      await workspace.files.move('x', 'y/z');
      expect(await textOf(workspace, 'y/z/b.txt')).toBe('a');
      expect(await workspace.files.remove('y')).toBe(true);
      expect(await workspace.files.remove('y')).toBe(false);
      await expect(workspace.files.read('y/z/b.txt')).rejects.toMatchObject({ code: 'WORKSPACE_NO_FILE' });
    });

    it('that are not there, or something else, are named as such', async () => {
      const { workspace } = await withWorkspace(open);
      const { files } = workspace;
      const noFile = { code: 'WORKSPACE_NO_FILE' };
      await files.write('file', 'x');
      await expect(files.read('none')).rejects.toMatchObject(noFile);
      await expect(files.read('src')).rejects.toMatchObject(noFile);
      await expect(files.write('src', 'x')).rejects.toMatchObject(noFile);
      await expect(files.write('file/below', 'x')).rejects.toMatchObject(noFile);
      await expect(files.list('none')).rejects.toMatchObject(noFile);
      await expect(files.list('file')).rejects.toMatchObject(noFile);
      await expect(files.move('none', 'there')).rejects.toMatchObject(noFile);
      await expect(files.move('file', 'src')).rejects.toMatchObject(noFile);
      await expect(files.move('src', 'src/below')).rejects.toMatchObject(noFile);
      await expect(files.remove('.')).rejects.toMatchObject(noFile);
      await expect(files.read('a\0b')).rejects.toMatchObject(noFile);
    });

    it.each(['../x', 'src/../../x', '/etc/passwd', '..', 'a/../../..'])(
      'are not reached outside, by %j',
      async path => {
        const { workspace } = await withWorkspace(open);
        const { files } = workspace;
        const outside = { code: 'WORKSPACE_OUTSIDE' };
        await files.write('mine', 'x');
        await expect(files.read(path)).rejects.toMatchObject(outside);
        await expect(files.write(path, 'x')).rejects.toMatchObject(outside);
        await expect(files.list(path)).rejects.toMatchObject(outside);
        await expect(files.remove(path)).rejects.toMatchObject(outside);
        await expect(files.move(path, 'x')).rejects.toMatchObject(outside);
        await expect(files.move('mine', path)).rejects.toMatchObject(outside);
      },
    );

    it('are no more than the workspace may have', async () => {
      const { workspace } = await withWorkspace(open, { diskBytes: 300 * KiB });
      const { files } = workspace;
      await files.write('a', Buffer.alloc(100 * KiB));
      await files.write('a', Buffer.alloc(200 * KiB));
      await expect(files.write('b', Buffer.alloc(200 * KiB))).rejects.toMatchObject({ code: 'WORKSPACE_FULL' });
      await files.remove('a');
      await files.write('b', Buffer.alloc(200 * KiB));
    });
  });
}
