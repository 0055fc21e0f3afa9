import { expect, it } from 'vitest';
import { type GitHost, remoteOf } from '../../../src/core/git/git-host.ts';

const host = (url: string, repositories: readonly string[], token: string | null = null): GitHost => ({
  url,
  repositories,
  token,
  username: 'x-access-token',
  api: null,
  internal: false,
});
const hosts = [
  host('https://github.com', ['acme/*'], 'of acme'),
  host('https://github.com', ['zoo/ape', 'Big/Owner']),
  host('https://git.internal:8443', ['*']),
];

it.each([
  ['https://github.com/acme/app', 'https://github.com/acme/app', 'of acme'],
  ['https://github.com/acme/app.git', 'https://github.com/acme/app', 'of acme'],
  ['https://github.com/acme/app/', 'https://github.com/acme/app', 'of acme'],
  ['git@github.com:acme/app.git', 'https://github.com/acme/app', 'of acme'],
  ['ssh://git@github.com/acme/app', 'https://github.com/acme/app', 'of acme'],
  ['acme/app', 'https://github.com/acme/app', 'of acme'],
  ['https://github.com/ACME/App', 'https://github.com/ACME/App', 'of acme'],
  ['https://github.com/zoo/ape', 'https://github.com/zoo/ape', null],
  ['https://github.com/big/owner', 'https://github.com/big/owner', null],
  ['https://git.internal:8443/group/sub/app', 'https://git.internal:8443/group/sub/app', null],
])('understands %s', (given, url, token) => {
  const remote = remoteOf(hosts, given);
  expect([remote?.url, remote?.host.token]).toEqual([url, token]);
});

it.each([
  'https://github.com/zoo/bear',
  'https://github.com/acme',
  'https://github.com/acme.evil/app',
  'https://github.com.evil.example/acme/app',
  'https://evil.example/https://github.com/acme/app',
  'https://github.com@evil.example/acme/app',
  'https://user:word@github.com/acme/app',
  'http://github.com/acme/app',
  'https://github.com:8443/acme/app',
  'https://github.com/acme/../zoo/bear',
  'https://github.com/acme/..%2fzoo/bear',
  'https://github.com/acme/%61pp',
  'https://github.com/acme/app?x=1',
  'https://github.com/acme/app#x',
  'https://github.com/acme/-app',
  'https://github.com/acme/.git',
  'https://github.com//acme/app',
  'file:///etc/passwd',
  'ext::sh -c id',
  '--upload-pack=id',
  'evil/app',
  '',
])('reaches nothing by %s', given => expect(remoteOf(hosts, given)).toBeNull());
