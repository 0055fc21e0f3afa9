import { type AgentId, type ChatId, externalIdOf } from '../../src/core/ids.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Log } from '../../src/ports/log.ts';
import type { MatrixNames } from './names.ts';
import { path } from './path.ts';
import type { MatrixRequests } from './requests.ts';

export interface TypingOptions {
  readonly requests: MatrixRequests;
  readonly names: MatrixNames;
  readonly clock: Clock;
  readonly log: Log;
}

// An answer that is there at once needs no notice, and two requests less.
const firstAfterMs = 150;
const renewMs = 20_000;
const shownForMs = 30_000;
const requestTimeoutMs = 5_000;

/** Shows typing until the function given back is called. https://spec.matrix.org/v1.16/client-server-api/#typing-notifications */
export function showTyping(options: TypingOptions, chat: ChatId, as: AgentId): () => void {
  const { clock } = options;
  let shown = false;
  let stopped = false;
  let last: Promise<void> = Promise.resolve();
  let cancel = clock.after(firstAfterMs, renew);

  // One request after another, so that the end never overtakes a renewal.
  function tell(typing: boolean): void {
    last = last.then(() => put(options, chat, as, typing));
  }

  function renew(): void {
    if (stopped) return;
    shown = true;
    tell(true);
    cancel = clock.after(renewMs, renew);
  }

  return () => {
    if (stopped) return;
    stopped = true;
    cancel();
    if (shown) tell(false);
  };
}

async function put({ requests, names, log }: TypingOptions, chat: ChatId, as: AgentId, typing: boolean): Promise<void> {
  const room = externalIdOf(chat);
  const body = typing ? { typing, timeout: shownForMs } : { typing };
  const where = path('rooms', room, 'typing', names.userId(as));
  try {
    const what = `show typing in ${room}`;
    await requests.call({ what, as, method: 'PUT', path: where, body, timeoutMs: requestTimeoutMs, tryForMs: 0 });
  } catch (error) {
    log.debug({ err: error, room, agent: as }, 'typing was not shown');
  }
}
