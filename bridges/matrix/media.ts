import { z } from 'zod';
import { ParleyError } from '../../src/core/errors.ts';
import type { AgentId } from '../../src/core/ids.ts';
import { answerAs } from './answer.ts';
import { contentUri } from './attachment.ts';
import { bridgeError } from './failure.ts';
import { path } from './path.ts';
import type { MatrixRequests } from './requests.ts';
import { fileOf, openFile } from './sealed-file.ts';

const uploaded = z.object({ content_uri: z.string().regex(contentUri) });

/** Puts content into the homeserver's repository. Gives its `mxc:` address. */
export async function upload(
  requests: MatrixRequests,
  as: AgentId,
  file: { readonly name: string; readonly mimeType: string; readonly data: Uint8Array },
): Promise<string> {
  const what = `upload ${file.name}`;
  const answer = await requests.call({
    what,
    as,
    method: 'POST',
    prefix: '/_matrix/media/v3',
    path: '/upload',
    query: { filename: file.name },
    body: file.data,
    contentType: file.mimeType,
  });
  return answerAs(uploaded, what, answer).content_uri;
}

interface Wanted {
  readonly source: string;
  readonly as: AgentId;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
}

/** Reads content from the repository, and opens it where it is sealed; never holds more than `maxBytes` of it. */
export async function download(requests: MatrixRequests, wanted: Wanted): Promise<Uint8Array> {
  const sealed = fileOf(wanted.source);
  if (sealed === null) return downloadPlain(requests, wanted);
  return openFile(await downloadPlain(requests, { ...wanted, source: sealed.url }), sealed);
}

async function downloadPlain(requests: MatrixRequests, { source, as, maxBytes, signal }: Wanted): Promise<Uint8Array> {
  const [, server = '', mediaId = ''] = contentUri.exec(source) ?? [];
  if (mediaId === '')
    throw new ParleyError(
      'BRIDGE_REQUEST_FAILED',
      `Could not read ${source.slice(0, 100)}: it is no mxc:// address. Ask for it to be sent again.`,
    );
  const what = `Could not read ${source}`;
  const response = await requests
    .get(as, `/_matrix/client/v1/media${path('download', server, mediaId)}`, signal)
    .catch(error => {
      throw bridgeError(what, error);
    });
  if (!response.ok || response.body === null) {
    await response.body?.cancel();
    const retry = response.status >= 500 || response.status === 429;
    const remedy = retry ? "Look into the homeserver's log, or try again later." : 'Ask for it to be sent again.';
    const message = `${what}: the homeserver answers ${response.status}. ${remedy}`;
    throw new ParleyError('BRIDGE_REQUEST_FAILED', message, { retry });
  }
  return collect(response.body, maxBytes, what);
}

async function collect(body: ReadableStream<Uint8Array>, maxBytes: number, what: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > maxBytes) {
      throw new ParleyError('MESSAGE_TOO_LARGE', `${what}: it is over ${maxBytes} bytes. Ask for a smaller one.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
