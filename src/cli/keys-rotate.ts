import { loadConfig } from '../../config/load.ts';
import type { SealingPass } from '../core/data-key.ts';
import type { CliContext } from './context.ts';
import type { RotatedKeys } from './main-functions.ts';

export async function runKeysRotate(
  context: CliContext,
  { master = false }: { readonly master?: boolean },
): Promise<number> {
  const { env, cwd, stdout, signal } = context;
  const config = await loadConfig({ env, cwd });
  const { rotateKeys } = await context.loadMain();
  const rotated = await rotateKeys({ config, env, master, signal, onPage: pageTeller(stdout) });
  if (rotated === null) stdout.write('There is no store yet, so there are no keys. The first start makes both.\n');
  else for (const line of linesOf(rotated)) stdout.write(`${line}\n`);
  return 0;
}

/** Tells of every thousand documents. */
function pageTeller(stdout: CliContext['stdout']): (pass: SealingPass) => void {
  let told = 0;
  return ({ looked, sealed }) => {
    if (looked < told + 1000) return;
    told = looked;
    stdout.write(`  ${looked} documents looked at, ${sealed} sealed anew\n`);
  };
}

function linesOf({ key, master, ended, former }: RotatedKeys): string[] {
  const unfinished = `Key ${key._id} is in use. Not everything is sealed with it yet; Parley goes on with that while it runs.`;
  const lines = [ended ? `Everything is sealed with key ${key._id}.` : unfinished];
  if (master !== null) lines.push(`All keys are wrapped by the master key ${master}.`);
  if (key.broken > 0)
    lines.push(`${key.broken} documents could not be opened, so the former keys are kept (SEAL_BROKEN).`);
  else if (former > 0)
    lines.push(
      'Former keys are dropped by a running Parley, an hour from now at the earliest, when nothing needs them.',
    );
  return lines;
}
