import { resolve } from 'node:path';
import { ParleyError } from '../core/errors.ts';
import type { CliContext } from './context.ts';

interface PrepareOptions {
  readonly serverName: string;
  readonly homeserver: string;
  readonly client: string;
  readonly owner?: string;
}

export async function runPrepare(context: CliContext, folder: string, options: PrepareOptions): Promise<number> {
  const { serverName, owner } = options;
  const homeserver = webAddress(options.homeserver, '--homeserver');
  const client = webAddress(options.client, '--client');
  if (owner && !(owner.startsWith('@') && owner.endsWith(`:${serverName}`))) {
    const message = `--owner (MATRIX_OWNER) is ${owner}; here it must be an account of ${serverName}, such as @mara:${serverName}.`;
    throw new ParleyError('CONFIG_INVALID', message);
  }
  const { prepareContainers } = await context.loadMain();
  const place = resolve(context.cwd, folder);
  await prepareContainers({ folder: place, serverName, homeserver, client, owner: owner || null });
  context.stdout.write(`Secrets and files of ${serverName} are in ${place}.\n`);
  return 0;
}

export async function runAccount({ cwd, stdout, loadMain }: CliContext, folder: string): Promise<number> {
  const { makeContainerAccount } = await loadMain();
  const { userId, client, isNew } = await makeContainerAccount({ folder: resolve(cwd, folder) });
  stdout.write(`The account ${userId} ${isNew ? 'is made' : 'is there'}. Sign in with it at ${client}\n`);
  stdout.write('Its password: docker compose exec bridge cat account.json\n');
  return 0;
}

function webAddress(text: string, option: string): string {
  if (/^https?:\/\/[^/]/.test(text) && URL.canParse(text)) return text;
  throw new ParleyError('CONFIG_INVALID', `${option} is "${text}"; it must be an address such as https://example.org.`);
}
