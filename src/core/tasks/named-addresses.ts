import type { TaskStep } from './task-step.ts';

/**
 * Whether an address stands in what came from outside of the agents: in the words of people, in results of a search, or on a page that was itself named before
 * it was read. Such an address carries nothing that an agent knows. What agents wrote and what commands printed does not count, and neither does what came
 * back for a request that the agent made up: a site may say after it what it is asked.
 */
export const isNamedAddress = (url: string, people: readonly string[], steps: readonly TaskStep[]): boolean =>
  isIn(url, sourcesOf(people, steps));

interface Source {
  readonly text: string;
  /** What was asked for it: an engine may repeat that. */
  readonly asked: string;
}

function sourcesOf(people: readonly string[], steps: readonly TaskStep[]): Source[] {
  const sources = people.map(words);
  const pages = new Set<string>();
  for (const { heard, calls } of steps) {
    sources.push(...heard.map(({ text }) => words(text)));
    for (const { name, input, result } of calls) {
      if (result === null) continue;
      if (name === 'ask_person') sources.push(words(result));
      if (name === 'web_search') sources.push({ text: result, asked: String(input?.query ?? '') });
      // The same part of a page read a hundred times is looked through once.
      if (name !== 'read_page' || pages.has(result) || !isIn(String(input?.url ?? ''), sources)) continue;
      pages.add(result);
      sources.push(words(result));
    }
  }
  return sources;
}

const words = (text: string): Source => ({ text, asked: '' });

function isIn(url: string, sources: readonly Source[]): boolean {
  if (!URL.canParse(url)) return false;
  const ways = waysToWrite(url);
  return sources.some(({ text, asked }) => ways.some(way => text.includes(way) && !says(asked, way)));
}

/** Whether an address stands in a question, also where it is written otherwise there: an engine may repeat it as addresses are written. */
const says = (asked: string, way: string): boolean => letters(asked).includes(letters(way));

const letters = (text: string): string =>
  decoded(text)
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** An address, and how it is written for short: `https://example.org/a/#b` as `example.org/a`. */
function waysToWrite(given: string): string[] {
  const url = new URL(given);
  url.hash = '';
  const whole = url.href.replace(/\/$/, '');
  return [whole, whole.replace(/^https?:\/\/(?:www\.)?/, '')];
}
