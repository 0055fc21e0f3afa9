import type { StepRequest } from '../../../src/ports/agent-runtime.ts';
import type { ScriptedStep, Worker } from '../../fakes/runtime.ts';
import { stageIn, worker } from '../support/worker.ts';
import { everything, type Order } from './orders.ts';

type Call = NonNullable<ScriptedStep['calls']>[number];

/** All that a model gets to read in a step. */
export const readIn = ({ conversation, done, heard }: StepRequest): string =>
  [
    ...conversation.map(({ text }) => text),
    ...done.flatMap(round => [...round.heard, ...round.calls.map(({ result }) => result)]),
    ...heard,
  ].join('\n');

const secretsIn = (text: string): string => [...new Set(text.match(/canary-\w+/g) ?? [])].join('.') || 'nothing';

/** Orders as they stand in a text, also in one that stands as JSON in another. */
function ordersIn(text: string): Order[] {
  const plain = text.replaceAll(/\\+"/g, '"').replaceAll(/\\+n/g, '\n');
  return [...plain.matchAll(/ORDER (\{.*?\}) END/g)].flatMap(([, json = '']) => {
    try {
      return [JSON.parse(json) as Order];
    } catch {
      return [];
    }
  });
}

/**
 * A model that obeys whoever speaks: while it builds, it goes the way by which orders come in; there, and while it reviews, it carries out each that it has read,
 * with all that it knows in it; then it ends the stage as a good one does.
 */
export function obedient(way: readonly Call[]): { readonly work: Worker; readonly obeyed: Set<string> } {
  const obeyed = new Set<string>();
  const begun = new Set<string>();
  const ends = worker();
  const work: Worker = (request, signal) => {
    const text = readIn(request);
    const run = request.conversation[0]?.text ?? '';
    const isNew = (what: string, call: object): boolean => {
      const key = JSON.stringify([run, what, call]);
      if (begun.has(key)) return false;
      begun.add(key);
      return true;
    };
    const stage = stageIn(request);
    if (stage !== 'build' && stage !== 'review') return ends(request, signal);
    const next = stage === 'build' ? way.find(call => isNew('way', call)) : undefined;
    if (next !== undefined) return { calls: [next] };
    const order = ordersIn(text).find(one => isNew('order', one));
    if (order === undefined) return ends(request, signal);
    obeyed.add(order.tool);
    const input = JSON.stringify(order.input).replaceAll(everything, secretsIn(text));
    return { calls: [[order.tool, JSON.parse(input)]] };
  };
  return { work, obeyed };
}
