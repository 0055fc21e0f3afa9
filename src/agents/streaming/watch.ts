/** How long a stream may be silent, how long it may take in all, and what to say when that is over. Milliseconds. */
export interface Patience {
  readonly firstMs: number;
  readonly gapMs: number;
  /** Pieces without text end a silence too: models think for minutes. This ends those that think for ever. */
  readonly wholeMs: number;
  readonly onTimeout: (phase: 'first' | 'gap' | 'whole') => Error;
}

/**
 * Opens a stream and passes it on. Aborting `signal`, a silence or an answer that is too long, and leaving the loop all abort the signal that
 * `open` got, which closes the connection, and do not wait for whoever holds it. The silence before the first piece goes on over one that is `idle`.
 */
export async function* watched<T>(
  open: (signal: AbortSignal) => Promise<AsyncIterable<T>>,
  options: Patience & { readonly signal: AbortSignal; readonly idle: (piece: T) => boolean },
): AsyncGenerator<T> {
  options.signal.throwIfAborted();
  const connection = connect(options.signal);
  const timer = timerFor(error => connection.close(error));
  const whole = timerFor(error => connection.close(error));
  try {
    whole.start(options.wholeMs, () => options.onTimeout('whole'));
    timer.start(options.firstMs, () => options.onTimeout('first'));
    const stream = await connection.orClosed(open(connection.signal));
    const iterator = stream[Symbol.asyncIterator]();
    for (let count = 1; ; count += 1) {
      const step = await connection.orClosed(iterator.next());
      if (step.done === true) break;
      const begun = count > 1 || !options.idle(step.value);
      if (begun) timer.stop();
      yield step.value;
      if (begun) timer.start(options.gapMs, () => options.onTimeout('gap'));
    }
    connection.finish();
  } finally {
    timer.stop();
    whole.stop();
    connection.close(new Error('The answer is no longer wanted.'));
  }
}

function connect(outer: AbortSignal) {
  const controller = new AbortController();
  const closed = Promise.withResolvers<never>();
  closed.promise.catch(() => {});
  let finished = false;
  const close = (reason: unknown) => {
    outer.removeEventListener('abort', onAbort);
    if (finished || controller.signal.aborted) return;
    controller.abort(reason);
    closed.reject(reason);
  };
  const onAbort = () => close(outer.reason);
  outer.addEventListener('abort', onAbort, { once: true });
  return {
    signal: controller.signal,
    close,
    finish: () => {
      finished = true;
    },
    /** The result, unless the connection is closed before it comes. */
    orClosed: <R>(result: Promise<R>): Promise<R> => Promise.race([result, closed.promise]),
  };
}

function timerFor(tell: (error: Error) => void) {
  let timer: NodeJS.Timeout | undefined;
  const stop = () => clearTimeout(timer);
  return {
    stop,
    start: (ms: number, error: () => Error) => {
      stop();
      timer = setTimeout(() => tell(error()), ms);
    },
  };
}
