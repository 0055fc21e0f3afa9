import { expect, it } from 'vitest';
import { settlePerson } from '../../../bridges/matrix/settle-person.ts';
import { fakeHomeserver } from '../../cli/fake-homeserver.ts';

const root = '/_matrix/client/v3';
const settled = { status: 200, body: {} };

const mDirect = '/user/%40you%3Ax/account_data/m.direct';
const written: unknown[] = [];

async function settle(join: { status: number; body: object }, login = 200) {
  const homeserverUrl = await fakeHomeserver({
    [`POST ${root}/login`]: () => ({ status: login, body: { access_token: 't' } }),
    [`POST ${root}/join/!left%3Ax`]: () => join,
    [`POST ${root}/join/!lobby%3Ax`]: () => settled,
    [`GET ${root}${mDirect}`]: () => ({ status: 200, body: { '@tom:x': ['!tom:x'], '@ada:x': ['!own:x'] } }),
    [`PUT ${root}${mDirect}`]: (_: string, sent: string) => {
      written.push(JSON.parse(sent));
      return settled;
    },
    [`POST ${root}/logout`]: () => settled,
  });
  return settlePerson({
    homeserverUrl,
    userId: '@you:x',
    password: 'p',
    rooms: ['!left:x', '!lobby:x'],
    direct: { '@ada:x': ['!ada:x'] },
  });
}

it('a person who has left a room is settled all the same', async () => {
  expect(await settle({ status: 403, body: { errcode: 'M_FORBIDDEN' } })).toEqual(['!left:x']);
  expect(await settle(settled)).toEqual([]);
});

it('a homeserver that fails is told, with what to do', async () => {
  await expect(settle({ status: 500, body: {} })).rejects.toMatchObject({
    code: 'BRIDGE_REQUEST_FAILED',
    message: expect.stringMatching(/refused POST join.*HTTP 500.*Sign in by hand/),
  });
});

it('direct chats that the person has made stay marked beside those that are new', async () => {
  await settle(settled);
  expect(written.at(-1)).toEqual({ '@tom:x': ['!tom:x'], '@ada:x': ['!own:x', '!ada:x'] });
});

it('nothing is done as a person who has another password by now', async () => {
  const before = written.length;
  expect(await settle(settled, 403)).toBeNull();
  expect(written).toHaveLength(before);
});
