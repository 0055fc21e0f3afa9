import { namedIn } from './colleagues.ts';
import { labelIn, type Scene, type Utterance } from './scene.ts';

const mostCharacters = 200;

/** Answers "what did Ada say?" and "what did I say?" from the conversation, word for word; null for other questions. */
export function recall(scene: Scene): string | null {
  const words = scene.last.text.toLowerCase();
  if (!/\bwhat\b.*\b(say|said|write|wrote|ask|asked|tell|told)\b|\brepeat\b|\bremember\b/.test(words)) return null;
  const { facts, last } = scene;
  const about = namedIn(words, facts.agents)[0];
  if (about !== undefined)
    return quote(
      about.name,
      lastOf(scene, ({ label }) => label === labelIn(about)),
    );
  if (/\b(you|yourself)\b/.test(words) && !/\b(i|we)\b/.test(words))
    return quote(
      'I',
      lastOf(scene, ({ own }) => own),
    );
  return quote(
    'You',
    lastOf(scene, ({ own, label }) => !own && label === last.label),
  );
}

function lastOf({ earlier }: Scene, test: (utterance: Utterance) => boolean): Utterance | undefined {
  return earlier.findLast(test);
}

function quote(who: string, said: Utterance | undefined): string {
  if (said === undefined) return `Of that I see nothing in this conversation.`;
  const text = said.text.length > mostCharacters ? `${said.text.slice(0, mostCharacters).toWellFormed()}…` : said.text;
  // Without @: quoting somebody's call must not be a call.
  const lines = text
    .replaceAll('@', '')
    .split('\n')
    .map(line => `> ${line}`);
  return [`${who} said:`, '', ...lines].join('\n');
}
