import { loadConfig } from '../../config/load.ts';
import { isParleyError } from '../core/errors.ts';
import type { Check, CheckContext, CheckResult } from './checks/check.ts';
import { dataFolderCheck } from './checks/data-folder.ts';
import { dockerCheck } from './checks/docker.ts';
import { encryptionCheck } from './checks/encryption.ts';
import { gitCheck } from './checks/git.ts';
import { homeserverCheck } from './checks/homeserver.ts';
import { mailCheck } from './checks/mail.ts';
import { mcpCheck } from './checks/mcp.ts';
import { modelCheck } from './checks/model.ts';
import { nodeCheck } from './checks/node.ts';
import { redisCheck } from './checks/redis.ts';
import { registrationCheck } from './checks/registration.ts';
import { sandboxCheck } from './checks/sandbox.ts';
import { searchCheck } from './checks/search.ts';
import { storeCheck } from './checks/store.ts';
import { painter } from './colours.ts';
import type { CliContext } from './context.ts';

const checks: readonly Check[] = [
  nodeCheck,
  dataFolderCheck,
  homeserverCheck,
  registrationCheck,
  encryptionCheck,
  modelCheck,
  storeCheck,
  redisCheck,
  dockerCheck,
  sandboxCheck,
  mailCheck,
  searchCheck,
  mcpCheck,
  gitCheck,
];

/** The doctor. Exit code 1 if anything is wrong. */
export async function runCheck(context: CliContext, { json = false }: { readonly json?: boolean }): Promise<number> {
  const { env, cwd, stdout, signal } = context;
  const config = await loadConfig({ env, cwd });
  const main = await context.loadMain();
  const results: ({ name: string } & CheckResult)[] = [];
  for (const check of checks) {
    for (const result of await judged(check, { config, env, main, signal })) {
      results.push({ name: check.name, ...result });
      if (!json) stdout.write(line(check.name, result, context));
    }
  }
  if (json) stdout.write(`${JSON.stringify(results, undefined, 2)}\n`);
  return results.some(({ ok }) => ok === false) ? 1 : 0;
}

async function judged(check: Check, context: CheckContext): Promise<readonly CheckResult[]> {
  try {
    return [await check.run(context)].flat();
  } catch (error) {
    context.signal.throwIfAborted();
    if (isParleyError(error)) return [{ ok: false, detail: error.message, remedy: `docs/errors.md, ${error.code}` }];
    throw error;
  }
}

function line(name: string, { ok, detail, remedy }: CheckResult, { stdout, env }: CliContext): string {
  const paint = painter(stdout, env);
  const mark = ok === null ? paint('dim', '–') : ok ? paint('green', '✓') : paint('red', '✗');
  const advice = remedy === undefined ? '' : `${' '.repeat(16)}${paint('yellow', '→')} ${remedy}\n`;
  return `${mark} ${name.padEnd(14)}${detail}\n${advice}`;
}
