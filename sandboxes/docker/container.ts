import { isParleyError } from '../../src/core/errors.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { attach } from './attach.ts';
import { type Channel, lost, openChannel } from './channel.ts';
import { type ContainerGiven, containerOptions } from './container-options.ts';
import { standardOutput } from './demux.ts';
import { type Engine, isStatus } from './engine.ts';
import { bothWays } from './inside/both-ways.ts';
import { checkSameFolder, notTheSame } from './same-folder.ts';

/** A container that runs, and the way into it. */
export interface Container {
  readonly id: string;
  readonly channel: Channel;
  /** Ends it with all that runs in it, and waits until it is gone. May be repeated. */
  kill(): Promise<void>;
}

const readyMs = 30_000;
const mostRemovals = 5;
/** As Docker says it, and Podman, which looks for its filter there first and makes other folders that are not there. */
const missingFolder = /bind source path does not exist|opening seccomp profile failed: .*no such file/;
const isMissingFolder = (error: unknown): boolean =>
  isParleyError(error, 'WORKSPACE_LOST') && missingFolder.test(error.message);

/** Makes a container and waits until it answers. What goes wrong leaves none. */
export async function startContainer(engine: Engine, given: ContainerGiven, clock: Clock): Promise<Container> {
  const { id } = await engine
    .use((docker, abortSignal) => docker.createContainer({ ...containerOptions(given), abortSignal }))
    .catch(error => {
      throw isMissingFolder(error) ? notTheSame(given.folders.task, error) : error;
    });
  const kill = (): Promise<void> => removeContainer(engine, id);
  let complaint = '';
  try {
    const line = await engine.use(docker => attach(docker, id));
    const outputs = standardOutput(text => {
      complaint += text;
    });
    line.on('error', () => outputs.destroy()).on('close', () => outputs.destroy());
    const transport = bothWays(line.pipe(outputs), line);
    await engine.use((docker, abortSignal) => docker.getContainer(id).start({ abortSignal }));
    const channel = openChannel(transport, clock);
    await channel.request('/ready', {}, { timeoutMs: readyMs });
    await checkSameFolder(channel, given.folders.task);
    return {
      id,
      channel,
      async kill() {
        channel.end();
        await kill();
      },
    };
  } catch (error) {
    await kill().catch(() => undefined);
    if (isParleyError(error, 'SANDBOX_MISSING')) throw error;
    throw complaint === '' ? error : lost(`it did not start (${complaint.trim().slice(-300)})`, error);
  }
}

/** Kills and deletes a container; to be gone already is success. */
export async function removeContainer(engine: Engine, id: string): Promise<void> {
  await engine.use(async (docker, abortSignal) => {
    const container = docker.getContainer(id);
    for (let left = mostRemovals; ; left -= 1) {
      try {
        return void (await container.remove({ force: true, abortSignal }));
      } catch (error) {
        if (isStatus(error, 404)) return;
        if (!endsAlready(error) || left <= 1) throw error;
        await container.wait({ condition: 'removed', abortSignal }).catch(() => undefined);
      }
    }
  });
}

/** It ends by itself at this moment, and is deleted then: Docker says it by the status, Podman in words. */
const endsAlready = (error: unknown): boolean =>
  isStatus(error, 409) || (isStatus(error, 500) && /container state improper/.test(String(error)));
