import type { Heard } from '../../ports/agent-runtime.ts';

export interface PromptImage {
  readonly type: 'image_url';
  readonly image_url: { readonly url: string };
}

type Picture = Heard['images'][number];

/** What every provider with pictures takes. */
const types: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/webp', 'image/gif']);
/** Anthropic's limit, the lowest. */
const mostBytes = 5_000_000;

export function isShowable(image: Picture): boolean {
  return types.has(image.mimeType) && image.data.length > 0 && image.data.length * (4 / 3) < mostBytes;
}

export function toImage(image: Picture): PromptImage {
  const { buffer, byteOffset, byteLength } = image.data;
  const base64 = Buffer.from(buffer, byteOffset, byteLength).toString('base64');
  return { type: 'image_url', image_url: { url: `data:${image.mimeType};base64,${base64}` } };
}
