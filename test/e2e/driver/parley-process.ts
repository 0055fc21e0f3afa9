import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { Child, freePorts, killProcessesIn } from './child.ts';

export const projectFolder = join(import.meta.dirname, '..', '..', '..');
const readyLine = 'Parley is ready';

export interface Credentials {
  readonly homeserver: string;
  readonly serverName: string;
  readonly userId: string;
  readonly password: string;
  /** User ids. */
  readonly agents: readonly string[];
  /** A room id. */
  readonly lobby: string;
}

export interface ParleyOptions {
  /** Without `/v1`. Absent: no model is configured. */
  readonly modelUrl?: string;
  /** What differs from the defaults of `config/parley.yaml`. */
  readonly config?: object;
  readonly env?: Readonly<Record<string, string>>;
  /** Modules that Node loads first. */
  readonly preload?: readonly string[];
  /** The folder of the Parley that is started. Default: this one. */
  readonly source?: string;
}

type Ports = readonly [listener: number, homeserver: number];

/** What one start has of its own. */
export type StartOptions = Pick<ParleyOptions, 'config' | 'env' | 'preload' | 'source'>;

/** Parley as a user starts it, with a data folder, ports and an environment of its own. */
export class ParleyProcess {
  readonly folder: string;
  readonly data: string;
  readonly port: number;
  readonly homeserverPort: number;
  readonly #options: ParleyOptions;
  #child: Child | undefined;

  private constructor(options: ParleyOptions, [port, homeserverPort]: Ports, folder: string) {
    this.folder = folder;
    this.data = join(folder, 'data');
    this.#options = options;
    this.port = port;
    this.homeserverPort = homeserverPort;
  }

  /** Chooses the ports and makes the folders; starts nothing. */
  static async prepare(options: ParleyOptions): Promise<ParleyProcess> {
    const [port = 0, homeserverPort = 0] = await freePorts(2);
    return new ParleyProcess(options, [port, homeserverPort], mkdtempSync(join(tmpdir(), 'parley-e2e-')));
  }

  /** The same folder and ports, other options. */
  with(options: ParleyOptions): ParleyProcess {
    return new ParleyProcess(options, [this.port, this.homeserverPort], this.folder);
  }

  /** One more process of the same installation. */
  beside(env: Readonly<Record<string, string>>, preload: readonly string[] = []): ParleyProcess {
    return this.with({ ...this.#options, env: { ...this.#options.env, ...env }, preload });
  }

  get pid(): number {
    return this.#child?.pid ?? -1;
  }

  get running(): boolean {
    return this.#child?.running === true;
  }

  /** Whether the last start has said that it is ready, and has not ended. */
  get isReady(): boolean {
    return this.running && this.output.includes(readyLine);
  }

  /** What the last start printed. */
  get output(): string {
    return this.#child?.output ?? '';
  }

  get credentials(): Credentials {
    return JSON.parse(readFileSync(join(this.data, 'credentials.json'), 'utf8')) as Credentials;
  }

  /** Starts, and resolves when it says that it is ready. Gives the milliseconds that this took. */
  async start(extra: StartOptions = {}, timeoutMs = 120_000): Promise<number> {
    const begun = Date.now();
    this.launch(extra);
    await this.#child?.waitForOutput(readyLine, timeoutMs);
    return Date.now() - begun;
  }

  /** Waits until the last start has printed a text. */
  waitForOutput(text: string, timeoutMs = 10_000): Promise<void> {
    return this.#child?.waitForOutput(text, timeoutMs) ?? Promise.reject(new Error('it was not started'));
  }

  /** Starts without waiting. */
  launch(extra: StartOptions = {}): void {
    this.#child = this.#spawn(['up'], extra);
  }

  /** Ctrl-C for this process alone; gives the exit code. */
  async stop(): Promise<number | null> {
    await this.#child?.end('SIGINT');
    return this.#child?.exitCode ?? null;
  }

  /** Sends it a signal; nothing where it has ended. */
  signal(signal: NodeJS.Signals): void {
    this.#child?.signal(signal);
  }

  kill(): Promise<void> {
    return this.#child?.end('SIGKILL') ?? Promise.resolve();
  }

  waitForExit(timeoutMs?: number): Promise<number | null> {
    return this.#child?.waitForExit(timeoutMs) ?? Promise.resolve(null);
  }

  /** Runs another command in the same folder and environment. */
  async run(args: readonly string[], timeoutMs = 60_000): Promise<{ code: number | null; output: string }> {
    const child = this.#spawn(args, {});
    const code = await child.waitForExit(timeoutMs);
    return { code, output: child.output };
  }

  /** Ends all that runs, and removes the folder. */
  async dispose(): Promise<void> {
    if (this.running) await this.stop().catch(() => undefined);
    killProcessesIn(this.folder);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  #spawn(args: readonly string[], extra: StartOptions): Child {
    const preload = [...(this.#options.preload ?? []), ...(extra.preload ?? [])].flatMap(file => ['--import', file]);
    const config = this.#configFile(extra.config ?? this.#options.config);
    const env = { ...this.#environment(), ...config, ...this.#options.env, ...extra.env };
    const source = extra.source ?? this.#options.source ?? projectFolder;
    const all = [...preload, join(source, 'src', 'cli.ts'), ...args];
    return new Child({ command: process.execPath, args: all, cwd: source, env });
  }

  #configFile(config: object | undefined): Record<string, string> {
    if (config === undefined) return {};
    const file = join(this.folder, 'parley.yaml');
    writeFileSync(file, stringify(config));
    return { PARLEY_CONFIG: file };
  }

  #environment(): Record<string, string> {
    const { modelUrl } = this.#options;
    const python = process.env.PARLEY_SYNAPSE_PYTHON;
    return {
      PATH: process.env.PATH ?? '',
      HOME: this.folder,
      PARLEY_DATA: this.data,
      PARLEY_PORT: String(this.port),
      PARLEY_HOMESERVER_PORT: String(this.homeserverPort),
      ...(python === undefined ? {} : { PARLEY_SYNAPSE_PYTHON: python }),
      ...(modelUrl === undefined ? {} : model(modelUrl)),
    };
  }
}

function model(url: string): Record<string, string> {
  return { OPENAI_BASE_URL: `${url}/v1`, OPENAI_API_KEY: 'test', PARLEY_MODEL: 'scripted' };
}
