import { loadConfig } from '../../config/load.ts';
import { painter } from './colours.ts';
import type { CliContext } from './context.ts';
import { printable } from './printable.ts';

/** A verification takes ten minutes at most; what is older helps nobody. */
const latelyMs = 60 * 60_000;

/** Shows the emoji where only the owner sees them: that an agent agrees by itself proves nothing. */
export async function runAgentsVerify(context: CliContext, wanted: string | undefined): Promise<number> {
  const { env, cwd, stdout } = context;
  const config = await loadConfig({ env, cwd });
  const { listVerifications } = await context.loadMain();
  const all = await listVerifications({ config, env, wanted: wanted ?? null });
  const lately = all.filter(({ at }) => Date.now() - at < latelyMs);
  if (lately.length === 0) {
    stdout.write(
      `Nobody has verified ${wanted === undefined ? 'an agent' : printable(wanted)} within the last hour. Begin it in the client, in a direct chat with the agent.\n`,
    );
    return 0;
  }
  const paint = painter(stdout, env);
  for (const { agent, with: person, emoji, at } of lately) {
    const time = new Date(at).toTimeString().slice(0, 5);
    stdout.write(`${paint('bold', printable(agent.name))} with ${printable(person)}, ${time}\n`);
    stdout.write(`  ${emoji.map(({ symbol, name }) => `${symbol} ${name}`).join('  ')}\n`);
  }
  stdout.write('If the client shows the same, say there that they match. If not, say so: somebody is in between.\n');
  return 0;
}
