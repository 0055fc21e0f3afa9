import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { usageOf } from '../bench/beside-fake.ts';
import { hostileContent, hostileLetter, type Prey } from '../fakes/hostile.ts';
import { describeWith } from '../servers.ts';
import { ExternalWorld } from './driver/external-world.ts';
import { clientPath, matrixJson, type Session } from './driver/matrix-http.ts';
import { projectFolder } from './driver/parley-process.ts';
import { newPerson } from './driver/people.ts';
import type { Person } from './driver/person.ts';
import type { SecretPerson } from './driver/secret-person.ts';

/** Half of them messages to devices, half events in a room. `PARLEY_HOSTILE_EVENTS=10000` for all that was promised; it takes some minutes. */
const count = Number(process.env.PARLEY_HOSTILE_EVENTS ?? 600);
const atOnce = 4;
const slowestMs = 10_000;
const mebibyte = 2 ** 20;

describeWith('synapse', '22. an encrypted room under attack', () => {
  let world: ExternalWorld;
  let mara: SecretPerson;
  /** Is in a room with Mara and Ada, and not in the other one. */
  let eve: SecretPerson;
  /** Is in no room, and has no keys. */
  let nobody: Person;
  let forger: Person;
  let secret: string;
  let shared: string;

  beforeAll(async () => {
    const preload = [join(projectFolder, 'test', 'bench', 'preload', 'memory.ts')];
    world = await ExternalWorld.prepare({ preload, config: { floor: { findBots: false } } });
    await world.parley.start();
    mara = await world.newSecretPerson('Mara');
    eve = await world.newSecretPerson('Eve');
    nobody = await newPerson(world.owner.session, 'Nobody');
    nobody.stop();
    secret = await mara.room({ invite: [world.agents.ada] });
    shared = await mara.room({ invite: [world.agents.ada] });
    await mara.client.invite(shared, eve.id);
    await eve.enter(shared);
    forger = await forgerIn(shared);
  });
  afterAll(() => world?.stop());

  async function preyOf(): Promise<Prey> {
    const { ada } = world.agents;
    const answer = await mara.ask(secret, 'where is the treasure?');
    const said = answer.message.mark?.trigger ?? '';
    // Eve’s client makes keys for Ada’s device, and her messages are read.
    const own = await eve.ask(shared, '@Ada what about the map?');
    await eve.crypto.forceDiscardSession(shared);
    await eve.ask(shared, '@Ada and again');
    const [device] = (await eve.crypto.getUserDeviceInfo([ada], true)).get(ada)?.values() ?? [];
    const { curve25519 } = await eve.crypto.getOwnDeviceKeys();
    const mine = own.message.mark?.trigger ?? '';
    return {
      room: secret,
      sessions: [answer.message.id, said].map(id => String(mara.sessionOf(secret, id))),
      target: { user: ada, device: device?.deviceId ?? '', key: device?.getIdentityKey() ?? '' },
      own: { device: eve.client.getDeviceId() ?? '', key: curve25519 },
      sealed: [...[said, answer.message.id].map(id => mara.wireContent(secret, id)), eve.wireContent(shared, mine)],
      said: own.message.id,
      mail: eve.sealedForDevices,
    };
  }

  /** Sends all of it, some at a time. */
  async function attack(prey: Prey): Promise<void> {
    const { user, device } = prey.target;
    const asEve = { homeserver: world.synapse.url, userId: eve.id, token: eve.client.getAccessToken() ?? '' };
    const put = (session: Session, path: string, body: object) => matrixJson(session, 'PUT', path, { body });
    async function send(nth: number): Promise<void> {
      const id = randomUUID();
      const half = Math.floor(nth / 2);
      if (nth % 2 === 1) {
        const path = clientPath('rooms', shared, 'send', 'm.room.encrypted', id);
        return void (await put(asEve, path, hostileContent(prey, half)));
      }
      const { type, content } = hostileLetter(prey, half);
      const who = nth % 8 === 6 ? nobody.session : asEve;
      await put(who, clientPath('sendToDevice', type, id), { messages: { [user]: { [device]: content } } });
    }
    const numbers = Array.from({ length: count }, (_, nth) => nth).values();
    const sending = Array.from({ length: atOnce }, async () => {
      for (const nth of numbers) await send(nth);
    });
    await Promise.all(sending);
  }

  it('answers people within seconds, gives nobody a key, and takes nothing for what it is not', {
    timeout: 180_000 + count * 100,
  }, async () => {
    const prey = await preyOf();
    const before = await usageOf(world.parley, 1);
    const questions = () =>
      ['where is the treasure?', 'what about the map?'].map(text => world.model.asked(text).length);
    const asked = questions();
    const waits: number[] = [];
    let isOver = false;
    const attacking = attack(prey).finally(() => {
      isOver = true;
    });
    for (let nth = 0; !isOver; nth += 1) {
      const begun = performance.now();
      const room = nth % 2 === 0 ? secret : shared;
      expect((await mara.ask(room, `@Ada question ${nth}`, { timeoutMs: 60_000 })).text).toContain(`question ${nth}`);
      waits.push(performance.now() - begun);
    }
    await attacking;
    await mara.ask(shared, '@Ada after all of it', { timeoutMs: 60_000 });
    const after = await usageOf(world.parley, 2);
    console.log(
      `${count} hostile events: ${waits.length} answers meanwhile, the slowest after ${Math.max(...waits).toFixed(0)} ms; ` +
        `heap ${inMib(after.heapUsed - before.heapUsed)}, resident ${inMib(after.rss - before.rss)} MiB more`,
    );
    expect(Math.max(...waits)).toBeLessThan(slowestMs);
    expect(after.heapUsed - before.heapUsed).toBeLessThan(40 * mebibyte);
    expect(after.rss - before.rss).toBeLessThan(200 * mebibyte);
    // Nothing of Mara’s was taken for Eve’s, and nothing of anybody’s for said once more.
    expect(questions()).toEqual(asked);
    await noKeyWasGiven();
  });

  const inMib = (bytes: number): string => (bytes / mebibyte).toFixed(1);

  /** Eve has the keys of the room that she is in, and no others; who is in no room has nothing at all. */
  async function noKeyWasGiven(): Promise<void> {
    const keys = await eve.crypto.exportRoomKeys();
    expect(keys.filter(({ room_id }) => room_id === secret)).toEqual([]);
    expect(keys.filter(({ room_id }) => room_id === shared).length).toBeGreaterThan(0);
    const types = new Set(eve.received.map(({ type }) => type));
    expect([...types].filter(type => /forwarded|secret|bundle/.test(type))).toEqual([]);
    expect(await mailOf(nobody)).toEqual([]);
    expect(await mailOf(forger)).not.toContain('m.room.encrypted');
  }

  /** Somebody in the room whose device has keys that nobody has signed rightly: whose they are can't be known. */
  async function forgerIn(room: string): Promise<Person> {
    const forger = await newPerson(world.owner.session, 'Forger');
    await mara.client.invite(room, forger.id);
    await forger.join(room);
    const { device_id } = await forger.request<{ device_id: string }>('GET', clientPath('account', 'whoami'));
    const random = (bytes: number) => randomBytes(bytes).toString('base64').replace(/=+$/, '');
    const signatures = () => ({ [forger.id]: { [`ed25519:${device_id}`]: random(64) } });
    const keys = Object.fromEntries(['curve25519', 'ed25519'].map(kind => [`${kind}:${device_id}`, random(32)]));
    const algorithms = ['m.olm.v1.curve25519-aes-sha2', 'm.megolm.v1.aes-sha2'];
    const device_keys = { user_id: forger.id, device_id, algorithms, keys, signatures: signatures() };
    const one_time_keys = { 'signed_curve25519:AAAAAQ': { key: random(32), signatures: signatures() } };
    await forger.request('POST', clientPath('keys', 'upload'), { body: { device_keys, one_time_keys } });
    forger.stop();
    return forger;
  }

  interface Sync {
    readonly to_device?: { readonly events: readonly { readonly sender: string; readonly type: string }[] };
  }

  /** The types of what agents have sent to the device of somebody who has read none of it. */
  async function mailOf(person: Person): Promise<string[]> {
    const { to_device } = await person.request<Sync>('GET', clientPath('sync'));
    return (to_device?.events ?? []).filter(({ sender }) => sender.startsWith('@agent-')).map(({ type }) => type);
  }
});
