import { cancelled } from './stage-machine.ts';
import type { Task } from './task.ts';
import type { Said } from './turned.ts';

/** A task whose wish is to be forgotten: that there was one stays, what was wanted and what came of it does not. It ends. */
export function withoutWish(task: Task, { title, said }: { readonly title: string; readonly said: Said }): Task {
  const ended = cancelled(task, said);
  return {
    ...ended,
    title,
    description: '',
    inputs: [],
    inbox: [],
    plan: null,
    work: null,
    result: null,
    checks: [],
    verdicts: [],
    failure: null,
    waits: null,
    latest: { ...ended.latest, content: '' },
  };
}
