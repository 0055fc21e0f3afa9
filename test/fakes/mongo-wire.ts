import { createServer } from 'node:net';
import { type Answer, answerTo, commandOf, documentOf, onMessage } from './mongo-protocol.ts';

export interface MongoWire {
  readonly port: number;
  close(): Promise<void>;
}

/** A server that speaks MongoDB's protocol and knows only what a test tells it: an answer for each command. */
export async function mongoWire(answers: Readonly<Record<string, Answer>>): Promise<MongoWire> {
  const server = createServer(socket =>
    onMessage(socket, request => {
      const answer = answers[commandOf(documentOf(request))];
      socket.write(answerTo(request, answer ?? { ok: 1 }));
    }),
  );
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('A TCP server has a port.');
  return { port: address.port, close: () => new Promise(resolve => void server.close(() => resolve())) };
}
