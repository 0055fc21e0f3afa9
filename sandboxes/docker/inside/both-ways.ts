import { Duplex, type Readable, type Writable } from 'node:stream';

/**
 * One stream of two; it closes when one of them breaks. What is written together goes on together: HTTP/2 writes heads and contents apart, and each piece that
 * went by itself would wake all who pass it on, the engine among them.
 */
export function bothWays(readable: Readable, writable: Writable): Duplex {
  const both = new Duplex({
    read: () => void readable.resume(),
    write: (piece: Buffer, _encoding, done) => void writable.write(piece, done),
    writev(pieces, done) {
      writable.cork();
      for (const [nth, { chunk }] of pieces.entries()) {
        writable.write(chunk, nth === pieces.length - 1 ? done : undefined);
      }
      writable.uncork();
    },
    final: done => void writable.end(done),
    destroy(error, done) {
      readable.destroy();
      writable.destroy();
      done(error);
    },
  });
  readable
    .on('data', piece => {
      if (!both.push(piece)) readable.pause();
    })
    .on('end', () => both.push(null));
  for (const side of [readable, writable]) {
    side
      .on('error', () => both.destroy())
      .on('close', () => {
        if (side === writable || !readable.readableEnded) both.destroy();
      });
  }
  // Whoever has it hears of its end by its close; nothing is to fail over an error that nobody listens for yet.
  return both.on('error', () => undefined);
}
