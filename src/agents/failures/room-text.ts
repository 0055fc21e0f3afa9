import { cleanName } from '../prompts/clean.ts';
import type { Trouble } from './kind.ts';

const askOperator = 'Ask whoever runs Parley';
const again = 'React with 🔁 to try again.';

/** What people in the room read: what happened and what to do. No provider's words, addresses or keys. */
export function roomText(
  trouble: Trouble,
  { modelName, retryAfterMs }: { modelName: string; retryAfterMs: number | null },
): string {
  switch (trouble) {
    case 'quota':
      return `The model's quota is used up. ${askOperator} to top it up or to choose another model, then react with 🔁 to try again.`;
    case 'rate':
      return `The model gets too many requests right now. React with 🔁 ${inWords(retryAfterMs)} to try again.`;
    case 'key':
      return `The model does not accept Parley's API key. ${askOperator} to check it, then react with 🔁 to try again.`;
    case 'key missing':
      return `The model needs an API key, and there is none. ${askOperator} to set it, then react with 🔁 to try again.`;
    case 'model missing':
      return `The provider has no model “${cleanName(modelName)}”. ${askOperator} to choose another, then react with 🔁 to try again.`;
    case 'context':
      return 'This is too long for the model. Send it in smaller parts.';
    case 'policy':
      return 'The model declines to answer this. Ask in other words.';
    case 'request':
      return `The model refuses this request. ${askOperator} to look into the log, or ask in other words.`;
    case 'timeout':
    case 'first token':
      return `The model took too long to answer. ${again}`;
    case 'stall':
      return `The model stopped in the middle of its answer. ${again}`;
    case 'broken':
      return `The connection to the model broke in the middle of its answer. ${again}`;
    case 'network':
      return `The model does not answer. ${again} If that does not help, ask whoever runs Parley whether the model is running.`;
    case 'certificate':
      return `The connection to the model is not secure. ${askOperator} to check its certificate.`;
    case 'server':
      return `The model's server has a problem. React with 🔁 ${inWords(retryAfterMs)} to try again.`;
    case 'unreadable':
      return `The model's server says something that Parley can't read. ${askOperator} to check its address.`;
    case 'empty':
      return `The model answered with nothing. React with 🔁 to try again, or ask in other words.`;
  }
}

/** `in 20 seconds`, `in 5 minutes`, `in 3 hours`, and beyond a day `later`. */
function inWords(ms: number | null): string {
  if (ms === null) return 'in a minute';
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  if (seconds <= 90) return `in ${seconds} second${seconds === 1 ? '' : 's'}`;
  const minutes = Math.ceil(seconds / 60);
  if (minutes <= 90) return `in ${minutes} minutes`;
  const hours = Math.ceil(minutes / 60);
  return hours <= 24 ? `in ${hours} hours` : 'later';
}
