import type { IncomingMessage } from 'node:http';
import { updatesIn } from '../../src/core/git/receive-pack.ts';
import type { GitGrant } from '../../src/ports/sandbox-network.ts';
import type { Target } from './grants.ts';

/** What is added to a request that is let through. */
export interface Gate {
  readonly headers: Readonly<Record<string, string>>;
  /** What of its body was read already. */
  readonly head: Uint8Array;
}

const mostHead = 16 * 1024;
const pieceMs = 30_000;
const nothing = new Uint8Array();

/** Whether a request is let through where only git may ask; null: it is not. A push has to be just the one that is granted: its own bytes are looked at. */
export async function gateFor(asked: IncomingMessage, { grant, path }: Target): Promise<Gate | null> {
  const { git } = grant;
  if (git === undefined) return { headers: {}, head: nothing };
  const wish = wishIn(asked.method ?? '', path);
  const granted = git.find(({ repository }) => repository === wish?.repository);
  if (wish === null || granted === undefined) return null;
  const own = granted.headers ?? {};
  if (wish.what === 'read') return { headers: own, head: nothing };
  if (granted.push === undefined) return null;
  if (wish.what === 'ask to push') return { headers: own, head: nothing };
  const head = asked.headers['content-encoding'] === undefined ? await allowedHead(asked, granted) : null;
  return head === null ? null : { headers: own, head };
}

interface Wish {
  readonly repository: string;
  readonly what: 'read' | 'ask to push' | 'push';
}

const wishes: readonly { readonly method: string; readonly ends: RegExp; readonly what: Wish['what'] }[] = [
  { method: 'GET', ends: /\/info\/refs\?service=git-upload-pack$/, what: 'read' },
  { method: 'POST', ends: /\/git-upload-pack$/, what: 'read' },
  { method: 'GET', ends: /\/info\/refs\?service=git-receive-pack$/, what: 'ask to push' },
  { method: 'POST', ends: /\/git-receive-pack$/, what: 'push' },
];

/** Path and query have to be just as git writes them: what is spelled otherwise might mean something else to the server. */
function wishIn(method: string, path: string): Wish | null {
  const found = wishes.find(wish => wish.method === method && wish.ends.test(path));
  if (found === undefined) return null;
  return {
    repository: path
      .replace(found.ends, '')
      .replace(/^\//, '')
      .replace(/\.git$/, ''),
    what: found.what,
  };
}

/** The beginning of a push, if that asks for what is granted, or for nothing at all. */
async function allowedHead(asked: IncomingMessage, { push }: GitGrant): Promise<Uint8Array | null> {
  let head: Uint8Array = nothing;
  for (;;) {
    const updates = updatesIn(head);
    if (updates === 'wrong') return null;
    if (updates !== 'more') {
      const isGranted = updates.every(({ ref, to }) => ref === push?.ref && to === push.to && /[1-9a-f]/.test(to));
      return isGranted && updates.length <= 1 ? head : null;
    }
    const piece = head.length > mostHead ? null : await nextPiece(asked);
    if (piece === null) return null;
    head = Buffer.concat([head, piece]);
  }
}

function nextPiece(asked: IncomingMessage): Promise<Uint8Array | null> {
  return new Promise(resolve => {
    const signs = ['readable', 'end', 'error', 'close'] as const;
    const look = (): void => {
      const piece: Uint8Array | null = asked.read();
      if (piece === null && !asked.readableEnded && !asked.destroyed) return;
      end(piece);
    };
    const end = (piece: Uint8Array | null): void => {
      clearTimeout(timer);
      for (const sign of signs) asked.off(sign, look);
      resolve(piece);
    };
    const timer = setTimeout(() => end(null), pieceMs);
    for (const sign of signs) asked.on(sign, look);
    look();
  });
}
