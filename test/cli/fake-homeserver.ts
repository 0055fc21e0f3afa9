import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

/** Answers to a method and path; 404 for all others. Gone after the test. */
export type Answers = Readonly<
  Record<
    string,
    (
      authorization: string,
      sent: string,
    ) => { status: number; body: object } | Promise<{ status: number; body: object }>
  >
>;

export const versions: Answers = {
  'GET /_matrix/client/versions': () => ({ status: 200, body: { versions: ['v1.16'] } }),
};

export async function fakeHomeserver(answers: Answers): Promise<string> {
  const server = createServer(async (request, response) => {
    const sent = await text(request);
    const answer = answers[`${request.method} ${request.url}`];
    const { status, body } = (await answer?.(request.headers.authorization ?? '', sent)) ?? { status: 404, body: {} };
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  const port = await new Promise<number>(resolve => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${port}`;
}
