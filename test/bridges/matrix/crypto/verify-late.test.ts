import { expect, it, onTestFinished } from 'vitest';
import { makeCipher } from '../../../../bridges/matrix/crypto/cipher.ts';
import type { MatrixRequest } from '../../../../bridges/matrix/requests.ts';
import { agentId } from '../../../../src/core/ids.ts';
import { openMemoryStore } from '../../../../src/stores/memory/store.ts';
import { heldClock } from '../../../fakes/clock.ts';
import { keptLog } from '../kept-log.ts';
import { keyServer, names } from './key-server.ts';
import { ada, engineAt, room } from './two-sides.ts';

/** Somebody else, whose device is made as those of agents are. */
const mara = agentId('mara');
const herId = names.userId(mara);
const parleys = { ...names, agent: (id: string) => (id === herId ? null : names.agent(id)) };

it('A verification whose first step is encrypted and comes before its key is gone on with when the key is there', async () => {
  const server = keyServer();
  const clock = heldClock();
  const sent: string[] = [];
  const parleysRequests = {
    ...server.requests,
    async call(request: MatrixRequest): Promise<unknown> {
      if (request.path.includes('m.room.encryption')) return { algorithm: 'm.megolm.v1.aes-sha2' };
      if (!request.path.includes('/send/')) return server.requests.call(request);
      sent.push(request.path.split('/').at(-2) ?? '');
      return { event_id: `$step${sent.length}` };
    },
  };
  const parts = { store: openMemoryStore({ clock }), names: parleys, clock, log: keptLog(), onlyEncrypted: false };
  const cipher = makeCipher({ ...parts, requests: parleysRequests, deliver: async () => undefined });
  onTestFinished(() => cipher.close());
  await cipher.prepare(ada);
  const join = { room_id: room, event_id: '$join', sender: names.userId(ada), origin_server_ts: 1 };
  await cipher.read({ ...join, type: 'm.room.member', state_key: join.sender, content: { membership: 'join' } });

  const hers = engineAt(server, openMemoryStore({ clock: heldClock() }));
  await hers.engine.prepare(mara);
  const [, device] = [...server.devices.keys()].find(name => name.startsWith(herId))?.split(' ') ?? [];
  const content = {
    msgtype: 'm.key.verification.request',
    body: 'I want to verify you.',
    from_device: device,
    methods: ['m.sas.v1'],
    to: names.userId(ada),
  };
  const asked = await hers.send(mara, { type: 'm.room.message', content }, [ada]);
  const box = [...server.devices].find(([name]) => name.startsWith(names.userId(ada)))?.[1];
  const late = box?.mail.splice(0) ?? [];
  expect(late).toHaveLength(1);
  // The library passes over requests of long ago.
  expect(await cipher.read({ ...asked, origin_server_ts: Date.now() })).toEqual({ kind: 'later' });
  expect(sent).toEqual([]);
  box?.mail.push(...late);
  await clock.advance(600);
  await expect.poll(() => sent).toEqual(['m.key.verification.ready']);
});
