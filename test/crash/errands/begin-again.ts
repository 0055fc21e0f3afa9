import { registerHooks } from 'node:module';

/** What is taken away from a file, and what stands there instead. */
interface Change {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

const changes: readonly Change[] = [
  // What was begun is begun once more, as if nobody had noted it.
  {
    file: '/src/tasks/steps/carry-out-call.ts',
    from: 'if (once && call.begun) return',
    to: 'if (once && call.begun && parley.store === null) return',
  },
  // It is killed when such a thing is done, and not yet stored.
  {
    file: '/src/tasks/steps/carry-out-call.ts',
    from: "step('task.call.done');",
    to: "if (once) step('control.once.done'); step('task.call.done');",
  },
  // What was posted is not looked for; an issue is told of where it is there, and not yet stored.
  { file: '/src/code-hosts/github/post.ts', from: 'const there = await find();', to: 'const there = null;' },
  {
    file: '/src/code-hosts/github/post.ts',
    from: 'return await post();',
    to: "const made = await post(); if (made.url.includes('/issues/')) (await import('../../telemetry/step.ts')).step('control.posted'); return made;",
  },
];

/** Loaded before Parley (`--import`) by the control run: it takes away what keeps effects from being made twice. */
registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    const meant = changes.filter(({ file }) => url.endsWith(file));
    if (meant.length === 0) return loaded;
    let source = String(loaded.source);
    for (const { file, from, to } of meant) {
      // A control that takes nothing away would prove nothing.
      if (!source.includes(from)) throw new Error(`${file} does not have "${from}" any more: correct the control.`);
      source = source.replace(from, () => to);
    }
    return { ...loaded, source };
  },
});
