import { setTimeout as sleep } from 'node:timers/promises';
import { linesOf, type Member, startMember } from './crew.ts';
import type { Installation } from './installation.ts';
import type { Line } from './line.ts';
import type { Mishap, Target } from './plan.ts';

/** Parley ends within ten seconds; this machine has much else to do. Compose kills it after as long. */
const longestEndMs = 15_000;

/** How something begins to go wrong; what it gives ends it. */
type Begin = () => Promise<(() => Promise<void>) | undefined> | (() => Promise<void>) | undefined;

/** What can be done to something that runs. */
interface Body {
  readonly lines: readonly Line[];
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Asks it to end. */
  end(): Promise<void>;
  freeze(): void;
  thaw(): void;
}

/** Lets it happen, from its beginning to its end; resolves when all is as before, or has begun to become so. */
export async function carryOut(installation: Installation, mishap: Mishap): Promise<void> {
  await sleep(mishap.afterMs);
  const end = await beginningOf(installation, mishap)();
  await sleep(mishap.lastsMs);
  await end?.();
}

function beginningOf(installation: Installation, mishap: Mishap): Begin {
  const { target, way, amount } = mishap;
  const body = bodyOf(installation, mishap);
  const onLines = (act: (line: Line) => void) => () => {
    body.lines.forEach(act);
    return async () => body.lines.forEach(line => void line.mend());
  };
  switch (way) {
    case 'kill':
      return () => between(body.kill, body.start);
    case 'restart':
      return () => between(body.end, body.start);
    case 'freeze':
      return () => between(body.freeze, body.thaw);
    case 'disconnect':
      return onLines(line => line.cut());
    case 'slow':
      return onLines(line => line.slow(amount));
    case 'stall':
      return onLines(line => line.stall(amount === 0 ? 'forth' : 'back'));
    case 'skew':
      return () => void memberOf(installation, mishap)?.setClock(amount);
    case 'flush':
      return () => installation.servers.redis.flush().then(() => undefined);
    case 'fill':
      return () => fill(installation, target);
  }
}

/** Does the one thing, and gives the other, for the end. */
async function between(begin: () => unknown, end: () => unknown): Promise<() => Promise<void>> {
  await begin();
  return async () => void (await end());
}

function fill({ servers: { disks } }: Installation, target: Target): () => Promise<void> {
  const disk = target === 'mongodb' ? disks?.mongodb : disks?.synapse;
  disk?.fill();
  return async () => disk?.free();
}

function bodyOf(installation: Installation, mishap: Mishap): Body {
  const member = memberOf(installation, mishap);
  if (member !== undefined) return memberBody(member);
  const { servers, synapse, members } = installation;
  const service = mishap.target as keyof Member['lines'];
  const lines = members.map(one => one.lines[service]);
  if (service === 'synapse') {
    const { freeze, thaw } = { freeze: () => synapse.freeze(), thaw: () => synapse.thaw() };
    const [kill, end] = [() => synapse.kill(), () => synapse.end()];
    return { lines, kill, end, start: () => synapse.startAgain(), freeze, thaw };
  }
  const server = servers[service];
  const start = service === 'redis' ? servers.redis.restart : servers.mongodb.start;
  return { lines, kill: server.kill, end: server.end, start, freeze: server.freeze, thaw: server.thaw };
}

function memberBody(member: Member): Body {
  const { parley } = member;
  const unwanted = (end: () => Promise<unknown>) => async () => {
    member.wanted = false;
    await end();
  };
  const endInTime = async (): Promise<void> => {
    const begun = Date.now();
    await parley.stop();
    const tookMs = Date.now() - begun;
    if (tookMs > longestEndMs) member.slowEndsMs.push(tookMs);
  };
  return {
    lines: linesOf(member),
    kill: unwanted(() => parley.kill()),
    end: unwanted(endInTime),
    start: () => startMember(member),
    freeze: () => parley.signal('SIGSTOP'),
    thaw: () => parley.signal('SIGCONT'),
  };
}

const memberOf = ({ members }: Installation, { target, nth }: Mishap): Member | undefined =>
  members.find(({ name }) => name === `${target}-${nth}`);
