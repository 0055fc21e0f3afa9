import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import { Child, freePorts } from './child.ts';
import { matrixJson, type Session } from './matrix-http.ts';

export interface ExternalSynapseOptions {
  /** The texts of application service registrations. */
  readonly registrations?: readonly string[];
  readonly serverName?: string;
  readonly port?: number;
  /** Where its folder is made. Default: where the system keeps what is temporary. */
  readonly within?: string;
}

/** A homeserver that an operator runs by himself: it lives on when Parley dies, and can be killed by itself. */
export class ExternalSynapse {
  readonly folder: string;
  readonly port: number;
  readonly url: string;
  readonly serverName: string;
  #child: Child | undefined;
  #isReady = false;

  private constructor(port: number, { serverName = 'parley.test', within = tmpdir() }: ExternalSynapseOptions) {
    this.folder = mkdtempSync(join(within, 'parley-synapse-'));
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
    this.serverName = serverName;
  }

  static async start(options: ExternalSynapseOptions = {}): Promise<ExternalSynapse> {
    const port = options.port ?? (await freePorts(1))[0] ?? 0;
    const synapse = new ExternalSynapse(port, options);
    synapse.#configure(port, options.registrations ?? []);
    await synapse.startAgain();
    return synapse;
  }

  async startAgain(): Promise<void> {
    const python = process.env.PARLEY_SYNAPSE_PYTHON ?? 'python3';
    const env = { PATH: process.env.PATH ?? '', HOME: this.folder };
    const args = ['-m', 'synapse.app.homeserver', '--config-path', 'homeserver.yaml'];
    this.#child = new Child({ command: python, args, cwd: this.folder, env });
    await this.#untilReady(this.#child);
    this.#isReady = true;
  }

  /** Whether it answers, as far as its starts and ends by this driver say. */
  get isReady(): boolean {
    return this.#isReady;
  }

  get pid(): number {
    return this.#child?.pid ?? -1;
  }

  kill(): Promise<void> {
    this.#isReady = false;
    return this.#child?.end('SIGKILL') ?? Promise.resolve();
  }

  /** Asks it to end, and waits until it has. */
  async end(): Promise<void> {
    this.#isReady = false;
    await this.#child?.end('SIGTERM');
  }

  /** Stops the process without ending it, and lets it go on. */
  freeze(): void {
    this.#child?.signal('SIGSTOP');
  }

  thaw(): void {
    this.#child?.signal('SIGCONT');
  }

  async stop(): Promise<void> {
    await this.end();
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 });
  }

  /** An administrator, made the first time. */
  async admin(localpart: string, password: string): Promise<Session> {
    const python = process.env.PARLEY_SYNAPSE_PYTHON ?? 'python3';
    const names = [
      '--user',
      localpart,
      '--password',
      password,
      '--admin',
      '--exists-ok',
      '--config',
      'homeserver.yaml',
    ];
    const args = ['-m', 'synapse._scripts.register_new_matrix_user', ...names, this.url];
    const env = { PATH: process.env.PATH ?? '', HOME: this.folder };
    const child = new Child({ command: python, args, cwd: this.folder, env });
    if ((await child.waitForExit()) !== 0) throw new Error(`no account was made: ${child.output}`);
    const body = { type: 'm.login.password', identifier: { type: 'm.id.user', user: localpart }, password };
    const path = '/_matrix/client/v3/login';
    const login = await matrixJson<{ user_id: string; access_token: string }>({ homeserver: this.url }, 'POST', path, {
      body,
    });
    return { homeserver: this.url, userId: login.user_id, token: login.access_token };
  }

  #configure(port: number, registrations: readonly string[]): void {
    const config = {
      server_name: this.serverName,
      public_baseurl: `${this.url}/`,
      listeners: [{ type: 'http', port, bind_addresses: ['127.0.0.1'], resources: [{ names: ['client'] }] }],
      database: { name: 'sqlite3', args: { database: 'homeserver.db' } },
      media_store_path: 'media',
      log_config: 'log.yaml',
      signing_key_path: 'signing.key',
      macaroon_secret_key: randomBytes(16).toString('hex'),
      registration_shared_secret: randomBytes(16).toString('hex'),
      app_service_config_files: registrations.map((_, index) => `registration-${index}.yaml`),
      // Tests sign people in with several devices.
      rc_login: { address: unlimited, account: unlimited },
      // The least that bcrypt takes: they have nothing to protect.
      bcrypt_rounds: 4,
      experimental_features: {},
      trusted_key_servers: [],
      report_stats: false,
    };
    mkdirSync(join(this.folder, 'media'));
    const key = `ed25519 a_test ${randomBytes(32).toString('base64').replace(/=+$/, '')}\n`;
    writeFileSync(join(this.folder, 'signing.key'), key);
    writeFileSync(join(this.folder, 'log.yaml'), stringify(logConfig));
    writeFileSync(join(this.folder, 'homeserver.yaml'), stringify(config));
    for (const [index, text] of registrations.entries()) {
      writeFileSync(join(this.folder, `registration-${index}.yaml`), text);
    }
  }

  async #untilReady(child: Child): Promise<void> {
    for (let attempt = 0; attempt < 1200; attempt += 1) {
      if (!child.running) throw new Error(`Synapse ended:\n${child.output}`);
      const ready = await fetch(`${this.url}/_matrix/client/versions`).then(
        response => response.ok,
        () => false,
      );
      if (ready) return;
      await sleep(50);
    }
    throw new Error(`Synapse did not get ready:\n${child.output}`);
  }
}

const unlimited = { per_second: 100, burst_count: 100 };

const logConfig = {
  version: 1,
  handlers: { console: { class: 'logging.StreamHandler', level: 'WARNING' } },
  root: { level: 'WARNING', handlers: ['console'] },
};
