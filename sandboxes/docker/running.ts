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

  const offerOne = (): void => {
    const stream = container.channel.accept();
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
      proxy.serve(stream);
      offer();
    });
    stream.on('close', () => {
      open -= 1;
      // What is closed without being used is offered again only with the next command: nobody inside keeps Parley busy with it.
      leaveWaiting();
    });
  };
  const offer = (): void => {
    while (!container.channel.isOver() && waiting < mostWaiting && open < mostConnections) offerOne();
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
