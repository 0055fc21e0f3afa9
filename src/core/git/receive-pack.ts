/** A change of a branch that a push asks for. */
export interface RefUpdate {
  readonly ref: string;
  readonly to: string;
}

const mostLine = 65_520;
/** What a push may agree on with the server. Not `push-options`: by these a server can be made to do other things than taking commits. */
const harmless =
  /^(?:report-status(?:-v2)?|side-band-64k|quiet|atomic|ofs-delta|object-format=[\w-]+|agent=\S+|session-id=\S+)?$/;

/**
 * What a request to git-receive-pack asks for, by its beginning: `more` where that is not whole yet, `wrong` where it is something else than
 * changes of branches. No changes at all is what git sends to find out whether it is let in.
 */
export function updatesIn(bytes: Uint8Array): readonly RefUpdate[] | 'more' | 'wrong' {
  const updates: RefUpdate[] = [];
  for (let at = 0; ; ) {
    if (bytes.length < at + 4) return 'more';
    const digits = latin(bytes.subarray(at, at + 4));
    if (!/^[0-9a-f]{4}$/i.test(digits)) return 'wrong';
    const length = Number.parseInt(digits, 16);
    if (length === 0) return updates;
    if (length <= 4 || length > mostLine) return 'wrong';
    if (bytes.length < at + length) return 'more';
    const update = updateIn(latin(bytes.subarray(at + 4, at + length)));
    if (update === 'wrong') return 'wrong';
    if (update !== null) updates.push(update);
    at += length;
  }
}

/** Null: a line that asks for nothing. */
function updateIn(line: string): RefUpdate | null | 'wrong' {
  const [command = '', capabilities = ''] = line.replace(/\n$/, '').split('\0');
  if (!capabilities.split(' ').every(one => harmless.test(one))) return 'wrong';
  if (/^shallow [0-9a-f]{40,64}$/.test(command)) return null;
  const found = /^[0-9a-f]{40,64} ([0-9a-f]{40,64}) (refs\/\S+)$/.exec(command);
  return found === null ? 'wrong' : { to: found[1] ?? '', ref: found[2] ?? '' };
}

const latin = (bytes: Uint8Array): string => String.fromCharCode(...bytes);
