import { createServer } from 'node:net';
import { BSON } from 'mongodb';

type Answer = Readonly<Record<string, unknown>>;

export interface MongoWire {
  readonly port: number;
  close(): Promise<void>;
}

/** A server that speaks MongoDB's protocol and knows only what a test tells it: an answer for each command. */
export async function mongoWire(answers: Readonly<Record<string, Answer>>): Promise<MongoWire> {
  const server = createServer(socket => {
    let waiting = Buffer.alloc(0);
    socket.on('error', () => undefined);
    socket.on('data', data => {
      waiting = Buffer.concat([waiting, data]);
      while (waiting.length >= 4 && waiting.length >= waiting.readInt32LE(0)) {
        const length = waiting.readInt32LE(0);
        socket.write(reply(waiting.subarray(0, length), answers));
        waiting = waiting.subarray(length);
      }
    });
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A TCP server has a port.');
  return { port: address.port, close: () => new Promise(resolve => void server.close(() => resolve())) };
}

const opQuery = 2004;
const opReply = 1;
const opMessage = 2013;

/** https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/ */
function reply(request: Buffer, answers: Readonly<Record<string, Answer>>): Buffer {
  const legacy = request.readInt32LE(12) === opQuery;
  const start = legacy ? request.indexOf(0, 20) + 1 + 8 : 21;
  const command = BSON.deserialize(request.subarray(start));
  const name = Object.keys(command)[0] ?? '';
  const answer = BSON.serialize(answers[name.toLowerCase() === 'ismaster' ? 'hello' : name] ?? { ok: 1 });
  const body = legacy ? Buffer.concat([Buffer.alloc(16), Buffer.from([1, 0, 0, 0])]) : Buffer.alloc(5);
  if (legacy) body.writeInt32LE(1, 16);
  const header = Buffer.alloc(16);
  header.writeInt32LE(16 + body.length + answer.length, 0);
  header.writeInt32LE(request.readInt32LE(4), 8);
  header.writeInt32LE(legacy ? opReply : opMessage, 12);
  return Buffer.concat([header, body, answer]);
}
