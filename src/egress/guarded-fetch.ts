import { fetch, Response } from 'undici';
import { placeOf } from './destination.ts';
import { dial } from './dial.ts';
import { type Dialler, guardedAgent } from './guarded-agent.ts';
import { reasonOf } from './unreachable.ts';

interface Init {
  readonly method?: string | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: unknown;
  readonly signal?: AbortSignal | null | undefined;
}

/**
 * Like `fetch`, to a host that somebody else may have named: each connection is made by `dial`, nothing leads elsewhere, and an answer that is longer
 * than it may be breaks off. Aborting `signal` ends all of it. Rejects with `ADDRESS_REFUSED` and `SITE_UNREACHABLE`.
 */
export type GuardedFetch = (url: string | URL, init: Init, signal: AbortSignal) => Promise<Response>;

interface Options {
  /** Whether it may be in a private network: the operator says so. */
  readonly internal: boolean;
  readonly maxBytes: number;
  readonly dialled?: Dialler;
}

const silentMs = 60_000;

export function guardedFetch({ internal, maxBytes, dialled = dial }: Options): GuardedFetch {
  return async (url, init, signal) => {
    const until = AbortSignal.any([signal, ...(init.signal ? [init.signal] : [])]);
    const dispatcher = guardedAgent({ internal: internal ? [placeOf(url)] : [], dialled, signal: until, silentMs });
    try {
      const answer = await fetch(url, {
        ...init,
        body: init.body as string,
        signal: until,
        redirect: 'manual',
        dispatcher,
      } as never);
      return bounded(answer, { maxBytes, whenOver: () => void dispatcher.destroy().catch(() => undefined) });
    } catch (error) {
      dispatcher.destroy().catch(() => undefined);
      until.throwIfAborted();
      throw reasonOf(error, String(url));
    }
  };
}

/** The same answer, which breaks off behind so many bytes; its connection ends with it. */
function bounded(
  answer: Response,
  { maxBytes, whenOver }: { readonly maxBytes: number; readonly whenOver: () => void },
): Response {
  if (answer.body === null) {
    whenOver();
    return answer;
  }
  let length = 0;
  const reader = answer.body.getReader();
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { value, done } = await reader.read();
      if (done) {
        whenOver();
        return controller.close();
      }
      length += value.byteLength;
      if (length <= maxBytes) return controller.enqueue(value);
      whenOver();
      controller.error(new Error(`it says more than ${maxBytes} bytes`));
    },
    async cancel() {
      whenOver();
    },
  });
  return new Response(body as never, { status: answer.status, statusText: answer.statusText, headers: answer.headers });
}
