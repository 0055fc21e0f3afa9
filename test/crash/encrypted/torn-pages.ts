import { registerHooks } from 'node:module';

/**
 * Loaded before Parley (`--import`) by the control run: takes away that all which one call of the encryption library changes is one page of the
 * journal. Each of the library's transactions is a page by itself. The step `keys.torn` is between two of one call, the second of which has a key by
 * which messages are read: so it is where somebody's client sends its first key to an agent.
 */
const file = '/bridges/matrix/crypto/device.ts';
const changes: readonly (readonly [from: string, to: string])[] = [
  [
    'let changes: Change[] = [];',
    'let changes: Change[] = []; let torn: Promise<unknown> = Promise.resolve(); let stored = 0;',
  ],
  [
    'changes.push(...made);',
    `torn = torn.then(async () => {
      const isKey = made.some(one => String(one[2]).startsWith('inbound_group_sessions'));
      if (stored > 0 && isKey) step('keys.torn');
      stored += 1;
      await journal.append(made);
      step('keys.stored');
    });`,
  ],
  ['if (changes.length === 0) return;', 'await torn; stored = 0; if (changes.length === 0) return;'],
];

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    return url.endsWith(file) ? { ...loaded, source: changes.reduce(change, String(loaded.source)) } : loaded;
  },
});

function change(source: string, [from, to]: (typeof changes)[number]): string {
  // A control that takes nothing away would prove nothing.
  if (!source.includes(from)) throw new Error(`${file} does not have "${from}" any more: correct the control.`);
  return source.replace(from, to);
}
