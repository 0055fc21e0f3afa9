import { loadConfig } from '../../config/load.ts';
import type { CliContext } from './context.ts';
import { createProgress } from './progress.ts';

interface MigrateOptions {
  readonly yes?: boolean;
  readonly takeOver?: boolean;
  readonly json?: boolean;
}

export async function runMigrate(
  context: CliContext,
  { yes = false, takeOver = false, json = false }: MigrateOptions,
): Promise<number> {
  const { env, cwd, stdout, signal } = context;
  const config = await loadConfig({ env, cwd });
  const { migrate } = await context.loadMain();
  const progress = createProgress({ output: json ? { write: () => undefined } : stdout, env });
  const onPage = ({ what, looked, changed }: { what: string; looked: number; changed: number }): void =>
    progress.info(`${what}: ${looked} documents looked at, ${changed} changed`);
  const summary = await migrate({ config, env, apply: yes, takeOver, onPage, signal });
  if (json) stdout.write(`${JSON.stringify(summary, undefined, 2)}\n`);
  else
    for (const line of [...(takeOver ? ['The store belongs to this installation now.'] : []), ...linesOf(summary)])
      stdout.write(`${line}\n`);
  return 0;
}

function linesOf(summary: { readonly pending: readonly string[]; readonly done: boolean } | null): string[] {
  if (summary === null) return ['There is no store yet, so there is nothing to migrate.'];
  if (summary.pending.length === 0) return ['All documents are of this version. There is nothing to do.'];
  const list = summary.pending.map(what => `  ${what}`);
  if (summary.done) return ['Done:', ...list];
  return [
    'To be done:',
    ...list,
    'Nothing was changed. To do it: npx parley migrate --yes. Parley may run meanwhile, and it may be broken off and repeated.',
  ];
}
