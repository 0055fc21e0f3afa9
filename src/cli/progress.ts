import { painter } from './colours.ts';
import type { Output } from './output.ts';
import { type Ready, readyLines } from './ready.ts';

/** A step that takes a while. Ends once: the first of its ends counts. */
export interface ProgressStep {
  /** It went well; `detail` says what came of it. */
  done(detail?: string): void;
  fail(detail?: string): void;
  /** A person did not want to wait for it. */
  stopped(): void;
}

/** What the person who started Parley gets to see. */
export interface Progress {
  step(title: string): ProgressStep;
  /** One line by the way, also in the middle of a step. */
  info(line: string): void;
  warn(line: string): void;
  readyBox(ready: Ready): void;
}

interface ProgressOptions {
  readonly output: Output;
  readonly env: NodeJS.ProcessEnv;
  /** Only warnings, failures, and where everything is. */
  readonly quiet?: boolean;
  /** Milliseconds. */
  readonly now?: () => number;
}

/** Prints lines: `✓ Homeserver: http://localhost:8008 (2.3 s)`. On a terminal, a step that runs stands there with dots. */
export function createProgress({ output, env, quiet = false, now = Date.now }: ProgressOptions): Progress {
  const paint = painter(output, env);
  let open: string | undefined;

  function line(text: string): void {
    if (open !== undefined) output.write('\r\u001b[2K');
    output.write(`${text}\n`);
    if (open !== undefined) output.write(open);
  }

  function begin(title: string): () => void {
    if (quiet || output.isTTY !== true) return () => {};
    const mine = paint('dim', `… ${title}`);
    // One step at a time stands there; another one that runs beside it still gets its line at its end.
    output.write(open === undefined ? mine : `\r\u001b[2K${mine}`);
    open = mine;
    return () => {
      if (open !== mine) return;
      output.write('\r\u001b[2K');
      open = undefined;
    };
  }

  return {
    step(title) {
      const begun = now();
      const clear = begin(title);
      let ended = false;
      const end = (mark: string, detail: string | undefined, show: boolean) => {
        if (ended) return;
        ended = true;
        clear();
        const what = detail === undefined ? title : `${title}: ${detail}`;
        if (show) line(`${mark} ${what}${paint('dim', took(now() - begun))}`);
      };
      return {
        done: detail => end(paint('green', '✓'), detail, !quiet),
        fail: detail => end(paint('red', '✗'), detail, true),
        stopped: () => end(paint('dim', '–'), 'stopped', true),
      };
    },
    info(text) {
      if (!quiet) line(`  ${text}`);
    },
    warn: text => line(`${paint('yellow', '!')} ${text}`),
    readyBox(ready) {
      for (const text of readyLines(ready, paint)) line(text);
    },
  };
}

/** Short times are of no interest. */
function took(ms: number): string {
  return ms < 100 ? '' : ` (${(ms / 1000).toFixed(1)} s)`;
}
