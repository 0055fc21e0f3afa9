import { call, type Script } from '../../fakes/scripted-model/script.ts';
import type { ModelRequest, Rule } from '../../fakes/scripted-model/server.ts';

/** A task with effects that can be counted; its key makes it unlike all others. */
export const wishFor = (key: string): string => `!task Note ${key} in the ledger`;
export const ledger = 'output/ledger.txt';
const wish = /Note (k\d+) in the ledger/;

export const keyOf = (text: string): string | undefined => wish.exec(text)?.[1];

/** An agent that does its errands as it should: what may have been done it looks at before it does it again. */
export const doesErrands: Rule = request => {
  const key = keyOf(request.everything);
  const tools = new Set((request.body.tools ?? []).map(tool => tool.function.name));
  if (key === undefined) return undefined;
  if (tools.has('submit_plan'))
    return calls('submit_plan', { steps: ['Note it'], checks: ['It is noted once'], tests: testOf(key) });
  if (tools.has('submit_work')) return build(request, key);
  if (tools.has('submit_checks')) return check(request);
  if (tools.has('submit_review')) return calls('submit_review', { accepted: true, reasons: 'It is noted.' });
  return undefined;
};

const calls = (name: string, input: object): Script => call([{ name, args: JSON.stringify(input) }]);
const shell = (command: string): Script => calls('shell', { command });
const look = `cat ${ledger} || echo nothing`;
const testOf = (key: string): string => `test "$(cat ${ledger})" = ${key}`;

interface Done {
  readonly name: string;
  readonly command: string;
  readonly result: string;
}

/** What was called last in this stage, and what came of it. */
function lastDone({ body }: ModelRequest): Done | undefined {
  const messages = body.messages ?? [];
  const called = messages.findLast(({ tool_calls }) => tool_calls !== undefined)?.tool_calls?.at(-1)?.function;
  const result = messages.findLast(({ role }) => role === 'tool')?.content;
  if (called === undefined || typeof result !== 'string') return undefined;
  const command = called.name === 'shell' ? String(JSON.parse(called.arguments).command) : '';
  return { name: called.name, command, result };
}

function build(request: ModelRequest, key: string): Script {
  const last = lastDone(request);
  const note = shell(`echo ${key} >> ${ledger}`);
  if (last === undefined) return note;
  const isNoted = last.command === look ? last.result.includes(key) : last.result.startsWith('Exit code 0');
  if (last.name === 'shell' && isNoted)
    return calls('submit_work', { summary: `${key} is noted.`, files: [{ path: ledger }] });
  const isMissing = last.command === look && last.result.includes('nothing');
  return isMissing ? note : shell(look);
}

function check(request: ModelRequest): Script {
  const last = lastDone(request);
  if (last === undefined || !last.result.startsWith('They ')) return calls('run_tests', {});
  const passed = last.result.startsWith('They passed');
  return calls('submit_checks', { checks: [{ check: 1, passed, how: 'I ran the test.' }] });
}
