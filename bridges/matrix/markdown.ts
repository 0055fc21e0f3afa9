import createMarkdown, { type MarkdownIt, type Token } from 'markdown-it';
import sanitizeHtml from 'sanitize-html';
import { isUserId } from './grammar.ts';
import { allowedHtml } from './safe-html.ts';

export interface Rendered {
  /** Safe HTML, or null where the text has no formatting and would look the same. */
  readonly html: string | null;
  /** User ids that stand in the text outside code. */
  readonly mentions: readonly string[];
}

const mostMentions = 20;
const pillPrefix = 'https://matrix.to/#/';

const markdown = makeMarkdown();

/** Markdown as a model writes it, as HTML that Matrix clients show. Pure. */
export function renderMarkdown(text: string): Rendered {
  const env = {};
  const tokens = markdown.parse(text, env);
  const html = sanitizeHtml(markdown.renderer.render(tokens, markdown.options, env), allowedHtml).trim();
  const mentions = [...new Set(tokens.flatMap(mentionedIn))].slice(0, mostMentions);
  return { html: isPlain(html, text) ? null : html, mentions };
}

/** The lines, from and to (exclusive), of each block in which there is mark-up: all but code. Blocks do not overlap, and are in order. Pure. */
export const blocksOf = (text: string): (readonly [number, number])[] =>
  markdown
    .parse(text, {})
    .flatMap(({ type, map }) => (map !== null && (type === 'inline' || type === 'tr_open') ? [map] : []));

function makeMarkdown(): MarkdownIt {
  // A line end is a line end: models write addresses and verses, and so do clients in chat.
  const instance = createMarkdown({ html: false, linkify: true, breaks: true, typographer: false });
  // `readme.md` is a file here, not a site in Moldova.
  instance.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });
  instance.linkify.add('@', {
    validate: (rest, position) =>
      /^[^\s:]{1,200}:[A-Za-z0-9.-]+(?::\d{1,5})?/.exec(rest.slice(position))?.[0].length ?? 0,
    normalize: match => {
      match.url = `${pillPrefix}${match.raw.replace(/[.:]+$/, '')}`;
    },
  });
  // A relative link would lead into the reader's own client.
  instance.validateLink = url => /^(?:https?:\/\/|mailto:)/i.test(url);
  instance.core.ruler.push('task_lists', state => markTasks(state.tokens));
  // A model's picture could call home from every reader's client, so it becomes a link.
  instance.renderer.rules.image = (tokens, index) => asLink(instance, tokens[index]);
  return instance;
}

function asLink(instance: MarkdownIt, token: Token | undefined): string {
  const source = instance.utils.escapeHtml(String(token?.attrGet('src') ?? ''));
  return `<a href="${source}">${instance.utils.escapeHtml(token?.content || 'image')}</a>`;
}

/** `- [x] done` has no mark-up in Matrix, so a sign says it. */
function markTasks(tokens: readonly Token[]): void {
  for (const [index, token] of tokens.entries()) {
    const first = token.children?.[0];
    if (token.type !== 'inline' || first?.type !== 'text' || tokens[index - 2]?.type !== 'list_item_open') continue;
    first.content = first.content.replace(/^\[([ xX])\] /, (_all, mark: string) => (mark === ' ' ? '☐ ' : '☑ '));
  }
}

function mentionedIn(token: Token): string[] {
  return (token.children ?? []).flatMap(child => {
    const target = child.type === 'link_open' ? String(child.attrGet('href') ?? '') : '';
    const id = target.startsWith(pillPrefix) ? decode(target.slice(pillPrefix.length)) : '';
    return isUserId(id) ? [id] : [];
  });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

function isPlain(html: string, text: string): boolean {
  const lines = markdown.utils.escapeHtml(text.trim()).replaceAll('\n', '<br />\n');
  return html.replaceAll('&quot;', '"') === `<p>${lines}</p>`.replaceAll('&quot;', '"');
}
