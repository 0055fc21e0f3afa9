import { type Rendered, renderMarkdown } from './markdown.ts';

let last: { readonly text: string; readonly rendered: Rendered } | undefined;

/** The same as `renderMarkdown`; what is measured and then sent is rendered once. */
export function renderOnce(text: string): Rendered {
  if (last?.text !== text) last = { text, rendered: renderMarkdown(text) };
  return last.rendered;
}
