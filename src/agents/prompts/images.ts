import type { Heard } from '../../ports/agent-runtime.ts';

export type PromptImage = {
  readonly type: 'image_url';
  readonly image_url: { readonly url: string };
};

/** The pictures of one message: what the model gets to see, and how many it does not. */
export interface Pictures {
  readonly shown: readonly PromptImage[];
  readonly hidden: number;
}

type Picture = Heard['images'][number];

/** What every provider with pictures takes. */
const types: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/webp', 'image/gif']);
/** Anthropic's limit for one in base64, the lowest. */
const mostBytes = 3_700_000;
/** Of one request: the latest. */
const mostPictures = 6;
/** A picture is not worth a longer wait for the answer. */
const loadMs = 10_000;

export function allHidden(heard: Heard): Pictures {
  return { shown: [], hidden: heard.images.length };
}

/** Loads the latest pictures of a conversation, by message. One that can't be loaded or shown counts as hidden. */
export async function loadPictures(conversation: readonly Heard[], signal: AbortSignal): Promise<Map<Heard, Pictures>> {
  const showable = conversation.flatMap(heard => heard.images.filter(image => types.has(image.mimeType)));
  const wanted = new Set(showable.slice(-mostPictures));
  const loading = conversation.map(async heard => {
    const images = await Promise.all(heard.images.filter(image => wanted.has(image)).map(image => load(image, signal)));
    const shown = images.filter(image => image !== null);
    return [heard, { shown, hidden: heard.images.length - shown.length }] as const;
  });
  return new Map(await Promise.all(loading));
}

async function load(image: Picture, signal: AbortSignal): Promise<PromptImage | null> {
  try {
    const limited = AbortSignal.any([signal, AbortSignal.timeout(loadMs)]);
    const { buffer, byteOffset, byteLength } = await image.load(limited);
    if (byteLength === 0 || byteLength > mostBytes) return null;
    const base64 = Buffer.from(buffer, byteOffset, byteLength).toString('base64');
    return { type: 'image_url', image_url: { url: `data:${image.mimeType};base64,${base64}` } };
  } catch {
    signal.throwIfAborted();
    return null;
  }
}
