import { describe, expect, it } from 'vitest';
import { fromDelivery, fromEdit } from '../../../bridges/matrix/from-event.ts';
import { renderMarkdown } from '../../../bridges/matrix/markdown.ts';
import { matrix } from '../../../bridges/matrix/names.ts';
import { contentLimit, fits } from '../../../bridges/matrix/size.ts';
import { agentId, chatId, messageId } from '../../../src/core/ids.ts';
import { planParts } from '../../../src/core/reply/plan-parts.ts';
import type { Delivery } from '../../../src/ports/bridge.ts';

const root = messageId(matrix, '$root');
const question = messageId(matrix, '$question');

function delivery(text: string, changes: Partial<Delivery> = {}): Delivery {
  return {
    chat: chatId(matrix, '!room'),
    as: agentId('ada'),
    deliveryId: 'd',
    body: { kind: 'markdown', text, notice: false },
    thread: null,
    replyTo: null,
    people: null,
    mark: { turn: 'a turn', part: 1, state: 'streaming', trigger: question },
    ...changes,
  };
}

const html = (text: string): string | null => renderMarkdown(text).html;

describe('a message for Matrix', () => {
  it('is plain where it has no formatting, pings nobody, and says what it belongs to', () => {
    expect(fromDelivery(delivery('Hello "you" & me'))).toEqual({
      msgtype: 'm.text',
      body: 'Hello "you" & me',
      'm.mentions': {},
      'net.parley': { turn: 'a turn', part: 1, state: 'streaming', trigger: '$question' },
    });
  });

  it.each([
    ['agents\\: granted\\: sends mail to mara\\@example\\.org', 'agents: granted: sends mail to mara@example.org'],
    ['- 1\\. *one*\n> - \\#two\n\n| a\\|b |\n|---|\n| c\\. |', '- 1. *one*\n> - #two\n\n| a|b |\n|---|\n| c. |'],
    ['a path `C:\\.x`, ``\\` \\.`` and \\`not\\.\\`', 'a path `C:\\.x`, ``\\` \\.`` and `not.`'],
    ['`` \\. `', '`` . `'],
    [
      'x\\.\n\n```json\n{"a": "\\."}\n```\n\n    code\\.\n\nC:\\temp \\\\',
      'x.\n\n```json\n{"a": "\\."}\n```\n\n    code\\.\n\nC:\\temp \\',
    ],
  ])('shows no backslash of mark-up to clients without HTML, and code as it is: %j', (text, body) => {
    expect(fromDelivery(delivery(text)).body).toBe(body);
  });

  it('pings nobody by a name whose backslash is gone in the plain text', () => {
    const people = ['@mara:example.org', 'Mara Li-Ho'];
    expect(fromDelivery(delivery('Mara Li\\-Ho waits', { people }))['m.mentions']).toEqual({});
  });

  it('is placed as a reply, in a thread, or both', () => {
    const relates = (changes: Partial<Delivery>) => fromDelivery(delivery('x', changes))['m.relates_to'];
    expect(relates({})).toBeUndefined();
    expect(relates({ replyTo: question })).toEqual({ 'm.in_reply_to': { event_id: '$question' } });
    const thread = { rel_type: 'm.thread', event_id: '$root' };
    const fallback = { is_falling_back: true, 'm.in_reply_to': { event_id: '$root' } };
    expect(relates({ thread: root })).toEqual({ ...thread, ...fallback });
    const reply = { is_falling_back: false, 'm.in_reply_to': { event_id: '$question' } };
    expect(relates({ thread: root, replyTo: question })).toEqual({ ...thread, ...reply });
  });

  it('replaces another one with its text only once in the event', () => {
    const text = `**${'long '.repeat(100)}**`;
    const edit = fromEdit('$target', delivery(text));
    expect(edit).toMatchObject({
      msgtype: 'm.text',
      'm.mentions': {},
      'm.new_content': { msgtype: 'm.text', body: text, 'net.parley': { turn: 'a turn' } },
      'm.relates_to': { rel_type: 'm.replace', event_id: '$target' },
      'net.parley': { part: 1 },
    });
    expect(String(edit.body).length).toBeLessThan(130);
    expect(edit).not.toHaveProperty('formatted_body');
  });

  it('may be a notice or a file', () => {
    expect(fromDelivery(delivery('', { body: { kind: 'markdown', text: 'x', notice: true } }))).toMatchObject({
      msgtype: 'm.notice',
    });
    const body = { kind: 'file', name: 'a.md', mimeType: 'text/markdown', text: 'é' } as const;
    expect(fromDelivery(delivery('', { body }), { encrypted: false, uploaded: { url: 'mxc://a/b' } })).toMatchObject({
      msgtype: 'm.file',
      body: 'a.md',
      filename: 'a.md',
      url: 'mxc://a/b',
      info: { mimetype: 'text/markdown', size: 2 },
    });
  });

  it('is refused where it is too long, and loses its HTML where only that is', () => {
    expect(() => fromDelivery(delivery('x'.repeat(contentLimit)))).toThrow(
      expect.objectContaining({ code: 'MESSAGE_TOO_LARGE' }),
    );
    const cells = `|a|b|\n|-|-|\n${'|x|y|\n'.repeat(4_000)}`;
    expect(fits(cells)).toBe(false);
    expect(fromDelivery(delivery(cells))).not.toHaveProperty('formatted_body');
  });
});

describe('whether a text fits', () => {
  const table = (columns: number, rows: number): string =>
    `${'|a'.repeat(columns)}|\n${'|-'.repeat(columns)}|\n${'|x\n'.repeat(rows)}`;

  it('is told without making the HTML of tables that fill up missing cells', { timeout: 1_000 }, () => {
    expect(fits(table(500, 12_000))).toBe(false);
    expect(fits(`${table(100, 400)}\n`.repeat(25))).toBe(false);
    expect(fits(table(20, 100))).toBe(true);
  });

  it('is not refused for what only looks like a table', () => {
    expect(fits(`${'|-'.repeat(500)}|\n${'|x\n'.repeat(1_000)}`)).toBe(true);
    expect(fits(`|a|b|\n|-|-|\n|1|2|\n\n${'- a\n'.repeat(2_000)}`)).toBe(true);
  });

  it('is soon known of each piece of a long answer', { timeout: 5_000 }, () => {
    for (const text of [table(500, 12_000), table(3, 8_000), `${table(100, 400)}\n`.repeat(25)]) {
      for (const part of planParts(text, fits)) expect(part.kind === 'file' || fits(part.text)).toBe(true);
    }
  });
});

describe('Markdown for Matrix', () => {
  it('becomes what clients show', () => {
    expect(html('# T\n\ntext *em* **strong** ~~gone~~ `code`')).toBe(
      '<h1>T</h1>\n<p>text <em>em</em> <strong>strong</strong> <s>gone</s> <code>code</code></p>',
    );
    expect(html('```ts\nlet a = "<b>";\n```')).toBe(
      '<pre><code class="language-ts">let a = "&lt;b&gt;";\n</code></pre>',
    );
    expect(html('3. c\n4. d')).toContain('<ol start="3">');
    expect(html('- [x] done\n- [ ] open')).toMatch(/<li>☑ done<\/li>\s*<li>☐ open<\/li>/);
    expect(html('|a|b|\n|-|-|\n|1|2|')).toContain('<td>2</td>');
    expect(html('*a*\nb')).toContain('<br />');
  });

  it('links only where it is safe, and shows pictures as links', () => {
    expect(html('[a](https://x.test/?q=1&r)')).toBe('<p><a href="https://x.test/?q=1&amp;r">a</a></p>');
    expect(html('see https://x.test/y.')).toContain('<a href="https://x.test/y">https://x.test/y</a>.');
    expect(html('readme.md')).toBeNull();
    expect(html('![a bee](https://x.test/b.png)')).toBe('<p><a href="https://x.test/b.png">a bee</a></p>');
    for (const target of [
      'javascript:alert(1)',
      'data:text/html,x',
      '//x.test',
      '/relative',
      'mxc://a/b',
      'file:///etc',
      'vbscript:x',
    ]) {
      expect(html(`**[a](${target})** ![b](${target})`), target).not.toMatch(/<a|<img|href/);
    }
  });

  it('lets no HTML of the text through', () => {
    for (const text of [
      '<script>x</script> *a*',
      '<img src=x onerror=y> *a*',
      '*a* <a href="javascript:x">b</a>',
      '`<b>`',
      '&lt;b&gt; *a*',
    ]) {
      expect(html(text)?.replaceAll(/<\/?(?:p|em|code)>/g, ''), text).not.toMatch(/[<>]/);
    }
  });

  it('mentions user ids, but neither bare names nor code', () => {
    const text = 'Ask @agent-ada:parley.test, or @Bruno, not `@x:y.test` or mail a@b.test.';
    const { html: shown, mentions } = renderMarkdown(text);
    expect(mentions).toEqual(['@agent-ada:parley.test']);
    expect(shown).toContain('<a href="https://matrix.to/#/@agent-ada:parley.test">@agent-ada:parley.test</a>, or');
    expect(fromDelivery(delivery(text))['m.mentions']).toEqual({ user_ids: mentions });
    expect(fromEdit('$t', delivery(text))['m.mentions']).toEqual({});
  });

  it('tells clients to ping nobody where the text could make them', () => {
    const people = ['@mara:parley.test', 'Dr. Jo'];
    const told = (text: string) => {
      const message = { ...delivery(text), people };
      return 'm.mentions' in fromDelivery(message) && 'm.mentions' in fromEdit('$t', message);
    };
    expect(told('Good morning!')).toBe(false);
    for (const text of ['as Mara said', 'dr. jo knows', 'hello @room']) expect(told(text), text).toBe(true);
    expect('m.mentions' in fromDelivery({ ...delivery('Good morning!'), people: null })).toBe(true);
  });

  it('survives deep nesting', () => {
    for (const text of [
      '>'.repeat(5_000),
      '- '.repeat(2_000),
      '*'.repeat(5_000),
      '['.repeat(5_000),
      '`'.repeat(5_001),
    ]) {
      expect(() => renderMarkdown(text)).not.toThrow();
    }
  });
});
