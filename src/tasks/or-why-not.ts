import { isParleyError } from '../core/errors.ts';

/** What can't be done is a result, too: the message of an error whose code is one of these. All others are thrown on. */
export async function orWhyNot<T>(codes: RegExp, doing: () => Promise<T>): Promise<T | string> {
  try {
    return await doing();
  } catch (error) {
    if (isParleyError(error) && codes.test(error.code)) return error.message;
    throw error;
  }
}

/** What a site or search engine does not give. */
export const ofTheWeb = /^(?:SITE|SEARCH|ADDRESS)_/;
