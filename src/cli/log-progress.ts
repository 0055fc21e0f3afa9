import type { Log } from '../ports/log.ts';
import type { Progress } from './progress.ts';

/** The steps of the start as lines of the log. */
export function logProgress(log: Log): Progress {
  return {
    step(title) {
      const begun = Date.now();
      log.debug({}, title);
      return {
        done: detail => log.info({ detail, tookMs: Date.now() - begun }, title),
        fail: detail => log.error({ detail, tookMs: Date.now() - begun }, title),
        stopped: () => log.info({ detail: 'stopped', tookMs: Date.now() - begun }, title),
      };
    },
    info: line => log.info({}, line),
    warn: line => log.warn({}, line),
    readyBox: ({ password: _, ...ready }) => log.info({ ...ready }, 'Parley is ready'),
  };
}
