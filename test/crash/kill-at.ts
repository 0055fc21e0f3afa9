import { subscribe } from 'node:diagnostics_channel';

/**
 * Loaded before Parley (`--import`): kills the process the nth time that it comes to a step, e.g. `PARLEY_KILL_AT=part.sent:2`. SIGKILL,
 * so that nothing is tidied up.
 */
const [wanted, nth = '1'] = (process.env.PARLEY_KILL_AT ?? '').split(':');
let seen = 0;

if (wanted) {
  subscribe('parley:step', message => {
    if (typeof message !== 'object' || message === null || !('step' in message) || message.step !== wanted) return;
    seen += 1;
    if (seen === Number(nth)) process.kill(process.pid, 'SIGKILL');
  });
}
