import type { WorkTools } from '../ports/work-tools.ts';

/** What offers tools for a step, beside those of a workspace. It offers them in the same order always. */
export type Offers = WorkTools['offer'];

/** The tools of a workspace, and behind them what others offer, in their order. Files and tests stay those of the workspace; `mail` is the way out for mail. */
export function withTools(workspace: WorkTools, others: readonly Offers[], mail?: WorkTools['mail']): WorkTools {
  return {
    async offer(place, signal) {
      const offered = [await workspace.offer(place, signal)];
      for (const offer of others) offered.push(await offer(place, signal));
      return offered.flat();
    },
    read: (place, file, signal) => workspace.read(place, file, signal),
    // An engine may come and go: they are asked for each time.
    get put() {
      return workspace.put;
    },
    get test() {
      return workspace.test;
    },
    get run() {
      return workspace.run;
    },
    get readme() {
      return workspace.readme;
    },
    get missing() {
      return workspace.missing;
    },
    mail,
  };
}
