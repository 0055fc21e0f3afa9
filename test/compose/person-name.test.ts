import { expect, it } from 'vitest';
import { accountNameFor } from '../../src/compose/person-name.ts';

it.each([
  ['mara', 'mara'],
  ['Mara.Lind', 'mara.lind'],
  ['root', 'person'],
  ['parley', 'person'],
  ['agent-ada', 'person'],
  ['DOMAIN\\mara', 'person'],
  ['mära', 'person'],
  ['', 'person'],
  [null, 'person'],
])('whoever is signed in as %j gets the account %s', (login, name) => expect(accountNameFor(login)).toBe(name));
