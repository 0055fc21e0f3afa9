import { z } from 'zod';
import { eventTypes, versionOf } from '../src/core/events/event.ts';
import { type EventType, eventTopics } from '../src/core/events/event-type.ts';

const head = `# Events

What happens in Parley is told on a bus, one event for each thing that happened, to whoever subscribes (\`src/ports/bus.ts\`): the audit, and
later the dashboard and other processes. This page is printed from the schemas in \`src/core/events/\` by
\`npx node config/print-events.ts > docs/events.md\`, and a test holds the two together.

Every event has:`;

const foot = `The store is the truth, and events tell of it. One that nobody had handled when the process was killed is lost where its step is not done
again; refusals and acts of administration are waited for ([decision 15](adr/0015-events-in-memory.md)).`;

const envelope: readonly (readonly [string, string])[] = [
  [
    '`id`',
    'Names it for ever: published again, after a crash, it has the same. Whoever has dealt with it passes it over',
  ],
  ['`type`, `topic`', 'Two of those below'],
  ['`schemaVersion`', 'The version of its `data`. Events of older versions are still read'],
  ['`key`', 'What it is ordered by: the events of one key come in the order in which they were published'],
  ['`correlationId`', 'The same in all that follows from one message of a person'],
  ['`causationId`', 'The message or turn that it follows from, or null'],
  ['`timestamp`', 'When it was published, in milliseconds since 1970 (UTC)'],
  ['`data`', 'Ids and short facts, as below. Never the text of a message, never a secret'],
];

/** The text of `docs/events.md`. */
export function printEvents(): string {
  const fields = table(['field', 'what it is'], envelope);
  return `${[head, fields, foot, ...eventTopics.map(printTopic)].join('\n\n')}\n`;
}

function printTopic(topic: string): string {
  const types = Object.entries<EventType>(eventTypes).filter(([, type]) => type.topic === topic);
  return [`## ${topic}`, ...types.map(([name, type]) => printType(name, type))].join('\n\n');
}

function printType(name: string, type: EventType): string {
  const rows = Object.entries(type.data.shape).map(([field, schema]) => row(field, schema as z.ZodType));
  const ordered = `Version ${versionOf(type)}, ordered by \`${type.key}\`.`;
  return [`### ${name}`, `${type.about} ${ordered}`, table(['data', 'type', 'what it is'], rows)].join('\n\n');
}

function row(field: string, schema: z.ZodType): string[] {
  const json = z.toJSONSchema(schema);
  return [`\`${field}\``, kindOf(json), json.description ?? ''];
}

/** As the formatter leaves it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_cell, column) => Math.max(...[head, ...rows].map(cells => cells[column]?.length ?? 0)));
  const lines = [head, widths.map(width => '-'.repeat(width)), ...rows];
  return lines
    .map(cells => `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`)
    .join('\n');
}

type Json = z.core.JSONSchema.BaseSchema;

function kindOf({ anyOf, enum: words, items, properties, type }: Json): string {
  if (anyOf !== undefined) return anyOf.map(kindOf).join(' or ');
  if (words !== undefined) return words.map(word => `\`${word}\``).join(', ');
  if (properties !== undefined) return `{${Object.keys(properties).join(', ')}}`;
  if (items !== undefined && items !== true) return `list of ${kindOf(items as Json)}`;
  return [type].flat().join(' or ');
}

if (import.meta.main) process.stdout.write(printEvents());
