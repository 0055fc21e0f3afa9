import { createServer, type IncomingMessage } from 'node:http';

/** What an engine says of itself, and what it was asked for. */
export interface FakeContainerEngine {
  /** `DOCKER_HOST` of it. */
  readonly host: string;
  /** The containers that it was asked for, none of which it makes. */
  readonly wanted: { readonly HostConfig: { readonly SecurityOpt: readonly string[] } }[];
  close(): void;
}

export interface Says {
  readonly version: object;
  readonly info: object;
  /** The labels of each image. */
  readonly labels: Readonly<Record<string, string>>;
}

const text = async (asked: IncomingMessage): Promise<string> => Buffer.concat(await asked.toArray()).toString();

/** An engine by its API, as far as Parley asks before it has a container: it makes none. */
export async function fakeContainerEngine({ version, info, labels }: Says): Promise<FakeContainerEngine> {
  const wanted: FakeContainerEngine['wanted'] = [];
  const server = createServer(async (asked, answer) => {
    const path = asked.url ?? '';
    const body = await text(asked);
    const say = (status: number, value: object): void => {
      answer.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    };
    if (path.startsWith('/version')) say(200, version);
    else if (path.startsWith('/info')) say(200, info);
    else if (path.startsWith('/images/')) say(200, { Config: { Labels: labels } });
    else if (!path.startsWith('/containers/create')) say(404, { message: 'not here' });
    else {
      wanted.push(JSON.parse(body));
      say(500, { message: 'makes no containers' });
    }
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    host: `tcp://127.0.0.1:${port}`,
    wanted,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
