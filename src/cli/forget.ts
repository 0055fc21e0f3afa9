import { loadConfig } from '../../config/load.ts';
import type { CliContext } from './context.ts';

interface ForgetOptions {
  readonly yes?: boolean;
  readonly json?: boolean;
}

const elsewhere = `
Not forgotten by this: the homeserver's copy (deactivate the account there with "erase", and remove it from the rooms first, or Parley
learns of it again), backups and exports that were made earlier, the log file, and what others wrote about the person in their own words.
docs/how-to/forget-a-person.md says how.
`;

/** Says what would go; does it with `--yes`. Exit code 1 where answers were still being made at the end. */
export async function runForget(
  context: CliContext,
  person: string,
  { yes = false, json = false }: ForgetOptions,
): Promise<number> {
  const { env, cwd, stdout, stderr, signal } = context;
  if (!/^@[^:\s]+:\S+$/.test(person)) {
    stderr.write(`"${person}" is no address of a person. Write it as @mara:example.org.\n`);
    return 2;
  }
  const config = await loadConfig({ env, cwd });
  const { forgetPerson } = await context.loadMain();
  const { touched, unfinished } = await forgetPerson({ config, env, person, isTrial: !yes, signal });
  const lines = Object.entries(touched).map(([name, count]) => `  ${name}: ${count}\n`);
  if (json)
    stdout.write(`${JSON.stringify({ person, done: yes && unfinished === 0, touched, unfinished }, undefined, 2)}\n`);
  else if (lines.length === 0) stdout.write(`Nothing is stored about ${person}.\n`);
  else stdout.write(`${yes ? 'Forgotten' : 'To be forgotten'}, documents:\n${lines.join('')}`);
  if (!json && !yes && lines.length > 0)
    stdout.write('Nothing was changed. Add --yes to do it; it can’t be taken back.\n');
  if (!json) stdout.write(elsewhere);
  if (yes && unfinished > 0)
    stderr.write(`${unfinished} answers are still being ended. Run the same again in a minute.\n`);
  return yes && unfinished > 0 ? 1 : 0;
}
