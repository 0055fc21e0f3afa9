/** One message as far as the window looks at it. */
export interface Sized {
  /** The same for the same message on every turn. */
  readonly key: string;
  readonly tokens: number;
}

export interface WindowLimits {
  readonly tokens: number;
  readonly messages: number;
}

/**
 * The index of the first message that the model still sees. The window moves in steps: it begins only at messages that are marked by
 * a hash of their key, about every sixteenth, so that from turn to turn the request mostly keeps its first bytes and only grows at
 * the end. As the mark belongs to the message, it does not matter from where on the history was loaded. Where steps that wide would throw away
 * more than half of what fits, it begins at every fourth, or at any. The last message is always in.
 */
export function windowStart(messages: readonly Sized[], limits: WindowLimits): number {
  const earliest = earliestThatFits(messages, limits);
  // As many as the limit allows: whoever loaded them may have left earlier ones out, and the first is another one on each turn.
  if (earliest === 0 && messages.length < limits.messages) return 0;
  const total = sum(messages.slice(earliest));
  for (const every of [16, 4]) {
    const start = messages.findIndex((message, index) => index >= earliest && mark(message.key) % every === 0);
    if (
      start >= 0 &&
      sum(messages.slice(start)) * 2 >= total &&
      (messages.length - start) * 2 >= messages.length - earliest
    ) {
      return start;
    }
  }
  return earliest;
}

function earliestThatFits(messages: readonly Sized[], limits: WindowLimits): number {
  let tokens = 0;
  for (let index = messages.length - 1; index >= 0; index -= 1) {
    tokens += messages[index]?.tokens ?? 0;
    const isLast = index === messages.length - 1;
    if (!isLast && (tokens > limits.tokens || messages.length - index > limits.messages)) return index + 1;
  }
  return 0;
}

function sum(messages: readonly Sized[]): number {
  return messages.reduce((total, message) => total + message.tokens, 0);
}

/** FNV-1a with a final mix: spread evenly, and the same on every machine. */
function mark(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return (hash ^ (hash >>> 16)) >>> 0;
}
