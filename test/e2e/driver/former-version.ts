import { execFileSync } from 'node:child_process';
import { mkdtempSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { projectFolder } from './parley-process.ts';

/** The commit before this one, or what `PARLEY_FORMER` names; undefined where it can't be had, as in a copy without its history. */
export function formerCommit(): string | undefined {
  const wanted = process.env.PARLEY_FORMER ?? 'HEAD^';
  try {
    return git('rev-parse', '--verify', '--quiet', `${wanted}^{commit}`).trim();
  } catch {
    return undefined;
  }
}

/** Parley as it was at a commit, in a folder of its own, with today's packages. */
export function sourceAt(commit: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'parley-former-'));
  const archive = join(folder, 'source.tar');
  git('archive', '--output', archive, commit);
  execFileSync('tar', ['-xf', archive, '-C', folder]);
  symlinkSync(join(projectFolder, 'node_modules'), join(folder, 'node_modules'));
  return folder;
}

const git = (...args: readonly string[]): string =>
  execFileSync('git', args, { cwd: projectFolder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
