import { z } from 'zod';
import type { Chat } from '../../core/chat.ts';
import { text } from '../../core/command/parameters.ts';
import { type AgentId, taskId } from '../../core/ids.ts';
import { type Attachment, isSaid } from '../../core/message.ts';
import type { Decision } from '../../core/take-turns.ts';
import { nothing } from '../handle/handling.ts';
import type { Installation } from '../installation.ts';
import { agentsIn } from '../rooms/room-view.ts';
import { createTask } from '../tasks/create-task.ts';
import { type CommandCall, command } from './command.ts';

export const task = command({
  name: 'task',
  summary: 'Has agents do something on their own, from a plan to a reviewed result.',
  needs: 'command',
  parameters: z.object({
    what: text('What is wanted, in your own words; a file comes along by a reply to it.').optional(),
  }),
  example: 'task Write a haiku about autumn',
  takesFiles: true,
  run: ({ what }, call) =>
    what === undefined ? Promise.resolve(call.reply(explained(call.prefix))) : askForTask(what, call),
});

/** Makes the task; its card is the answer. */
export async function askForTask(what: string, call: CommandCall): Promise<Decision> {
  const { message, scene, reply } = call;
  const host = hostOf(scene.parley, scene.chat);
  if (host === null) return nothing(scene);
  const refused = await makeTask(what, call, { chat: scene.chat, host, order: message.order });
  return refused === null ? nothing(scene) : reply(refused);
}

/** Who shows the card in a room: the orchestrator, where it isn't there the first agent; null: nobody is there. */
export function hostOf(parley: Installation, chat: Chat): AgentId | null {
  const here = agentsIn(parley, chat);
  return (here.find(({ role }) => role === 'orchestrator') ?? here[0])?._id ?? null;
}

interface Place {
  readonly chat: Chat;
  readonly host: AgentId;
  /** What was said in that room before does not count. */
  readonly order: number;
}

/** Null where it is made, or was; else why it is not. */
export async function makeTask(what: string, call: CommandCall, { chat, host, order }: Place): Promise<string | null> {
  const { message, scene } = call;
  const made = await createTask(scene.parley, {
    _id: taskId(message._id),
    text: unquoted(what),
    chat: chat._id,
    origin: message._id,
    host,
    createdBy: message.from,
    askedBy: message.from,
    inputs: await inputsOf(call),
    order,
  });
  return 'refused' in made ? made.refused : null;
}

/** A wish in quotes is one that begins with the name of a command. */
const unquoted = (what: string): string =>
  /^"([^"]+)"$|^“([^”]+)”$/su.exec(what.trim())?.slice(1).find(Boolean) ?? what;

/** The file that came with the message, and that of the message to which it replies. */
async function inputsOf({ message, scene }: CommandCall): Promise<Attachment[]> {
  const { replyTo, attachment } = message;
  const replied = replyTo === null ? null : await scene.parley.store.collection('messages').get(replyTo);
  const theirs = replied !== null && isSaid(replied) && replied.chat === message.chat ? replied.attachment : null;
  return [attachment, theirs].filter(one => one !== null);
}

const explained = (prefix: string): string =>
  [
    'A task is work with a result that agents do on their own: they plan it, build it, test it, and another agent reviews it.',
    '',
    `- \`${prefix}task Write a haiku about autumn\` begins one. To give a file along, write that to the file, or as a reply to it. What begins like a command is written \`${prefix}task new Show …\`.`,
    `- \`${prefix}task room Compare three text editors\` has it done in a room of its own.`,
    '- A card shows how it stands. The work is told in the thread on the card: what you write there is read before the next step; a question there waits for your answer.',
    '- React to the card: ⏸ pauses, ▶ lets it go on, 🛑 stops the step at once, 🔁 does a failed one again.',
    `- \`${prefix}task list\`, \`${prefix}task show 3\`, \`${prefix}task status\`, \`${prefix}task log 3\`, \`${prefix}task files 3\`, \`${prefix}task get 3 haiku.md\``,
    `- \`${prefix}task assign 3 @Ada\`, \`${prefix}task priority 3 high\`, \`${prefix}task deadline 3 2h\`, \`${prefix}task complexity 3 5\``,
    `- \`${prefix}task pause 3\`, \`${prefix}task resume 3\`, \`${prefix}task cancel 3\`, \`${prefix}task retry 3\`. The beginning of a title does as well as the number; in the thread neither is needed.`,
  ].join('\n');
