import { loadConfig } from '../../config/load.ts';
import type { StoreKind } from '../compose/move-store.ts';
import type { CliContext } from './context.ts';
import { countLine } from './counts.ts';
import { createProgress, type ProgressStep } from './progress.ts';

interface CopyOptions {
  readonly from: StoreKind;
  readonly to: StoreKind;
  readonly json?: boolean;
}

const titles = {
  write: 'Copy',
  follow: 'What has changed meanwhile',
  settle: 'Parley has ended',
  verify: 'Compare',
} as const;

export async function runCopy(context: CliContext, { from, to, json = false }: CopyOptions): Promise<number> {
  const { env, cwd, stdout, stderr, signal } = context;
  if (from === to) {
    stderr.write('A store is not copied to itself. Name sqlite and mongodb, in the order that you want.\n');
    return 2;
  }
  const config = await loadConfig({ env, cwd });
  const progress = createProgress({ output: json ? { write: () => undefined } : stdout, env });
  let step: ProgressStep | undefined;
  const onStep = (at: keyof typeof titles): void => {
    step?.done();
    step = progress.step(titles[at]);
  };
  const { copy } = await context.loadMain();
  const onWaiting = (count: number): void =>
    progress.warn(`Stop all processes of Parley now, it goes on by itself then. Still running: ${count}`);
  const request = { config, env, from, to, signal, onStep, onWaiting, onProgress: countLine(progress) };
  const summary = await copy(request).catch((error: unknown) => {
    step?.fail();
    throw error;
  });
  const count = Object.values(summary.digests).reduce((sum, digest) => sum + digest.count, 0);
  step?.done(`${count} documents, the same by count and hash`);
  if (json) stdout.write(`${JSON.stringify(summary, undefined, 2)}\n`);
  else for (const line of afterwards(summary, to)) stdout.write(`${line}\n`);
  return 0;
}

function afterwards({ from, to }: { readonly from: string; readonly to: string }, kind: StoreKind): string[] {
  const how =
    kind === 'mongodb'
      ? 'Set MONGODB_URL for every process, in .env for example, and start them.'
      : 'Unset MONGODB_URL, and start Parley: one process only.';
  return ['', `From now on run Parley on ${to}. ${how}`, `${from} stays as it was, and can't be started any more.`];
}
