import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';

/** The variable in the environment of all that a call starts. */
export const mark = 'PARLEY_CALL';

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly session: number;
}

export interface Call {
  readonly id: string;
  /** The first process of it, which leads a session of its own. */
  readonly pid: number;
}

const limitMs = 3000;
const pauseMs = 3;

/**
 * Kills all that a call has started, and all whose call is over, and waits until it is dead. False: some of it goes on, and only the end of the container
 * ends it. Where no other call goes on, one signal to everybody does it, so that nothing can run away from it by being faster.
 */
export async function killCall(call: Call, others: () => readonly Call[]): Promise<boolean> {
  for (const end = Date.now() + limitMs; Date.now() < end; await setTimeout(pauseMs)) {
    const left = others();
    if (left.length === 0) {
      if (!send(-1, 'SIGKILL') || strangers().length === 0) return true;
      continue;
    }
    const doomed = belongingTo(call, left);
    if (doomed.length === 0) return true;
    // Stopped first: who stands still has no children.
    for (const signal of ['SIGSTOP', 'SIGKILL'] as const) for (const pid of doomed) send(pid, signal);
  }
  return false;
}

/** All but this program and the first process of the container. Who is dead, and waits for that one to take notice, does not count. */
const strangers = (): Process[] => livingProcesses().filter(({ pid }) => pid !== process.pid && pid !== 1);

function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    return false;
  }
}

function belongingTo(call: Call, others: readonly Call[]): number[] {
  const all = strangers();
  const ofOthers = new Set(others.flatMap(other => family(other, all)));
  const own = new Set(family(call, all));
  const isLeft = ({ pid, parent }: Process): boolean =>
    own.has(pid) || (parent === 1 && !others.some(({ id }) => markOf(pid) === id));
  return all.filter(one => !ofOthers.has(one.pid) && isLeft(one)).map(({ pid }) => pid);
}

/** Those of its session and group, and all that descend from them. */
function family({ pid }: Call, all: readonly Process[]): number[] {
  const found = new Set(
    all.filter(one => one.session === pid || one.group === pid || one.pid === pid).map(one => one.pid),
  );
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const one of all) if (found.has(one.parent)) found.add(one.pid);
  }
  return [...found];
}

function livingProcesses(): Process[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(name => statOf(Number(name)) ?? []);
}

function statOf(pid: number): Process | undefined {
  const text = readIfThere(`/proc/${pid}/stat`);
  // The name of the program stands in brackets, and may have brackets in it.
  const [state, parent, group, session] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  if (state === undefined || state === '' || state === 'Z' || state === 'X') return undefined;
  return { pid, parent: Number(parent), group: Number(group), session: Number(session) };
}

function markOf(pid: number): string | undefined {
  const variables = readIfThere(`/proc/${pid}/environ`).split('\0');
  return variables.find(one => one.startsWith(`${mark}=`))?.slice(mark.length + 1);
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
