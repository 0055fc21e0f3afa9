import { clockDifference, clockProblem, clockRemedy } from '../../homeserver/clock-difference.ts';
import { findDocker } from '../../homeserver/docker-engine.ts';
import { findPython } from '../../homeserver/find-python.ts';
import { isFree } from '../../homeserver/free-port.ts';
import { untilReady } from '../../homeserver/readiness.ts';
import { type Check, type CheckContext, type CheckResult, fine, open, wrong } from './check.ts';
import { knownHomeserver, oneTry } from './known-homeserver.ts';

export const homeserverCheck: Check = {
  name: 'Homeserver',
  async run(context) {
    const known = await knownHomeserver(context);
    if (known === undefined) return await canBeStarted(context);
    const problem = await untilReady(known.url, { ...oneTry, signal: context.signal });
    if (problem === undefined)
      return [
        fine(`${known.url} answers${known.isOwn ? ' (started by Parley)' : ''}`),
        ...(await clocks(known.url, context)),
      ];
    if (known.isOwn) return open(`${known.url} does not run now; npx parley up starts it${await elsewhere(known.url)}`);
    return wrong(
      `${known.url} does not answer: ${problem}`,
      'Start it, or correct MATRIX_HOMESERVER_URL to the address for clients, or unset it: then Parley runs one by itself.',
    );
  },
};

async function clocks(url: string, { signal }: CheckContext): Promise<readonly CheckResult[]> {
  const problem = clockProblem(await clockDifference(url, signal));
  if (problem === null) return [];
  return [problem.serious ? wrong(problem.text, clockRemedy) : open(problem.text, clockRemedy)];
}

/** What another program on the homeserver's port leads to. */
async function elsewhere(url: string): Promise<string> {
  const { port } = new URL(url);
  return (await isFree(Number(port))) ? '' : `, at another port, as something else uses ${port}`;
}

/** Before the first start: is there anything to run a homeserver with? */
async function canBeStarted({ config, env, signal }: CheckContext): Promise<CheckResult> {
  const where = await elsewhere(`http://127.0.0.1:${config.matrix.homeserverPort}`);
  const docker = await findDocker(env, signal);
  if (docker.engine !== undefined)
    return open(`none yet; npx parley up starts Synapse by Docker ${docker.engine.version}${where}`);
  const search = await findPython(env, signal);
  if (search.python !== undefined)
    return open(`none yet; npx parley up installs Synapse with Python ${search.python.version}${where}`);
  return wrong(
    `none, and nothing to run one with: ${docker.why}`,
    `${search.remedy}. Or install Docker, or set MATRIX_HOMESERVER_URL and MATRIX_SERVER_NAME to a homeserver of your own.`,
  );
}
