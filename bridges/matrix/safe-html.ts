import type { IOptions } from 'sanitize-html';

/**
 * What an agent's message may contain: a part of what clients show. No pictures, colours or styles.
 * https://spec.matrix.org/v1.16/client-server-api/#mroommessage-msgtypes
 */
export const allowedHtml: IOptions = {
  allowedTags: [
    ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'p', 'br', 'hr', 'blockquote', 'ul', 'ol', 'li', 'pre', 'code'],
    ...[
      'table',
      'thead',
      'tbody',
      'tr',
      'th',
      'td',
      'strong',
      'em',
      'b',
      'i',
      'u',
      's',
      'del',
      'sub',
      'sup',
      'a',
      'span',
    ],
  ],
  allowedAttributes: { a: ['href'], ol: ['start'], code: ['class'] },
  allowedClasses: { code: ['language-*'] },
  allowedSchemes: ['http', 'https', 'mailto'],
  allowProtocolRelative: false,
  disallowedTagsMode: 'discard',
  // Deeper than this, clients cut or break.
  nestingLimit: 90,
};
