import { ParleyError } from '../../src/core/errors.ts';
import { noFile, normalPath, partsOf } from '../../src/core/workspace/path.ts';
import type { WorkspaceLimits } from '../../src/ports/sandbox.ts';
import type { FileEntry, WorkspaceFiles } from '../../src/ports/workspace-files.ts';
import { below, makeFolders, type Node, sizeOf, type Tree } from './tree.ts';

const mostEntries = 1000;

export interface FilesGiven {
  readonly limits: WorkspaceLimits;
  readonly now: () => number;
  /** The tree as it is now. Throws where the workspace is closed. */
  readonly tree: () => Tree;
}

/** Files in memory. There are no links in it. */
export function memoryFiles({ limits, now, tree }: FilesGiven): WorkspaceFiles {
  const at = (path: string): Node | undefined => {
    const found = tree().get(path);
    return path === '.' ? { kind: 'folder', modified: 0 } : found;
  };
  return {
    async read(path, { offset = 0, length = limits.fileBytes } = {}) {
      const node = at(normalPath(path));
      if (node === undefined) throw noFile(path);
      if (node.kind !== 'file') throw noFile(path, 'is a folder and no file');
      const end = offset + Math.min(length, limits.fileBytes);
      return { bytes: node.bytes.slice(offset, end), size: node.bytes.length };
    },

    async write(path, content) {
      const name = normalPath(path);
      const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content.slice();
      if (bytes.length > limits.fileBytes) throw full(`One call takes at most ${limits.fileBytes} bytes.`);
      const before = at(name);
      if (before?.kind === 'folder') throw noFile(path, 'is a folder and no file');
      const more = bytes.length - (before?.bytes.length ?? 0);
      if (sizeOf(tree()) + more > limits.diskBytes) throw full('The workspace is full; delete what is not needed.');
      makeFolders(tree(), name, now());
      tree().set(name, { kind: 'file', bytes, modified: now() });
    },

    async list(path, { depth = 1, limit = mostEntries } = {}) {
      const name = normalPath(path);
      const node = at(name);
      if (node === undefined) throw noFile(path);
      if (node.kind !== 'folder') throw noFile(path, 'is a file and no folder');
      const deepest = partsOf(name).length + depth;
      const found = [...tree()]
        .filter(([one]) => (name === '.' || one.startsWith(`${name}/`)) && partsOf(one).length <= deepest)
        .sort(([one], [other]) => inOrder(one, other));
      const most = Math.min(limit, mostEntries);
      return { entries: found.slice(0, most).map(entryOf), more: found.length > most };
    },

    async remove(path) {
      const name = normalPath(path);
      if (name === '.') throw noFile(path, 'is the workspace itself and stays');
      const gone = below(tree(), name);
      for (const one of gone) tree().delete(one);
      return gone.length > 0;
    },

    async move(from, to) {
      move(tree(), { from: normalPath(from), to: normalPath(to), now: now() });
    },
  };
}

function move(tree: Tree, { from, to, now }: { from: string; to: string; now: number }): void {
  const node = tree.get(from);
  if (node === undefined) throw noFile(from, from === '.' ? 'is the workspace itself and stays' : undefined);
  if (to === '.' || tree.get(to)?.kind === 'folder') throw noFile(to, 'is a folder already');
  if (to.startsWith(`${from}/`)) throw noFile(to, 'is in what is to be moved');
  if (to === from) return;
  makeFolders(tree, to, now);
  for (const path of below(tree, from)) {
    const moved = tree.get(path);
    tree.delete(path);
    if (moved !== undefined) tree.set(`${to}${path.slice(from.length)}`, moved);
  }
}

const full = (why: string): ParleyError => new ParleyError('WORKSPACE_FULL', why);

/** A folder before what is in it, and that before what comes after the folder. */
function inOrder(one: string, other: string): number {
  const [a, b] = [one.replaceAll('/', '\0'), other.replaceAll('/', '\0')];
  return a < b ? -1 : a > b ? 1 : 0;
}

const entryOf = ([path, node]: [string, Node]): FileEntry => ({
  path,
  kind: node.kind,
  size: node.kind === 'file' ? node.bytes.length : 0,
  modified: node.modified,
});
