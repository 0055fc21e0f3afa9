import { aboutColleagues, aboutMe, aboutMembers, aboutModel, aboutRoom, commands, hint, offer } from './about.ts';
import { bestFor, namedIn } from './colleagues.ts';
import { recall } from './recall.ts';
import { samplesFor } from './samples.ts';
import { labelIn, type Scene } from './scene.ts';

interface Asked extends Scene {
  /** What was said last, in lower case. */
  readonly words: string;
}

type Rule = (asked: Asked) => string | null;

/** What the demo model says: always the same for the same scene, and nothing that it does not know from it. */
export function demoAnswer(scene: Scene): string {
  const asked = { ...scene, words: scene.last.text.toLowerCase() };
  const said = rules.reduce<string | null>((found, rule) => found ?? rule(asked), null) ?? dontKnow(asked);
  return `${said}\n\n${hint}`;
}

/** Whether the one who spoke last is an agent. Nothing is handed over then: two demo agents would go on for ever. */
const byAgent = ({ facts, last }: Scene): boolean => facts.agents.some(agent => labelIn(agent) === last.label);

const handOver: Rule = asked => {
  if (byAgent(asked)) return null;
  if (!/\b(hand|pass|give|transfer|forward)\b.*\b(to|over)\b|\b(ask|call|get|let|bring in)\b/.test(asked.words))
    return null;
  const to = namedIn(asked.words, asked.facts.agents)[0];
  return to === undefined ? null : `@${to.name}, over to you: the question above, by ${asker(asked)}, is for you.`;
};

const whoCan: Rule = asked => {
  if (
    !/\b(who|which agent|anyone|anybody|someone|somebody)\b.*\b(can|could|knows?|help|good at|does|best|able)\b/.test(
      asked.words,
    )
  )
    return null;
  const { you, agents } = asked.facts;
  const best = bestFor(asked.words, [you, ...agents]);
  if (best === null) return `None of us names a skill for that. ${aboutColleagues(agents)}`;
  if (best === you) return `That would be me. ${aboutMe(asked.facts)}`;
  const call = byAgent(asked) ? '' : `\n\n@${best.name}, can you take this?`;
  return `That is for **${best.name}**: ${best.does}${call}`;
};

const show: Rule = ({ words }) => {
  if (!/\b(show|give|make|write|print|draw|render|display|example|sample|demo|test)\b/.test(words)) return null;
  const samples = samplesFor(words);
  return samples === null ? null : `Here you are:\n\n${samples}`;
};

const says =
  (pattern: RegExp, answer: (asked: Asked) => string): Rule =>
  asked =>
    pattern.test(asked.words) ? answer(asked) : null;

const handedOver: Rule = asked =>
  byAgent(asked) ? `Thank you, ${asked.last.name}. ${aboutMe(asked.facts)}\n\nBut as a demo I can't go into it.` : null;

/** In this order: the first that has something to say speaks. */
const rules: readonly Rule[] = [
  handedOver,
  handOver,
  whoCan,
  recall,
  says(
    /\b(commands?|!help|how (do|can) i (stop|retry|repeat|redo))\b|🛑|🔁/,
    () => `What you can do here:\n\n${commands}`,
  ),
  says(/\b(other|which|what|all|list)\b.*\bagents\b|\b(colleagues?|team)\b/, ({ facts }) =>
    aboutColleagues(facts.agents),
  ),
  says(/\bwho('s| is| are)?( all)? (here|in (here|this|the))|\b(members|participants|people)\b/, ({ facts }) =>
    aboutMembers(facts),
  ),
  says(/\b(what|which|about)\b.*\b(room|chat|group|topic|place)\b|\bwhere (am i|are we)\b/, ({ facts }) =>
    aboutRoom(facts),
  ),
  says(
    /\b(which|what)\b.*\bmodel\b|\bdemo\b.*\?|\bapi.?keys?\b|\bopenai\b|\bollama\b|\b(configure|set ?up)\b|\breal (ai|model|answers?)\b/,
    () => aboutModel,
  ),
  show,
  says(
    /\b(who|what) are you\b|\byourself\b|\byour (name|skills?|job)\b|\bwhat (can|do) you (do|know)\b|^\W*help\b/,
    ({ facts }) => `${aboutMe(facts)}\n\n${offer(facts)}`,
  ),
  says(
    /^\W*(@?\p{L}+\W+)?(hi|hello|hey|hallo|moin|good (morning|evening|day)|servus)\b/u,
    asked => `Hello ${asker(asked)}! ${aboutMe(asked.facts)}\n\n${offer(asked.facts)}`,
  ),
  says(/\b(thanks|thank you|danke)\b/, () => "You're welcome!"),
  says(/^\W*$/, ({ facts }) => `${aboutMe(facts)}\n\n${offer(facts)}`),
];

function dontKnow({ facts, earlier }: Asked): string {
  const before = earlier.findLast(({ label }) => facts.agents.some(agent => labelIn(agent) === label));
  const heard = before === undefined ? '' : ` I have read what ${before.name} said, but have nothing to add.`;
  return `That I don't know: I am only a demo and know nothing but this room.${heard}\n\n${offer(facts)}`;
}

function asker({ facts, last }: Scene): string {
  return last.name ?? facts.people[0]?.name ?? 'you';
}
