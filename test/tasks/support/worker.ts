import type { StepRequest } from '../../../src/ports/agent-runtime.ts';
import type { ScriptedStep, Worker } from '../../fakes/runtime.ts';

/** The stage that a step is asked for, by the tool that ends it. */
export function stageIn({ tools }: StepRequest): 'design' | 'build' | 'test' | 'review' {
  const has = (name: string): boolean => tools.some(tool => tool.name === name);
  if (has('submit_plan')) return 'design';
  if (has('submit_work')) return 'build';
  return has('submit_checks') ? 'test' : 'review';
}

/** The names of the tools that were called in this run of the stage, in order. */
export const calledIn = ({ done }: StepRequest): string[] => done.flatMap(({ calls }) => calls.map(({ name }) => name));

export type Stages = Partial<Record<ReturnType<typeof stageIn>, Worker>>;

const poem = 'Leaves let go of trees';

const usual: Required<Stages> = {
  design: () => ({
    calls: [['submit_plan', { steps: ['Find an image', 'Write it'], checks: ['It has three lines'] }]],
  }),
  build: request =>
    calledIn(request).includes('tasks')
      ? { calls: [['submit_work', { summary: 'A haiku.', files: [{ path: 'output/haiku.md', content: poem }] }]] }
      : { calls: [['tasks', { action: 'steps_done', steps: [1] }]] },
  test: () => ({ calls: [['submit_checks', { checks: [{ check: 1, passed: true, how: 'counted' }] }]] }),
  review: () => ({ calls: [['submit_review', { accepted: true, reasons: 'It is a haiku.' }]] }),
};

/** A model that does a small task well, but for the stages that are given. */
export const worker =
  (stages: Stages = {}): Worker =>
  (request, signal): ScriptedStep | Promise<ScriptedStep> => {
    const stage = stageIn(request);
    return (stages[stage] ?? usual[stage])(request, signal);
  };
