import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { kinds, mostInFrame } from './frames.ts';
import { Refused } from './requests.ts';

/** What can be made again, or is of no use later. */
const leftOut = ['./venv', './.parley', './.home/.cache'].map(path => `--exclude=${path}`);

/** Everything below a folder as one compressed archive. */
export async function pack(root: string, send: (kind: number, bytes: Buffer) => Promise<void>): Promise<object> {
  const child = spawn('tar', ['-C', root, ...leftOut, '-czf', '-', '.'], { stdio: ['ignore', 'pipe', 'ignore'] });
  const exit = once(child, 'exit');
  for await (const piece of child.stdout as AsyncIterable<Buffer>)
    for (let at = 0; at < piece.length; at += mostInFrame)
      await send(kinds.content, piece.subarray(at, at + mostInFrame));
  return ended(await exit);
}

export async function unpack(root: string, archive: Readable): Promise<object> {
  const child = spawn('tar', ['-C', root, '-xzf', '-'], { stdio: ['pipe', 'ignore', 'ignore'] });
  const exit = once(child, 'exit');
  child.stdin.on('error', () => archive.resume());
  archive.pipe(child.stdin);
  const answer = ended(await exit);
  mkdirSync(`${root}/venv`, { recursive: true });
  return answer;
}

function ended([code]: readonly unknown[]): object {
  if (code !== 0) throw new Refused('failed', `tar ended with ${String(code)}`);
  return {};
}
