import { connect } from 'node:http2';
import { type Duplex, duplexPair, PassThrough, Writable } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { bothWays } from '../../../sandboxes/docker/inside/both-ways.ts';

/** Takes what is written, piece by piece as an engine would. */
function pieces(): { readonly writable: Writable; readonly seen: Buffer[] } {
  const seen: Buffer[] = [];
  const writable = new Writable({
    write: (piece: Buffer, _encoding, done) => {
      seen.push(piece);
      done();
    },
    writev: (many, done) => {
      seen.push(Buffer.concat(many.map(({ chunk }) => chunk)));
      done();
    },
  });
  return { writable, seen };
}

const next = (stream: Duplex, event: string): Promise<unknown> =>
  new Promise(resolve => {
    stream.once(event, resolve);
  });

describe('one stream of two', () => {
  it('sends a short request of HTTP/2 in one piece', async () => {
    const { writable, seen } = pieces();
    const session = connect('http://workspace', { createConnection: () => bothWays(new PassThrough(), writable) });
    onTestFinished(() => session.destroy());
    await new Promise(resolve => session.once('connect', resolve));
    await new Promise(setImmediate);
    seen.length = 0;
    session.request({ ':method': 'POST', ':path': '/run' }).end('what to do');
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    expect(seen).toHaveLength(1);
    expect(seen[0]?.includes('what to do')).toBe(true);
  });

  it('holds back what nobody reads, and who writes what nobody takes', async () => {
    const [near, far] = duplexPair({ highWaterMark: 1000 });
    const both = bothWays(near, near);
    const long = Buffer.alloc(3_000, 'x');
    for (let nth = 0; nth < 100; nth += 1) {
      far.write(long);
      both.write(long);
    }
    await new Promise(setImmediate);
    expect(both.readableLength).toBeLessThan(150_000);
    expect(both.writableNeedDrain).toBe(true);
    const got = { here: 0, there: 0 };
    both.on('data', piece => {
      got.here += piece.length;
    });
    far.on('data', piece => {
      got.there += piece.length;
    });
    await next(both, 'drain');
    await expect.poll(() => got).toEqual({ here: 300_000, there: 300_000 });
  });

  it('ends as each of them ends, and ends both', async () => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const both = bothWays(input, output);
    both.resume();
    const ended = next(both, 'end');
    input.end();
    await ended;
    both.destroy();
    await next(both, 'close');
    expect([input.destroyed, output.destroyed]).toEqual([true, true]);
  });

  it.each(['input', 'output'] as const)('is over when its %s breaks', async which => {
    const sides = { input: new PassThrough(), output: new PassThrough() };
    const both = bothWays(sides.input, sides.output);
    const closed = next(both, 'close');
    sides[which].destroy(new Error('gone'));
    await closed;
    expect([both.destroyed, sides.input.destroyed, sides.output.destroyed]).toEqual([true, true, true]);
  });
});
