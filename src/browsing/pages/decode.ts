import sniff from 'html-encoding-sniffer';

/** The text of an answer: by its byte order mark, what the site says of it, what the page says of itself, in this order. */
export function decode(
  bytes: Uint8Array,
  { contentType, isHtml }: { readonly contentType: string; readonly isHtml: boolean },
): string {
  const label = /charset\s*=\s*["']?([^\s"';]+)/.exec(contentType)?.[1];
  const said = label === undefined ? {} : { transportLayerEncodingLabel: label };
  const encoding = sniff(bytes, { ...said, ...(isHtml ? {} : { defaultEncoding: 'UTF-8' }) });
  return new TextDecoder(encoding === 'x-user-defined' ? 'windows-1252' : encoding).decode(bytes);
}
