import type { ChatId, MemberId, MessageId } from '../../src/core/ids.ts';
import type { Attachment, Said } from '../../src/core/message.ts';
import { type PowerChange, type PowerSettings, powerEntries, type RoomPower, settingIn } from '../../src/core/power.ts';
import { memberAt } from './address.ts';
import { changePower, demandPower } from './moderating.ts';
import { type MemoryNetwork, membership } from './network.ts';
import { addReaction, change, type MemoryRoom, rewrite, withdrawReaction } from './room.ts';

export interface Saying {
  readonly messageType?: Said['messageType'];
  readonly replyTo?: MessageId;
  readonly thread?: MessageId;
  /** Addresses (`@agent-ada`) or members. */
  readonly mentions?: readonly string[];
  readonly attachment?: { readonly name: string; readonly mimeType: string; readonly data: Uint8Array };
}

/** Acts as a person does in a chat client. What is not allowed throws. Rooms and messages go by their ids. */
export interface Person {
  readonly id: MemberId;
  /** Makes a room and invites; addresses as `@agent-ada`, `@mara`. */
  createRoom(room?: { name?: string; topic?: string; invite?: readonly string[] }): ChatId;
  /** Makes a private chat with an agent. */
  dm(agent: string): ChatId;
  say(chat: ChatId, text: string, saying?: Saying): MessageId;
  edit(chat: ChatId, target: MessageId, text: string, mentions?: readonly string[]): MessageId;
  redact(chat: ChatId, target: MessageId): MessageId;
  react(chat: ChatId, target: MessageId, key: string): MessageId;
  invite(chat: ChatId, whom: string): void;
  kick(chat: ChatId, whom: string): void;
  ban(chat: ChatId, whom: string): void;
  join(chat: ChatId): void;
  leave(chat: ChatId): void;
  rename(chat: ChatId, name: string): void;
  setName(chat: ChatId, name: string): void;
  setTopic(chat: ChatId, topic: string): void;
  /** From now on nobody but people can read what is said. */
  encrypt(chat: ChatId): void;
  power(chat: ChatId): RoomPower;
  setPower(chat: ChatId, settings: PowerSettings): void;
}

/** Somebody who can act in the rooms of `network`. People accept every invitation at once. */
export function personIn(network: MemoryNetwork, name: string): Person {
  const id = memberAt(name);
  return { id, ...roomActions(network, id), ...messageActions(network, id) };
}

function inside(network: MemoryNetwork, chat: ChatId, id: MemberId): MemoryRoom {
  const room = network.room(chat);
  if (room.members.get(id) !== 'joined') throw new Error(`${id} is not in ${chat}.`);
  return room;
}

const membersOf = (addresses: readonly string[]): MemberId[] => addresses.map(toMember);

/** Takes both an address and a member's id. */
function toMember(address: string): MemberId {
  return address.includes(':') ? (address as MemberId) : memberAt(address);
}

type RoomActions = Omit<Person, 'id' | 'say' | 'edit' | 'redact' | 'react'>;

function roomActions(network: MemoryNetwork, id: MemberId): RoomActions {
  function make(kind: MemoryRoom['kind'], invite: readonly string[]): MemoryRoom {
    const room = network.makeRoom(kind, id);
    network.enter(room, id);
    for (const member of membersOf(invite)) network.invite(room, id, member);
    return room;
  }
  function remove(chat: ChatId, whom: string, how: 'kicked' | 'banned'): void {
    const room = inside(network, chat, id);
    const member = toMember(whom);
    // Told while the member still stands in the room, so that an agent hears of its own end.
    network.happen(room, id, membership(network, member, how));
    if (how === 'banned') room.members.set(member, 'banned');
    else room.members.delete(member);
  }
  return {
    createRoom: ({ name, topic, invite = [] } = {}) => {
      const room = make('group', invite);
      room.name = name ?? null;
      room.topic = topic ?? null;
      if (name !== undefined) network.happen(room, id, { messageType: 'room', name });
      if (topic !== undefined) network.happen(room, id, { messageType: 'room', topic });
      return room.id;
    },
    dm: agent => make('private', [agent]).id,
    invite: (chat, whom) => network.invite(inside(network, chat, id), id, toMember(whom)),
    kick: (chat, whom) => remove(chat, whom, 'kicked'),
    ban: (chat, whom) => remove(chat, whom, 'banned'),
    join: chat => network.enter(network.room(chat), id),
    leave: chat => {
      const room = inside(network, chat, id);
      network.happen(room, id, membership(network, id, 'left'));
      room.members.delete(id);
    },
    rename: (chat, name) => {
      network.happen(inside(network, chat, id), id, { messageType: 'membership', member: id, change: 'renamed', name });
    },
    setName: (chat, name) => {
      const room = inside(network, chat, id);
      room.name = name;
      network.happen(room, id, { messageType: 'room', name });
    },
    setTopic: (chat, topic) => {
      const room = inside(network, chat, id);
      room.topic = topic;
      network.happen(room, id, { messageType: 'room', topic });
    },
    encrypt: chat => {
      const room = inside(network, chat, id);
      room.encrypted = true;
      network.happen(room, id, { messageType: 'room', encrypted: true });
    },
    power: chat => inside(network, chat, id).power,
    setPower: (chat, settings) => {
      const room = inside(network, chat, id);
      const wishes = powerEntries(settings).map(([setting, to]) => [
        setting,
        { from: settingIn(room.power, setting), to },
      ]);
      changePower(network, room, { by: id, change: Object.fromEntries(wishes) as PowerChange });
    },
  };
}

const sealed = { messageType: 'unreadable', why: 'encrypted', externalType: 'encrypted' } as const;

function messageActions(network: MemoryNetwork, id: MemberId): Pick<Person, 'say' | 'edit' | 'redact' | 'react'> {
  return {
    say: (chat, text, saying = {}) => {
      const room = inside(network, chat, id);
      demandPower(room, id, room.encrypted ? 'sealed' : 'text');
      const said = saidOf(network, text, saying);
      const _id = network.happen(room, id, room.encrypted ? sealed : said);
      room.shown.set(_id, { ...emptyShown, ...said, id: _id, from: id, notice: said.messageType === 'notice' });
      return _id;
    },
    edit: (chat, target, text, mentions = []) => {
      const room = inside(network, chat, id);
      demandPower(room, id, room.encrypted ? 'sealed' : 'text');
      rewrite(room, target, { text });
      const what = { target, text, attachment: null, mentions: membersOf(mentions), newType: 'text' } as const;
      return network.happen(room, id, room.encrypted ? sealed : { messageType: 'edit', ...what });
    },
    redact: (chat, target) => {
      const room = inside(network, chat, id);
      demandPower(room, id, 'retraction');
      change(room, target, { redacted: true, text: '' });
      withdrawReaction(room, target);
      return network.happen(room, id, { messageType: 'redaction', target });
    },
    react: (chat, target, key) => {
      const room = inside(network, chat, id);
      demandPower(room, id, 'reaction');
      const _id = network.happen(room, id, { messageType: 'reaction', target, key: key.replaceAll('\uFE0F', '') });
      addReaction(room, target, { from: id, key, id: _id });
      return _id;
    },
  };
}

const emptyShown = { former: [], reactions: [], redacted: false, body: null, mark: null };

function saidOf(network: MemoryNetwork, text: string, saying: Saying): Said {
  return {
    messageType: saying.messageType ?? 'text',
    text,
    attachment: saying.attachment === undefined ? null : attach(network, saying.attachment),
    replyTo: saying.replyTo ?? null,
    thread: saying.thread ?? null,
    mentions: membersOf(saying.mentions ?? []),
  };
}

function attach(network: MemoryNetwork, file: NonNullable<Saying['attachment']>): Attachment {
  const source = `memory-content-${network.contents.size + 1}`;
  network.contents.set(source, file.data);
  return { name: file.name, mimeType: file.mimeType, size: file.data.byteLength, source };
}
