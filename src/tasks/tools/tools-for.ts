import type { Stage } from '../../core/tasks/task.ts';
import type { Tool } from '../../ports/tool.ts';
import { placeOf, stageOf, type Working } from '../working.ts';
import { allowedIn, mayRunTests } from './allowed-in.ts';
import { askColleagueTool } from './ask-colleague.ts';
import { askPersonTool } from './ask-person.ts';
import { emailTool } from './email.ts';
import { ownTaskTool } from './own-task.ts';
import { readFileTool } from './read-file.ts';
import { rememberTool } from './remember.ts';
import { runTestsTool } from './run-tests.ts';
import { submitChecksTool } from './submit-checks.ts';
import { submitPlanTool } from './submit-plan.ts';
import { submitReviewTool } from './submit-review.ts';
import { submitWorkTool } from './submit-work.ts';

/** What ends each stage. */
const ends: Readonly<Record<Stage, (working: Working) => Tool>> = {
  design: submitPlanTool,
  build: submitWorkTool,
  test: submitChecksTool,
  review: submitReviewTool,
};

/** What an agent may use in a stage, as far as its file, the room and the role of whoever wants the task allow. Always in the same order; of two of one name the first counts. */
export async function toolsFor(working: Working, signal: AbortSignal): Promise<readonly Tool[]> {
  const own = [
    ends[stageOf(working.task)](working),
    ownTaskTool(working),
    askPersonTool,
    readFileTool(working),
    askColleagueTool(working),
    rememberTool(working),
    ...((await mayRunTests(working)) ? [runTestsTool(working)] : []),
    emailTool(working),
  ].filter(one => one !== null);
  const names = new Set(own.map(({ name }) => name));
  const others = await working.parley.workTools.offer(placeOf(working), signal);
  const allowed = await allowedIn(working);
  return [...own, ...others.filter(({ name }) => !names.has(name))].filter(({ name }) => allowed(name));
}
