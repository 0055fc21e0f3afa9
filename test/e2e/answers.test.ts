import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { numberedWords, paragraphs } from '../fakes/scripted-model/script.ts';
import { describeWith } from '../servers.ts';
import type { Person } from './driver/person.ts';
import { record, text } from './driver/room-view.ts';
import { gaps } from './driver/timing.ts';
import { World } from './driver/world.ts';

const eventLimit = 65_536;

const document = `# A title

Some *emphasis* and **strength**, \`code\` and [a link](https://example.org/page).

1. first
2. second
   - nested

| name | value |
|------|-------|
| a    | 1     |

\`\`\`ts
const answer: number = 42;
\`\`\`

> quoted

<script>alert(1)</script> <img src=x onerror=alert(2)> [bad](javascript:alert(3)) <a href="x" onclick="alert(4)">x</a>`;

describeWith('synapse', '3. answers', () => {
  let world: World;
  let mara: Person;
  let room: string;

  beforeAll(async () => {
    world = await World.start();
    mara = await world.newPerson('Mara');
    room = await world.dialogue(mara, world.agents.ada);
  });
  afterAll(() => world?.stop());

  it('come as one message without edits when they are short, by one call of the model', async () => {
    const answer = await mara.ask(room, 'a short question');
    expect(answer.text).toBe('I (Ada) heard: a short question');
    expect(answer.message).toMatchObject({ msgtype: 'm.text', sender: world.agents.ada });
    expect(answer.message.versions).toHaveLength(1);
    expect(world.model.asked('a short question')).toHaveLength(1);
  });

  it('are announced by typing, which ends with the answer', async () => {
    const before = mara.view(room).typing.length;
    const trigger = await mara.say(room, '[[slow: 20 words, 100ms]]');
    const typings = () => mara.view(room).typing.slice(before);
    const first = await mara.watch.until('typing', () =>
      typings().find(typing => typing.users.includes(world.agents.ada)),
    );
    const answer = await mara.waitForAnswer(room, { to: trigger });
    expect(first.at).toBeLessThanOrEqual(answer.message.versions.at(-1)?.seenAt ?? 0);
    await mara.watch.until('typing to end', () => (typings().at(-1)?.users.length === 0 ? true : undefined), 5_000);
  });

  it('are Markdown, shown as safe HTML', async () => {
    const { message } = await mara.ask(room, `[[say: ${document}]]`);
    expect(message.body).toContain('# A title');
    expect(message.content.format).toBe('org.matrix.custom.html');
    const html = message.html ?? '';
    const shown = [
      '<h1>A title</h1>',
      '<em>emphasis</em>',
      '<strong>strength</strong>',
      '<code>code</code>',
      '<ol>',
      '<ul>',
    ];
    for (const piece of [...shown, '<table>', '<blockquote>', 'const answer: number = 42;'])
      expect(html).toContain(piece);
    expect(html).toMatch(/<pre><code class="language-ts">/);
    expect(html).toMatch(/<a [^>]*href="https:\/\/example\.org\/page"/);
    expect(html).not.toMatch(/<script|<img[^>]*onerror|href="javascript:|<[^>]+ onclick/i);
  });

  describe('that take long', () => {
    it('stream in at most 12 edits with growing intervals', { timeout: 90_000 }, async () => {
      const answer = await mara.ask(room, '[[slow: 300 words, 50ms]]', { timeoutMs: 60_000 });
      const { versions } = answer.message;
      expect(answer.text).toBe(numberedWords(300).join(''));
      expect(answer.parts).toHaveLength(1);
      expect(versions.length - 1).toBeGreaterThanOrEqual(3);
      expect(versions.length - 1).toBeLessThanOrEqual(12);
      const intervals = gaps(versions.slice(0, -1).map(version => version.sentAt));
      for (const [index, gap] of intervals.entries()) {
        expect([index, gap >= (intervals[index - 1] ?? 0) * 0.8]).toEqual([index, true]);
      }
      expect(intervals.at(-1)).toBeGreaterThan((intervals[0] ?? 0) * 1.5);
    });

    it('show only text that stays, and say whether they still grow', async () => {
      const answer = await mara.ask(room, '[[slow: 120 words, 50ms]]', { timeoutMs: 30_000 });
      const states = answer.message.versions.map(version => record(version.content['net.parley'])?.state);
      expect(states.at(-1)).toBe('complete');
      expect(new Set(states.slice(0, -1))).toEqual(new Set(['streaming']));
      for (const version of answer.message.versions) {
        const words = (text(version.content.body) ?? '').match(/word\d+/g) ?? [];
        expect(answer.text.startsWith(words.join(' '))).toBe(true);
      }
    });

    it('begin to show before they are complete', async () => {
      const trigger = await mara.say(room, '[[slow: 120 words, 50ms]]');
      const begun = await mara.waitForStart(room, trigger);
      expect(begun.text).toContain('word1');
      expect(begun.text).not.toContain('word120');
      expect((await mara.waitForAnswer(room, { to: trigger })).message.id).toBe(begun.message.id);
    });
  });

  describe('over the limit of an event', () => {
    it('are split at paragraph ends', async () => {
      const whole = paragraphs(80_000);
      const trigger = await mara.say(room, '[[long: 80000 chars]]');
      const answer = await mara.watch.until('the whole text', () => {
        const found = mara.answers(room, trigger)[0];
        return found !== undefined && found.text.length >= whole.length && lastIsComplete(found) ? found : undefined;
      });
      expect(answer.text).toBe(whole);
      expect(answer.parts.length).toBeGreaterThan(1);
      for (const part of answer.parts) {
        expect(JSON.stringify(part.content).length).toBeLessThan(eventLimit);
        expect(part.msgtype).toBe('m.text');
        expect(part.mark?.state).toBe('complete');
      }
    });

    it('keep a long program a program in each part', async () => {
      const lines = Array.from({ length: 3_000 }, (_, index) => `const value${index} = compute(${index});`);
      const undo = world.model.rule(request =>
        request.text.includes('a long program') ? { pieces: [fenced(lines)], delayMs: 0, ending: 'end' } : undefined,
      );
      const trigger = await mara.say(room, 'a long program');
      const answer = await mara.watch.until('the last line', () => {
        const found = mara.answers(room, trigger)[0];
        return found?.text.includes('That is all.') === true && lastIsComplete(found) ? found : undefined;
      });
      undo();
      expect(answer.parts.length).toBeGreaterThan(1);
      for (const part of answer.parts) expect(part.html).toMatch(/<pre><code class="language-ts">/);
      for (const line of lines) expect(answer.text).toContain(line);
    });

    it('come as a file when they are very long', async () => {
      const trigger = await mara.say(room, '[[long: 300000 chars]]');
      const file = await mara.waitForMessage(
        room,
        message => message.msgtype === 'm.file' && message.mark?.trigger === trigger,
        40_000,
      );
      const response = await mara.download(text(file.content.url) ?? '');
      expect(await response.text()).toBe(paragraphs(300_000));
      expect(text(file.content.filename) ?? file.body).toMatch(/\.md$|\.txt$/);
      expect(mara.answers(room, trigger)[0]?.parts.length).toBeLessThanOrEqual(3);
      const marker = await mara.ask(room, 'and then?');
      expect(marker.text).toContain('and then?');
    });
  });
});

function fenced(lines: readonly string[]): string {
  return `Here it is:\n\n\`\`\`ts\n${lines.join('\n')}\n\`\`\`\n\nThat is all.`;
}

function lastIsComplete(answer: {
  readonly parts: readonly { readonly mark: { readonly state?: string } | undefined }[];
}) {
  return answer.parts.every(part => part.mark?.state === 'complete');
}
