import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2';
import type { Duplex } from 'node:stream';
import { ParleyError } from '../../src/core/errors.ts';
import type { Clock } from '../../src/ports/clock.ts';
import { requestBytes } from './inside/body.ts';
import { type Frame, frameReader, kinds } from './inside/frames.ts';

export interface RequestOptions {
  readonly body?: Uint8Array;
  /** Aborting it ends the request, on both sides. */
  readonly signal?: AbortSignal;
  /** Milliseconds until the container counts as broken. */
  readonly timeoutMs: number;
  /** Takes what comes before the answer; what it throws ends the request. */
  readonly onFrame?: (frame: Frame) => void;
}

/**
 * The way into a container, over its standard input and output: HTTP/2, in which Parley is the client. All that comes back is made up by whoever is
 * inside: it is bounded here, and whoever asked looks at it before it is used.
 */
export interface Channel {
  /** Gives the answer as it came: any JSON. Rejects with `WORKSPACE_LOST` where none came, and with the reason of the signal. */
  request(path: string, request: unknown, options: RequestOptions): Promise<unknown>;
  /** A stream that the other side answers when somebody inside wants to go out; null where nothing goes through any more. */
  accept(): ClientHttp2Stream | null;
  /** Resolves when nothing goes through any more. */
  readonly ended: Promise<void>;
  end(): void;
}

const KiB = 1024;
const windowBytes = 1024 * KiB;
const shortBytes = 16 * KiB;
const mostInAnswer = 4 * 1024 * KiB;

export function openChannel(transport: Duplex, clock: Clock): Channel {
  const session = connect('http://workspace', {
    createConnection: () => transport,
    settings: { enablePush: false, initialWindowSize: windowBytes, maxHeaderListSize: 8 * KiB },
    maxSessionMemory: 64,
    maxOutstandingPings: 4,
    maxReservedRemoteStreams: 0,
  });
  session.on('connect', () => {
    // It may have ended already, by what came first.
    if (!session.destroyed) session.setLocalWindowSize(4 * windowBytes);
  });
  let resolveEnded = (): void => undefined;
  const ended = new Promise<void>(resolve => {
    resolveEnded = resolve;
  });
  // A session does not end with what it runs over, where that is no socket; nor does it tell of its end while nobody reads on the other side.
  const end = (): void => {
    session.destroy();
    transport.destroy();
    resolveEnded();
  };
  for (const sign of ['error', 'goaway', 'close']) session.on(sign, end);
  for (const sign of ['error', 'end', 'close']) transport.on(sign, end);
  return {
    request: (path, request, options) => exchange({ session, clock, end }, { path, request }, options),
    accept: () => begun(session, '/accept'),
    ended,
    end,
  };
}

export const lost = (why: string, cause?: unknown): ParleyError =>
  new ParleyError('WORKSPACE_LOST', `The workspace ended in the middle: ${why}. Its files are kept; try again.`, {
    cause,
    retry: true,
  });

interface Line {
  readonly session: ClientHttp2Session;
  readonly clock: Clock;
  readonly end: () => void;
}

function exchange(
  { session, clock, end }: Line,
  { path, request }: { readonly path: string; readonly request: unknown },
  options: RequestOptions,
): Promise<unknown> {
  const { signal, onFrame, timeoutMs, body = new Uint8Array() } = options;
  if (signal?.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    const stream = begun(session, path);
    if (stream === null) return reject(lost('it has ended already'));
    let answer: { readonly given: unknown } | null = null;
    const settle = (done: () => void): void => {
      dismiss();
      signal?.removeEventListener('abort', cancel);
      if (!stream.destroyed && !stream.readableEnded) stream.close(constants.NGHTTP2_CANCEL);
      done();
    };
    const fail = (error: unknown): void => {
      settle(() => reject(error));
      if (session.destroyed) end();
    };
    const cancel = (): void => fail(signal?.reason);
    const dismiss = clock.after(timeoutMs, () => fail(lost('it does not answer')));
    const take = (frame: Frame): void => {
      // Neither costs whoever sends it anything, and there would be no end to them.
      if (answer !== null || frame.bytes.length === 0) throw lost('what came from it makes no sense');
      if (frame.kind === kinds.answer) answer = { given: JSON.parse(frame.bytes.toString('utf8')) };
      else onFrame?.(frame);
    };
    signal?.addEventListener('abort', cancel);
    readFrames(stream, take, fail);
    const finish = (): void => {
      const got = answer;
      if (got === null) fail(lost('it broke off'));
      else settle(() => resolve(got.given));
    };
    stream
      .on('end', finish)
      .on('close', finish)
      .on('error', error => fail(lost('the way to it broke', error)));
    // In one piece where it is short, and not copied where it is long.
    if (body.length < shortBytes) stream.end(Buffer.concat([requestBytes(request), body]));
    else {
      stream.write(requestBytes(request));
      stream.end(body);
    }
  });
}

/** A new stream; null where the session takes none any more, however that came. */
function begun(session: ClientHttp2Session, path: string): ClientHttp2Stream | null {
  try {
    return session.request({ ':method': 'POST', ':path': path });
  } catch {
    return null;
  }
}

function readFrames(stream: ClientHttp2Stream, take: (frame: Frame) => void, fail: (error: unknown) => void): void {
  const read = frameReader(mostInAnswer);
  let broken = false;
  stream.on('data', (piece: Buffer) => {
    if (broken) return;
    try {
      for (const frame of read(piece)) take(frame);
    } catch (error) {
      broken = true;
      fail(error instanceof ParleyError ? error : lost('what came from it makes no sense', error));
    }
  });
}
