import { type Duplex, duplexPair } from 'node:stream';
import type { Container } from './container.ts';
import { type Outward, outward } from './outward.ts';

/** A container with its proxy. */
export interface Running {
  readonly container: Container;
  readonly outward: Outward;
  /** Sees to it that the next connections out find their way. */
  offer(): void;
  end(): Promise<void>;
}

/** So many connections are waited for, and so many may be there. */
const mostWaiting = 8;
const mostConnections = 128;

/** Lets a container out, as far as its proxy allows. `afterwards` is done when the container is gone. */
export function withProxy(container: Container, afterwards: () => Promise<void>): Running {
  const proxy = outward();
  let waiting = 0;
  let open = 0;

  const offerOne = (): boolean => {
    const stream = container.channel.accept();
    if (stream === null) return false;
    let isWaiting = true;
    const leaveWaiting = (): void => {
      if (isWaiting) waiting -= 1;
      isWaiting = false;
    };
    waiting += 1;
    open += 1;
    stream.on('error', () => undefined);
    stream.on('response', () => {
      leaveWaiting();
      proxy.serve(plain(stream));
      offer();
    });
    stream.on('close', () => {
      open -= 1;
      // What is closed without being used is offered again only with the next command: nobody inside keeps Parley busy with it.
      leaveWaiting();
    });
    return true;
  };
  const offer = (): void => {
    let more = true;
    while (more && waiting < mostWaiting && open < mostConnections) more = offerOne();
  };
  void container.channel.ended.then(() => proxy.end());
  return {
    container,
    outward: proxy,
    offer,
    async end() {
      proxy.end();
      await container.kill();
      await afterwards();
    },
  };
}

/** The same as a stream that knows nothing of HTTP/2: with that, the head of an answer and what follows it come out in the wrong form. */
function plain(stream: Duplex): Duplex {
  const [here, there] = duplexPair();
  const end = (): void => {
    here.destroy();
    stream.destroy();
  };
  for (const side of [here, stream]) side.on('error', end).on('close', end);
  there.on('close', end);
  stream.pipe(here).pipe(stream);
  return there;
}
