import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What somebody asked of it. */
export interface GitRequest {
  readonly method: string;
  readonly url: string;
  /** What was sent to sign in; null: nothing. */
  readonly authorization: string | null;
}

export interface GitServer {
  readonly port: number;
  readonly requests: GitRequest[];
  /** Makes a repository with these files in one commit on `main`. */
  create(name: string, files: Readonly<Record<string, string>>): void;
  /** Runs git in a repository there. */
  git(name: string, ...argv: readonly string[]): string;
  close(): void;
}

const own = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null', GIT_TERMINAL_PROMPT: '0' };
const person = ['-c', 'user.name=Mara', '-c', 'user.email=mara@example.org', '-c', 'init.defaultBranch=main'];

/** A server of git repositories, by git's own program for it. Nobody pushes without the token; nor reads, where `isPrivate`. */
export async function gitServer(given: { readonly token: string; readonly isPrivate?: boolean }): Promise<GitServer> {
  const root = mkdtempSync(join(tmpdir(), 'parley-git-server-'));
  const requests: GitRequest[] = [];
  const wanted = `Basic ${Buffer.from(`x-access-token:${given.token}`).toString('base64')}`;
  const server = createServer((request, response) => {
    const { method = '', url = '', headers } = request;
    requests.push({ method, url, authorization: headers.authorization ?? null });
    const mayPass = headers.authorization === wanted || (given.isPrivate !== true && !url.includes('receive-pack'));
    if (mayPass) return backend(root, request, response);
    response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
  });
  await new Promise<void>(resolve => server.listen(0, resolve));
  const { port } = server.address() as { port: number };
  const git = (name: string, ...argv: readonly string[]): string =>
    execFileSync('git', [...person, '-C', join(root, `${name}.git`), ...argv], {
      env: { ...process.env, ...own },
      encoding: 'utf8',
    }).trim();
  return {
    port,
    requests,
    git,
    create: (name, files) => create({ root, git }, name, files),
    close() {
      server.closeAllConnections();
      server.close();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function create(
  { root, git }: { readonly root: string; readonly git: GitServer['git'] },
  name: string,
  files: Readonly<Record<string, string>>,
): void {
  mkdirSync(join(root, `${name}.git`), { recursive: true });
  git(name, 'init', '--bare', '-q');
  git(name, 'config', 'http.receivepack', 'true');
  const lines = Object.entries(files).map(
    ([path, content]) => `M 100644 inline ${path}\ndata ${Buffer.byteLength(content)}\n${content}\n`,
  );
  const commit = `commit refs/heads/main\ncommitter Mara <mara@example.org> 1700000000 +0000\ndata 5\nfirst\n${lines.join('')}`;
  execFileSync('git', ['-C', join(root, `${name}.git`), 'fast-import', '--quiet'], { input: commit });
}

/** One request, by git http-backend, as a web server calls it. */
function backend(root: string, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, search } = new URL(request.url ?? '/', 'http://git');
  const { headers } = request;
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env.PATH,
      ...own,
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: /\.git\//.test(pathname)
        ? pathname
        : pathname.replace(/\/(info\/refs|git-(?:upload|receive)-pack)$/, '.git/$1'),
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: headers['content-type'],
      CONTENT_LENGTH: headers['content-length'],
      HTTP_CONTENT_ENCODING: headers['content-encoding'],
      GIT_PROTOCOL: String(headers['git-protocol'] ?? ''),
      REMOTE_USER: 'somebody',
    } as Record<string, string>,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  child.stdin.on('error', () => undefined);
  request.pipe(child.stdin);
  const pieces: Buffer[] = [];
  child.stdout.on('data', (piece: Buffer) => pieces.push(piece));
  child.on('close', () => {
    const all = Buffer.concat(pieces);
    const end = all.indexOf('\r\n\r\n');
    const head = all
      .subarray(0, end)
      .toString()
      .split('\r\n')
      .map(line => line.split(': ') as [string, string]);
    const status = Number(head.find(([name]) => name === 'Status')?.[1]?.slice(0, 3) ?? 200);
    response
      .writeHead(status, Object.fromEntries(head.filter(([name]) => name !== 'Status')))
      .end(all.subarray(end + 4));
  });
}
