/**
 * Older clients put what they reply to before the reply: `> <@mara:example.org> …`. A quotation that a person wrote stays.
 * https://spec.matrix.org/v1.12/client-server-api/#stripping-the-fallback
 */
export function withoutFallback(body: string): string {
  if (!/^> (?:\* )?<@[^>\n]+>/.test(body)) return body;
  const lines = body.split('\n');
  const first = lines.findIndex(line => !line.startsWith('> ') && line !== '>');
  if (first === -1) return '';
  return lines.slice(lines[first] === '' ? first + 1 : first).join('\n');
}
