import type { AgentFacts } from '../../prompts/room-facts.ts';

/** The agents whose name stands in `text`, as a word. */
export function namedIn(text: string, agents: readonly AgentFacts[]): AgentFacts[] {
  const words = new Set(wordsOf(text));
  return agents.filter(({ name }) => wordsOf(name).length > 0 && wordsOf(name).every(word => words.has(word)));
}

/** The agent whose skills and description have most words in common with `text`, or null where none has any. */
export function bestFor<A extends AgentFacts>(text: string, agents: readonly A[]): A | null {
  const asked = new Set(wordsOf(text).map(stem).filter(isTelling));
  const ranked = agents
    .map(agent => ({ agent, score: scoreOf(agent, asked) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score);
  return ranked[0]?.agent ?? null;
}

/** A skill says more about an agent than a word of its description. */
function scoreOf({ skills, does }: AgentFacts, asked: ReadonlySet<string>): number {
  const count = (text: string) =>
    new Set(
      wordsOf(text)
        .map(stem)
        .filter(word => asked.has(word)),
    ).size;
  return 2 * count(skills) + count(does);
}

const common = new Set(
  'about agent and answer any anybody anyone are ask can could did does for from good has have help here how into know knows may me need please show some tell that the there these they thing things this want what which who with work would you your'.split(
    ' ',
  ),
);

const isTelling = (word: string): boolean => word.length > 2 && !common.has(word);

/** `charts` and `chart`, `analysing` and `analyse`: rough, but enough to compare. */
function stem(word: string): string {
  return word.length > 4 ? word.replace(/(ing|ies|ed|es|s|e|y)$/, '') : word.replace(/s$/, '');
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
