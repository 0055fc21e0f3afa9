import { EventEmitter, once } from 'node:events';
import * as sdk from 'matrix-js-sdk';
import { type Logger, logger } from 'matrix-js-sdk/lib/logger.js';
import { type Answer, answersTo, isComplete } from './answer.ts';
import { asShown } from './as-shown.ts';
import { KeyGate } from './key-gate.ts';
import { clientPath, matrixJson, type Session } from './matrix-http.ts';
import { editContent, type TextOptions, textContent } from './outgoing.ts';
import { newAccount } from './people.ts';
import type { Person } from './person.ts';
import { untilPublished } from './published-devices.ts';
import { RoomView } from './room-view.ts';

type Crypto = NonNullable<ReturnType<sdk.MatrixClient['getCrypto']>>;

export interface SecretRoomOptions {
  readonly invite?: readonly string[];
  /** What stands in `m.room.encryption` besides the algorithm. */
  readonly encryption?: object;
  /** False: the room is not encrypted. */
  readonly encrypted?: boolean;
  readonly [more: string]: unknown;
}

interface Account {
  readonly person: Person;
  readonly password: string;
}

const megolm = 'm.megolm.v1.aes-sha2';

const silent: Logger = {
  trace() {},
  debug() {},
  info() {},
  warn() {},
  error() {},
  getChild: () => silent,
};
// Some of what the SDK tells goes past the client's own log.
(logger as unknown as { setLevel(level: 'silent', persist: boolean): void }).setLevel('silent', false);
logger.getChild = () => silent;

/** A person with a client that encrypts: matrix-js-sdk with its own crypto, signed by its own identity. */
export class SecretPerson {
  readonly client: sdk.MatrixClient;
  /** What other devices have sent to this one, decrypted. */
  readonly received: { readonly type: string; readonly content: Readonly<Record<string, unknown>> }[] = [];
  readonly #changes = new EventEmitter().setMaxListeners(0);

  private constructor(client: sdk.MatrixClient, keys: KeyGate, account: Account) {
    this.client = client;
    this.#keys = keys;
    this.#account = account;
    const changed = () => this.#changes.emit('change');
    client.on(sdk.ClientEvent.Sync, changed);
    client.on(sdk.ClientEvent.Event, changed);
    client.on(sdk.MatrixEventEvent.Decrypted, changed);
    client.on(sdk.ClientEvent.ReceivedToDeviceMessage, ({ message }) => void this.received.push(message));
  }

  readonly #keys: KeyGate;
  readonly #account: Account;

  /** Signs in once more as somebody, on a new device. `bootstrap`: makes their identity; otherwise the device is signed by nobody. */
  static async signIn(person: Person, password: string, bootstrap = true): Promise<SecretPerson> {
    const identifier = { type: 'm.id.user', user: person.id };
    const body = { type: 'm.login.password', identifier, password };
    const { homeserver } = person.session;
    const login = await matrixJson<{ access_token: string; device_id: string }>(
      { homeserver },
      'POST',
      clientPath('login'),
      { body },
    );
    const keys = new KeyGate();
    const client = sdk.createClient({
      fetchFn: (resource, init) => keys.pass(String(resource), init, () => fetch(resource, init)),
      baseUrl: homeserver,
      userId: person.id,
      accessToken: login.access_token,
      deviceId: login.device_id,
      logger: silent,
      cryptoCallbacks: { getSecretStorageKey: async () => null },
    });
    await client.initRustCrypto({ useIndexedDB: false });
    const secret = new SecretPerson(client, keys, { person, password });
    await client.startClient({ initialSyncLimit: 200 });
    await secret.until('the first sync', () => client.isInitialSyncComplete() || undefined);
    const auth = { type: 'm.login.password', identifier, password };
    if (bootstrap)
      await secret.crypto.bootstrapCrossSigning({
        authUploadDeviceSigningKeys: async make => {
          await make(auth as Parameters<typeof make>[0]);
        },
      });
    return secret;
  }

  /** The same person on one more device, which is signed by nobody. */
  async again(): Promise<SecretPerson> {
    const other = await SecretPerson.signIn(this.#account.person, this.#account.password, false);
    // Its keys go out a moment after it has signed in.
    await untilPublished(this.#account.person, other.client.getDeviceId() ?? '');
    return other;
  }

  get id(): string {
    return this.client.getSafeUserId();
  }

  /** What this client has sealed for devices, as it stood on the wire. */
  get sealedForDevices(): readonly Readonly<Record<string, unknown>>[] {
    return this.#keys.bodies.flatMap(body => {
      const { messages } = JSON.parse(body) as { messages: Record<string, Record<string, Record<string, unknown>>> };
      return Object.values(messages).flatMap(of => Object.values(of));
    });
  }

  get crypto(): Crypto {
    const crypto = this.client.getCrypto();
    if (crypto === undefined) throw new Error('the client has no crypto');
    return crypto;
  }

  /** From now on what this client sends to devices does not get there, though it is told that it does; until the end that is given back. */
  holdKeys(): () => Promise<void> {
    return this.#keys.close();
  }

  stop(): void {
    this.client.stopClient();
    this.#changes.emit('change');
  }

  /** Makes a room and waits until everybody who is invited has come in. */
  async room({ invite = [], encryption = {}, encrypted = true, ...more }: SecretRoomOptions = {}): Promise<string> {
    const content = { algorithm: megolm, ...encryption };
    const initial_state = encrypted ? [{ type: 'm.room.encryption', state_key: '', content }] : [];
    const options = { preset: 'private_chat', name: 'A secret room', initial_state, invite: [...invite], ...more };
    const { room_id } = await this.client.createRoom(options as Parameters<sdk.MatrixClient['createRoom']>[0]);
    await this.until('the room', () => this.client.getRoom(room_id) ?? undefined);
    for (const user of invite) await this.waitForMember(room_id, user);
    return room_id;
  }

  /** Comes into a room to which this person is invited. */
  async enter(room: string): Promise<void> {
    await this.until(`an invitation to ${room}`, () => this.client.getRoom(room) ?? undefined);
    await this.client.joinRoom(room);
    await this.waitForMember(room, this.id);
  }

  /** Invites somebody who is ours, and waits until they are in. */
  async bring(room: string, user: string): Promise<void> {
    await this.client.invite(room, user);
    await this.waitForMember(room, user);
  }

  waitForMember(room: string, user: string, membership = 'join'): Promise<true> {
    const look = () => this.client.getRoom(room)?.getMember(user)?.membership === membership || undefined;
    return this.until(`${user} to be "${membership}"`, look);
  }

  async say(room: string, body: string, options: TextOptions = {}): Promise<string> {
    return this.send(room, textContent(body, options));
  }

  async edit(room: string, target: string, body: string): Promise<string> {
    return this.send(room, editContent(target, body, {}));
  }

  async send(room: string, content: object, type = 'm.room.message'): Promise<string> {
    return (await this.client.sendEvent(room, type as never, content as never)).event_id;
  }

  react(room: string, target: string, key: string): Promise<string> {
    return this.send(room, { 'm.relates_to': { rel_type: 'm.annotation', event_id: target, key } }, 'm.reaction');
  }

  /** The room as a client shows it: what could be decrypted, in the clear. */
  view(room: string): RoomView {
    const view = new RoomView();
    for (const event of this.#events(room)) view.add(asShown(event));
    return view;
  }

  /** What stands in the room that this client can't decrypt, and why. */
  unreadable(room: string): string[] {
    return this.#events(room)
      .filter(event => event.isDecryptionFailure())
      .map(event => `${event.getId()} of ${event.getSender()}: ${event.decryptionFailureReason}`);
  }

  /** The types of events as the homeserver sees them. */
  wireTypes(room: string, sender: string): string[] {
    return this.#events(room)
      .filter(event => event.getSender() === sender)
      .map(event => event.getWireType());
  }

  /** A message as the homeserver sees it. */
  wireContent(room: string, id: string): Readonly<Record<string, unknown>> {
    return (
      this.#events(room)
        .find(event => event.getId() === id)
        ?.getWireContent() ?? {}
    );
  }

  /** What somebody has sent, likewise. */
  wireContents(room: string, sender: string): readonly Readonly<Record<string, unknown>>[] {
    return this.#events(room)
      .filter(event => event.getSender() === sender)
      .map(event => event.getWireContent());
  }

  /** The session in which a message was encrypted. */
  sessionOf(room: string, id: string): unknown {
    return this.wireContent(room, id).session_id;
  }

  /** What the client would warn of beside the messages of somebody. */
  async shields(room: string, sender: string): Promise<(number | null)[]> {
    const own = this.#events(room).filter(event => event.getSender() === sender && event.isEncrypted());
    const infos = await Promise.all(own.map(event => this.crypto.getEncryptionInfoForEvent(event)));
    return infos.map(info => info?.shieldColour ?? null);
  }

  #events(room: string): sdk.MatrixEvent[] {
    return this.client.getRoom(room)?.getLiveTimeline().getEvents() ?? [];
  }

  answers(room: string, to: string): Answer[] {
    return answersTo(this.view(room), to);
  }

  waitForAnswer(
    room: string,
    to: string,
    { from, timeoutMs }: { from?: string; timeoutMs?: number } = {},
  ): Promise<Answer> {
    const look = () =>
      this.answers(room, to).find(answer => isComplete(answer) && (from === undefined || answer.sender === from));
    return this.until(`the answer to ${to} in ${room}`, look, timeoutMs);
  }

  async ask(
    room: string,
    body: string,
    options: TextOptions & { timeoutMs?: number; from?: string } = {},
  ): Promise<Answer> {
    return this.waitForAnswer(room, await this.say(room, body, options), options);
  }

  /** Waits until `look` finds something, looking again after each change. */
  async until<T>(what: string, look: () => T | undefined, timeoutMs = 20_000): Promise<T> {
    const deadline = AbortSignal.timeout(timeoutMs);
    for (;;) {
      const found = look();
      if (found !== undefined) return found;
      try {
        await once(this.#changes, 'change', { signal: deadline });
      } catch {
        throw new Error(`${this.id} waited ${timeoutMs} ms for ${what}\n${this.#describe()}`);
      }
    }
  }

  #describe(): string {
    const rooms = this.client.getRooms().map(({ roomId }) => {
      const lines = this.#events(roomId).map(
        event =>
          `${event.getId()} ${event.getSender()} ${event.getType()} ${JSON.stringify(event.getOriginalContent()).slice(0, 200)}`,
      );
      return [roomId, ...lines.slice(-15)].join('\n  ');
    });
    return rooms.join('\n');
  }
}

/** A new account with such a client. */
export async function newSecretPerson(admin: Session, name: string): Promise<SecretPerson> {
  const { person, password } = await newAccount(admin, name);
  return SecretPerson.signIn(person, password);
}
