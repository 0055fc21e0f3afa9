import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ParleyProcess } from '../e2e/driver/parley-process.ts';
import { type Line, openLine } from './line.ts';

/** A process of Parley, with lines of its own to all that it talks with. */
export interface Member {
  readonly name: string;
  readonly role: 'bridge' | 'worker';
  readonly parley: ParleyProcess;
  readonly lines: Readonly<Record<Service, Line>>;
  /** From the balancer to it. */
  readonly entrance: Line;
  /** How often it ended without being asked or killed. */
  endedByItself: number;
  /** How long it took to end where it was told to and took too long, in milliseconds. */
  readonly slowEndsMs: number[];
  /** Whether it is meant to run now. */
  wanted: boolean;
  setClock(offMs: number): void;
}

export type Service = 'redis' | 'mongodb' | 'synapse';
export type Ports = Readonly<Record<Service, number>>;

export interface MemberOptions {
  readonly role: Member['role'];
  readonly nth: number;
  /** Where the servers are. */
  readonly ports: Ports;
  readonly database: string;
  readonly modelUrl: string;
  readonly config: object;
  /** The same for all. */
  readonly env: Readonly<Record<string, string>>;
}

const folder = import.meta.dirname;
const preload = [join(folder, 'preload', 'clock.ts'), join(folder, 'preload', 'without.ts')];

/** Chooses its ports and opens its lines; starts nothing. */
export async function prepareMember(options: MemberOptions): Promise<Member> {
  const { role, nth, ports, config, modelUrl } = options;
  const [redis, mongodb, synapse] = await Promise.all([ports.redis, ports.mongodb, ports.synapse].map(openLine));
  if (redis === undefined || mongodb === undefined || synapse === undefined) throw new Error('a line is missing');
  const bare = await ParleyProcess.prepare({});
  const clock = join(bare.folder, 'clock');
  const env = {
    ...options.env,
    PARLEY_ROLE: role,
    PARLEY_METRICS_PORT: '0',
    REDIS_URL: `redis://127.0.0.1:${redis.port}`,
    MONGODB_URL: `mongodb://127.0.0.1:${mongodb.port}/${options.database}`,
    MATRIX_HOMESERVER_URL: `http://127.0.0.1:${synapse.port}`,
    CHAOS_CLOCK: clock,
  };
  const parley = bare.with({ modelUrl, config, env, preload });
  const lines = { redis, mongodb, synapse };
  const entrance = await openLine(parley.port);
  return {
    name: `${role}-${nth}`,
    role,
    parley,
    lines,
    entrance,
    endedByItself: 0,
    slowEndsMs: [],
    wanted: false,
    setClock(offMs) {
      writeFileSync(clock, String(offMs));
      parley.signal('SIGUSR2');
    },
  };
}

/** Every line that ends at this process. */
export const linesOf = ({ lines, entrance }: Member): Line[] => [...Object.values(lines), entrance];

/** Starts a process, and again where it ends while it starts, as whoever runs it would. */
export async function startMember(member: Member, patienceMs = 60_000): Promise<void> {
  member.wanted = true;
  const end = Date.now() + patienceMs;
  for (;;) {
    try {
      await member.parley.start({}, Math.max(1_000, end - Date.now()));
      return;
    } catch (error) {
      if (member.parley.running || Date.now() > end) throw error;
    }
  }
}

/** Starts again who ended without being asked; gives the last lines that each of them said. */
export async function reviveMembers(members: readonly Member[]): Promise<string[]> {
  const dead = members.filter(({ wanted, parley }) => wanted && !parley.running);
  const words = dead.map(({ name, parley }) => `${name}: ${parley.output.trimEnd().split('\n').slice(-3).join(' | ')}`);
  for (const member of dead) member.endedByItself += 1;
  await Promise.all(dead.map(member => startMember(member)));
  return words;
}

export async function disposeMember(member: Member): Promise<void> {
  member.parley.signal('SIGCONT');
  await member.parley.dispose();
  await Promise.all(linesOf(member).map(line => line.close()));
}
