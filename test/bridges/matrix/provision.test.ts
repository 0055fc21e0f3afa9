import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { describe, expect, it, onTestFinished } from 'vitest';
import { drawAvatar, initialOf } from '../../../bridges/matrix/avatar.ts';
import { agentId, agentMember } from '../../../src/core/ids.ts';
import { exampleAgent } from '../../contracts/bridge/example-agent.ts';
import { taking } from '../../contracts/bridge/world.ts';
import { fakeWorld } from './fake-world.ts';

const ada = exampleAgent(agentId('ada'));

async function world() {
  const made = await fakeWorld();
  onTestFinished(() => made.close());
  await made.bridge.start(taking());
  made.homeserver.requests.length = 0;
  return made;
}

describe('an agent on Matrix', () => {
  it('gets an account, a device, a name and a picture', async () => {
    const { bridge, homeserver } = await world();
    await bridge.ensureAgent(ada, null);
    expect(homeserver.requests).toEqual([
      'POST /register',
      'PUT /devices/PARLEY',
      'GET /profile/@agent-ada:parley.test',
      'PUT /profile/@agent-ada:parley.test/displayname',
      'POST /upload',
      'PUT /profile/@agent-ada:parley.test/avatar_url',
    ]);
    expect(homeserver.world.users.get('@agent-ada:parley.test')).toMatchObject({ displayname: 'Ada' });
  });

  it('costs no request when nothing changed', async () => {
    const { bridge, homeserver } = await world();
    const known = await bridge.ensureAgent(ada, null);
    homeserver.requests.length = 0;
    expect(await bridge.ensureAgent(ada, known)).toBe(known);
    expect(homeserver.requests).toEqual([]);
  });

  it('changes nothing that is so already, although nothing was remembered', async () => {
    const { bridge, homeserver } = await world();
    const known = await bridge.ensureAgent(ada, null);
    homeserver.requests.length = 0;
    expect(await bridge.ensureAgent(ada, null)).toBe(known);
    expect(homeserver.requests.filter(request => /PUT .profile|upload/.test(request))).toEqual([]);
  });

  it('changes only its picture when only that changed', async () => {
    const { bridge, homeserver } = await world();
    const known = await bridge.ensureAgent(ada, null);
    const folder = await mkdtemp(join(tmpdir(), 'parley-avatar-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const avatar = join(folder, 'ada.png');
    await writeFile(avatar, drawAvatar('Zoe', '#ffffff'));
    const changed = { ...ada, publicProfile: { ...ada.publicProfile, avatar } };
    homeserver.requests.length = 0;
    const now = await bridge.ensureAgent(changed, known);
    expect(homeserver.requests.filter(request => /PUT .profile/.test(request))).toEqual([
      'PUT /profile/@agent-ada:parley.test/avatar_url',
    ]);
    expect(await bridge.ensureAgent(changed, now)).toBe(now);
    const missing = { ...ada, publicProfile: { ...ada.publicProfile, avatar: join(folder, 'none.png') } };
    await expect(bridge.ensureAgent(missing, now)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  it('does without a device where the homeserver makes none', async () => {
    const { bridge, homeserver, person } = await world();
    const body = { errcode: 'M_UNRECOGNIZED', error: 'unknown' };
    homeserver.intercept = request => (request.includes('/devices/') ? { status: 404, body } : null);
    const known = await bridge.ensureAgent(ada, null);
    expect(JSON.parse(known)).toMatchObject({ device: false });
    const mara = await person('mara');
    const chat = await mara.createRoom({ invite: [agentMember(ada._id)] });
    await bridge.join(chat, ada._id);
  });
});

describe('the picture of an agent', () => {
  it('is a PNG with a disc and a letter', () => {
    const png = Buffer.from(drawAvatar('Ada', '#3d7ea6'));
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    const size = png.readUInt32BE(16);
    const length = png.readUInt32BE(33);
    const rows = inflateSync(png.subarray(41, 41 + length));
    expect(rows.length).toBe(size * (size * 4 + 1));
    const pixel = (x: number, y: number) => [
      ...rows.subarray(y * (size * 4 + 1) + 1 + x * 4, y * (size * 4 + 1) + 5 + x * 4),
    ];
    expect(pixel(0, 0)[3]).toBe(0);
    expect(pixel(size / 2, 8)).toEqual([0x3d, 0x7e, 0xa6, 255]);
    expect(pixel(size / 2, 58)).toEqual([255, 255, 255, 255]);
    expect(drawAvatar('Anna', '#3d7ea6')).toEqual(drawAvatar('Ada', '#3d7ea6'));
    expect(drawAvatar('Bo', '#3d7ea6')).not.toEqual(drawAvatar('Ada', '#3d7ea6'));
  });

  it('shows the first letter that it can', () => {
    expect(['émile', '_x', '7 of 9', '愛', ''].map(initialOf)).toEqual(['E', 'X', '7', '', '']);
    expect(drawAvatar('愛', 'nonsense').length).toBeGreaterThan(100);
  });
});
