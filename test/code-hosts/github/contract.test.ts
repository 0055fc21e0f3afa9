import { createServer } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { githubHost } from '../../../src/code-hosts/github/code-host.ts';
import { codeHostContract } from '../../contracts/code-host.ts';
import { fakeGithub } from '../../fakes/github.ts';

describe('GitHub', () =>
  codeHostContract(async (token = 'right') => {
    const world = await fakeGithub({ token: 'right', repository: 'acme/app' });
    return { host: githubHost({ api: world.url, token, repository: 'acme/app' }), world };
  }));

it.each([
  ['something else', '"hello"', 'CODE_HOST_REFUSED'],
  ['no JSON', '<html>', 'CODE_HOST_REFUSED'],
  ['an endless answer', 'x'.repeat(9_000_000), 'CODE_HOST_UNREACHABLE'],
])('is not troubled by %s', async (_, text, code) => {
  const server = createServer((_request, response) =>
    response.writeHead(200, { 'content-type': 'application/json' }).end(text),
  );
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  const host = githubHost({ api: `http://127.0.0.1:${port}`, token: null, repository: 'acme/app' });
  await expect(host.issues('open', new AbortController().signal)).rejects.toMatchObject({ code });
});

it.each([301, 302, 307, 308])('follows nobody (%s) to where a repository is now', async status => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    const there = request.url?.startsWith('/repositories/') === true;
    if (!there) return void response.writeHead(status, { location: '/repositories/7/issues' }).end('{}');
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(request.method === 'GET' ? [] : { number: 1, html_url: 'https://evil.example/1' }));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  const host = githubHost({ api: `http://127.0.0.1:${port}`, token: 'right', repository: 'acme/app' });
  const post = { title: 'For acme alone', body: 'It is secret.', mark: 'm' };
  await expect(host.openIssue(post, new AbortController().signal)).rejects.toMatchObject({
    code: 'CODE_HOST_REFUSED',
    message: expect.stringContaining('it has moved'),
  });
  expect(asked.filter(one => one.includes('/repositories/'))).toEqual([]);
});
