import { join } from 'node:path';
import { stringify } from 'yaml';
import { Child, freePorts } from '../e2e/driver/child.ts';
import { ExternalSynapse } from '../e2e/driver/external-synapse.ts';
import { clientPath, matrixJson } from '../e2e/driver/matrix-http.ts';
import { type ParleyOptions, ParleyProcess, projectFolder } from '../e2e/driver/parley-process.ts';
import { newPerson } from '../e2e/driver/people.ts';
import { newSecretPerson, type SecretPerson } from '../e2e/driver/secret-person.ts';
import { Asker } from './asker.ts';
import { cpuMsOf } from './cpu.ts';

export const serverName = 'bench.test';
export const agent = (id: string): string => `@agent-${id}:${serverName}`;
export const bareUser = agent('bare').replace('agent-', '');
const bareToken = 'token-of-the-bare-service';
const startMs = 30_000;

/** One Synapse with two application services, Parley and the bare one, and one model server. Each is a process of its own. */
export interface Scene extends AsyncDisposable {
  readonly parley: ParleyProcess;
  readonly homeserverUrl: string;
  /** Milliseconds of CPU that the homeserver has used so far. Linux only. */
  homeserverCpuMs(): number;
  /** A new person, signed in and without limits. */
  newAsker(): Promise<Asker>;
  /** A new person whose client encrypts. */
  newSecretPerson(): Promise<SecretPerson>;
  /** What the model was asked so far: bytes of each request. */
  modelRequests(): Promise<readonly { readonly bytes: number; readonly text: string }[]>;
}

type SceneOptions = Omit<ParleyOptions, 'modelUrl'> & {
  /** Between the pieces of an answer of the model. Default: none. */
  readonly modelDelayMs?: number;
  /** Of further application services. */
  readonly registrations?: readonly string[];
};

export async function openScene({
  modelDelayMs = 0,
  registrations: more = [],
  ...options
}: SceneOptions = {}): Promise<Scene> {
  await using opening = new AsyncDisposableStack();
  const [synapsePort = 0, barePort = 0, modelPort = 0] = await freePorts(3);
  const modelUrl = `http://127.0.0.1:${modelPort}`;
  const env = {
    MATRIX_HOMESERVER_URL: `http://127.0.0.1:${synapsePort}`,
    MATRIX_SERVER_NAME: serverName,
    ...options.env,
  };
  const parley = await ParleyProcess.prepare({ ...options, modelUrl, env });
  opening.defer(() => parley.dispose());
  const { output: registration } = await parley.run(['registration']);
  const registrations = [registration, bareRegistration(barePort), ...more];
  const synapse = await ExternalSynapse.start({ port: synapsePort, serverName, registrations });
  opening.defer(() => synapse.stop());
  const model = ['--port', String(modelPort), '--delay', String(modelDelayMs)];
  await startProgram(opening, 'test/fakes/scripted-model/main.ts', model, {}, 'http://');
  await startBare(opening, { HOMESERVER: synapse.url, MODEL_URL: modelUrl, PORT: String(barePort) });
  await parley.start();
  const admin = await synapse.admin('admin', 'a password of the admin');
  const ending = opening.move();
  return {
    parley,
    homeserverUrl: synapse.url,
    homeserverCpuMs: () => cpuMsOf(synapse.pid),
    async newAsker() {
      const person = await newPerson(admin, 'Mara');
      person.stop();
      const asker = new Asker(person.session);
      await asker.start();
      ending.defer(() => asker.stop());
      return asker;
    },
    async newSecretPerson() {
      const person = await newSecretPerson(admin, 'Mara');
      ending.defer(() => person.stop());
      return person;
    },
    modelRequests: async () =>
      (await (await fetch(`${modelUrl}/requests`)).json()) as { bytes: number; text: string }[],
    [Symbol.asyncDispose]: () => ending.disposeAsync(),
  };
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */

async function startBare(ending: AsyncDisposableStack, env: Readonly<Record<string, string>>): Promise<void> {
  const body = { type: 'm.login.application_service', username: 'bare', inhibit_login: true };
  const service = { homeserver: env.HOMESERVER ?? '', token: bareToken };
  await matrixJson(service, 'POST', clientPath('register'), { body });
  await startProgram(
    ending,
    'test/bench/bare-service.ts',
    [],
    { ...env, AS_TOKEN: bareToken, USER_ID: bareUser },
    'ready',
  );
}

/** Starts a program of this project, and resolves when it has printed that it is ready. It ends with `ending`. */
export async function startProgram(
  ending: AsyncDisposableStack,
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  readyLine: string,
): Promise<void> {
  const child = new Child({
    command: process.execPath,
    args: [join(projectFolder, file), ...args],
    cwd: projectFolder,
    env: { PATH: process.env.PATH ?? '', ...env },
  });
  ending.defer(() => child.end('SIGTERM'));
  await child.waitForOutput(readyLine, startMs);
}

/** Without what only Parley uses: no ephemeral events, no devices. */
const bareRegistration = (port: number): string =>
  stringify({
    id: 'bare',
    url: `http://127.0.0.1:${port}`,
    as_token: bareToken,
    hs_token: 'the-bare-service-does-not-look-at-it',
    sender_localpart: 'bare',
    rate_limited: false,
    namespaces: { users: [{ exclusive: true, regex: `@bare:${serverName}` }], aliases: [], rooms: [] },
  });
