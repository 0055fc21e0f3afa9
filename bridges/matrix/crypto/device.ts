import { randomUUID } from 'node:crypto';
import type { OlmMachine } from '@matrix-org/matrix-sdk-crypto-wasm';
import { ParleyError } from '../../../src/core/errors.ts';
import type { AgentId } from '../../../src/core/ids.ts';
import type { KeyPage } from '../../../src/core/key-page.ts';
import { type Recent, recent } from '../../../src/core/recent.ts';
import type { Collection } from '../../../src/ports/store.ts';
import { step } from '../../../src/telemetry/step.ts';
import type { Change, KeyState } from './changes.ts';
import { dropDatabases, loadDatabases, readDatabases } from './databases.ts';
import { openJournal } from './journal.ts';
import { openMachine } from './library.ts';
import { recordChanges } from './record-changes.ts';

/** An agent's device while it is open: the keys with which it reads and writes in encrypted rooms. One call at a time. */
export interface Device {
  readonly agent: AgentId;
  readonly userId: string;
  readonly deviceId: string;
  /**
   * Has the machine do something, and makes durable as one page all that it changed, before anything of it may leave the process. Where
   * that fails the device is of no use any more: what the machine did has not happened.
   */
  call<T>(work: (machine: OlmMachine) => T | Promise<T>): Promise<T>;
  /** A small fact beside the keys. */
  note(name: string): string | undefined;
  /** Changes it together with what the next call changes. */
  setNote(name: string, value: string): void;
  /**
   * What is remembered only as long as the device is open: how far the homeserver's changes are known, of which session of each room it was seen
   * that nobody else has gone on with it, and when the devices of who is invited were looked up.
   */
  readonly connection: {
    pos: string | null;
    polledAt: number;
    readonly checked: Map<string, unknown>;
    readonly lookedAt: Recent<string, number>;
  };
  /** The last page of its journal. */
  readonly page: number;
  /** Whether there were no keys before it was opened. */
  readonly isNew: boolean;
  /** False once something could not be made durable. */
  readonly isUsable: boolean;
  /** Puts the journal together where it has grown long. */
  tidy(): Promise<void>;
  close(): Promise<void>;
}

export interface DeviceParts {
  readonly pages: Collection<KeyPage>;
  readonly agent: AgentId;
  readonly userId: string;
  readonly deviceId: string;
}

const mostInvited = 10_000;
let opened = 0;

/** Opens the device of an agent from its journal; an empty journal is begun. */
export async function openDevice({ pages, agent, userId, deviceId }: DeviceParts): Promise<Device> {
  const { journal, state } = await openJournal({ pages, agent, device: deviceId, writer: randomUUID() });
  opened += 1;
  const prefix = `keys-${opened}`;
  const suffixes = new Set(state.databases.keys());
  const schemas: KeyState = { databases: new Map(), notes: new Map(state.notes) };
  let changes: Change[] = [];
  let isUsable = true;
  await loadDatabases(prefix, state);
  const stopRecording = recordChanges(prefix, made => {
    for (const change of made) if (change[0] === 'schema') keepSchema(schemas, suffixes, change);
    changes.push(...made);
  });
  for (const [suffix, { schema }] of state.databases) schemas.databases.set(suffix, { schema, stores: new Map() });
  const { machine, close } = await openMachine(prefix, { id: userId, device: deviceId });

  async function commit(): Promise<void> {
    if (changes.length === 0) return;
    const page = changes;
    changes = [];
    isUsable = false;
    await journal.append(page);
    isUsable = true;
    step('keys.stored');
  }

  await commit();
  return {
    agent,
    userId,
    deviceId,
    connection: { pos: null, polledAt: 0, checked: new Map(), lookedAt: recent(mostInvited) },
    isNew: state.databases.size === 0,
    get page() {
      return journal.last;
    },
    get isUsable() {
      return isUsable;
    },
    async call(work) {
      try {
        return await work(machine);
      } catch (error) {
        throw asFailure(agent, error);
      } finally {
        await commit();
      }
    },
    note: name => schemas.notes.get(name),
    setNote(name, value) {
      schemas.notes.set(name, value);
      changes.push(['note', name, value]);
    },
    async tidy() {
      if (journal.isLong()) await journal.compact(await readDatabases(prefix, suffixes, schemas));
    },
    async close() {
      stopRecording();
      close();
      await dropDatabases(prefix, suffixes).catch(() => undefined);
    },
  };
}

function keepSchema(
  schemas: KeyState,
  suffixes: Set<string>,
  change: Change & readonly ['schema', ...unknown[]],
): void {
  suffixes.add(change[1]);
  schemas.databases.set(change[1], { schema: change[2], stores: new Map() });
}

/** A panic of the library spoils all of its machines in this process. */
function asFailure(agent: AgentId, error: unknown): unknown {
  if (!(error instanceof Error) || error.name !== 'RuntimeError') return error;
  const message = `The encryption library broke down while it worked for ${agent}. Start Parley again; no key is lost.`;
  return new ParleyError('ENCRYPTION_FAILED', message, { cause: error, retry: true });
}
