import { noFile, partsOf } from '../../src/core/workspace/path.ts';

interface Leaf {
  readonly kind: 'file';
  readonly bytes: Uint8Array;
  readonly modified: number;
}

interface Folder {
  readonly kind: 'folder';
  readonly modified: number;
}

export type Node = Leaf | Folder;

/** The files of one workspace by their paths, without the folder itself. A folder stands before what is in it. */
export type Tree = Map<string, Node>;

export const sizeOf = (tree: Tree): number =>
  [...tree.values()].reduce((sum, node) => sum + (node.kind === 'file' ? node.bytes.length : 0), 0);

/** Makes the folders that something at this path is in. */
export function makeFolders(tree: Tree, path: string, now: number): void {
  const parts = partsOf(path).slice(0, -1);
  for (const [nth] of parts.entries()) {
    const folder = parts.slice(0, nth + 1).join('/');
    const there = tree.get(folder);
    if (there?.kind === 'file') throw noFile(folder, 'is a file and no folder');
    if (there === undefined) tree.set(folder, { kind: 'folder', modified: now });
  }
}

/** The path itself, and all below it. */
export const below = (tree: Tree, path: string): string[] =>
  [...tree.keys()].filter(one => one === path || one.startsWith(`${path}/`));
