import { fstatSync, writeSync } from 'node:fs';
import { Writable } from 'node:stream';

/**
 * A stream to print on that writes all or fails. Where standard output is a file, Node writes what fits onto a full disk and says nothing of the
 * rest.
 */
export function wholeOutput<S extends Writable & { readonly fd: number }>(stream: S): S | Writable {
  if (!fstatSync(stream.fd).isFile()) return stream;
  return new Writable({
    write(chunk: Buffer, _encoding, done) {
      try {
        for (let at = 0; at < chunk.length; ) at += writeSync(stream.fd, chunk, at);
        done();
      } catch (error) {
        done(error as Error);
      }
    },
  });
}

/** Resolves when all that was printed is written, or its failure was told. */
export const flushed = (stream: Writable): Promise<void> =>
  new Promise(resolve => void stream.write('', () => setImmediate(resolve)));
