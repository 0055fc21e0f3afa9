import { call, type Script } from '../../fakes/scripted-model/script.ts';
import type { ModelRequest, Rule } from '../../fakes/scripted-model/server.ts';
import { type Doing, doneIn, nextJob } from './jobs.ts';
import { keyOf, ledger } from './wish.ts';

/** An agent that does its errands as it should: what may have been done it looks at before it does it again. */
export const doesErrands =
  (repository: string): Rule =>
  request => {
    const key = keyOf(request.everything);
    const tools = new Set((request.body.tools ?? []).map(tool => tool.function.name));
    if (key === undefined) return undefined;
    if (tools.has('submit_plan')) return plan(key, tools.has('shell') || tools.has('look_at_files'));
    if (tools.has('submit_work'))
      return scriptOf(nextJob(doneIn(request), { key, repository, byHand: !tools.has('shell') }));
    if (tools.has('submit_checks')) return tools.has('run_tests') ? check(request) : checked(true);
    if (tools.has('submit_review')) return calls('submit_review', { accepted: true, reasons: 'It is noted.' });
    return undefined;
  };

const calls = (name: string, input: object): Script => call([{ name, args: JSON.stringify(input) }]);
const scriptOf = ({ name, input }: Doing): Script => calls(name, input);

const plan = (key: string, hasWorkspace: boolean): Script =>
  calls('submit_plan', {
    steps: ['Note it', 'Tell of it'],
    checks: ['It is noted once'],
    ...(hasWorkspace ? { tests: `test "$(cat ${ledger})" = ${key}` } : {}),
  });

function check(request: ModelRequest): Script {
  const last = doneIn(request).at(-1);
  if (last === undefined || !last.result.startsWith('They ')) return calls('run_tests', {});
  return checked(last.result.startsWith('They passed'));
}

const checked = (passed: boolean): Script =>
  calls('submit_checks', { checks: [{ check: 1, passed, how: 'I looked.' }] });
