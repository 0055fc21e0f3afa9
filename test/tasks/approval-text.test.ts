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
