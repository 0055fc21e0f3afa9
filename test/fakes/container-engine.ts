import { createServer, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** What an engine says of itself, and what it was asked for. */
export interface FakeContainerEngine {
  /** `DOCKER_HOST` of it. */
  readonly host: string;
  /** The containers that it was asked for. All of them end as soon as they start. */
  readonly wanted: { readonly HostConfig: { readonly SecurityOpt: readonly string[]; readonly UsernsMode?: string } }[];
  /** What programs of containers would have read by the time they were started. */
  readonly early: string[];
  close(): void;
}

export interface Says {
  readonly version: object;
  readonly info: object;
  /** The labels of each image. */
  readonly labels: Readonly<Record<string, string>>;
  /** What it says instead of making a container. */
  readonly refusal?: { readonly status: number; readonly message: string } | null;
}

const text = async (asked: IncomingMessage): Promise<string> => Buffer.concat(await asked.toArray()).toString();

/** An engine by its API, as far as Parley asks before it speaks with a container: in its own there is nobody to be spoken with. */
export async function fakeContainerEngine({
  version,
  info,
  labels,
  refusal = null,
}: Says): Promise<FakeContainerEngine> {
  const wanted: FakeContainerEngine['wanted'] = [];
  const early: string[] = [];
  const attached: Duplex[] = [];
  const server = createServer(async (asked, answer) => {
    const path = asked.url ?? '';
    const body = await text(asked);
    const say = (status: number, value: object): void => {
      answer.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    };
    if (path.startsWith('/version')) say(200, version);
    else if (path.startsWith('/info')) say(200, info);
    else if (path.startsWith('/images/')) say(200, { Config: { Labels: labels } });
    else if (path.startsWith('/containers/create') && refusal !== null) say(refusal.status, refusal);
    else if (path.startsWith('/containers/create')) say(201, { Id: `c${wanted.push(JSON.parse(body))}` });
    else if (path.endsWith('/start')) {
      for (const line of attached.splice(0)) {
        early.push(String(line.read() ?? ''));
        line.destroy();
      }
      say(204, {});
    } else say(404, { message: 'not here' });
  });
  // Podman hands on whatever comes after the head of the request.
  server.on('upgrade', (_asked, line, head) => {
    line.on('error', () => undefined);
    line.unshift(head);
    line.write('HTTP/1.1 101 UPGRADED\r\nconnection: Upgrade\r\nupgrade: tcp\r\n\r\n');
    attached.push(line);
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    host: `tcp://127.0.0.1:${port}`,
    wanted,
    early,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
