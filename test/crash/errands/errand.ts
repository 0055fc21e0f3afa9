import { call, type Script } from '../../fakes/scripted-model/script.ts';
import type { ModelRequest, Rule } from '../../fakes/scripted-model/server.ts';

/** A task with effects that can be counted; its key makes it unlike all others. */
export const wishFor = (key: string): string => `!task Note ${key} in the ledger`;
export const ledger = 'output/ledger.txt';
export const mailbox = 'otto@example.org';
const wish = /Note (k\d+) in the ledger/;

export const keyOf = (text: string): string | undefined => wish.exec(text)?.[1];

/** An agent that does its errands as it should: what may have been done it looks at before it does it again. */
export const doesErrands: Rule = request => {
  const key = keyOf(request.everything);
  const tools = new Set((request.body.tools ?? []).map(tool => tool.function.name));
  if (key === undefined) return undefined;
  if (tools.has('submit_plan'))
    return calls('submit_plan', {
      steps: ['Note it'],
      checks: ['It is noted once'],
      ...(tools.has('shell') ? { tests: testOf(key) } : {}),
    });
  if (tools.has('submit_work')) return build(request, { key, byHand: !tools.has('shell') });
  if (tools.has('submit_checks')) return tools.has('run_tests') ? check(request) : checked(true);
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

/** What was called in this stage, and what came of it, the last one last. */
function doneIn({ body }: ModelRequest): Done[] {
  const messages = body.messages ?? [];
  const called = messages.flatMap(({ tool_calls }) => tool_calls ?? []);
  const results = messages.filter(({ role }) => role === 'tool').map(({ content }) => String(content));
  return results.map((result, index) => {
    const { name = '', arguments: given = '{}' } = called[index]?.function ?? {};
    return { name, command: name === 'shell' ? String(JSON.parse(given).command) : '', result };
  });
}

interface Job {
  readonly key: string;
  /** Without a shell it is written down where it is handed in. */
  readonly byHand: boolean;
}

/** Notes it, mails it, and hands it in. */
function build(request: ModelRequest, { key, byHand }: Job): Script {
  const done = doneIn(request);
  const [noted, mailed] = ['shell', 'email'].map(name => done.findLast(call => call.name === name));
  if (byHand && mailed === undefined) return mail(key);
  if (byHand) return handIn(key, { content: `${key}\n` });
  if (noted === undefined) return note(key);
  if (noted.command === look && noted.result.includes('nothing')) return note(key);
  if (!isNoted(noted, key)) return shell(look);
  if (mailed === undefined) return calls('email', { to: [mailbox], subject: key, text: `${key} is in the ledger.` });
  // The workspace may have ended meanwhile.
  return done.at(-1)?.name === 'submit_work' ? shell(look) : handIn(key);
}

const mail = (key: string): Script => calls('email', { to: [mailbox], subject: key, text: `${key} is in the ledger.` });
const handIn = (key: string, more: object = {}): Script =>
  calls('submit_work', { summary: `${key} is noted.`, files: [{ path: ledger, ...more }] });

const note = (key: string): Script => shell(`echo ${key} >> ${ledger}`);
const isNoted = ({ command, result }: Done, key: string): boolean =>
  command === look ? result.includes(key) : result.startsWith('Exit code 0');

function check(request: ModelRequest): Script {
  const last = doneIn(request).at(-1);
  if (last === undefined) return calls('run_tests', {});
  if (!last.result.startsWith('They ')) return calls('run_tests', {});
  return checked(last.result.startsWith('They passed'));
}

const checked = (passed: boolean): Script =>
  calls('submit_checks', { checks: [{ check: 1, passed, how: 'I looked.' }] });
