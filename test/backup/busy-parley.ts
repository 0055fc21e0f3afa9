import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Person } from '../../bridges/memory/person.ts';
import type { ChatId, MessageId } from '../../src/core/ids.ts';
import { type TestParley, testParley } from '../fakes/installation.ts';
import { lastText } from '../fakes/runtime.ts';

export function tempFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'parley-backup-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Each message has an answer of its own, as far as the clock may stand still. */
export const unmerged = { mergeWithinMs: -1 };

interface Asked {
  readonly room: ChatId;
  readonly message: MessageId;
  /** Who has to answer. */
  readonly agent: string;
}

export interface BusyParley {
  readonly test: TestParley;
  readonly rooms: readonly ChatId[];
  readonly asked: readonly Asked[];
  /** One more thing that people do. */
  act(nth: number): void;
}

/** An installation with a private chat and two groups, in which people say, edit and take back, and agents hand over. */
export async function busyParley(given: Partial<Pick<TestParley, 'store' | 'clock'>> = {}): Promise<BusyParley> {
  const test = await testParley({ ...given, settings: unmerged });
  answerAll(test);
  const [mara, theo] = [test.bridge.person('mara'), test.bridge.person('theo')];
  const dialogue = mara.dm('@agent-ada');
  const first = mara.createRoom({ invite: ['@agent-ada', '@agent-bruno', '@theo'] });
  const second = theo.createRoom({ invite: ['@agent-bruno', '@agent-clara'] });
  await test.settle();
  const asked: Asked[] = [];
  const ask = (who: Person, [room, agent]: readonly [ChatId, string], text: string): void =>
    void asked.push({ room, agent, message: who.say(room, text) });
  const retract = (nth: number): void => {
    const gone = mara.say(dialogue, `slip ${nth}`);
    mara.redact(dialogue, gone);
  };
  const correct = (nth: number): void => {
    const last = asked.findLast(({ room }) => room === dialogue);
    if (last !== undefined) mara.edit(dialogue, last.message, `edited ${nth}`);
  };
  const acts: readonly ((nth: number) => void)[] = [
    nth => ask(mara, [dialogue, 'ada'], `question ${nth}`),
    nth => ask(mara, [first, 'ada'], `@Ada hand over ${nth}`),
    nth => ask(theo, [second, 'clara'], `@Clara question ${nth}`),
    nth => ask(theo, [first, 'bruno'], `@Bruno question ${nth}`),
    correct,
    nth => ask(mara, [dialogue, 'ada'], `another question ${nth}`),
    retract,
  ];
  return { test, rooms: [dialogue, first, second], asked, act: nth => acts[nth % acts.length]?.(nth) };
}

/** Agents repeat what they hear; Ada hands over when asked to. */
export function answerAll({ runtime }: TestParley): void {
  runtime.answer(request => {
    const { agent } = request;
    const said = lastText(request);
    return said.includes('hand over') && agent.name === 'Ada' ? '@Bruno please go on.' : `${agent.name}: ${said}`;
  });
}

/** Every message that was not answered exactly once by whom it was for. */
export function wronglyAnswered({ test, asked }: BusyParley): string[] {
  return asked.flatMap(({ room, message, agent }) => {
    const shown = test.bridge.network.timeline(room);
    const answers = shown.filter(
      ({ from, mark, redacted }) =>
        (mark?.trigger === message || mark?.covers?.includes(message)) && from === `agent:${agent}` && !redacted,
    );
    const text = shown.find(({ id }) => id === message)?.text;
    return answers.length === 1 ? [] : [`${message} "${text}" has ${answers.length} answers of ${agent}`];
  });
}

/** A number from 0 to below 1 for each call: the same again for the same seed. */
export function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}
