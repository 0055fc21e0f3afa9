import { z } from 'zod';

/** What events are published under; a subscriber names those that it wants. */
export const eventTopics = [
  'AgentLifecycle',
  'AgentStatusUpdates',
  'ChatEvents',
  'Floor',
  'Messages',
  'Tasks',
  'System',
] as const;
export type Topic = (typeof eventTopics)[number];

/** Makes data of one schema version into data of the next. */
export type Upgrade = (data: Readonly<Record<string, unknown>>) => Record<string, unknown>;

/** One type of event: what it means, and what its data is. */
export interface EventType<Shape extends z.ZodRawShape = z.ZodRawShape> {
  readonly topic: Topic;
  /** One sentence: when it is published. */
  readonly about: string;
  readonly data: z.ZodObject<Shape, z.core.$strict>;
  /** The field that events are ordered by: those of one chat come in order, those of two need not. */
  readonly key: string;
  /** Tells two events of this type apart, and is the same whenever one is published again. */
  identify(data: z.infer<z.ZodObject<Shape>>): string;
  /** From version 1 to 2, from 2 to 3, …: a change of the data adds one at the end. */
  readonly upgrades: readonly Upgrade[];
}

/** Describes a type of event. */
export function eventType<const Topics extends Topic, Shape extends z.ZodRawShape>(given: {
  readonly topic: Topics;
  readonly about: string;
  readonly key: keyof Shape & string;
  readonly data: Shape;
  readonly identify: (data: z.infer<z.ZodObject<Shape>>) => string;
  readonly upgrades?: readonly Upgrade[];
}): EventType<Shape> & { readonly topic: Topics } {
  return { upgrades: [], ...given, data: z.strictObject(given.data) };
}
