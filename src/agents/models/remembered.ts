import type { BaseChatModel } from '@langchain/core/language_models/chat_models';
import type { Opening, OpenModel } from './opening.ts';

/** For SDKs that take the signal with each call: the model is opened once and serves all answers, as opening one takes a millisecond. */
export function remembered(open: OpenModel): OpenModel {
  const opened = new WeakMap<Opening['config'], { readonly key: string; readonly model: BaseChatModel }>();
  return opening => {
    const key = JSON.stringify([opening.model, opening.askUsage]);
    const known = opened.get(opening.config);
    if (known?.key === key) return known.model;
    const model = open(opening);
    opened.set(opening.config, { key, model });
    return model;
  };
}
