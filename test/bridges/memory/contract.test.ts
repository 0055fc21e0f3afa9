import { memoryBridge } from '../../../bridges/memory/memory-bridge.ts';
import type { MessageId } from '../../../src/core/ids.ts';
import { externalIdOf } from '../../../src/core/ids.ts';
import { levelSetting } from '../../../src/core/power.ts';
import type { BridgeWorld, Somebody } from '../../contracts/bridge/world.ts';
import { bridgeContract } from '../../contracts/bridge.ts';

bridgeContract('The memory bridge', async (): Promise<BridgeWorld> => {
  const bridge = memoryBridge();
  return {
    bridge,
    person: async name => somebody(bridge, name),
    close: async () => undefined,
  };
});

function somebody(bridge: ReturnType<typeof memoryBridge>, name: string): Somebody {
  const person = bridge.person(name);
  return {
    id: person.id,
    createRoom: async room => person.createRoom(room),
    // People of the memory network accept invitations by themselves.
    join: async () => undefined,
    say: async (chat, text, place) => person.say(chat, text, place),
    sendFile: async (chat, file, data) =>
      person.say(chat, file, { messageType: 'file', attachment: { name: file, mimeType: 'text/plain', data } }),
    edit: async (chat, target, text) => person.edit(chat, target, text),
    redact: async (chat, target) => void person.redact(chat, target),
    react: async (chat, target, key) => void person.react(chat, target, key),
    invite: async (chat, whom) => person.invite(chat, whom),
    kick: async (chat, whom) => person.kick(chat, whom),
    ban: async (chat, whom) => person.ban(chat, whom),
    leave: async chat => person.leave(chat),
    give: async (chat, whom, level) => person.setPower(chat, { [levelSetting(whom)]: level }),
    timeline: async chat =>
      bridge.network
        .timeline(chat)
        .map(shown => ({ ...shown, id: externalIdOf(shown.id as MessageId), file: shown.attachment ?? null })),
  };
}
