import type { Readable } from 'node:stream';

const mostJson = 4 * 1024 * 1024;

/** The request at the beginning of a stream: its length in four bytes, and its JSON. What comes behind it stays in the stream. */
export async function readRequest(stream: Readable): Promise<unknown> {
  const length = (await take(stream, 4)).readUInt32BE(0);
  if (length > mostJson) throw new Error('a request that is too long');
  return JSON.parse((await take(stream, length)).toString('utf8'));
}

export function requestBytes(request: unknown): Buffer {
  const json = Buffer.from(JSON.stringify(request));
  const head = Buffer.alloc(4);
  head.writeUInt32BE(json.length, 0);
  return Buffer.concat([head, json]);
}

/** All that is left. */
export async function readRest(stream: Readable): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of stream as AsyncIterable<Buffer>) pieces.push(piece);
  return Buffer.concat(pieces);
}

function take(stream: Readable, length: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const settle = (done: () => void): void => {
      stream.off('readable', look).off('end', fail).off('close', fail);
      done();
    };
    const fail = (): void => settle(() => reject(new Error('a request that is too short')));
    const look = (): void => {
      const bytes = stream.read(length) as Buffer | null;
      if (bytes !== null) settle(() => (bytes.length < length ? fail() : resolve(bytes)));
    };
    stream.on('readable', look).on('end', fail).on('close', fail);
    look();
  });
}
