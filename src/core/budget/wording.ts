import { type Amount, plus } from './amount.ts';
import { type BudgetHolder, type BudgetRules, isLimited, type Limit, shareOf } from './limit.ts';

/** Whose budget it is, as people say it. A person is not named: what they call themselves must not stand in what we say. */
export function whose(holder: BudgetHolder, nameOf: (agent: string) => string): string {
  if (holder.scope === 'installation') return 'all agents together';
  if (holder.scope === 'agent') return nameOf(holder.id);
  return holder.scope === 'room' ? 'this room' : 'the person who asks';
}

/** The word for it in `!budget set …`. */
function wordFor(holder: BudgetHolder): string {
  if (holder.scope === 'installation') return 'all';
  if (holder.scope === 'room') return 'room';
  return holder.scope === 'agent' ? `@${holder.id}` : holder.id.slice(holder.id.indexOf(':') + 1);
}

const counted = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });

const tokensText = (tokens: number): string => `${counted.format(tokens)} tokens`;

/** `1.25 EUR`; what is less than a hundredth is rounded up. */
const moneyText = (millionths: number, currency: string): string =>
  `${(Math.ceil(millionths / 10_000) / 100).toFixed(2)} ${currency}`;

/** `12,300 of 200,000 tokens`, `1.20 of 5.00 EUR`, or both. */
function usedText(used: Amount, limit: Limit, currency: string): string {
  const tokens = limit.tokens === null ? null : `${counted.format(used.tokens)} of ${tokensText(limit.tokens)}`;
  const money =
    limit.money === null ? null : `${moneyText(used.money, '').trim()} of ${moneyText(limit.money, currency)}`;
  return [tokens, money].filter(text => text !== null).join(' and ') || tokensText(used.tokens);
}

/** Which budget people are told of. */
export interface BudgetPlace {
  readonly holder: BudgetHolder;
  readonly limit: Limit;
  readonly rules: Pick<BudgetRules, 'currency' | 'timeZone'>;
  /** Who may raise limits: `admins of this installation`. */
  readonly whoMay: string;
  /** What stands before the name of a command. */
  readonly prefix: string;
  readonly nameOf: (agent: string) => string;
}

const whoCanRaise = ({ holder, rules, whoMay, prefix }: BudgetPlace, then: string): string =>
  `It starts anew at midnight (${rules.timeZone}). It can be raised by ${whoMay}: \`${prefix}budget set ${wordFor(holder)} …\`${then}`;

/** Told once a day. */
export const nearlyUsedText = (place: BudgetPlace, used: Amount): string =>
  `Today’s budget of ${whose(place.holder, place.nameOf)} is ${shareOf(used, place.limit) < 1 ? 'nearly ' : ''}used up: ${usedText(used, place.limit, place.rules.currency)}. ` +
  whoCanRaise(place, '.');

/** Why there is no answer, and what to do. */
export function refusalText(
  place: BudgetPlace,
  given: { readonly used: Amount; readonly reserved: Amount; readonly wanted: Amount; readonly of: keyof Amount },
): string {
  const { holder, limit, rules, nameOf } = place;
  const { used, reserved, wanted, of } = given;
  const isUp = limit[of] !== null && used[of] >= limit[of];
  const amount = (some: Amount): string =>
    of === 'tokens' ? tokensText(some.tokens) : moneyText(some.money, rules.currency);
  const aside = reserved[of] > 0 ? ` and ${amount(reserved)} set aside for answers in the making` : '';
  const needs = isUp ? '' : `, and this answer may need ${amount(wanted)}`;
  return (
    `I can’t answer now: today’s budget of ${whose(holder, nameOf)} ${isUp ? 'is used up' : 'does not suffice'}. ` +
    `${usedText(used, { ...limit, [of === 'tokens' ? 'money' : 'tokens']: null }, rules.currency)} are used${aside}${needs}. ` +
    whoCanRaise(place, '. Then react with 🔁.')
  );
}

/** One line of `!budget`. */
export function budgetLine(
  { name, limit, currency }: { readonly name: string; readonly limit: Limit; readonly currency: string },
  {
    used,
    reserved,
    estimatedTokens,
    set,
  }: {
    readonly used: Amount;
    readonly reserved: Amount;
    readonly estimatedTokens: number;
    readonly set: 'today' | 'always' | null;
  },
): string {
  if (!isLimited(limit)) return `- **${name}**: no limit, not counted`;
  const cost = limit.money === null && used.money > 0 ? [`${moneyText(used.money, currency)}`] : [];
  const more = [
    `${usedText(used, limit, currency)} (${Math.floor(shareOf(used, limit) * 100)}%)`,
    leftText(plus(used, reserved), limit, currency),
    ...cost,
    ...(estimatedTokens > 0 ? [`${tokensText(estimatedTokens)} estimated`] : []),
    ...(reserved.tokens > 0 ? [`${tokensText(reserved.tokens)} set aside for answers in the making`] : []),
    ...(set === null ? [] : [set === 'today' ? 'limit set for today' : 'limit set by an admin']),
  ];
  return `- **${name}**: ${more.join(', ')}`;
}

function leftText(taken: Amount, limit: Limit, currency: string): string {
  const left = [
    ...(limit.tokens === null ? [] : [tokensText(Math.max(0, limit.tokens - taken.tokens))]),
    ...(limit.money === null ? [] : [leftMoney(Math.max(0, limit.money - taken.money), currency)]),
  ];
  return `${left.join(' and ')} left`;
}

/** Rounded down: nobody is promised more than there is. */
const leftMoney = (millionths: number, currency: string): string =>
  `${(Math.floor(millionths / 10_000) / 100).toFixed(2)} ${currency}`;

/** A limit for people: `200,000 tokens and 5.00 EUR`. */
export function limitText({ tokens, money }: Limit, currency: string): string {
  const parts = [
    ...(tokens === null ? [] : [tokensText(tokens)]),
    ...(money === null ? [] : [moneyText(money, currency)]),
  ];
  return parts.join(' and ') || 'no limit';
}
