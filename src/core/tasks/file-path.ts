const most = 200;

/** A path from the folder of a task, cleaned; null: it leads out of it, or is none. */
export function filePath(given: string): string | null {
  const parts = given
    .replaceAll('\\', '/')
    .split('/')
    .filter(part => part !== '' && part !== '.');
  const isPlain = parts.every(part => part !== '..' && !/[\p{C}\u2028\u2029]/u.test(part));
  const path = parts.join('/');
  return parts.length === 0 || !isPlain || path.length > most ? null : path;
}

const types: Readonly<Record<string, string>> = {
  txt: 'text/plain',
  md: 'text/markdown',
  csv: 'text/csv',
  html: 'text/html',
  json: 'application/json',
  yaml: 'application/yaml',
  yml: 'application/yaml',
  xml: 'application/xml',
  py: 'text/x-python',
  js: 'text/javascript',
  ts: 'text/typescript',
  sh: 'application/x-sh',
  sql: 'application/sql',
  svg: 'image/svg+xml',
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  webp: 'image/webp',
  pdf: 'application/pdf',
  zip: 'application/zip',
  mp3: 'audio/mpeg',
  wav: 'audio/wav',
  ogg: 'audio/ogg',
  opus: 'audio/ogg',
  mp4: 'video/mp4',
};

/** What a file is, by its ending. */
export const mimeTypeOf = (path: string): string =>
  types[path.slice(path.lastIndexOf('.') + 1).toLowerCase()] ?? 'application/octet-stream';
