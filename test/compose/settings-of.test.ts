import { expect, it } from 'vitest';
import { loadConfig } from '../../config/load.ts';
import { settingsOf } from '../../src/compose/settings-of.ts';
import { agentId, agentMember, bridgeName, foreignMember } from '../../src/core/ids.ts';
import { tempFolder } from '../config/temp-folder.ts';

const person = (address: string) => foreignMember(bridgeName('matrix'), address);

async function policy(allow: readonly string[] | null) {
  const yaml = allow === null ? '' : `invites: {allow: ${JSON.stringify(allow)}}\n`;
  const config = await loadConfig({
    env: { PARLEY_CONFIG: 'parley.yaml' },
    cwd: tempFolder({ 'parley.yaml': yaml }),
  });
  return settingsOf(config, 'example.org').mayInvite;
}

it.each([
  [null, '@mara:example.org', true],
  [null, '@mara:elsewhere.org', false],
  [['*'], '@mara:elsewhere.org', true],
  [[], '@mara:example.org', false],
  [['*:elsewhere.org'], '@mara:elsewhere.org', true],
  [['*:elsewhere.org'], '@mara:not-elsewhere.org', false],
  [['*:elsewhere.org'], '@mara:elsewhere.org.example', false],
  [['*:elsewhere.org'], '@mara:elsewherexorg', false],
  [['@mara:*'], '@mara:anywhere.net:8448', true],
  [['@mara:example.org', '@tom:example.org'], '@tom:example.org', true],
  [['@mara:example.org'], '@mara2:example.org', false],
  [['@m*a:{homeserver}'], '@mara:example.org', true],
] as const)('where %j may invite, %s may: %s', async (allow, address, may) => {
  expect((await policy(allow))(person(address))).toBe(may);
});

it('agents may invite each other where nobody else may', async () => {
  expect((await policy([]))(agentMember(agentId('ada')))).toBe(true);
});
