import { expect, test } from 'vitest';
import { loadConfig } from '../../config/load.ts';
import { ParleyError } from '../../src/core/errors.ts';
import { tempFolder } from './temp-folder.ts';

/** The lines of the error that a `parley.yaml` of this text gives. */
async function problems(text: string, env: NodeJS.ProcessEnv = {}): Promise<string[]> {
  const cwd = tempFolder({ 'parley.yaml': text });
  const error: unknown = await loadConfig({ env: { PARLEY_CONFIG: 'parley.yaml', ...env }, cwd }).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ParleyError)) throw new Error('there was no error of ours', { cause: error });
  expect(error.code).toBe('CONFIG_INVALID');
  return error.message.split('\n');
}

test('an unknown option is named with its place, and the one that was meant', async () => {
  expect(await problems('log:\n  level: info\n  texst: true\nflor: {}\n')).toEqual([
    'parley.yaml:3:3 log.texst: there is no such option. Did you mean texts?',
    'parley.yaml:4:1 flor: there is no such option. Did you mean floor?',
  ]);
});

test('without a near one, all options of the section are named', async () => {
  expect(await problems('log:\n  zzz: 1\n')).toEqual([
    'parley.yaml:2:3 log.zzz: there is no such option. There are: level, texts, maxFileMiB.',
  ]);
});

test('a wrong value is named with what is expected and the default', async () => {
  const [kind, range, choice] = await problems(
    'conversation:\n  maxHops: many\n  historyMessages: 0\nlog:\n  level: loud\n',
  );
  expect(kind).toBe('parley.yaml:2:12 conversation.maxHops: expected number, found "many". The default is 3.');
  expect(range).toMatch(/^parley.yaml:3:20 conversation.historyMessages: expected number to be >=1, found 0\./);
  expect(choice).toMatch(
    /^parley.yaml:5:10 log.level: expected one of "trace"\|.*, found "loud"\. The default is info\.$/,
  );
});

test('values inside lists have their place too', async () => {
  expect(await problems('models:\n  - id: a\n    name: A\n    type: openia\n')).toEqual([
    expect.stringMatching(/^parley.yaml:4:11 models.0.type: expected one of "openai"\|.*, found "openia"\./),
  ]);
});

test('what is missing is named where it should stand', async () => {
  expect((await problems('models:\n  - {id: a, type: ollama}\n'))[0]).toMatch(
    /^parley.yaml:2:5 models.0.name: expected string, found nothing/,
  );
});

test('what an option needs beside it is named with its variable, and not with all that stands in its section', async () => {
  expect(await problems('', { SMTP_HOST: 'smtp.example.org' })).toEqual([
    expect.stringMatching(
      / mail\.from \(SMTP_FROM\): expected the address of a sender .*, found nothing\. For example: "parley@/,
    ),
  ]);
  expect(await problems('web:\n  search: brave\n')).toEqual([
    expect.stringMatching(/ web\.searchKey \(PARLEY_SEARCH_KEY\): expected the key for Brave, found nothing\./),
  ]);
});

test('a wrong environment variable is named as such', async () => {
  expect(await problems('', { PARLEY_PORT: 'eighty' })).toEqual([
    'environment variable PARLEY_PORT listener.port: expected number, found "eighty". The default is 8070.',
  ]);
});

test('secrets are not repeated', async () => {
  const text = (
    await problems('matrix: {asToken: hunter2}\nmodels: [{id: a, name: A, type: demo, apiKey: [hunter2]}]')
  ).join();
  expect(text).toContain('matrix.asToken');
  expect(text).toContain('models.0.apiKey');
  expect(text).not.toContain('hunter2');
  const wrong = {
    REDIS_URL: 'http://mara:hunter2@x',
    MONGODB_URL: 'mongodb//mara:hunter2@x',
    MATRIX_HOMESERVER_URL: 'ftp://mara:hunter2@x',
  };
  const addresses = (await problems('', wrong)).join();
  for (const name of Object.keys(wrong)) expect(addresses).toContain(name);
  expect(addresses).not.toContain('hunter2');
});

test('broken YAML is named with its place', async () => {
  expect((await problems('log: {level: info\nfloor: 1'))[0]).toMatch(/^parley.yaml:2:1 is not valid YAML: /);
});

test('a reference without quotes in braces is explained', async () => {
  expect((await problems('log: {level: $' + '{X:-info}}'))[0]).toContain('Put quotes around a reference');
});

test('a reference to a variable that is not set is named with its place', async () => {
  expect(await problems('log:\n  level: $' + '{NOT_THERE}\n')).toEqual([
    `parley.yaml:2:10 names the environment variable NOT_THERE, which is not set. Set it, or give a default: $${'{NOT_THERE:-…}'}.`,
  ]);
});

test('a file that is no mapping, is a folder or is not there', async () => {
  expect((await problems('[1, 2]'))[0]).toMatch(/^parley.yaml:1:1 expected object/);
  expect((await problems('', { PARLEY_CONFIG: '.' }))[0]).toContain("can't be read (EISDIR)");
  expect((await problems('', { PARLEY_CONFIG: 'nowhere.yaml' }))[0]).toContain('which is not there');
});

test('a homeserver of your own needs its name, and tokens come in pairs', async () => {
  expect((await problems('', { MATRIX_HOMESERVER_URL: 'https://m.example.org' }))[0]).toContain('MATRIX_SERVER_NAME');
  expect((await problems('', { MATRIX_AS_TOKEN: 'x'.repeat(32) }))[0]).toContain('expected both or neither');
  expect((await problems('', { MATRIX_OWNER: 'mara' }))[0]).toContain('a user id such as @mara:example.org');
});

test('who may invite was a section of its own: the error says what to write instead', async () => {
  expect(await problems('log: {level: info}\ninvites:\n  allow: ["*:example.org", "@tom:x.org"]\n')).toEqual([
    'parley.yaml:2:1 invites: who may invite agents is part of access now. Write instead: ' +
      'access: {people: {"*:example.org":"user","@tom:x.org":"user"}}',
  ]);
});

test('a role that there is not is named with those that there are', async () => {
  expect(await problems('access: {people: {"@mara:example.org": king}}\n')).toEqual([
    expect.stringMatching(
      /^parley.yaml:1:40 access.people.@mara:example.org: expected one of "admin"\|"user".*found "king"/,
    ),
  ]);
});

test('a reference to a variable that is not set hides no other problem of the file', async () => {
  expect(
    await problems(`dataDir: "\${NOPE_KEY}"\nmatrix:\n  homeserverUrl: "\${NOPE_URL}"\nlog:\n  texst: true\n`),
  ).toEqual([
    expect.stringContaining('parley.yaml:1:10 names the environment variable NOPE_KEY, which is not set.'),
    expect.stringContaining('parley.yaml:3:18 names the environment variable NOPE_URL, which is not set.'),
    'parley.yaml:5:3 log.texst: there is no such option. Did you mean texts?',
  ]);
});

test.each([
  [{ PARLEY_PROT: '1' }, /^environment variable PARLEY_PROT: there is no such variable\. Did you mean PARLEY_PORT\?$/],
  [
    { PARLEY_XYZXYZXYZ: '1' },
    /^environment variable PARLEY_XYZXYZXYZ: there is no such variable\. There are: PARLEY_DATA, /,
  ],
  [
    { PARLEY_HOMESERVER: 'podman' },
    /^environment variable PARLEY_HOMESERVER: expected docker or python, found "podman"\. Unset it/,
  ],
  [
    { OPENAI_BASE_URL: 'localhost:18234/v1' },
    /^environment variable OPENAI_BASE_URL: expected an address that begins with http:/,
  ],
])('a variable that can not be meant is an error: %j', async (env, expected) => {
  expect((await problems('', env as NodeJS.ProcessEnv))[0]).toMatch(expected);
});

test('a variable that the configuration names is no mistake', async () => {
  const cwd = tempFolder({ 'parley.yaml': `dataDir: "\${PARLEY_PLACE}"\n` });
  const config = await loadConfig({ env: { PARLEY_CONFIG: 'parley.yaml', PARLEY_PLACE: 'there' }, cwd });
  expect(config.dataDir).toMatch(/there$/);
});
