import { createHash } from 'node:crypto';

const longest = 60;
const endings: Readonly<Record<string, string>> = {
  'application/pdf': '.pdf',
  'application/zip': '.zip',
  'image/jpeg': '.jpg',
  'image/png': '.png',
};

/** What a file of the web is called in a workspace: as in its address, and always the same, so that two addresses are two files. */
export function fileNameOf(url: string, mimeType: string): string {
  const last = new URL(url).pathname.split('/').findLast(part => part !== '') ?? '';
  const plain = last
    .replace(/%[0-9a-f]{2}/gi, '-')
    .replace(/[^\w.-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(-longest);
  const mark = createHash('sha256').update(url).digest('hex').slice(0, 8);
  const ending = endings[mimeType] ?? '';
  return `${mark}-${plain || 'file'}${ending !== '' && !plain.toLowerCase().endsWith(ending) ? ending : ''}`;
}
