import { loadConfig } from '../../config/load.ts';
import type { DeadLetter } from '../core/dead-letter.ts';
import type { CliContext } from './context.ts';
import type { LetterChoice } from './main-functions.ts';
import { printable, shellWord } from './printable.ts';

interface ListOptions {
  readonly group?: string;
  readonly limit?: string;
  readonly after?: string;
  readonly json?: boolean;
}

const defaultLimit = 50;
const mostAtOnce = 1_000;

/** Lists what subscribers could not handle, the oldest first. */
export async function runDeadLettersList(context: CliContext, options: ListOptions): Promise<number> {
  const { group = null, after = null, json = false } = options;
  const limit = Number(options.limit ?? defaultLimit);
  if (!Number.isInteger(limit) || limit < 1 || limit > mostAtOnce) {
    context.stderr.write(`✗ --limit is a number from 1 to ${mostAtOnce}.\n`);
    return 2;
  }
  const { config, env } = await given(context);
  const { listDeadLetters } = await context.loadMain();
  const letters = await listDeadLetters({ config, env, group, after, limit });
  if (letters === null) {
    context.stderr.write(`✗ There is no dead letter ${after} to go on after.\n`);
    return 1;
  }
  if (json) {
    context.stdout.write(`${JSON.stringify(letters.map(shown), undefined, 2)}\n`);
    return 0;
  }
  if (letters.length === 0) context.stdout.write('No dead letters.\n');
  for (const letter of letters) context.stdout.write(lineOf(letter));
  const last = letters.length === limit ? letters.at(-1) : undefined;
  if (last !== undefined) context.stdout.write(`More: npx parley dead-letters list --after ${shellWord(last._id)}\n`);
  return 0;
}

interface ChooseOptions {
  readonly all?: boolean;
  readonly group?: string;
}

/** Marks letters, so that a running Parley puts them to their group again. */
export const runDeadLettersRetry = (context: CliContext, id: string | undefined, options: ChooseOptions) =>
  change(context, { id, options, verb: 'retry' });

/** Deletes letters for ever. */
export const runDeadLettersDrop = (context: CliContext, id: string | undefined, options: ChooseOptions) =>
  change(context, { id, options, verb: 'drop' });

const done = {
  retry: (count: number) => `${count} will be tried again within a minute, while Parley runs.`,
  drop: (count: number) => `${count} deleted.`,
};

interface Asked {
  readonly id: string | undefined;
  readonly options: ChooseOptions;
  readonly verb: 'retry' | 'drop';
}

async function change(context: CliContext, { id, options, verb }: Asked): Promise<number> {
  const { all = false, group } = options;
  if ((id === undefined) === !all || (id !== undefined && group !== undefined)) {
    context.stderr.write(`✗ Name one letter by its id, or say --all (with --group for those of one group).\n`);
    return 2;
  }
  const { config, env } = await given(context);
  const choice: LetterChoice = id === undefined ? { group: group ?? null } : { id };
  const main = await context.loadMain();
  const count = await main.changeDeadLetters({ config, env, choice, verb });
  if (count === 0 && id !== undefined) {
    context.stderr.write(`✗ There is no dead letter ${id}. npx parley dead-letters list shows them.\n`);
    return 1;
  }
  context.stdout.write(`${count === 0 ? 'No dead letters.' : done[verb](count)}\n`);
  return 0;
}

async function given({ env, cwd }: CliContext) {
  return { config: await loadConfig({ env, cwd }), env };
}

const shown = ({ _id, group, topic, event, raw, error, attempts, timestamp, retry }: DeadLetter) => ({
  id: _id,
  group,
  topic,
  error,
  attempts,
  at: new Date(timestamp).toISOString(),
  retry,
  event,
  raw,
});

function lineOf({ _id, error, attempts, timestamp, retry }: DeadLetter): string {
  const at = new Date(timestamp).toISOString().slice(0, 19).replace('T', ' ');
  return printable(`${_id}\n    ${at}, ${attempts} attempts${retry ? ', to be tried again' : ''}: ${error}\n`);
}
