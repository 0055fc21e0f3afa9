import { expect, it, onTestFinished } from 'vitest';
import { matrix } from '../../../bridges/matrix/names.ts';
import { agentId, agentMember, messageId } from '../../../src/core/ids.ts';
import { exampleAgent } from '../../contracts/bridge/example-agent.ts';
import { taking } from '../../contracts/bridge/world.ts';
import { fakeWorld } from './fake-world.ts';

const ada = agentId('ada');
const passing = { code: 'BRIDGE_REQUEST_FAILED', retry: true, message: expect.stringContaining('proxy') };

it('an answer that no homeserver gives, as a proxy does, is a failure that passes', async () => {
  const { bridge, homeserver, person, close } = await fakeWorld();
  onTestFinished(close);
  await bridge.start(taking());
  await bridge.ensureAgent(exampleAgent(ada), null);
  const mara = await person('mara');
  const chat = await mara.createRoom({ invite: [agentMember(ada)] });
  await bridge.join(chat, ada);
  homeserver.intercept = () => ({ status: 200, body: ['Please sign in to this network'] });

  const mark = { turn: 't', part: 0, state: 'complete', trigger: messageId(matrix, '$x') } as const;
  const delivery = { chat, as: ada, thread: null, replyTo: null, people: null, mark };
  const say = { ...delivery, deliveryId: 'a', body: { kind: 'markdown', text: 'Hello', notice: false } } as const;
  const file = { kind: 'file', name: 'a.txt', mimeType: 'text/plain', text: 'Hello' } as const;
  const room = { key: 'k', as: ada, kind: 'group', name: null, topic: null, invite: [] } as const;
  await expect(bridge.history({ chat, as: ada, since: null, limit: 10 })).rejects.toMatchObject(passing);
  await expect(bridge.state(chat, ada)).rejects.toMatchObject(passing);
  await expect(bridge.rooms(ada)).rejects.toMatchObject(passing);
  await expect(bridge.send(say)).rejects.toMatchObject(passing);
  await expect(bridge.send({ ...say, deliveryId: 'b', body: file })).rejects.toMatchObject(passing);
  await expect(bridge.ensureRoom(room)).rejects.toMatchObject(passing);
  await expect(bridge.ensureAgent({ ...exampleAgent(ada), name: 'Other' }, null)).rejects.toMatchObject(passing);
});
