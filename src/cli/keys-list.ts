import { loadConfig } from '../../config/load.ts';
import type { DataKey } from '../core/data-key.ts';
import { painter } from './colours.ts';
import type { CliContext } from './context.ts';

export async function runKeysList(context: CliContext, { json = false }: { readonly json?: boolean }): Promise<number> {
  const { env, cwd, stdout } = context;
  const config = await loadConfig({ env, cwd });
  const { listKeys } = await context.loadMain();
  const keys = (await listKeys({ config, env })) ?? [];
  if (json) {
    stdout.write(`${JSON.stringify(keys.map(publicFields), undefined, 2)}\n`);
    return 0;
  }
  if (keys.length === 0) stdout.write('There are no keys yet. The first start makes one.\n');
  const paint = painter(stdout, env);
  for (const [at, key] of keys.entries())
    stdout.write(
      `${paint('bold', `Key ${key._id}`)}: ${at === 0 ? stateOf(key) : 'former; dropped when nothing needs it'}. ${madeOf(key)}\n`,
    );
  return 0;
}

/** Without the key itself, also as it is wrapped. */
const publicFields = ({ _id, master, createdAt, uses, pass, passedAt, broken }: DataKey) => ({
  id: _id,
  master,
  createdAt,
  uses,
  pass,
  passedAt,
  broken,
});

function stateOf({ pass, passedAt, broken }: DataKey): string {
  const unopened = broken === 0 ? '' : `; ${broken} documents could not be opened`;
  if (pass !== null) return `in use; sealing what is there, ${pass.looked} documents so far${unopened}`;
  return passedAt === null ? 'in use; what is there is not sealed with it yet' : `in use for everything${unopened}`;
}

const madeOf = ({ createdAt, master }: DataKey): string =>
  `Made on ${new Date(createdAt).toISOString().slice(0, 10)}, wrapped by the master key ${master}.`;
