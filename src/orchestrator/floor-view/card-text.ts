import { plainName } from '../../core/plain-name.ts';

/** What a card tells, in plain values. Names are as people gave them. */
export interface CardFacts {
  readonly speaker: { readonly name: string; readonly reason: string; readonly secondsLeft: number | null } | null;
  readonly waiting: readonly { readonly name: string; readonly reason: string }[];
  readonly strategy: string;
  /** Null where nobody moderates. */
  readonly moderator: string | null;
  /** The agent that decides right now who is next; null: none does. */
  readonly decides: string | null;
  readonly held: boolean;
}

const mostListed = 10;

/** The card as Markdown that reads as well without any formatting. */
export function cardText(facts: CardFacts): string {
  const { strategy, moderator, held, waiting } = facts;
  const rules = [`strategy ${strategy}`, ...(moderator === null ? [] : [`moderator ${plainName(moderator)}`])];
  return [
    `**Floor** (${rules.join(', ')})${held ? ' ⏸ on hold' : ''}`,
    speakerLine(facts),
    ...(waiting.length === 0 ? [] : ['', 'Waiting:', ...waiting.slice(0, mostListed).map(waitingLine)]),
    ...(waiting.length > mostListed ? [`… and ${waiting.length - mostListed} more`] : []),
    '',
    'React here: ✋ ask for the floor, ✅ grant the next, ⏭ end the slot, ⏸ ▶ hold and go on, 🛑 stop.',
  ].join('\n');
}

function speakerLine({ speaker, decides }: CardFacts): string {
  if (speaker === null) return decides === null ? 'Nobody speaks.' : `${plainName(decides)} decides who speaks next.`;
  const left = speaker.secondsLeft === null ? '' : `, about ${duration(speaker.secondsLeft)} left`;
  return `🎤 **${plainName(speaker.name)}** speaks: ${plainName(speaker.reason)}${left}`;
}

const waitingLine = ({ name, reason }: CardFacts['waiting'][number], index: number): string =>
  `${index + 1}. ${plainName(name)}: ${plainName(reason)}`;

/** In steps, so that a card is not edited for every second. */
function duration(seconds: number): string {
  if (seconds > 90) return `${Math.ceil(seconds / 60)} min`;
  return seconds > 60 ? '90 s' : seconds > 30 ? '60 s' : '30 s';
}
