import { randomBytes } from 'node:crypto';
import { stageConfig } from '../crash/stage.ts';
import { freePorts } from '../e2e/driver/child.ts';
import { ExternalSynapse } from '../e2e/driver/external-synapse.ts';
import { printedRegistration } from '../e2e/driver/external-world.ts';
import { ParleyProcess } from '../e2e/driver/parley-process.ts';
import { newPerson } from '../e2e/driver/people.ts';
import type { Person } from '../e2e/driver/person.ts';
import { agentIds } from '../e2e/driver/world.ts';
import { type ScriptedModel, startScriptedModel } from '../fakes/scripted-model/server.ts';
import { type Balancer, openBalancer } from './balancer.ts';
import { disposeMember, type Member, type MemberOptions, prepareMember, startMember } from './crew.ts';
import { type Servers, startServers } from './servers.ts';

/** An installation of several processes, with all that it talks with. */
export interface Installation {
  readonly servers: Servers;
  readonly synapse: ExternalSynapse;
  readonly model: ScriptedModel;
  readonly members: readonly Member[];
  readonly masterKey: string;
  /** The address of the store, past all lines. */
  readonly storeUrl: string;
  /** User ids by name, @parley's too. */
  readonly agents: Readonly<Record<string, string>>;
  newPerson(name: string): Promise<Person>;
  stop(): Promise<void>;
}

export interface Wanted {
  readonly bridges: number;
  readonly workers: number;
  readonly megabytes: number;
  /** The safeguard that is taken away, or none. */
  readonly without: string | undefined;
}

const serverName = 'parley.test';
const password = 'a password of the admin';

/** Starts everything, and resolves when all processes are ready. */
export async function raiseInstallation(wanted: Wanted): Promise<Installation> {
  await using ending = new AsyncDisposableStack();
  const servers = await startServers(wanted.megabytes);
  ending.defer(servers.close);
  const model = await startScriptedModel();
  ending.defer(model.close);
  const [homeserverPort = 0, balancerPort = 0] = await freePorts(2);
  const env = environment(balancerPort, wanted);
  const synapse = await startSynapse(env, { port: homeserverPort, servers });
  ending.defer(async () => {
    synapse.thaw();
    await synapse.stop();
  });
  const storeUrl = servers.mongodb.newDatabase();
  const ports = { redis: servers.redis.port, mongodb: servers.mongodb.port, synapse: homeserverPort };
  const shared = {
    ports,
    database: new URL(storeUrl).pathname.slice(1),
    modelUrl: model.url,
    config: stageConfig,
    env,
  };
  const members = await prepareMembers(wanted, shared);
  for (const member of members) ending.defer(() => disposeMember(member));
  const balancer = await openEntrances(members, balancerPort);
  ending.defer(balancer.close);
  await startAll(members);
  const admin = await synapse.admin('admin', password);
  const people: Person[] = [];
  ending.defer(() => people.forEach(person => void person.stop()));
  const { ada: Ada, bruno: Bruno, clara: Clara, parley } = agentIds(serverName);
  const kept = ending.move();
  return {
    servers,
    synapse,
    model,
    members,
    masterKey: env.PARLEY_MASTER_KEY ?? '',
    storeUrl,
    agents: { Ada, Bruno, Clara, parley },
    async newPerson(name) {
      const person = await newPerson(admin, name);
      people.push(person);
      return person;
    },
    stop: () => kept.disposeAsync(),
  };
}

/** What is the same for all processes, whatever line they use. */
const environment = (balancerPort: number, { without }: Wanted): Record<string, string> => ({
  MATRIX_SERVER_NAME: serverName,
  MATRIX_AS_TOKEN: randomBytes(16).toString('hex'),
  MATRIX_HS_TOKEN: randomBytes(16).toString('hex'),
  PARLEY_MASTER_KEY: randomBytes(32).toString('hex'),
  PARLEY_LISTENER_URL: `http://127.0.0.1:${balancerPort}`,
  ...(without === undefined ? {} : { CHAOS_WITHOUT: without }),
});

async function startSynapse(
  env: Readonly<Record<string, string>>,
  { port, servers: { disks } }: { readonly port: number; readonly servers: Servers },
): Promise<ExternalSynapse> {
  const MATRIX_HOMESERVER_URL = `http://127.0.0.1:${port}`;
  const asking = await ParleyProcess.prepare({ env: { ...env, MATRIX_HOMESERVER_URL } });
  const registrations = [await printedRegistration(asking)];
  await asking.dispose();
  const within = disks === null ? {} : { within: disks.synapse.folder };
  return ExternalSynapse.start({ port, serverName, registrations, ...within });
}

function prepareMembers({ bridges, workers }: Wanted, shared: Omit<MemberOptions, 'role' | 'nth'>): Promise<Member[]> {
  const all = (role: Member['role'], count: number) =>
    Array.from({ length: count }, (_, index) => prepareMember({ ...shared, role, nth: index + 1 }));
  return Promise.all([...all('bridge', bridges), ...all('worker', workers)]);
}

const openEntrances = (members: readonly Member[], port: number): Promise<Balancer> =>
  openBalancer(
    members.filter(({ role }) => role === 'bridge').map(({ entrance }) => entrance.port),
    port,
  );

/** The first one makes what there is to make; the others at once after it. */
async function startAll([first, ...others]: readonly Member[]): Promise<void> {
  if (first !== undefined) await startMember(first, 120_000);
  await Promise.all(others.map(member => startMember(member, 120_000)));
}
