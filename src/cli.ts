#!/usr/bin/env node
import { enableCompileCache } from 'node:module';
import { join } from 'node:path';

// Before anything else is loaded: later starts need not compile again.
enableCompileCache(join(import.meta.dirname, '..', 'node_modules', '.cache', 'parley'));
const { forgiveClosedPipe } = await import('./cli/closed-pipe.ts');
const { onInterrupt } = await import('./cli/interrupt.ts');
const { runCli } = await import('./cli/program.ts');
const { report } = await import('./cli/report.ts');
const { flushed, wholeOutput } = await import('./cli/whole-output.ts');

const neverAborted = new AbortController().signal;
const failed = (error: unknown): never => {
  report(error, { stderr: process.stderr, env: process.env, signal: neverAborted });
  process.exit(1);
};
const stdout = wholeOutput(process.stdout);
for (const stream of [stdout, process.stderr]) forgiveClosedPipe(stream, failed);
// Timers and connections of Parley don't hold the process while it waits for its own work.
const alive = setInterval(() => {}, 2 ** 30);
const code = await runCli(process.argv.slice(2), {
  env: process.env,
  cwd: process.cwd(),
  stdin: process.stdin,
  stdout,
  stderr: process.stderr,
  signal: onInterrupt(process, () => process.exit(130)),
  loadMain: () => import('./main.ts'),
});
await flushed(stdout);
clearInterval(alive);
// Connections that are kept open for reuse would hold the process.
process.exit(code);
