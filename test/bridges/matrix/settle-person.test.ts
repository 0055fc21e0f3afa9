import { expect, it } from 'vitest';
import { settlePerson } from '../../../bridges/matrix/settle-person.ts';
import { fakeHomeserver } from '../../cli/fake-homeserver.ts';

const root = '/_matrix/client/v3';
const settled = { status: 200, body: {} };

async function settle(join: { status: number; body: object }) {
  const homeserverUrl = await fakeHomeserver({
    [`POST ${root}/login`]: () => ({ status: 200, body: { access_token: 't' } }),
    [`POST ${root}/join/!left%3Ax`]: () => join,
    [`POST ${root}/join/!lobby%3Ax`]: () => settled,
    [`PUT ${root}/user/%40you%3Ax/account_data/m.direct`]: () => settled,
    [`POST ${root}/logout`]: () => settled,
  });
  return settlePerson({ homeserverUrl, userId: '@you:x', password: 'p', rooms: ['!left:x', '!lobby:x'], direct: {} });
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
