import { expect, it, onTestFinished } from 'vitest';
import { agentId } from '../../../src/core/ids.ts';
import { exampleAgent } from '../../contracts/bridge/example-agent.ts';
import { fakeWorld } from './fake-world.ts';

const ada = agentId('ada');

it.each([
  ['the homeserver does not have', 'mxc://parley.test/gone', 404, 'again'],
  ['the homeserver can not give now', 'mxc://parley.test/busy', 502, 'log'],
  ['has no address', 'https://example.org/a.png', 200, 'again'],
  ['is too large', 'mxc://parley.test/large', 200, 'smaller'],
])('says what to do about an attachment that %s', async (_, source, status, remedy) => {
  const { bridge, homeserver, close } = await fakeWorld();
  onTestFinished(close);
  await bridge.ensureAgent(exampleAgent(ada), null);
  homeserver.intercept = () => ({ status, body: { text: 'x'.repeat(200) } });
  const reading = bridge.readAttachment(source, ada, 100, new AbortController().signal);
  await expect(reading).rejects.toMatchObject({
    message: expect.stringMatching(new RegExp(`: .*\\. .*${remedy}.*\\.$`)),
  });
});
