import createMarkdown, { type MarkdownIt } from 'markdown-it';

const markdown = makeMarkdown();

/** Markdown as HTML for a mail. What is HTML in it is shown as it is written, and pictures are links: nothing calls home when the mail is read. Pure. */
export const htmlOf = (text: string): string => markdown.render(text);

function makeMarkdown(): MarkdownIt {
  const instance = createMarkdown({ html: false, linkify: false, breaks: true, typographer: false });
  instance.validateLink = url => /^(?:https?:\/\/|mailto:)/i.test(url);
  instance.disable('image');
  return instance;
}
