import { Command, CommanderError, Option } from 'commander';
import { environmentWith } from '../../config/environment.ts';
import { version } from '../compose/version.ts';
import { roles } from '../core/crew.ts';
import { addContainers } from './containers.ts';
import type { CliContext } from './context.ts';
import { addDataCommands } from './data-commands.ts';
import { type Does, examples } from './examples.ts';
import { addKeys } from './keys.ts';
import { report } from './report.ts';
import { addSandbox } from './sandbox.ts';
import { addStoreCommands } from './store-commands.ts';

const usageError = 2;

/** Runs the command line and gives the exit code: 0 for success, 1 for a failure, 2 where the command line itself is wrong. */
export async function runCli(argv: readonly string[], given: CliContext): Promise<number> {
  try {
    const context = { ...given, env: await environmentWith(given.env, given.cwd) };
    const outcome = { code: 0 };
    await program(context, outcome).parseAsync([...argv], { from: 'user' });
    return outcome.code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : usageError;
    report(error, given);
    return 1;
  }
}

const topExamples = `
Examples:
  npx parley up                   start everything; Ctrl-C stops it
  npx parley check                find out what is missing
  npx parley chat ada             talk to Ada here, without a homeserver
  npx parley <command> --help     more on a command`;

function program(context: CliContext, outcome: { code: number }): Command {
  const root = new Command('npx parley')
    .description('A network of AI agents that live in Matrix chat.')
    .version(version(), '--version', 'print the version')
    .exitOverride()
    .configureOutput({
      writeOut: text => void context.stdout.write(text),
      writeErr: text => void context.stderr.write(text),
    })
    .showSuggestionAfterError()
    .showHelpAfterError('Add --help to see how it is written.')
    .addHelpText('after', topExamples);
  const does =
    <Args extends unknown[]>(load: () => Promise<(context: CliContext, ...args: Args) => Promise<number>>) =>
    async (...args: Args) => {
      outcome.code = await (await load())(context, ...args);
    };
  addUp(root, does);
  addStatus(root, does);
  addCheck(root, does);
  addRegistration(root, does);
  addAgents(root, does);
  addDeadLetters(root, does);
  addChat(root, does);
  addKeys(root, does);
  addConfig(root, does);
  addDataCommands(root, does);
  addStoreCommands(root, does);
  addContainers(root, does);
  addSandbox(root, does);
  return root;
}

function addUp(root: Command, does: Does): void {
  root
    .command('up')
    .description('start the homeserver, the agents and the store, and run until Ctrl-C')
    .option('--json', 'log JSON lines to standard output, and nothing else')
    .option('--quiet', 'print no steps, only where everything is')
    .addOption(new Option('--role <role>', 'what this process does, where several share the work').choices(roles))
    .addHelpText(
      'after',
      examples(
        'npx parley up',
        'npx parley up --json > parley.jsonl',
        'OPENAI_API_KEY=… npx parley up',
        'PARLEY_PORT=8090 npx parley up',
        'MONGODB_URL=… REDIS_URL=… npx parley up --role worker',
      ),
    )
    .action(does(async () => (await import('./up.ts')).runUp));
}

function addStatus(root: Command, does: Does): void {
  root
    .command('status')
    .description('how the Parley that runs here is: what it needs, what it works on, what went wrong')
    .option('--json', 'print it as JSON')
    .option('--url <address>', 'of another one, by the address that it tells its metrics at')
    .addHelpText(
      'after',
      `${examples(
        'npx parley status',
        'npx parley status --json',
        'npx parley status --url http://worker-2:9464',
      )}\n\nExit code 1 if it does not run, or something that it needs is not there.`,
    )
    .action(does(async () => (await import('./status.ts')).runStatus));
}

function addCheck(root: Command, does: Does): void {
  root
    .command('check')
    .description('see whether everything that Parley needs is there, and what to do if not')
    .option('--json', 'print the results as JSON')
    .addHelpText(
      'after',
      `${examples('npx parley check', 'npx parley check --json')}\n\nExit code 1 if something is wrong (✗).`,
    )
    .action(does(async () => (await import('./check.ts')).runCheck));
}

function addRegistration(root: Command, does: Does): void {
  root
    .command('registration')
    .description('print the application service registration for a homeserver of your own')
    .option('--write <file>', 'write it into a file that only you can read')
    .addHelpText(
      'after',
      examples(
        'MATRIX_SERVER_NAME=example.org npx parley registration',
        'npx parley registration --write parley-registration.yaml',
      ),
    )
    .action(does(async () => (await import('./registration.ts')).runRegistration));
}

function addAgents(root: Command, does: Does): void {
  const agents = root
    .command('agents')
    .description('the agents of this installation')
    .addHelpText('after', examples('npx parley agents list', 'npx parley agents verify'));
  agents
    .command('verify')
    .description('the emoji that agents saw when somebody verified them, to compare with those in the client')
    .argument('[agent]', 'its id or name; all if left out')
    .addHelpText('after', examples('npx parley agents verify', 'npx parley agents verify ada'))
    .action(does(async () => (await import('./agents-verify.ts')).runAgentsVerify));
  agents
    .command('list')
    .description('list the agents with their skills and status')
    .option('--json', 'print them as JSON')
    .addHelpText('after', examples('npx parley agents list', 'npx parley agents list --json'))
    .action(does(async () => (await import('./agents-list.ts')).runAgentsList));
}

function addDeadLetters(root: Command, does: Does): void {
  const letters = root
    .command('dead-letters')
    .description('events that could not be handled')
    .addHelpText('after', examples('npx parley dead-letters list', 'npx parley dead-letters retry --all'));
  letters
    .command('list')
    .description('list them, the oldest first')
    .option('--group <group>', 'only those of one group of subscribers')
    .option('--limit <number>', 'how many; 50 if left out')
    .option('--after <id>', 'go on behind this one')
    .option('--json', 'print them as JSON, with their events')
    .addHelpText('after', examples('npx parley dead-letters list --group audit --limit 20'))
    .action(does(async () => (await import('./dead-letters.ts')).runDeadLettersList));
  const verbs = [
    ['retry', 'have them tried again by a running Parley', 'runDeadLettersRetry'],
    ['drop', 'delete them for ever', 'runDeadLettersDrop'],
  ] as const;
  for (const [verb, description, name] of verbs) {
    letters
      .command(verb)
      .description(description)
      .argument('[id]', 'one of them')
      .option('--all', 'all of them')
      .option('--group <group>', 'with --all: only those of one group of subscribers')
      .addHelpText('after', examples(`npx parley dead-letters ${verb} --all --group audit`))
      .action(does(async () => (await import('./dead-letters.ts'))[name]));
  }
}

function addChat(root: Command, does: Does): void {
  root
    .command('chat')
    .description('talk to an agent in the terminal; needs no homeserver, and nothing is kept')
    .argument('[agent]', 'its id or name; the first agent if left out')
    .addHelpText(
      'after',
      examples('npx parley chat', 'npx parley chat bruno', "echo 'What is 12 % of 80?' | npx parley chat bruno"),
    )
    .action(does(async () => (await import('./chat.ts')).runChat));
}

function addConfig(root: Command, does: Does): void {
  root
    .command('config')
    .description('the configuration')
    .addHelpText('after', examples('npx parley config sample'))
    .command('sample')
    .description('print every option with its description and default')
    .addHelpText('after', examples('npx parley config sample > my-parley.yaml'))
    .action(does(async () => (await import('./config-sample.ts')).runConfigSample));
}
