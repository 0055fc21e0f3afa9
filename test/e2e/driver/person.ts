import { randomUUID } from 'node:crypto';
import { type Answer, answersTo, isComplete } from './answer.ts';
import { type Call, clientPath, matrixJson, matrixResponse, type Session } from './matrix-http.ts';
import { editContent, type TextOptions, textContent } from './outgoing.ts';
import type { Content, RoomMessage, RoomView } from './room-view.ts';
import { Watch } from './watch.ts';

export interface Profile {
  readonly displayname?: string;
  readonly avatar_url?: string;
}

export interface Wanted {
  readonly to: string;
  readonly from?: string;
  readonly timeoutMs?: number;
}

export interface Outgoing {
  readonly type: string;
  readonly content: Content;
}

/** A person with a Matrix client. */
export class Person {
  readonly session: Session;
  readonly watch: Watch;

  constructor(session: Session) {
    this.session = session;
    this.watch = new Watch(session);
  }

  get id(): string {
    return this.session.userId;
  }

  start(): Promise<void> {
    return this.watch.start();
  }

  stop(): void {
    this.watch.stop();
  }

  view(roomId: string): RoomView {
    return this.watch.room(roomId);
  }

  request<T>(method: string, path: string, call: Call = {}): Promise<T> {
    return matrixJson<T>(this.session, method, path, call);
  }

  /** Sends a text and gives its event id. */
  say(roomId: string, body: string, options: TextOptions = {}): Promise<string> {
    return this.send(roomId, 'm.room.message', textContent(body, options));
  }

  edit(roomId: string, target: string, body: string, options: TextOptions = {}): Promise<string> {
    return this.send(roomId, 'm.room.message', editContent(target, body, options));
  }

  react(roomId: string, target: string, key: string): Promise<string> {
    const relation = { rel_type: 'm.annotation', event_id: target, key };
    return this.send(roomId, 'm.reaction', { 'm.relates_to': relation });
  }

  send(roomId: string, type: string, content: Content): Promise<string> {
    return this.sendAs(randomUUID(), roomId, { type, content });
  }

  /** Sends an event under a transaction id: the same once more is not another event. */
  async sendAs(txnId: string, roomId: string, { type, content }: Outgoing): Promise<string> {
    const path = clientPath('rooms', roomId, 'send', type, txnId);
    return (await this.request<{ event_id: string }>('PUT', path, { body: content })).event_id;
  }

  async redact(roomId: string, target: string): Promise<void> {
    await this.request('PUT', clientPath('rooms', roomId, 'redact', target, randomUUID()));
  }

  async createRoom(body: Content = {}): Promise<string> {
    const path = clientPath('createRoom');
    return (await this.request<{ room_id: string }>('POST', path, { body: { preset: 'private_chat', ...body } }))
      .room_id;
  }

  async join(roomId: string): Promise<void> {
    await this.request('POST', clientPath('join', roomId));
    await this.watch.until(`being in ${roomId}`, () =>
      this.view(roomId).membership(this.id) === 'join' ? true : undefined,
    );
  }

  async invite(roomId: string, userId: string): Promise<void> {
    await this.request('POST', clientPath('rooms', roomId, 'invite'), { body: { user_id: userId } });
  }

  async kick(roomId: string, userId: string): Promise<void> {
    await this.request('POST', clientPath('rooms', roomId, 'kick'), { body: { user_id: userId } });
  }

  async ban(roomId: string, userId: string): Promise<void> {
    await this.request('POST', clientPath('rooms', roomId, 'ban'), { body: { user_id: userId } });
  }

  async unban(roomId: string, userId: string): Promise<void> {
    await this.request('POST', clientPath('rooms', roomId, 'unban'), { body: { user_id: userId } });
  }

  profile(userId: string): Promise<Profile> {
    return this.request<Profile>('GET', clientPath('profile', userId));
  }

  async upload(bytes: Uint8Array<ArrayBuffer>, contentType: string): Promise<string> {
    const call = { bytes, contentType };
    return (await this.request<{ content_uri: string }>('POST', '/_matrix/media/v3/upload', call)).content_uri;
  }

  download(mxc: string): Promise<Response> {
    return matrixResponse(this.session, 'GET', mxc.replace('mxc://', '/_matrix/client/v1/media/download/'));
  }

  messages(roomId: string): RoomMessage[] {
    return this.view(roomId).messages();
  }

  message(roomId: string, id: string): RoomMessage {
    const found = this.messages(roomId).find(message => message.id === id);
    if (found === undefined) throw new Error(`no message ${id} in ${roomId}`);
    return found;
  }

  waitForMessage(roomId: string, test: (message: RoomMessage) => boolean, timeoutMs?: number): Promise<RoomMessage> {
    return this.watch.until('a message', () => this.messages(roomId).find(test), timeoutMs);
  }

  waitForMembership(roomId: string, userId: string, membership: string, timeoutMs?: number): Promise<true> {
    const look = () => (this.view(roomId).membership(userId) === membership ? true : undefined);
    return this.watch.until(`${userId} to be "${membership}"`, look, timeoutMs);
  }

  /** The answers to a message that are there now. */
  answers(roomId: string, to: string): Answer[] {
    return answersTo(this.view(roomId), to);
  }

  /** The complete answer to a message. */
  waitForAnswer(roomId: string, { to, from, timeoutMs }: Wanted): Promise<Answer> {
    const look = () =>
      this.answers(roomId, to).find(answer => isComplete(answer) && (from === undefined || answer.sender === from));
    return this.watch.until(`the answer to ${to}`, look, timeoutMs);
  }

  /** The first sign of an answer, whether it is complete or still streams. */
  waitForStart(roomId: string, to: string, timeoutMs?: number): Promise<Answer> {
    return this.watch.until(`an answer to ${to} to begin`, () => this.answers(roomId, to)[0], timeoutMs);
  }

  /** Says something and gives the complete answer. */
  async ask(
    roomId: string,
    body: string,
    options: TextOptions & { readonly timeoutMs?: number } = {},
  ): Promise<Answer> {
    const to = await this.say(roomId, body, options);
    return this.waitForAnswer(roomId, {
      to,
      ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
    });
  }
}
