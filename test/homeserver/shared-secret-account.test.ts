import { join } from 'node:path';
import { expect, test } from 'vitest';
import { accountMaker } from '../../src/homeserver/shared-secret-account.ts';
import { fakeHomeserver } from '../cli/fake-homeserver.ts';
import { tempFolder } from '../config/temp-folder.ts';

const profile = 'GET /_matrix/client/v3/profile/%40you%3Aparley.test';
const register = '/_synapse/admin/v1/register';
const unknown = { status: 404, body: { errcode: 'M_NOT_FOUND' } };
const nonce = { status: 200, body: { nonce: 'once' } };

async function make(
  answers: Parameters<typeof fakeHomeserver>[0],
  beforeMaking?: () => Promise<void>,
): Promise<boolean> {
  const url = await fakeHomeserver(answers);
  const secret = join(tempFolder({ secret: 'shared\n' }), 'secret');
  return accountMaker({ url, serverName: 'parley.test' }, secret)('you', 'correct horse', beforeMaking);
}

test('tells that it made an account', async () => {
  const made = { status: 200, body: { user_id: '@you:parley.test' } };
  const answers = { [profile]: () => unknown, [`GET ${register}`]: () => nonce, [`POST ${register}`]: () => made };
  expect(await make(answers)).toBe(true);
});

test('tells before it may make one, and only then', async () => {
  const told: string[] = [];
  const tell = async (): Promise<void> => void told.push('told');
  const made = () => ({ status: 200, body: { made: told.push('made') } });
  await make({ [profile]: () => ({ status: 200, body: {} }) }, tell);
  expect(told).toEqual([]);
  await make({ [profile]: () => unknown, [`GET ${register}`]: () => nonce, [`POST ${register}`]: made }, tell);
  expect(told).toEqual(['told', 'made']);
});

test('tells that an account was there, with a profile or without', async () => {
  const inUse = { status: 400, body: { errcode: 'M_USER_IN_USE' } };
  expect(await make({ [profile]: () => ({ status: 200, body: {} }) })).toBe(false);
  const answers = { [profile]: () => unknown, [`GET ${register}`]: () => nonce, [`POST ${register}`]: () => inUse };
  expect(await make(answers)).toBe(false);
});

test('says why an account could not be made', async () => {
  const refused = { status: 403, body: { errcode: 'M_FORBIDDEN', error: 'HMAC incorrect' } };
  const answers = { [profile]: () => unknown, [`GET ${register}`]: () => nonce, [`POST ${register}`]: () => refused };
  await expect(make(answers)).rejects.toMatchObject({
    code: 'HOMESERVER_START_FAILED',
    message: expect.stringMatching(/HMAC incorrect\. .*PARLEY_DATA/),
  });
});

test('takes no trouble of the homeserver for a missing account', async () => {
  const told: string[] = [];
  const trouble = { status: 500, body: { errcode: 'M_UNKNOWN', error: 'Internal server error' } };
  const answers = { [profile]: () => trouble, [`GET ${register}`]: () => trouble, [`POST ${register}`]: () => trouble };
  await expect(make(answers, async () => void told.push('told'))).rejects.toThrow('Internal server error');
  expect(told).toEqual([]);
});
