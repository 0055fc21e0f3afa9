import type { ModelRequest } from '../../fakes/scripted-model/server.ts';
import { byHandWords, ledger, mailbox } from './wish.ts';

/** A call that is to be made. */
export interface Doing {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

interface Done extends Doing {
  readonly result: string;
}

interface Errand {
  readonly key: string;
  /** Where the repository is. */
  readonly repository: string;
  /** Without a workspace it is written down where it is handed in, and there is no branch. */
  readonly byHand: boolean;
}

/** What was called in this stage, and what came of it, the last one last. */
export function doneIn({ body }: ModelRequest): Done[] {
  const messages = body.messages ?? [];
  const called = messages.flatMap(({ tool_calls }) => tool_calls ?? []);
  const results = messages.filter(({ role }) => role === 'tool').map(({ content }) => String(content));
  return results.map((result, index) => {
    const { name = '', arguments: given = '{}' } = called[index]?.function ?? {};
    return { name, input: JSON.parse(given), result };
  });
}

/** One thing after the other; the first that is not done yet. */
export function nextJob(done: readonly Done[], errand: Errand): Doing {
  const jobs = errand.byHand ? [mail, issue] : [note, mail, ...branchJobs, issue];
  for (const job of jobs) {
    const next = job(done, errand);
    if (next !== null) return next;
  }
  return handIn(done, errand);
}

/** Null: it is done. */
type Job = (done: readonly Done[], errand: Errand) => Doing | null;

const shell = (command: string): Doing => ({ name: 'shell', input: { command } });
const look = `cat ${ledger} || echo nothing`;

/** Whether a command that may have been cut off was carried out it looks at first. */
const note: Job = (done, { key }) => {
  const write = shell(`echo ${key} >> ${ledger}`);
  const last = done.findLast(({ name }) => name === 'shell');
  if (last === undefined) return write;
  if (last.input.command !== look) return last.result.startsWith('Exit code 0') ? null : shell(look);
  if (last.result.includes(key)) return null;
  return last.result.includes('nothing') ? write : shell(look);
};

/** What people are told of where it was cut off it does not do again. */
const mail: Job = (done, { key }) =>
  done.some(({ name }) => name === 'email')
    ? null
    : { name: 'email', input: { to: [mailbox], subject: key, text: `${key} is in the ledger.` } };

/** What is simply called until it has gone well. */
const until =
  (goal: RegExp, wish: (errand: Errand, done: readonly Done[]) => Doing): Job =>
  (done, errand) => {
    const doing = wish(errand, done);
    const last = done.findLast(({ name, input }) => name === doing.name && input.action === doing.input.action);
    return last !== undefined && goal.test(last.result) ? null : doing;
  };

const folder = 'src/app';
const git = (action: string, more: object = {}): Doing => ({ name: 'git', input: { action, folder, ...more } });
const github = (action: string, more: object): Doing => ({ name: 'github', input: { action, ...more } });

const commitIn = (done: readonly Done[]): string =>
  /[0-9a-f]{40}/.exec(done.findLast(({ input }) => input.action === 'commit')?.result ?? '')?.[0] ?? 'none';

const branchJobs: readonly Job[] = [
  until(/^Cloned|is in \S+ already/, ({ repository }) => git('clone', { url: repository })),
  until(/^On the branch/, ({ key }) => git('branch', { branch: key })),
  until(/is written/, ({ key }) => ({
    name: 'change_files',
    input: { action: 'write', path: `${folder}/${key}.txt`, content: `${key}\n` },
  })),
  until(/^Committed|^Nothing has changed/, ({ key }) => git('commit', { message: key })),
  until(/stands on the branch/, ({ key, repository }, done) =>
    git('push', { url: repository, branch: key, commit: commitIn(done) }),
  ),
  until(/^Opened|There is one already/, ({ key, repository }) =>
    github('open_pull', { repository, head: key, base: 'main', title: key, body: 'Please.' }),
  ),
];

/** It looks for it before it opens it. */
const issue: Job = (done, { key, repository }) => {
  const last = done.findLast(
    ({ name, input }) => name === 'github' && (input.action === 'list_issues' || input.action === 'open_issue'),
  );
  if (last?.input.action === 'open_issue' && last.result.startsWith('Opened')) return null;
  if (last?.input.action === 'list_issues' && last.result.includes(`"title":"${key}"`)) return null;
  return last?.input.action === 'list_issues' && /"title":|There are none/.test(last.result)
    ? github('open_issue', { repository, title: key, body: 'It is noted.' })
    : github('list_issues', { repository });
};

const handIn = (done: readonly Done[], { key, byHand }: Errand): Doing => {
  const [summary, more] = byHand ? [`${key} ${byHandWords}.`, { content: `${key}\n` }] : [`${key} is noted.`, {}];
  const submit = { name: 'submit_work', input: { summary, files: [{ path: ledger, ...more }] } };
  // The workspace may have ended meanwhile.
  return !byHand && done.at(-1)?.name === 'submit_work' ? shell(look) : submit;
};
