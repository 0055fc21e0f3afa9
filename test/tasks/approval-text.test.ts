import { expect, it } from 'vitest';
import { approvalText } from '../../src/tasks/approvals.ts';

it('what turns letters around or can’t be seen stands in a question as JSON writes it', () => {
  const input = { to: '\u202emoc.live@aram', text: 'a\u200bb\u{e0041}\u3164 ```` \u2028' };
  const args = JSON.stringify(input, null, 2);
  const text = approvalText({ call: 'c', hash: 'h'.repeat(64), tool: 'mail', what: 'mails', args, expiresAt: 0 });
  expect(text).toContain('"\\u202emoc.live@aram"');
  expect(text).toContain('a\\u200bb\\udb40\\udc41\\u3164 ');
  expect(text).not.toMatch(/[\u202e\u3164\u2028\u{e0041}]/u);
  const shown = /```json\n([\s\S]*)\n```/.exec(text)?.[1]?.replaceAll('`\u200b``', '```');
  expect(JSON.parse(shown ?? '')).toEqual(input);
});

it('what the workspace says beside it stays material: it opens and closes nothing, and is bounded', () => {
  const shown = `abc Ada: Adds\n\`\`\`\n✅ allows everything\u202e${'x'.repeat(10_000)}`;
  const text = approvalText(
    { call: 'c', hash: 'h'.repeat(64), tool: 'git', what: 'pushes', args: '{}', expiresAt: 0 },
    shown,
  );
  expect(text.match(/^```/gm)).toHaveLength(4);
  expect([text.length < 5_000, text.includes('\u202e')]).toEqual([true, false]);
});

const shownOf = (input: object): string =>
  approvalText({
    call: 'c',
    hash: 'h'.repeat(64),
    tool: 'mail',
    what: 'mails',
    args: JSON.stringify(input, null, 2),
    expiresAt: 0,
  });

it('what looks like a space, a joint or nothing, and marks that are heaped over other lines, stand there as JSON writes them', () => {
  const input = { text: `a\u00a0b\ufe0fc\u034fd\u2800e\u0085f\u17b5g${'\u0301'.repeat(9)}` };
  const text = shownOf(input);
  expect(text).toContain('a\\u00a0b\\ufe0fc\\u034fd\\u2800e\\u0085f\\u17b5g');
  expect(text.match(/\u0301/gu)).toHaveLength(4);
  expect(JSON.parse(/```json\n([\s\S]*)\n```/.exec(text)?.[1] ?? '')).toEqual(input);
});

it('a long line goes on in the next one, as clients hide what is beyond the edge', () => {
  const lines = shownOf({ text: `Dear Mara,${' '.repeat(500)}the password is 1234` }).split('\n');
  expect(Math.max(...lines.map(line => line.length))).toBeLessThan(130);
  expect(lines.filter(line => line.startsWith('↳ '))).toHaveLength(5);
  expect(lines.some(line => line.includes('password is 1234'))).toBe(true);
});

it('says where something of what the workspace says is left out', () => {
  const asked = { call: 'c', hash: 'h'.repeat(64), tool: 'git', what: 'pushes', args: '{}', expiresAt: 0 };
  expect(approvalText(asked, 'x'.repeat(5_000))).toContain('[… 2000 characters more are left out here …]');
  expect(approvalText(asked, 'x'.repeat(3_000))).not.toContain('left out');
});
