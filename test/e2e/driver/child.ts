import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { createServer, type Server } from 'node:net';

export interface Started {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

/** What still runs ends with the tests, also when they are broken off. */
const running = new Set<number>();
process.once('exit', () => {
  for (const pid of running) signalGroup(pid, 'SIGKILL');
});

/** A program that a test started, with all that it printed. It leads a process group, as one started in a terminal does. */
export class Child {
  output = '';
  readonly #process: ChildProcess;
  readonly #exited: Promise<unknown>;
  readonly #listeners = new Set<() => void>();

  constructor({ command, args, cwd, env }: Started) {
    this.#process = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    this.#process.stdout?.setEncoding('utf8').on('data', (chunk: string) => this.#print(chunk));
    this.#process.stderr?.setEncoding('utf8').on('data', (chunk: string) => this.#print(chunk));
    this.#process.once('error', error => this.#print(String(error)));
    this.#exited = once(this.#process, 'close')
      .catch(() => undefined)
      .finally(() => {
        running.delete(this.pid);
        this.#tell();
      });
    if (this.pid > 0) running.add(this.pid);
  }

  get pid(): number {
    return this.#process.pid ?? -1;
  }

  get running(): boolean {
    return this.#process.pid !== undefined && this.#process.exitCode === null && this.#process.signalCode === null;
  }

  get exitCode(): number | null {
    return this.#process.exitCode;
  }

  /** Waits for `text` in the output; throws, with the output, when the program ends first or takes too long. */
  async waitForOutput(text: string, timeoutMs: number): Promise<void> {
    const limit = AbortSignal.timeout(timeoutMs);
    while (!this.output.includes(text)) {
      if (!this.running) throw new Error(`ended with ${this.#ending()} before it printed "${text}":\n${this.output}`);
      if (limit.aborted) throw new Error(`did not print "${text}" in ${timeoutMs} ms:\n${this.output}`);
      await this.#somethingHappens(limit);
    }
  }

  /** Sends a signal to this process alone; nothing where it has ended. */
  signal(signal: NodeJS.Signals): void {
    if (this.running) this.#process.kill(signal);
  }

  /** Sends a signal to this process alone, and waits for its end. */
  async end(signal: NodeJS.Signals, timeoutMs = 30_000): Promise<void> {
    this.signal(signal);
    await this.#waitForEnd(timeoutMs);
  }

  /** Sends a signal to the whole group, as Ctrl-C in a terminal does, and waits for the end. */
  async endGroup(signal: NodeJS.Signals, timeoutMs = 30_000): Promise<void> {
    signalGroup(this.pid, signal);
    await this.#waitForEnd(timeoutMs);
  }

  async waitForExit(timeoutMs = 30_000): Promise<number | null> {
    await this.#waitForEnd(timeoutMs);
    return this.exitCode;
  }

  async #waitForEnd(timeoutMs: number): Promise<void> {
    const timer = new Promise<'late'>(resolve => setTimeout(resolve, timeoutMs, 'late').unref());
    if ((await Promise.race([this.#exited, timer])) !== 'late') return;
    signalGroup(this.pid, 'SIGKILL');
    throw new Error(`still ran ${timeoutMs} ms after it was told to end:\n${this.output}`);
  }

  /** Resolves when it prints or ends, or the time is over. */
  #somethingHappens(limit: AbortSignal): Promise<void> {
    return new Promise(resolve => {
      this.#listeners.add(resolve);
      limit.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
    this.#listeners.clear();
  }

  #ending(): string {
    return String(this.#process.exitCode ?? this.#process.signalCode);
  }

  #print(chunk: string): void {
    this.output += chunk;
    this.#tell();
  }
}

/** Processes, of this machine's tests, whose command line or working folder lies in `folder`. Linux only; elsewhere none. */
export function processesIn(folder: string): number[] {
  return listProcesses().filter(pid => {
    const command = attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8'));
    const environment = attempt(() => readFileSync(`/proc/${pid}/environ`, 'utf8'));
    const place = attempt(() => readlinkSync(`/proc/${pid}/cwd`));
    return command.includes(folder) || environment.includes(`PARLEY_DATA=${folder}`) || place.startsWith(folder);
  });
}

/** Ends, by force, what a killed program left behind in its own folder. */
export function killProcessesIn(folder: string): void {
  for (const pid of processesIn(folder)) {
    if (pid !== process.pid) signalOne(pid, 'SIGKILL');
  }
}

/**
 * Below the ports that systems give to outgoing connections: while a server is away that a test kills and starts again, nobody's connection can get its
 * port.
 */
const lowestPort = 20_000;
const portCount = 12_000;

/** Free ports, all different. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, listen));
  const ports = servers.map(server => {
    const address = server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  });
  await Promise.all(servers.map(server => new Promise(resolve => server.close(resolve))));
  return ports;
}

async function listen(): Promise<Server> {
  for (;;) {
    const server = createServer().listen(lowestPort + Math.floor(Math.random() * portCount), '127.0.0.1');
    try {
      await once(server, 'listening');
      return server;
    } catch {
      // Somebody has that one.
    }
  }
}

function listProcesses(): number[] {
  try {
    return readdirSync('/proc')
      .filter(name => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

/** What a process tells of itself; nothing once it has ended. */
function attempt(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  if (pid > 0) signalOne(-pid, signal);
}

function signalOne(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself.
  }
}
