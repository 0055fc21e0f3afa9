import { createHash } from 'node:crypto';
import { ParleyError } from '../core/errors.ts';
import { lastLines } from './data-files.ts';
import { type DockerEngine, hostGateway } from './docker-engine.ts';
import { freePort } from './free-port.ts';
import { portCandidates } from './homeserver-state.ts';
import { endPythonSynapses } from './python-synapse.ts';
import { untilReady } from './readiness.ts';
import { failureOf, lastErrorLines } from './run-command.ts';
import type { HomeserverOptions, RunningHomeserver } from './running-homeserver.ts';
import { accountMaker } from './shared-secret-account.ts';
import { registrationAt } from './synapse-config.ts';
import { isWritten, projectFiles, type SynapseFolder, synapseInput, writeInput } from './synapse-folder.ts';

const service = 'synapse';
/** The port inside the container; docker-compose.yml publishes it. */
const innerPort = 8008;
const composeLimitMs = 60_000;
const startLimitMs = 60_000;

export interface DockerSynapse {
  readonly engine: DockerEngine;
  readonly image: string;
  readonly reason: string;
}

/** Starts Synapse by Docker Compose on the homeserver's folder, or goes on with the container that is there. */
export async function startDockerSynapse(
  folder: SynapseFolder,
  synapse: DockerSynapse,
  options: HomeserverOptions,
): Promise<RunningHomeserver> {
  await endPythonSynapses(folder, options.env);
  const port = await choosePort(folder, synapse.engine, options);
  const compose = composeOf(folder, synapse, port);
  const url = `http://127.0.0.1:${port}`;
  const settings = { serverName: folder.serverName, publicUrl: url, bindAddress: '0.0.0.0', port: innerPort };
  const registration = registrationAt(options.registrationYaml, fromContainer(options.listenerUrl));
  const input = await synapseInput(folder, { ...settings, version: synapse.image }, registration);
  const changed = !(await isWritten(input));
  if (changed) await compose('stop', '--timeout', '10', service);
  await folder.remember({ kind: 'docker', port, preferredPort: options.preferredPort });
  await writeInput(folder, input);
  options.progress(`Starting ${synapse.image}`);
  try {
    await up(compose, url, options);
  } catch (error) {
    await stopContainer(folder, synapse, port, options.env);
    throw error;
  }
  return await running(folder, synapse, port, options.env);
}
