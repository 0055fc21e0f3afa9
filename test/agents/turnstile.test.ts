import { expect, test } from 'vitest';
import { agentRuntime } from '../../src/agents/runtime.ts';
import { type Turnstile, TurnstileFull } from '../../src/ports/turnstile.ts';
import { collect, dialogue } from './support/requests.ts';
import { model, never, recordedLog } from './support/runtimes.ts';

const demo = model({ type: 'demo', wordDelayMs: 0 });
const runtimeBehind = (turnstile: Turnstile) =>
  agentRuntime({
    models: [demo],
    defaultModels: [demo.id],
    log: recordedLog(),
    env: {},
    turnstileFor: () => turnstile,
  });

test('a call of a model with limits waits for its turn, and leaves when it has ended', async () => {
  const steps: string[] = [];
  const runtime = runtimeBehind({
    async enter() {
      steps.push('entered');
      return () => void steps.push('left');
    },
  });
  expect((await collect(runtime.reply(dialogue('hi'), never()))).text).toContain('Demo model');
  expect(steps).toEqual(['entered', 'left']);
});

test('where too many calls wait, the model counts as busy', async () => {
  const runtime = runtimeBehind({ enter: () => Promise.reject(new TurnstileFull()) });
  expect((await collect(runtime.reply(dialogue('hi'), never()))).error).toMatchObject({ code: 'MODEL_QUOTA' });
});
