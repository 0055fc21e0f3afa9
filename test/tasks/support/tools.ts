import { z } from 'zod';
import { type Tool, tool } from '../../../src/ports/tool.ts';
import type { WorkTools } from '../../../src/ports/work-tools.ts';

/** What tools outside of Parley have done. */
export interface Outside {
  /** By the name of the call: such an effect can be told from another one. */
  readonly named: Map<string, string>;
  /** In order: nobody can tell whether an effect was made already. */
  readonly mails: string[];
  readonly workTools: WorkTools;
}

const words = z.object({ text: z.string().min(1).max(500) });

/** A service with effects: `publish` makes one under the name of the call, `mail` makes one more each time, `push` needs a person's word. */
export function outside(): Outside {
  const named = new Map<string, string>();
  const mails: string[] = [];
  const tools: readonly Tool[] = [
    tool({
      name: 'publish',
      description: 'Publishes a text.',
      parameters: words,
      async run({ text }, _signal, name) {
        named.set(name ?? 'nobody', text);
        return 'Published.';
      },
    }),
    tool({
      name: 'mail',
      description: 'Sends a mail.',
      parameters: words,
      once: true,
      async run({ text }) {
        mails.push(text);
        return 'Sent.';
      },
    }),
    tool({
      name: 'push',
      description: 'Pushes a branch.',
      parameters: words,
      danger: ({ text }) => `pushes ${text}`,
      looksAhead: async ({ text }) =>
        text === 'nothing' ? { no: 'There is nothing to push.' } : { shown: `One commit on ${text}` },
      async run({ text }) {
        mails.push(text);
        return 'Pushed.';
      },
    }),
  ];
  return {
    named,
    mails,
    workTools: { offer: async ({ stage }) => (stage === 'build' ? tools : []), read: async () => null },
  };
}
