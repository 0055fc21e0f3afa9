import { type IncomingHttpHeaders, performServerHandshake, type ServerHttp2Stream } from 'node:http2';
import { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { pack, unpack } from './archive.ts';
import { readRequest, readRest } from './body.ts';
import { bothWays } from './both-ways.ts';
import { fileRequests } from './files.ts';
import { frame, kinds, mostInFrame } from './frames.ts';
import { heldBytes } from './held.ts';
import type { Call } from './processes.ts';
import { proxy } from './proxy.ts';
import { refusal } from './refusal.ts';
import type { FileRequest, RunRequest } from './requests.ts';
import { run } from './run.ts';
import { starting } from './starting.ts';

/**
 * The program of a container: it speaks HTTP/2 over its standard input and output, with Parley on the other side, and does what it is asked: runs
 * commands, and sees to files. It ends when Parley goes, and with it the container and all in it.
 */
const root = '/workspace';
const proxyPort = 3128;
const ownContainer = 'PARLEY_WORKSPACE';
const lookAgainMs = 5;
const quietMs = 10;
const window = 1024 * 1024;

const calls = new Map<string, Call>();
const outward = proxy();
const commands = starting(root);
let soon: NodeJS.Timeout | undefined;

const end = (): never => process.exit(0);
// It kills whatever else runs where it runs: that has to be a container of its own.
if (process.ppid !== 1 || process.env[ownContainer] === undefined) throw new Error('this is no container of its own');
const input = new Socket({ fd: 0, readable: true, writable: false });
const output = new Socket({ fd: 1, readable: false, writable: true });
const session = performServerHandshake(bothWays(input, output), {
  settings: { initialWindowSize: window, maxConcurrentStreams: 400 },
});
session.setLocalWindowSize(4 * window);
session.on('close', end).on('error', end);
session.on('stream', (stream, headers) => void serve(stream, headers).catch(() => stream.close()));
outward.listen(proxyPort);
// A file that is longer than allowed is an error of the write, and not the end of this program.
process.on('SIGXFSZ', () => undefined);

async function serve(stream: ServerHttp2Stream, headers: IncomingHttpHeaders): Promise<void> {
  const path = headers[':path'] ?? '';
  if (path === '/accept') return outward.offer(stream);
  stream.on('error', () => undefined);
  const send = sender(stream);
  const request = await readRequest(stream);
  const answer =
    path === '/run' ? await runFor(stream, request as RunRequest, send) : await other(path, request, { stream, send });
  if (stream.destroyed || stream.closed) return;
  if (!stream.headersSent) stream.respond({ ':status': 200 });
  stream.end(frame(kinds.answer, Buffer.from(JSON.stringify(answer))));
}

async function runFor(stream: ServerHttp2Stream, request: RunRequest, send: Send): Promise<unknown> {
  const gone = new AbortController();
  stream.on('close', () => gone.abort());
  try {
    return await run(request, {
      root,
      input: stream,
      starting: commands,
      calls,
      signal: gone.signal,
      send,
      giveUp: end,
    });
  } catch (error) {
    return refusal(error);
  } finally {
    prepareSoon();
  }
}

/** Commands that follow each other at once find nothing that waits, and answer before anything is made. */
function prepareSoon(): void {
  clearTimeout(soon);
  soon = setTimeout(() => {
    if (calls.size === 0) commands.prepare();
  }, quietMs);
}

type Send = (kind: number, bytes: Buffer) => Promise<void>;

const settled = (doing: Promise<unknown>): Promise<unknown> => doing.catch(refusal);

async function over(id: string): Promise<unknown> {
  while (calls.has(id)) await sleep(lookAgainMs);
  return {};
}

interface Ways {
  readonly stream: ServerHttp2Stream;
  readonly send: Send;
}

async function other(path: string, request: unknown, { stream, send }: Ways): Promise<unknown> {
  if (path === '/ready') return {};
  // For whoever has left a call: answers when nothing of it goes on.
  if (path === '/over') return over((request as { readonly id: string }).id);
  if (path === '/held') return { bytes: heldBytes(root) };
  if (path === '/pack') return settled(pack(root, send));
  if (path === '/unpack') return settled(unpack(root, stream));
  const todo = fileRequests[path.slice('/files/'.length)];
  if (todo === undefined) return { refused: 'failed', why: 'unknown request' };
  try {
    const { answer, content = Buffer.alloc(0) } = todo(root, request as FileRequest, await readRest(stream));
    for (let at = 0; at < content.length; at += mostInFrame) {
      await send(kinds.content, content.subarray(at, at + mostInFrame));
    }
    return answer;
  } catch (error) {
    return refusal(error);
  }
}

/** Resolves when there is room for more, so that what prints faster than Parley reads has to wait. */
function sender(stream: ServerHttp2Stream): Send {
  return (kind, bytes) => {
    if (stream.destroyed || stream.closed) return Promise.resolve();
    // With the first frame, and not before it: one piece on the way instead of two.
    if (!stream.headersSent) stream.respond({ ':status': 200 });
    if (stream.write(frame(kind, bytes))) return Promise.resolve();
    return new Promise(resolve => {
      const go = (): void => {
        stream.off('drain', go).off('close', go);
        resolve();
      };
      stream.on('drain', go).on('close', go);
    });
  };
}
