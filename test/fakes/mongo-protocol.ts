import type { Socket } from 'node:net';
import { BSON } from 'mongodb';

/** A document of MongoDB's protocol. */
export type Answer = Readonly<Record<string, unknown>>;

const opQuery = 2004;
const opReply = 1;
const opMessage = 2013;
const headerSize = 16;

/** Calls `each` with every whole message that a peer sends: https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/ */
export function onMessage(socket: Socket, each: (message: Buffer) => void): void {
  let waiting = Buffer.alloc(0);
  socket.on('error', () => undefined);
  socket.on('data', data => {
    waiting = Buffer.concat([waiting, data]);
    while (waiting.length >= 4 && waiting.length >= waiting.readInt32LE(0)) {
      const length = waiting.readInt32LE(0);
      each(waiting.subarray(0, length));
      waiting = waiting.subarray(length);
    }
  });
}

const isLegacy = (message: Buffer): boolean => message.readInt32LE(12) === opQuery;

/** Where the document of a message begins: behind flags (and the kind of section), or the name of a collection and two numbers, or five numbers. */
function startOf(message: Buffer): number {
  const operation = message.readInt32LE(12);
  if (operation === opQuery) return message.indexOf(0, headerSize + 4) + 1 + 8;
  return operation === opReply ? headerSize + 20 : headerSize + 5;
}

/** The document that a message consists of; those that a command brings along stand behind it and are left out. */
export function documentOf(message: Buffer): Record<string, unknown> {
  const start = startOf(message);
  return BSON.deserialize(message.subarray(start, start + message.readInt32LE(start)), { promoteLongs: false });
}

/** The name of a command: the first of its document. `hello` by its former name, too. */
export function commandOf(document: Answer): string {
  const name = Object.keys(document)[0] ?? '';
  return name.toLowerCase() === 'ismaster' ? 'hello' : name;
}

/** The message that answers another one with a document. */
export function answerTo(request: Buffer, document: Answer): Buffer {
  const answer = BSON.serialize(document);
  const body = isLegacy(request) ? Buffer.concat([Buffer.alloc(16), Buffer.from([1, 0, 0, 0])]) : Buffer.alloc(5);
  if (isLegacy(request)) body.writeInt32LE(1, 16);
  const header = Buffer.alloc(headerSize);
  header.writeInt32LE(headerSize + body.length + answer.length, 0);
  header.writeInt32LE(request.readInt32LE(4), 8);
  header.writeInt32LE(isLegacy(request) ? opReply : opMessage, 12);
  return Buffer.concat([header, body, answer]);
}
