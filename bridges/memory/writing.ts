import { ParleyError } from '../../src/core/errors.ts';
import { agentMember, externalIdOf, messageId } from '../../src/core/ids.ts';
import type { Bridge, Delivery } from '../../src/ports/bridge.ts';
import type {
  EditsMessages,
  FileDelivery,
  Reacts,
  RedactsMessages,
  SendsFiles,
  ShowsPresence,
  ShowsTyping,
} from '../../src/ports/bridge-capabilities.ts';
import { memory } from './address.ts';
import { demandModerator, demandPower } from './moderating.ts';
import type { MemoryNetwork } from './network.ts';
import { addReaction, change, rewrite, senderOf, withdrawReaction } from './room.ts';
import { roomAs } from './room-as.ts';

type Writing = Pick<Bridge, 'send'> &
  EditsMessages &
  Reacts &
  RedactsMessages &
  SendsFiles &
  ShowsTyping &
  ShowsPresence;

function textOf({ body }: Delivery): string {
  return body.kind === 'file' ? body.name : body.text;
}

/** Does what has this delivery id once, and gives what came of it each time. */
function once(network: MemoryNetwork, delivery: Pick<Delivery, 'as' | 'deliveryId'>, work: () => string): string {
  const key = `${delivery.as} ${delivery.deliveryId}`;
  const former = network.delivered.get(key);
  if (former !== undefined) return former;
  const result = work();
  network.delivered.set(key, result);
  return result;
}

/** What agents put into rooms, or show there. */
export function writing(network: MemoryNetwork): Writing {
  return {
    send: delivery => network.faults.around('send', () => once(network, delivery, () => post(network, delivery))),
    sendFile: delivery =>
      network.faults.around('send', () => once(network, delivery, () => postFile(network, delivery))),
    edit: (externalId, delivery) =>
      network.faults.around('edit', () => {
        once(network, delivery, () => {
          const room = roomAs(network, delivery.chat, delivery.as);
          const { body, mark } = delivery;
          refuseLarge(network, delivery);
          demandPower(room, agentMember(delivery.as), 'text');
          const notice = body.kind === 'markdown' && body.notice;
          rewrite(room, messageId(memory, externalId), { text: textOf(delivery), notice, body, mark });
          if (mark.state === 'streaming') network.outbound.grew(mark.turn);
          return externalId;
        });
      }),
    redact: target =>
      network.faults.around('redact', () => {
        const room = roomAs(network, target.chat, target.as);
        const id = messageId(memory, target.externalId);
        demandPower(room, agentMember(target.as), 'retraction');
        if (senderOf(room, id) !== agentMember(target.as)) demandModerator(room, agentMember(target.as));
        change(room, id, { redacted: true, text: '' });
        withdrawReaction(room, id);
      }),
    react: reaction =>
      network.faults.around('react', () => once(network, reaction, () => putReaction(network, reaction))),
    showTyping: (chat, as) => {
      const typing = network.rooms.get(chat)?.typing;
      typing?.add(as);
      return () => void typing?.delete(as);
    },
    async setPresence(as, presence, status) {
      const account = network.accounts.get(as);
      if (account !== undefined) Object.assign(account, { presence, status });
    },
  };
}

function post(network: MemoryNetwork, delivery: Delivery): string {
  const { as, body, thread, replyTo, mark } = delivery;
  const room = roomAs(network, delivery.chat, as);
  refuseLarge(network, delivery);
  const from = agentMember(as);
  demandPower(room, from, 'text');
  const notice = body.kind === 'markdown' && body.notice;
  const messageType = body.kind === 'file' ? 'file' : notice ? 'notice' : 'text';
  const text = textOf(delivery);
  const said = { messageType, text, attachment: null, replyTo, thread, mentions: [] } as const;
  const id = network.happen(room, from, said);
  const shown = { id, from, text, notice, thread, replyTo, body, mark };
  room.shown.set(id, { ...shown, former: [], reactions: [], redacted: false });
  room.typing.delete(as);
  return externalIdOf(id);
}

function postFile(network: MemoryNetwork, { file, ...delivery }: FileDelivery): string {
  const { name, mimeType, data } = file;
  const { as, thread, replyTo, mark } = delivery;
  const room = roomAs(network, delivery.chat, as);
  const from = agentMember(as);
  demandPower(room, from, 'text');
  const source = `memory-content-${network.contents.size + 1}`;
  network.contents.set(source, data);
  const attachment = { name, mimeType, size: data.byteLength, source };
  const messageType = mimeType.startsWith('image/') ? 'image' : 'file';
  const id = network.happen(room, from, { messageType, text: name, attachment, replyTo, thread, mentions: [] });
  const shown = { id, from, text: name, notice: false, thread, replyTo, body: null, mark, attachment };
  room.shown.set(id, { ...shown, former: [], reactions: [], redacted: false });
  room.typing.delete(as);
  return externalIdOf(id);
}

function putReaction(network: MemoryNetwork, { chat, as, target, key }: Parameters<Reacts['react']>[0]): string {
  const room = roomAs(network, chat, as);
  const from = agentMember(as);
  demandPower(room, from, 'reaction');
  const id = network.happen(room, from, { messageType: 'reaction', target, key });
  addReaction(room, target, { from, key, id });
  return externalIdOf(id);
}

function refuseLarge(network: MemoryNetwork, { body }: Delivery): void {
  if (body.kind === 'file' || body.text.length <= network.largestMessage) return;
  throw new ParleyError(
    'MESSAGE_TOO_LARGE',
    `The memory network takes ${network.largestMessage} characters. Split it.`,
  );
}
