import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MatrixRequest } from '../../bridges/matrix/requests.ts';
import { keyServer } from '../bridges/matrix/crypto/key-server.ts';
import type { Benchmark } from './result.ts';
import { median } from './stats.ts';

/** For each agent; in bytes. */
interface Memory {
  readonly resident: number;
  /** The heap in use, and what stands beside it. */
  readonly heap: number;
}

/** What the process with the keys measures of itself. */
export interface KeyFigures {
  readonly open: Memory;
  readonly closed: Memory;
  /** Of a core, with a hundred open. */
  readonly idlePercent: number;
}

/** What it says: what it asks of the homeserver, or what came of it all. */
export type FromKeys =
  | { readonly id: number; readonly request: MatrixRequest }
  | { readonly figures: KeyFigures | null };

/** `refused`: the error code. */
export interface ToKeys {
  readonly id: number;
  readonly answer: unknown;
  readonly refused: string | null;
}

const count = 600;
const goalOpenMiB = 1.2;
const goalClosedKiB = 16;
const goalCpuPercent = 0.5;
const [kibibyte, mebibyte] = [1024, 1024 ** 2];

/** What the keys of an agent take of memory, while they are open and when they are closed again. */
export const agentsKeys: Benchmark = {
  key: 's',
  title: `memory for the keys of each agent, open (10 to 100) and closed (300 to ${count}), and CPU while nothing happens`,
  async run({ rounds, say }) {
    const folder = mkdtempSync(join(tmpdir(), 'parley-bench-keys-'));
    const server = keyServer();
    try {
      await inProcess(server, folder, 'make');
      const all: KeyFigures[] = [];
      for (let round = 0; round < rounds; round += 1) {
        const figures = await inProcess(server, folder, 'measure');
        if (figures === null) throw new Error('the process measured nothing');
        all.push(figures);
        const { open, closed } = figures;
        say(
          `  round ${round + 1}: ${mib(open.resident)} for each open one, ${kib(closed.resident)} for each closed one`,
        );
      }
      return rowsOf(all);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

/** Runs one phase in a process of its own, and is its homeserver. */
async function inProcess(
  server: ReturnType<typeof keyServer>,
  folder: string,
  phase: 'make' | 'measure',
): Promise<KeyFigures | null> {
  const program = join(import.meta.dirname, 'programs', 'agents-keys.ts');
  const child = fork(program, [folder, phase, String(count)], {
    execArgv: ['--expose-gc', '--max-semi-space-size=16'],
  });
  let figures: KeyFigures | null = null;
  child.on('message', (message: FromKeys) => {
    if ('figures' in message) figures = message.figures;
    else void answer(server, message.request).then(said => child.send({ id: message.id, ...said }));
  });
  // What it said last may come after its end.
  const [[code]] = await Promise.all([once(child, 'exit'), once(child, 'disconnect')]);
  if (code !== 0) throw new Error(`the process with the keys ended with ${code}`);
  return figures;
}

async function answer(
  { requests }: ReturnType<typeof keyServer>,
  request: MatrixRequest,
): Promise<Pick<ToKeys, 'answer' | 'refused'>> {
  try {
    return { answer: await requests.call(request), refused: null };
  } catch {
    return { answer: null, refused: 'M_NOT_FOUND' };
  }
}

const mib = (bytes: number): string => `${(bytes / mebibyte).toFixed(2)} MiB`;
const kib = (bytes: number): string => `${(bytes / kibibyte).toFixed(1)} KiB`;

function rowsOf(all: readonly KeyFigures[]) {
  const row = (what: string, parley: string, goal: string, met: boolean) =>
    ({ key: 's', what, parley, against: '–', ratio: '–', goal, met }) as const;
  const middle = (of: (figures: KeyFigures) => number): number => median(all.map(of));
  const [open, openHeap] = [middle(({ open }) => open.resident), middle(({ open }) => open.heap)];
  const [closed, closedHeap] = [middle(({ closed }) => closed.resident), middle(({ closed }) => closed.heap)];
  const idle = middle(({ idlePercent }) => idlePercent);
  const [mostOpen, mostClosed] = [goalOpenMiB * mebibyte, goalClosedKiB * kibibyte];
  return [
    row(
      'Resident memory for the keys of each agent that are open',
      mib(open),
      `≤ ${goalOpenMiB} MiB`,
      open <= mostOpen,
    ),
    row('Heap for them', mib(openHeap), `≤ ${goalOpenMiB} MiB`, openHeap <= mostOpen),
    row(
      'Resident memory for each agent whose keys were open and are closed',
      kib(closed),
      `≤ ${goalClosedKiB} KiB`,
      closed <= mostClosed,
    ),
    row('Heap for them', kib(closedHeap), `≤ ${goalClosedKiB} KiB`, closedHeap <= mostClosed),
    row(
      'CPU with the keys of 100 agents open, over 5 s',
      `${idle.toFixed(2)} % of a core`,
      'about 0',
      idle <= goalCpuPercent,
    ),
  ];
}
