import { type Agent, fetch, type Response } from 'undici';
import { ParleyError } from '../core/errors.ts';
import type { Destination } from './destination.ts';
import { dial } from './dial.ts';
import { type Dialler, guardedAgent } from './guarded-agent.ts';
import { readBounded } from './read-bounded.ts';
import { quoted, reasonOf, unreachable } from './unreachable.ts';

/** What is asked of a site. */
export interface Asked {
  /** Of `http` or `https`; checked again on each redirect. */
  readonly url: string;
  readonly signal: AbortSignal;
  /** Names of headers in lower case. They are not sent on to another host by a redirect. */
  readonly headers?: Readonly<Record<string, string>>;
  /** So much of the answer is read, unpacked; the rest is left out. */
  readonly maxBytes: number;
  /** How often it may lead elsewhere. Default: not at all. */
  readonly redirects?: number;
}

export interface Answered {
  /** Where the answer came from, behind all redirects. */
  readonly url: string;
  readonly status: number;
  /** In lower case; empty where the site says nothing. */
  readonly contentType: string;
  readonly bytes: Uint8Array;
  /** Whether there was more. */
  readonly cut: boolean;
}

/**
 * Asks a site that somebody else has named, by GET. Rejects with `ADDRESS_REFUSED` where it, or where it leads to, is no place of the public internet,
 * with `SITE_UNREACHABLE` where nobody answers in time, and with the signal's reason.
 */
export type Ask = (asked: Asked) => Promise<Answered>;

interface Options {
  /** Places that may be reached although they are in a private network: the operator says so. */
  readonly internal?: readonly Destination[];
  readonly dialled?: Dialler;
}

/** The longest that all of it may take, with its redirects and its answer. */
const limitMs = 30_000;
/** Until it begins to answer, and between two pieces of the answer. */
const silentMs = 15_000;

export function asking({ internal = [], dialled = dial }: Options = {}): Ask {
  return async asked => {
    const inTime = AbortSignal.timeout(limitMs);
    const signal = AbortSignal.any([asked.signal, inTime]);
    const agent = guardedAgent({ internal, dialled, signal, silentMs });
    try {
      return await followed(asked, agent, signal);
    } catch (error) {
      asked.signal.throwIfAborted();
      throw reasonOf(error, asked.url);
    } finally {
      // Nothing waits for what comes of it.
      agent.destroy().catch(() => undefined);
    }
  };
}

/** Redirects are followed one by one, so that each is looked at before anybody is asked. */
async function followed({ url, headers, maxBytes, redirects = 0 }: Asked, dispatcher: Agent, signal: AbortSignal) {
  let at = webAddress(url);
  let own = headers ?? {};
  for (let left = redirects; ; left -= 1) {
    const answer = await fetch(at.href, { dispatcher, signal, headers: own, redirect: 'manual' });
    const to = leadsTo(answer, at);
    if (to === null) return { ...(await answered(answer, maxBytes)), url: at.href };
    await answer.body?.cancel();
    if (left === 0) throw unreachable(url, 'it leads elsewhere again and again');
    if (to.origin !== at.origin) own = {};
    at = to;
  }
}

async function answered(answer: Response, maxBytes: number): Promise<Omit<Answered, 'url'>> {
  const contentType = (answer.headers.get('content-type') ?? '').toLowerCase();
  return { status: answer.status, contentType, ...(await readBounded(answer.body, maxBytes)) };
}

function leadsTo({ status, headers }: Response, from: URL): URL | null {
  const location = headers.get('location');
  if (![301, 302, 303, 307, 308].includes(status) || location === null) return null;
  if (!URL.canParse(location, from.href)) throw unreachable(from.href, 'it leads to what is no address');
  return webAddress(new URL(location, from).href);
}

/** An address of the web without a name or password in it. */
function webAddress(text: string): URL {
  if (!URL.canParse(text)) throw refused(text, 'is no address');
  const url = new URL(text);
  if (!/^https?:$/.test(url.protocol)) throw refused(text, 'is no address of the web');
  if (url.username !== '' || url.password !== '') throw refused(text, 'has a name or password in it');
  return url;
}

const refused = (url: string, why: string): ParleyError =>
  new ParleyError('ADDRESS_REFUSED', `${quoted(url)} ${why}, and is not asked from here.`);
