import { createServer } from 'node:http';
import { expect, it, onTestFinished } from 'vitest';
import { removeContainer } from '../../../sandboxes/docker/container.ts';
import { engineAt } from '../../../sandboxes/docker/engine.ts';

/** An engine that answers so when it is told to remove a container, in turn, and has none at last. */
async function answering(...answers: readonly (readonly [status: number, message: string])[]) {
  const asked: string[] = [];
  const left = [...answers];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url?.split('?')[0]}`);
    const [status, message] = request.method === 'DELETE' ? (left.shift() ?? [404, 'no such container']) : [200, ''];
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ message }));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as { port: number };
  return { engine: engineAt(`tcp://127.0.0.1:${port}`), asked };
}

const [remove, wait] = ['DELETE /containers/c1', 'POST /containers/c1/wait'];
/** As Podman says it of one that has just ended by itself. */
const ending = 'cannot remove container c1 as it could not be stopped: … container state improper: stopped';

it('a container that ends by itself while it is removed is waited for, however the engine says so', async () => {
  for (const [status, message] of [
    [409, 'removal of container c1 is already in progress'],
    [500, ending],
  ] as const) {
    const { engine, asked } = await answering([status, message]);
    await removeContainer(engine, 'c1');
    expect(asked, message).toEqual([remove, wait, remove]);
  }
});

it('one that does not let itself be removed is told at last', async () => {
  const { engine, asked } = await answering(...Array.from({ length: 9 }, () => [500, ending] as const));
  await expect(removeContainer(engine, 'c1')).rejects.toMatchObject({ code: 'WORKSPACE_LOST' });
  expect(asked.filter(one => one === remove)).toHaveLength(5);
  const broken = await answering([500, 'the disk is broken']);
  await expect(removeContainer(broken.engine, 'c1')).rejects.toMatchObject({ code: 'WORKSPACE_LOST' });
  expect(broken.asked).toEqual([remove]);
});
