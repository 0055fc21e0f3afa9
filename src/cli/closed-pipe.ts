import { writeFailure } from '../core/write-failure.ts';

/** What of a stream of the process is needed here. */
interface Stream {
  on(event: 'error', listener: (error: Error) => void): unknown;
}

/** Whoever reads may stop reading (`| head`): then the rest is printed for nobody, and that is no failure. */
export function forgiveClosedPipe(stream: Stream, onFailure: (error: unknown) => void): void {
  stream.on('error', error => {
    if (!('code' in error) || error.code !== 'EPIPE') onFailure(writeFailure(error, 'standard output'));
  });
}
