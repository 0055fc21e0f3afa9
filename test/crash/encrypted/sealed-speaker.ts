import { randomUUID } from 'node:crypto';
import * as sdk from 'matrix-js-sdk';
import type { CryptoBackend } from 'matrix-js-sdk/lib/common-crypto/CryptoBackend.js';
import { asShown } from '../../e2e/driver/as-shown.ts';
import { type Call, clientPath, matrixJson, type Session } from '../../e2e/driver/matrix-http.ts';
import type { Outgoing } from '../../e2e/driver/person.ts';
import { type Content, type MatrixEvent, RoomView } from '../../e2e/driver/room-view.ts';
import type { SecretPerson } from '../../e2e/driver/secret-person.ts';
import type { Speaker } from '../send.ts';
import { readTimeline } from '../timeline.ts';
import { type LostDeviceMessage, lostDeviceMessages } from './lost-device-messages.ts';
import type { SeenEvent } from './verify-sealed.ts';

/** While the homeserver is away. A client's own patience grows to ten seconds. */
const impatienceMs = 500;

/** Somebody whose client encrypts and decrypts by itself, and outlives everybody who is killed. */
export class SealedSpeaker implements Speaker {
  readonly secret: SecretPerson;
  /** What other devices have sent to this one and it could not decrypt. */
  readonly lost: readonly LostDeviceMessage[];
  readonly #views = new Map<string, RoomView>();
  /** What was encrypted and may have to be sent again, by transaction. */
  readonly #sealed = new Map<string, Content>();

  constructor(secret: SecretPerson) {
    this.secret = secret;
    this.lost = lostDeviceMessages(secret);
    const { client } = secret;
    client.on(sdk.RoomEvent.Timeline, event => this.#see(event));
    client.on(sdk.MatrixEventEvent.Decrypted, event => this.#see(event));
    setInterval(() => client.clientRunning && client.retryImmediately(), impatienceMs).unref();
  }

  get id(): string {
    return this.secret.id;
  }

  /** What could be decrypted so far, in the order in which that was. */
  view(room: string): RoomView {
    const known = this.#views.get(room);
    if (known !== undefined) return known;
    const view = new RoomView();
    this.#views.set(room, view);
    return view;
  }

  request<T>(method: string, path: string, call: Call = {}): Promise<T> {
    return matrixJson<T>(this.#session(), method, path, call);
  }

  /** Under the same transaction id the same cipher text is sent. */
  async sendAs(txnId: string, room: string, event: Outgoing): Promise<string> {
    const sealed = this.#sealed.get(txnId) ?? (await this.#seal(room, event));
    this.#sealed.set(txnId, sealed);
    const path = clientPath('rooms', room, 'send', 'm.room.encrypted', txnId);
    const { event_id } = await this.request<{ event_id: string }>('PUT', path, { body: sealed });
    this.#sealed.delete(txnId);
    return event_id;
  }

  /** The whole timeline of a room, as the homeserver has it and as this client reads it. */
  async read(room: string): Promise<SeenEvent[]> {
    const seen: SeenEvent[] = [];
    for (const raw of await readTimeline(this, room)) seen.push(await this.#open(raw));
    return seen;
  }

  async #open(raw: MatrixEvent): Promise<SeenEvent> {
    const event = new sdk.MatrixEvent(raw as object);
    await this.secret.client.decryptEventIfNeeded(event);
    const failure = event.isDecryptionFailure() ? String(event.decryptionFailureReason) : null;
    return { raw, shown: asShown(event), failure };
  }

  async #seal(room: string, { type, content }: Outgoing): Promise<Content> {
    const there = this.secret.client.getRoom(room);
    if (there === null) throw new Error(`${this.id} is not in ${room}`);
    const event_id = `~${room}:${randomUUID()}`;
    const event = new sdk.MatrixEvent({ type, content, room_id: room, sender: this.id, event_id });
    // As the client's own sending does, which keeps no cipher text for a second try.
    await (this.secret.crypto as CryptoBackend).encryptEvent(event, there);
    return event.getWireContent();
  }

  /** Once it can be read; what this client sends itself comes back from the homeserver. */
  #see(event: sdk.MatrixEvent): void {
    const room = event.getRoomId();
    const isReadable = event.getType() !== 'm.room.encrypted' && !event.isDecryptionFailure();
    if (room !== undefined && event.status === null && isReadable) this.view(room).add(asShown(event));
  }

  #session(): Session {
    const { client } = this.secret;
    return { homeserver: client.baseUrl, userId: this.id, token: client.getAccessToken() ?? '' };
  }
}
