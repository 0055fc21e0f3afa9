/** A path of a workspace: from its folder, `/` between its parts: `src/plot.py`. `.` is the folder itself. At most 1,000 characters. */
export type WorkspacePath = string;

export interface FileEntry {
  readonly path: WorkspacePath;
  /** What a link leads to is not looked at. */
  readonly kind: 'file' | 'folder' | 'link' | 'other';
  /** In bytes; of a folder 0. */
  readonly size: number;
  /** Milliseconds since 1970. */
  readonly modified: number;
}

export interface FilePart {
  readonly bytes: Uint8Array;
  /** Of the whole file. */
  readonly size: number;
}

/**
 * The files of a workspace. No call reads, writes, moves or deletes anything outside its folder, also not by `..`, an absolute path or
 * a link, whoever changes the folder meanwhile: `WORKSPACE_OUTSIDE`. A link that stays inside is followed.
 *
 * Further errors: `WORKSPACE_NO_FILE` (nothing is there, or something of another kind), `WORKSPACE_FULL` (more than it may have), and those
 * of `Workspace`. The texts of all of them are fit for the model.
 */
export interface WorkspaceFiles {
  /** At most `length` bytes from `offset` on; behind the end: none. Default: from the start, as much as `WorkspaceLimits.fileBytes`. */
  read(path: WorkspacePath, part?: { readonly offset?: number; readonly length?: number }): Promise<FilePart>;
  /** Makes or replaces a file, and the folders that it is in. Whoever reads it meanwhile reads the old or the new one. */
  write(path: WorkspacePath, content: string | Uint8Array): Promise<void>;
  /**
   * What is in a folder and, down to `depth` (default: 1), in those below: each folder before what is in it, by name. At most `limit` (default
   * and most: 1,000); `more` says that some are left out.
   */
  list(
    path: WorkspacePath,
    options?: { readonly depth?: number; readonly limit?: number },
  ): Promise<{ readonly entries: readonly FileEntry[]; readonly more: boolean }>;
  /** Deletes a file, a link (not what it leads to), or a folder with all that is in it; the workspace's folder itself never. False: it was not there. */
  remove(path: WorkspacePath): Promise<boolean>;
  /** Gives something another place, in folders that are made; what is a file there is replaced, a folder is `WORKSPACE_NO_FILE`. */
  move(from: WorkspacePath, to: WorkspacePath): Promise<void>;
}
